/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this folder tell each other. */
#ifndef TARGET_S390X_UV_INTERNAL_H
#define TARGET_S390X_UV_INTERNAL_H

#include "uv.h"
#include "ultravisor.h"
#include "qom/object.h"

#define TYPE_S390_ULTRAVISOR "s390-ultravisor"
OBJECT_DECLARE_SIMPLE_TYPE(S390Ultravisor, S390_ULTRAVISOR)

struct S390Ultravisor {
	Object parent;

	char *host_keys; /* file names, separated by colons */
	char *backup_host_keys;
	uint32_t max_configs;
	uint32_t max_cpus;
	uint32_t max_assoc_secrets;
	uint32_t max_retr_secrets;
	uint64_t features;
	uint64_t header_versions;
	bool refuse_below_2g;
	bool complete;
	struct uv_config config;
	Notifier machine_ready;
};

/* object.c: is there one on the command line, which s390_uv becomes later? */
bool s390_uv_expected(void);
/* object.c: resets do not clear and release protected storage. */
extern bool s390_uv_keep_storage;

/* services.c: what the ultravisor needs from the machine. */
extern const struct uv_ops s390_uv_ops;
/* Storage was changed behind the memory API's back: translated code, dirty pages. */
void s390_uv_written(uint64_t absolute, uint64_t len);

/* The machine's storage: one region that starts at absolute 0. */
typedef struct S390UVStorage {
	MemoryRegion *region;
	uint8_t *host;
	uint64_t size;
	ram_addr_t ram_addr;
} S390UVStorage;
extern S390UVStorage s390_uv_storage;

/* guard.c: devices and everything else that goes through the memory API. */
extern uint64_t s390_uv_dma_refused;
void s390_uv_guard_start(void);
bool s390_uv_page_mapped(uint64_t page);
void s390_uv_wait_accesses(void);

/*
 * tlb.c: forget every translation that leads to one of these pages, on every
 * CPU. No CPU may be executing, except for the caller.
 */
void s390_uv_forget(const uint64_t *pages, size_t count);

/* walk.c: DAT through any ASCE. @write honours the protection bits. */
bool s390_uv_walk(uint64_t asce, uint64_t vaddr, bool write, uint64_t *absolute);

/* statistics.c: the properties that only say or do something for tests. */
void s390_uv_add_statistics(ObjectClass *oc);

#endif
