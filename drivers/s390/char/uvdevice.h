/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _S390_CHAR_UVDEVICE_H
#define _S390_CHAR_UVDEVICE_H

#include <kunit/visibility.h>

struct file;

#if IS_ENABLED(CONFIG_KUNIT)
long uvio_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
#endif

#endif /* _S390_CHAR_UVDEVICE_H */
