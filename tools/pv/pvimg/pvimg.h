/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pvimg: prepares images that only the named hosts can start in protected mode.
 * Private header: the table of contents of this folder.
 */
#ifndef PVIMG_H
#define PVIMG_H

#include "../lib/pv.h"

/* main.c and one file for each command */
int cmd_create(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_test(int argc, char **argv);
int cmd_disk(int argc, char **argv);
int cmd_keygen(int argc, char **argv);

/* kernel.c */
/*
 * Is it an s390x kernel image, and does the command line, with its zero byte, fit
 * into it? What is nothing else is only warned of.
 */
int kernel_check(const struct input *kernel, size_t cmdline_size);

/* progress.c: a bar on a terminal, from one second on */
struct progress {
	uint64_t total;		/* bytes */
	uint64_t done;
	int64_t begin;		/* milliseconds */
	unsigned int shown;	/* per cent; 0: nothing yet */
	bool terminal;
};
void progress_begin(struct progress *progress, uint64_t total);
void progress_add(struct progress *progress, uint64_t done);
void progress_end(struct progress *progress);

/* component.c: what an image consists of, and where */
#define MAX_COMPONENTS	4
struct component {
	const char *name;
	const struct input *file;	/* either a file */
	const void *data;		/* or bytes in memory */
	uint64_t size;
	uint64_t addr;			/* page-aligned; in memory and in the image */
	uint64_t prefix;		/* of the tweaks */
};
/* Gives addresses from `start` on, and prefixes; returns the image's size, 0 on failure. */
uint64_t component_layout(struct component *comps, size_t count, uint64_t start);
int component_write(const struct component *comp, struct pages *pages, struct output *out,
		    struct progress *progress);

/* loaders.S: the boot loaders, built for s390x, whole pages */
extern const uint8_t loader_stage1[], loader_stage1_end[];
extern const uint8_t loader_stage2[], loader_stage2_end[];

/* plain.c: what is not encrypted; it ends where the header begins */
uint64_t plain_size(void);
void plain_build(uint8_t *buf, size_t header_size, const struct component *comps, size_t count);

#endif /* PVIMG_H */
