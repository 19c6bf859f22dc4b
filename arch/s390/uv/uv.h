/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inside of the ultravisor code; a table of contents.
 * What the rest of the kernel may use is in <asm/uv.h>.
 */
#ifndef _S390_UV_UV_H
#define _S390_UV_UV_H

#include <linux/mm_types.h>
#include <linux/kobject.h>
#include <asm/uv.h>
#include <asm/uv_boot.h>

struct pt_regs;

/* call.c: issue a command, retry it, count it, trace it */

/* How long the caller can wait while the ultravisor is busy */
enum uv_wait {
	UV_ONCE,	/* not at all: busy and partial are the caller's affair */
	UV_ATOMIC,	/* short, without sleeping */
	UV_MAY_SLEEP,
};

int uvc(struct uv_cb_header *uvcb);
unsigned long uv_clock(void);
int uv_issue(struct uv_cb_header *uvcb, enum uv_wait wait);
int uv_errno(int cc, const struct uv_cb_header *uvcb);

/* commands.c: the names of commands and response codes */

struct uv_command {
	u16 cmd;
	const char *name;
};

extern const struct uv_command uv_commands[];
extern const unsigned int uv_nr_commands;

const char *uv_cmd_name(u16 cmd);
const char *uv_rc_text(u16 cmd, u16 rc);

/* stats.c: counters, shown in debugfs */

enum uv_event {
	UV_EVENT_IMPORT_WAITS,		/* had to wait for the page, then tried again */
	UV_EVENT_IMPORT_DRAINS,		/* LRU caches drained for a stray reference */
	UV_EVENT_IMPORT_SPLITS,		/* large folio split for an import */
	UV_EVENT_IMPORT_RETURNS,	/* gave up for now with -EAGAIN */
	UV_EVENT_HOST_ACCESSES,		/* secure storage access exceptions */
	UV_EVENT_VIOLATIONS,		/* exceptions that nothing could cure */
	UV_EVENTS
};

#define UV_MAX_COMMANDS	48

struct uv_stats {
	struct {
		u64 calls;
		u64 errors;
		u64 retries;
	} cmd[UV_MAX_COMMANDS];
	u64 event[UV_EVENTS];
};

DECLARE_PER_CPU(struct uv_stats, uv_stats);
DECLARE_STATIC_KEY_FALSE(uv_stats_on);
extern u8 uv_cmd_slot[][0x80];

/* Every architected code is below 0x1080, with a low byte below 0x80. */
static inline unsigned int uv_stats_slot(u16 cmd)
{
	return cmd < 0x1080 ? uv_cmd_slot[cmd >> 8][cmd & 0x7f] : 0;
}

static inline void uv_count(enum uv_event event)
{
	this_cpu_inc(uv_stats.event[event]);
}

extern unsigned long uv_donated;

/* setup.c: take the decompressor's verdict, donate storage */

const char *uv_verdict_text(enum uv_host_verdict verdict);
phys_addr_t uv_base_storage_alloc(unsigned long len);
void uv_base_storage_free(phys_addr_t base, unsigned long len);
int uv_donate(void);

/* sysfs.c: /sys/firmware/uv */

ssize_t uv_attr_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf);
extern const struct attribute_group uv_root_group;
extern const struct attribute_group uv_query_group;

/* page.c: what a page can be, and the acts that change it */

/* A page in the ultravisor's eyes; see the table of acts in page.c */
enum uv_page_state {
	/* ordinary: the host reads and writes it, content is the host's or
	 * ciphertext of a guest
	 */
	UV_PAGE_ACCESSIBLE,
	/* belongs to a guest, any host access is an exception */
	UV_PAGE_SECURE,
	/* belongs to a guest which opened it to the host; the guest may close
	 * it at any time
	 */
	UV_PAGE_SHARED,
	/* shared, and the guest is intercepted before it closes the page */
	UV_PAGE_PINNED,
	UV_PAGE_STATES,
	UV_PAGE_REFUSED = UV_PAGE_STATES,	/* in the table: not legal */
};

enum uv_page_act {
	UV_PAGE_IMPORT,
	UV_PAGE_EXPORT,
	UV_PAGE_DESTROY,
	UV_PAGE_PIN,
	UV_PAGE_UNPIN,
	UV_PAGE_ACTS
};

enum uv_page_state uv_page_next(enum uv_page_state state, enum uv_page_act act);
bool uv_page_host_may_access(enum uv_page_state state);

int uv_export_page(unsigned long paddr);
int uv_destroy_page(unsigned long paddr, enum uv_wait wait);

/* folio.c: the same for the kernel's idea of memory */

int uv_export_folio(struct folio *folio);
int uv_destroy_folio_wait(struct folio *folio, enum uv_wait wait);

/* import.c: make pages secure */

/* How often an import is tried before the caller gets -EAGAIN */
#define UV_IMPORT_TRIES	4

/* Why one attempt did not do it; positive, beside errnos */
enum uv_import_need {
	UV_NEED_MAPPING = 1,	/* no writable page there */
	UV_NEED_UNLOCK,		/* somebody has the folio locked */
	UV_NEED_WRITEBACK_END,
	UV_NEED_FEWER_REFS,
	UV_NEED_SPLIT,
	UV_NEED_PATIENCE,	/* the ultravisor is busy or has not finished */
};

int uv_expected_refs(struct folio *folio);
int uv_import_folio(struct folio *folio, struct uv_cb_header *uvcb);

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
	UV_FAULT_EXPORT_KERNEL,		/* find the page by kernel address, export */
	UV_FAULT_FIXUP,			/* let the access return an error */
	UV_FAULT_SIGSEGV,
	UV_FAULT_DIE,
	UV_FAULT_PANIC,
};

enum uv_fault_action uv_fault_action(enum uv_fault_kind kind, enum uv_fault_origin origin,
				     bool addr_valid);

#endif /* _S390_UV_UV_H */
