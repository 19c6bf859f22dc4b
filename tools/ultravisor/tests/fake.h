/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A machine that is nothing but storage and translation tables, for everything
 * that drives the ultravisor without a machine.
 */
#ifndef UV_TESTS_FAKE_H
#define UV_TESTS_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uv.h"

#define FAKE_STORAGE	(64ull << 20)
#define FAKE_BASE	(1ull << 20)	/* where the base storage goes */
#define FAKE_FREE	(4ull << 20)	/* from here on storage is handed out */
#define FAKE_HOME	(1ull << 40)	/* home-space address of the first area */
#define FAKE_HOME_PAGES	32768u
#define FAKE_VIRTUAL	(1ull << 41)	/* guest home-space address of the first area */
#define FAKE_VIRTUAL_PAGES 1024u
#define FAKE_GUESTS	6u
#define FAKE_GUEST_PAGES 2048u
#define FAKE_SCA	0x10000ull
#define FAKE_ASSOC	100u		/* secrets that there is room for */
#define FAKE_RETR	5u

struct fake {
	uint8_t *storage;
	uint64_t size;
	uint64_t next;			/* next storage to hand out */
	struct uv *uv;
	uint64_t *home;			/* frame + 1 of every home page; 0: none */
	uint64_t next_home;
	enum uv_xlat home_result;	/* for addresses that are not mapped */
	uint64_t virtual[FAKE_VIRTUAL_PAGES];	/* guest page + 1 of guest virtual pages */
	uint64_t next_virtual;
	enum uv_xlat virtual_result;	/* for guest addresses that are not mapped */
	uint64_t read_only;		/* this guest virtual page; 0: none */
	uint64_t missing;		/* page that the last guest call wants imported */
	_Atomic uint64_t guests[FAKE_GUESTS][FAKE_GUEST_PAGES];	/* frame + 1; 0: none */
	_Atomic uint8_t *hidden;	/* what protect() said last of every page */
	uint64_t origin;		/* of guest storage, for configurations to come */
	uint64_t in_use;		/* a device works on this page; 0: none */
	unsigned int running;
	bool no_random;
	uint8_t block[UV_BLOCK_MAX];
	uint16_t rc;
	uint16_t rrc;
};

struct fake_options {
	uint64_t size;
	unsigned int max_configs;
	bool refuse_below_2g;
	bool no_optional_ops;
	bool no_features, no_header_versions;
	bool no_secrets;
	const struct uv_key *keys, *backup_keys;
	size_t nr_keys, nr_backup_keys;
};

struct fake *fake_new(const struct fake_options *options);
void fake_free(struct fake *fake);
void fake_forget(struct fake *fake);	/* mappings and what was handed out */

uint64_t fake_pages(struct fake *fake, unsigned int nr);
uint64_t fake_home_area(struct fake *fake, unsigned int nr);
uint64_t fake_guest_area(struct fake *fake, unsigned int guest, uint64_t config, unsigned int nr);
uint64_t fake_guest_frame(struct fake *fake, unsigned int guest, uint64_t vaddr);
void fake_guest_write(struct fake *fake, unsigned int guest, uint64_t vaddr, const void *buf,
		      size_t len);
void fake_guest_read(struct fake *fake, unsigned int guest, uint64_t vaddr, void *buf, size_t len);
void *fake_at(struct fake *fake, uint64_t absolute);
void fake_map(struct fake *fake, unsigned int guest, uint64_t address, uint64_t absolute);
uint64_t fake_asce(unsigned int guest);

void block_clear(struct fake *fake, uint16_t command, uint16_t len);
void block_set(struct fake *fake, unsigned int offset, uint64_t value);
void block_set32(struct fake *fake, unsigned int offset, uint32_t value);
uint64_t block_get(struct fake *fake, unsigned int offset);
int host_call(struct fake *fake);
int guest_call(struct fake *fake, uint64_t config);

int uvc_init(struct fake *fake);
int uvc_handle(struct fake *fake, uint16_t command, uint64_t handle);
int uvc_create_config(struct fake *fake, unsigned int guest, uint64_t len, uint64_t *handle);
int uvc_create_cpu(struct fake *fake, uint64_t config, unsigned int number, uint64_t *handle,
		   uint64_t *sd);
int uvc_guest_page(struct fake *fake, uint16_t command, uint64_t config, uint64_t address);
int uvc_page(struct fake *fake, uint16_t command, uint64_t absolute);
int uvc_share(struct fake *fake, uint16_t command, uint64_t config, uint64_t address);
int uvc_parameters(struct fake *fake, uint64_t config, const void *header, uint32_t len);
int uvc_unpack(struct fake *fake, uint64_t config, uint64_t address, uint64_t tweak,
	       uint64_t offset);
int uvc_again(struct fake *fake, uint16_t command, uint64_t handle);

/* Make a configuration runnable without an image: straight in its storage. */
void fake_verify(struct fake *fake, uint64_t config, uint64_t pcf);
struct config *fake_config(struct fake *fake, uint64_t handle);

struct uv_stats fake_stats(struct fake *fake);

#ifndef NO_CMOCKA
#include <cmocka.h>

/* The last call ended with this cc, rc and rrc, and the metadata are sound. */
#define assert_answer(fake, cc_now, cc, want_rc, want_rrc) do {			\
	assert_int_equal(cc_now, cc);						\
	assert_int_equal((fake)->rc, want_rc);					\
	assert_int_equal((fake)->rrc, want_rrc);				\
	assert_sound(fake);							\
} while (0)

#define assert_sound(fake) do {							\
	const char *broken_ = uv_check_invariants((fake)->uv);			\
	if (broken_)								\
		fail_msg("invariant broken: %s", broken_);			\
} while (0)

#define assert_done(fake, cc_now) assert_answer(fake, cc_now, UV_CC_DONE, RC_EXECUTED, 0)
#define assert_error(fake, cc_now, rc) assert_answer(fake, cc_now, UV_CC_ERROR, rc, 0)

int fake_setup(void **state);		/* an initialised ultravisor */
int fake_setup_bare(void **state);	/* a fresh one */
int fake_teardown(void **state);
#endif

#endif
