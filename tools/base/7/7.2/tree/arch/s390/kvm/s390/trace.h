/* SPDX-License-Identifier: GPL-2.0 */
/* KVM's files have a folder less here. */
#include "../trace.h"
