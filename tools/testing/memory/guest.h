/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Protected VMs with secure memory, from an image on one of two disks. Its
 * RAM disk has a known text in each page, see plain_text().
 */
#ifndef MEMORY_GUEST_H
#define MEMORY_GUEST_H

#include "../kvm/vm.h"

#define GUEST_LEN	(64 * MIB)

/**
 * struct guest - a protected VM
 * @vm:		for KVM
 * @page:	where its secure pages begin, they are contiguous
 * @pages:	how many there are
 */
struct guest {
	struct vm vm;
	uint8_t *page;
	unsigned long pages;
};

/* Pages of the image's RAM disk */
extern unsigned long image_pages;

/* The other disk, which may be written to */
extern const char *scratch_disk;

bool image_open(void);

/*
 * A VM with that many secure pages, in memory of its own or of a file if @fd is
 * not -1. To start one is a result of the test. The steps are there for those
 * who want to stop between them.
 */
bool guest_begin(struct guest *guest, unsigned long pages, int fd);
bool guest_start(struct guest *guest, unsigned long pages, int fd);
void guest_prepare(struct guest *guest, unsigned long pages, int fd);
bool guest_enable(struct guest *guest);
int guest_set_header(struct guest *guest);
int guest_unpack(struct guest *guest, unsigned long pages);

/* The whole image, verified: a guest that is ready to run */
bool guest_start_whole(struct guest *guest);
int guest_unpack_all(struct guest *guest);
void guest_end(struct guest *guest);

uint8_t *guest_page(const struct guest *guest, unsigned long nr);

/* What nobody but the guest may ever see anywhere */
bool plain_text(const void *data, size_t len);

/* Looks like a page of a guest that was exported: neither plain nor the image's */
bool is_exported(unsigned long nr, const void *content);

#endif /* MEMORY_GUEST_H */
