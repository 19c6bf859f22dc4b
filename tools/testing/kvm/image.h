/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An image of a protected guest, as image tools make it, and what a VMM does
 * with it until the guest can run.
 */
#ifndef TESTS_IMAGE_H
#define TESTS_IMAGE_H

#include "vm.h"

#define IMAGE_PARTS	16

/**
 * struct image - a file that holds a protected guest
 * @data:	as a boot loader leaves it in storage, from address 0
 * @len:	in bytes
 * @header:	offset of the header in @data
 * @header_len:	its length
 * @part:	components, ascending: where they are and their tweak
 * @parts:	how many
 */
struct image {
	uint8_t *data;
	size_t len;
	size_t header;
	size_t header_len;
	struct kvm_s390_pv_unp part[IMAGE_PARTS];
	unsigned int parts;
};

/* False, and a line on the console, if the file is no such image */
bool image_load(struct image *image, const char *path);

/* Each returns what the ioctl does. */
int image_header(const struct image *image, struct vm *vm);
int image_unpack(const struct image *image, struct vm *vm, unsigned int part);

/* Copy the image to the VM's memory; then ENABLE to VERIFY, up to an error */
void image_copy(const struct image *image, struct vm *vm);
int image_start(const struct image *image, struct vm *vm);

#endif /* TESTS_IMAGE_H */
