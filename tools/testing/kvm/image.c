// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "image.h"

/* The first loader's parameter block: offsets count from its beginning */
#define PARMS		0x11008
#define PARMS_HEADER	0
#define PARMS_LENGTH	8
#define PARMS_IPIB	16

/* The IPL parameter block */
#define IPIB_COUNT	116
#define IPIB_PART	136
#define IPIB_PART_LEN	24

static uint64_t word(const struct image *image, size_t offset)
{
	uint64_t value = 0;

	if (offset <= image->len - sizeof(value))
		memcpy(&value, image->data + offset, sizeof(value));
	return value;
}

static bool parse(struct image *image)
{
	const size_t ipib = PARMS + word(image, PARMS + PARMS_IPIB);

	image->header = PARMS + word(image, PARMS + PARMS_HEADER);
	image->header_len = word(image, PARMS + PARMS_LENGTH);
	image->parts = (uint32_t)(word(image, ipib + IPIB_COUNT) >> 32);
	if (image->header + image->header_len > image->len || !image->parts ||
	    image->parts > IMAGE_PARTS || memcmp(image->data + image->header, "IBMSecEx", 8) != 0)
		return false;
	for (unsigned int i = 0; i < image->parts; i++) {
		const size_t entry = ipib + IPIB_PART + i * IPIB_PART_LEN;
		struct kvm_s390_pv_unp *part = &image->part[i];

		part->tweak = word(image, entry);
		part->addr = word(image, entry + 8);
		part->size = (word(image, entry + 16) + GUEST_PAGE - 1) & -GUEST_PAGE;
		if (part->addr + part->size > image->len)
			return false;
	}
	return true;
}

bool image_load(struct image *image, const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st)) {
		perror(path);
		return false;
	}
	image->len = (size_t)st.st_size;
	image->data = mmap(NULL, image->len, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	close(fd);
	if (image->data == MAP_FAILED || image->len <= PARMS || !parse(image)) {
		fprintf(stderr, "%s: not an image of a protected guest\n", path);
		return false;
	}
	return true;
}

int image_header(const struct image *image, struct vm *vm)
{
	struct kvm_s390_pv_sec_parm parm = {
		.origin = (uint64_t)image->data + image->header,
		.length = image->header_len,
	};

	return pv(vm, KVM_PV_SET_SEC_PARMS, &parm);
}

int image_unpack(const struct image *image, struct vm *vm, unsigned int part)
{
	struct kvm_s390_pv_unp unp = image->part[part];

	return pv(vm, KVM_PV_UNPACK, &unp);
}

void image_copy(const struct image *image, struct vm *vm)
{
	memcpy(vm->mem, image->data, image->len < vm->len ? image->len : vm->len);
}

int image_start(const struct image *image, struct vm *vm)
{
	image_copy(image, vm);
	if (pv(vm, KVM_PV_ENABLE, NULL) || image_header(image, vm))
		return -1;
	for (unsigned int i = 0; i < image->parts; i++)
		if (image_unpack(image, vm, i))
			return -1;
	return pv(vm, KVM_PV_VERIFY, NULL);
}
