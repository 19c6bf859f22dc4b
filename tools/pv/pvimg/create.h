/* SPDX-License-Identifier: GPL-2.0 */
/* pvimg create: from the options (create_options.c) to the image (create.c) */
#ifndef PVIMG_CREATE_H
#define PVIMG_CREATE_H

#include "../lib/options.h"
#include "pvimg.h"

#define CMDLINE_FILE_MAX	65536

struct create_options {
	struct host_options hosts;
	const char *kernel;
	const char *ramdisk;
	const char *cmdline;	/* at most one of these two */
	const char *parmfile;
	const char *output;
	bool overwrite;
	bool any_kernel;	/* do not look whether it is one */
	uint64_t pcf;
	uint64_t scf;
	uint64_t pcf_said;	/* flags that an option has set or cleared */
	uint64_t scf_said;
	bool psw;		/* these instead of stage 2 */
	uint64_t psw_mask;
	uint64_t psw_addr;
	const char *header_key;	/* files with raw keys; NULL: random ones */
	const char *image_key;
	const char *cck;
};

int create_image(const struct create_options *opt);

#endif /* PVIMG_CREATE_H */
