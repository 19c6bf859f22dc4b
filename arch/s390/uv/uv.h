/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inside of the ultravisor code; a table of contents.
 * What the rest of the kernel may use is in <asm/uv.h> and <asm/uv_core.h>.
 */
#ifndef _S390_UV_UV_H
#define _S390_UV_UV_H

#include <linux/mm_types.h>
#include <linux/percpu.h>
#include <linux/tracepoint-defs.h>
#include <linux/kobject.h>
#include <asm/uv.h>
#include <asm/uv_import.h>
#include "../boot/uv.h"
#include "stub_kunit.h"

struct pt_regs;

/* Response codes that <asm/uv.h> has no names for */
#define UVC_RC_INV_CONF_HANDLE		0x0020
#define UVC_RC_INV_CPU_HANDLE		0x0021
#define UVC_RC_PAGE_NOT_MAPPED		0x010a	/* import-like: host page absent */
#define UVC_RC_DESTR_NOT_SECURE		0x0107	/* older firmware, with the rrc: */
#define UVC_RRC_DESTR_NOT_SECURE	0x000d	/* page was not secure anyway */

/* commands.c: the names of commands and response codes */

/* Where commands are described and counted */
enum uv_slot {
	UV_SLOT_OTHER,		/* what is not in the table */
	UV_SLOT_QUI,
	UV_SLOT_QUERY_KEYS,
	UV_SLOT_INIT_UV,
	UV_SLOT_CREATE_SEC_CONF,
	UV_SLOT_DESTROY_SEC_CONF,
	UV_SLOT_DESTROY_SEC_CONF_FAST,
	UV_SLOT_CREATE_SEC_CPU,
	UV_SLOT_DESTROY_SEC_CPU,
	UV_SLOT_CONV_TO_SEC_STOR,
	UV_SLOT_CONV_FROM_SEC_STOR,
	UV_SLOT_DESTR_SEC_STOR,
	UV_SLOT_SET_SEC_CONF_PARAMS,
	UV_SLOT_UNPACK_IMG,
	UV_SLOT_VERIFY_IMG,
	UV_SLOT_CPU_RESET,
	UV_SLOT_CPU_RESET_INITIAL,
	UV_SLOT_PREPARE_RESET,
	UV_SLOT_CPU_RESET_CLEAR,
	UV_SLOT_CPU_SET_STATE,
	UV_SLOT_SET_UNSHARE_ALL,
	UV_SLOT_PIN_PAGE_SHARED,
	UV_SLOT_UNPIN_PAGE_SHARED,
	UV_SLOT_DUMP_INIT,
	UV_SLOT_DUMP_CONF_STOR_STATE,
	UV_SLOT_DUMP_CPU,
	UV_SLOT_DUMP_COMPLETE,
	UV_SLOT_SET_SHARED_ACCESS,
	UV_SLOT_REMOVE_SHARED_ACCESS,
	UV_SLOT_RETR_ATTEST,
	UV_SLOT_ADD_SECRET,
	UV_SLOT_LIST_SECRETS,
	UV_SLOT_LOCK_SECRETS,
	UV_SLOT_RETR_SECRET,
	UV_SLOTS
};

struct uv_command {
	u16 cmd;
	const char *name;
};

extern const struct uv_command uv_commands[UV_SLOTS];

const char *uv_cmd_name(u16 cmd);
const char *uv_rc_text(u16 cmd, u16 rc);

/* stats.c: counters, shown in debugfs */

enum uv_event {
	UV_EVENT_IMPORT_WAITS,		/* had to wait for the page, then tried again */
	UV_EVENT_IMPORT_DRAINS,		/* LRU caches drained for a stray reference */
	UV_EVENT_IMPORT_SPLITS,		/* large folio split for an import */
	UV_EVENT_IMPORT_WRITEBACKS,	/* large folio written back in order to split it */
	UV_EVENT_IMPORT_UNMAPS,		/* taken from others who had the page mapped */
	UV_EVENT_IMPORT_RETURNS,	/* gave up for now with -EAGAIN */
	UV_EVENT_IMPORTS_AHEAD,		/* of pages that no guest had asked for yet */
	UV_EVENT_HOST_ACCESSES,		/* secure storage access exceptions */
	UV_EVENT_VIOLATIONS,		/* exceptions that nothing could cure */
	UV_EVENT_PAGES_OF_NO_VM,	/* changed hands, nobody can tell whose they are */
	UV_EVENT_PAGES_KEPT,		/* not given back to the page allocator */
	UV_EVENTS
};

struct uv_stats {
	struct {
		u64 calls;
		u64 errors;
		u64 retries;
	} cmd[UV_SLOTS];
	u64 event[UV_EVENTS];
};

DECLARE_PER_CPU(struct uv_stats, uv_stats);
extern u8 uv_cmd_slot[][0x80];

/* Every architected code is below 0x1080, with a low byte below 0x80. */
static inline enum uv_slot uv_stats_slot(u16 cmd)
{
	return cmd < 0x1080 ? uv_cmd_slot[cmd >> 8][cmd & 0x7f] : UV_SLOT_OTHER;
}

static inline void uv_count(enum uv_event event)
{
	this_cpu_inc(uv_stats.event[event]);
}

extern unsigned long uv_donated;

/* call.c: issue a command, retry it, count it, trace it */

/* How long the caller can wait while the ultravisor is busy */
enum uv_wait {
	UV_ONCE,	/* not at all: busy and partial are the caller's affair */
	UV_ATOMIC,	/* short, without sleeping */
	UV_BOOT,	/* long, without sleeping: nobody else is there yet */
	UV_SPIN,	/* until it is done, without sleeping */
	UV_KILLABLE,	/* sleeping, until it is done or a fatal signal comes */
	UV_PERSISTENT,	/* sleeping, until it is done */
};

