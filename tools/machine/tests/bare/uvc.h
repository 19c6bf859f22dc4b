/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bare-metal programs: ultravisor calls, and a configuration to play with. */
#ifndef BARE_UVC_H
#define BARE_UVC_H

#include "bare.h"

enum {
	UVC_QUERY = 0x0001, UVC_INITIALIZE = 0x000f, UVC_CREATE = 0x0100,
	UVC_DESTROY = 0x0101, UVC_DESTROY_FAST = 0x0102, UVC_IMPORT = 0x0200, UVC_EXPORT = 0x0201,
	UVC_DESTROY_PAGE = 0x0202, UVC_SET_PARAMETERS = 0x0300, UVC_VERIFY = 0x0302,
};

/* All that a query tells. */
#define QUERY_LENGTH	0x120

/* In the arena: what a configuration is donated, up to FRAMES of uvc.c. */
#define CONFIG_BASE	(ARENA + 4 * PAGE)

/* A control block: header and 64-bit fields by their offset. */
struct uvcb {
	uint16_t length;
	uint16_t command;
	uint16_t rc;
	uint16_t rrc;
	uint64_t word[0x23];
} __attribute__((aligned(8)));

/* The space of a guest is a private one. */
#define ASCE_PRIVATE	0x100ul

#define FIELD(block, offset) ((block)->word[((offset) - 8) / 8])

unsigned int uvc(void *block);
/* Fills in the header, clears the rest of the response, retries busy ones. */
unsigned int uvc_call(struct uvcb *block, uint16_t command, uint16_t length);
void fill_query(struct uvcb *block);

/*
 * A configuration with GUEST_PAGES pages: guest page n is in frame n from
 * guest_frames() on unless remapped.
 */
#define GUEST_PAGES	256
#define CONFIG_VAR	(ARENA + MIB)	/* its variable storage */
/* Where the guest's storage begins for the host; less than 512 MiB, see secure.c. */
extern uint64_t guest_origin;
bool uv_start(void);
uint64_t guest_create(void);
uint8_t *guest_frame(unsigned int page);
void guest_map(unsigned int page, const void *frame);
/* The pages that its segment table and its page table are in. */
extern uint8_t *const guest_tables[2];
unsigned int guest_destroy(uint64_t handle);
/* cc; rc in *@rc unless NULL. */
unsigned int import_page(uint64_t handle, unsigned int page, uint16_t *rc);
unsigned int export_page(const void *frame, uint16_t *rc);
unsigned int destroy_page(const void *frame);

#endif
