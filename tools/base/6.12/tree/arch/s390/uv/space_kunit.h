/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest address space over real memory, for tests.
 */
#ifndef _S390_UV_SPACE_KUNIT_H
#define _S390_UV_SPACE_KUNIT_H

#include <linux/pgtable.h>
#include "firmware_kunit.h"

#define GUEST_LEN	(2 * PMD_SIZE)
#define GADDR		(PMD_SIZE + 3 * PAGE_SIZE)	/* the page that tests use */
#define GADDR_NOWHERE	(GUEST_LEN + PMD_SIZE)

/**
 * struct guest - what the VM of a test is made of
 * @gmap:	its address space, taken apart before its process ends
 * @uaddr:	user address of guest address 0
 */
struct guest {
	struct gmap *gmap;
	unsigned long uaddr;
};

void uv_space_start(struct kunit *test, struct guest *guest);
void uv_space_stop(struct guest *guest);

/* The test's page, with a reference, NULL if there is none */
struct page *uv_space_page(struct guest *guest);

/* Has the test's page mapped, and in no batch of the LRU */
void uv_space_touch(struct kunit *test, struct guest *guest);

#endif /* _S390_UV_SPACE_KUNIT_H */
