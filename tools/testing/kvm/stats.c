// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/kvm.h>
#include "stats.h"

static bool find(int fd, const char *name, uint64_t *value)
{
	struct kvm_stats_header header;
	struct kvm_stats_desc *desc;
	bool found = false;
	size_t size;

	if (pread(fd, &header, sizeof(header), 0) != sizeof(header))
		return false;
	/* A name follows each description. */
	size = sizeof(*desc) + header.name_size;
	desc = malloc(size);
	for (uint32_t i = 0; desc && !found && i < header.num_desc; i++) {
		if (pread(fd, desc, size, header.desc_offset + (off_t)(i * size)) != (ssize_t)size)
			break;
		found = !strncmp(desc->name, name, header.name_size) &&
			pread(fd, value, sizeof(*value), header.data_offset + desc->offset) ==
			sizeof(*value);
	}
	free(desc);
	return found;
}

bool stats_read(int vm_fd, const char *name, uint64_t *value)
{
	int fd = ioctl(vm_fd, KVM_GET_STATS_FD, 0);
	bool found;

	if (fd < 0)
		return false;
	found = find(fd, name, value);
	close(fd);
	return found;
}