/*
 * One ultravisor call, issued once: the seam between driver and firmware,
 * where tests put a firmware of their own.
 */
#if IS_ENABLED(CONFIG_PROTECTED_VIRTUALIZATION_KUNIT_TEST)
int uvc(struct uv_cb_header *uvcb);
#else
static __always_inline int uvc(struct uv_cb_header *uvcb)
{
	return __uv_call(0, (unsigned long)uvcb);
}
#endif

DECLARE_TRACEPOINT(uv_call);

u64 uv_clock(void);
int uv_repeat(struct uv_cb_header *uvcb, enum uv_wait wait, int cc);
void uv_sharing_failed(void);
int uv_issue_traced(struct uv_cb_header *uvcb, enum uv_wait wait);
int uv_issue(struct uv_cb_header *uvcb, enum uv_wait wait);
int uv_errno(int cc, const struct uv_cb_header *uvcb);

/* uv_issue() for where every instruction counts */
static __always_inline int uv_issue_inline(struct uv_cb_header *uvcb, enum uv_wait wait,
					   enum uv_slot slot)
{
	int cc;

	if (tracepoint_enabled(uv_call)) {
		cc = uv_issue_traced(uvcb, wait);
	} else {
		cc = uvc(uvcb);
		if (unlikely(cc > UVC_CC_ERROR) && wait != UV_ONCE)
			cc = uv_repeat(uvcb, wait, cc);
	}
	this_cpu_inc(uv_stats.cmd[slot].calls);
	if (unlikely(cc))
		this_cpu_inc(uv_stats.cmd[slot].errors);
	return cc;
}

/* setup.c: take the decompressor's verdict, donate storage */

const char *uv_verdict_text(enum uv_host_verdict verdict);
phys_addr_t uv_base_storage_alloc(unsigned long len);
void uv_base_storage_free(phys_addr_t base, unsigned long len);
int uv_donate(void);

/* sysfs.c: /sys/firmware/uv */

ssize_t uv_attr_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf);
ssize_t uv_keys_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf);
extern const struct attribute_group uv_root_group;
extern const struct attribute_group uv_query_group;
extern const struct attribute_group uv_keys_group;

/* page.c: acts that change what a page is to the ultravisor */

int uv_pin_page(unsigned long paddr, enum uv_wait wait);
int uv_export_page(unsigned long paddr, enum uv_wait wait);
int uv_destroy_page(unsigned long paddr, enum uv_wait wait);

/* folio.c: the same for the kernel's idea of memory */

/*
 * Set by an import until the page leaves its guest: also while it is pinned shared or the
 * host has exported it, which clears PG_arch_1.
 */
#define UV_PG_OWNED	PG_arch_2
#define UV_MARKS	(BIT(PG_arch_1) | BIT(UV_PG_OWNED))

int uv_export_folio(struct folio *folio, enum uv_wait wait);
int uv_export_unmapped(struct page *page);
int uv_export_mapped(struct mm_struct *mm, unsigned long uaddr, enum uv_wait wait);
int uv_destroy_folio(struct folio *folio, enum uv_wait wait);
int uv_make_accessible(struct folio *folio, struct mm_struct *mm, unsigned long uaddr,
		       enum uv_wait wait);

/* keep.c: pages that the page allocator must not get */

int uv_keep_folio(struct folio *folio);

/* count.c: pages that change hands, for KVM's statistics */

#define UV_NO_ADDRESS	(-1UL)

void uv_count_pages(struct mm_struct *mm, unsigned long uaddr, enum uv_page_count what,
		    unsigned long pages);

/* ahead.c: what a guest is likely to want next */

extern unsigned int uv_ahead_most;

/* import.c, unblock.c: make pages secure */

#if IS_ENABLED(CONFIG_KUNIT)
int uv_import_folio(struct folio *folio, struct uv_cb_header *uvcb, bool export_first);
#endif

/* range.c: the memory of a guest that is gone */

unsigned int uv_range_helpers(unsigned int cpus, unsigned long pages);

/* oldmem.c: a dump of another kernel, of which this one has the secure pages */

int uv_oldmem_make_readable(unsigned long addr);
int uv_oldmem_unmap(struct mm_struct *mm, unsigned long addr);

/* fault.c: program checks of secure storage */

enum uv_fault_kind {
	UV_FAULT_SECURE_ACCESS,		/* 0x3d: host touched a secure page */
	UV_FAULT_NON_SECURE_ACCESS,	/* 0x3e: guest touched another page */
	UV_FAULT_VIOLATION,		/* 0x3f: page of another owner */
	UV_FAULT_KINDS
};

enum uv_fault_origin {
	UV_FROM_USER,
	UV_FROM_UACCESS,
	UV_FROM_UACCESS_ATOMIC,		/* page faults disabled */
	UV_FROM_KERNEL,
	UV_FAULT_ORIGINS
};

enum uv_fault_action {
	UV_FAULT_EXPORT_USER,		/* find the page by user address, export */
	UV_FAULT_EXPORT_NOWAIT,		/* the same where page faults are disabled */
	UV_FAULT_EXPORT_KERNEL,		/* find the page by kernel address, export */
	UV_FAULT_FIXUP,			/* let the access return an error */
	UV_FAULT_SIGSEGV,
	UV_FAULT_DIE,
	UV_FAULT_PANIC,
};

enum uv_fault_action uv_fault_action(enum uv_fault_kind kind, enum uv_fault_origin origin,
				     bool addr_valid);

#endif /* _S390_UV_UV_H */
