// SPDX-License-Identifier: GPL-2.0
/*
 * Program checks of secure storage, outside of guests. Those that end a
 * guest's run (SIE) never come here: the low-level handler leaves them to KVM,
 * which imports for 0x3e and destroys for 0x3d and 0x3f.
 */
#define pr_fmt(fmt) "prot_virt: " fmt

#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/asm-extable.h>
#include <asm/extable.h>
#include <asm/fault.h>
#include <asm/ptrace.h>
#include <asm/setup.h>
#include "../kernel/entry.h"
#include "uv.h"

/*
 * What is done about an exception. A host only ever sees the first kind for
 * its own accesses; the others tell of a guest's access and cannot happen
 * outside of SIE, so there is nothing that could be made accessible.
 */
static const u8 uv_fault_actions[UV_FAULT_KINDS][UV_FAULT_ORIGINS] = {
	[UV_FAULT_SECURE_ACCESS] = {
		/* VMM, debugger or a device model looks at guest memory */
		[UV_FROM_USER]			= UV_FAULT_EXPORT_USER,
		/* a system call's buffer lies in guest memory */
		[UV_FROM_UACCESS]		= UV_FAULT_EXPORT_USER,
		/* after -EFAULT callers fault in what is not mapped or may not
		 * be written to, and find that there is nothing to do
		 */
		[UV_FROM_UACCESS_ATOMIC]	= UV_FAULT_EXPORT_NOWAIT,
		/* swap, migration, /proc/kcore: by the linear mapping; /proc/vmcore */
		[UV_FROM_KERNEL]		= UV_FAULT_EXPORT_KERNEL,
	},
	[UV_FAULT_NON_SECURE_ACCESS] = {
		[UV_FROM_USER]			= UV_FAULT_SIGSEGV,
		[UV_FROM_UACCESS]		= UV_FAULT_FIXUP,
		[UV_FROM_UACCESS_ATOMIC]	= UV_FAULT_FIXUP,
		[UV_FROM_KERNEL]		= UV_FAULT_DIE,
	},
	[UV_FAULT_VIOLATION] = {
		[UV_FROM_USER]			= UV_FAULT_SIGSEGV,
		[UV_FROM_UACCESS]		= UV_FAULT_FIXUP,
		[UV_FROM_UACCESS_ATOMIC]	= UV_FAULT_FIXUP,
		[UV_FROM_KERNEL]		= UV_FAULT_DIE,
	},
};

/**
 * uv_fault_action - what to do about a secure storage exception
 * @kind: which exception
 * @origin: who made the access
 * @addr_valid: the exception came with an address that can be relied upon
 *
 * Without an address a user did what it should not, such as branching into
 * secure storage, and the kernel has no way out: going on would repeat it.
 *
 * Return: what to do
 */
enum uv_fault_action uv_fault_action(enum uv_fault_kind kind, enum uv_fault_origin origin,
				     bool addr_valid)
{
	enum uv_fault_action action = uv_fault_actions[kind][origin];

	if (kind != UV_FAULT_SECURE_ACCESS || addr_valid)
		return action;
	switch (action) {
	case UV_FAULT_EXPORT_USER:
		return origin == UV_FROM_USER ? UV_FAULT_SIGSEGV : UV_FAULT_FIXUP;
	case UV_FAULT_EXPORT_NOWAIT:
		return UV_FAULT_FIXUP;
	case UV_FAULT_EXPORT_KERNEL:
		return UV_FAULT_PANIC;
	default:
		return action;
	}
}

static enum uv_fault_origin uv_fault_origin_of(struct pt_regs *regs)
{
	union teid teid = { .val = regs->int_parm_long };

	if (user_mode(regs))
		return UV_FROM_USER;
	/* The kernel reaches user space through the secondary space only. */
	if (teid.as != PSW_BITS_AS_SECONDARY)
		return UV_FROM_KERNEL;
	return faulthandler_disabled() || !current->mm ? UV_FROM_UACCESS_ATOMIC : UV_FROM_UACCESS;
}

static unsigned long uv_fault_address(struct pt_regs *regs)
{
	union teid teid = { .val = regs->int_parm_long };

	return teid.addr << PAGE_SHIFT;
}

/* Bit 61 means something with the MISC feature only. */
static bool uv_fault_address_valid(struct pt_regs *regs)
{
	union teid teid = { .val = regs->int_parm_long };

	return teid.b61 || !uv_has_feature(BIT_UV_FEAT_MISC);
}

static void uv_fault_segv(struct pt_regs *regs, int code)
{
	uv_count(UV_EVENT_VIOLATIONS);
	report_user_fault(regs, SIGSEGV, 1);
	force_sig_fault(SIGSEGV, code, (void __user *)uv_fault_address(regs));
}

/* An access of the kernel's that cannot be made to work */
static void uv_fault_fix_up_or_die(struct pt_regs *regs)
{
	uv_count(UV_EVENT_VIOLATIONS);
	if (fixup_exception(regs))
		return;
	pr_alert("No access to secure storage at 0x%lx, TEID 0x%lx\n",
		 uv_fault_address(regs), regs->int_parm_long);
	die(regs, "Secure storage access");
}

/*
 * Make the page at a user address accessible, so that the access works when
 * it is repeated. As long as the ultravisor is busy the user waits.
 */
static int uv_fault_export_user(unsigned long addr)
{
	struct page *page;
	int rc;

	rc = uv_export_mapped(current->mm, addr, UV_KILLABLE);
	if (likely(rc != -ENOENT))
		return rc;
	/* Without FOLL_PIN, which would make it accessible already. */
	rc = get_user_pages_fast(addr, 1, 0, &page);
	if (rc != 1)
		return uv_oldmem_unmap(current->mm, addr);
	rc = uv_make_accessible(page_folio(page), current->mm, addr, UV_KILLABLE);
	put_page(page);
	return rc;
}

/* The page behind an address that the kernel used, NULL if there is none */
static struct page *uv_fault_kernel_page(unsigned long addr)
{
	if (is_vmalloc_or_module_addr((void *)addr))
		return vmalloc_to_page((void *)addr);
	return virt_addr_valid((void *)addr) ? virt_to_page((void *)addr) : NULL;
}

static int uv_fault_export_kernel(unsigned long addr)
{
	struct page *page = uv_fault_kernel_page(addr);
	struct folio *folio;
	int rc;

	if (!page)
		return uv_oldmem_make_readable(addr);
	folio = page_folio(page);
	if (folio_try_get(folio)) {
		rc = uv_export_unmapped(page);
		folio_put(folio);
		return rc;
	}
	/*
	 * No reference to be had: either an import has the folio frozen, and
	 * locked, which is over at the next attempt; or the page is free and
	 * nobody's, such as /proc/kcore may look at.
	 */
	return folio_test_locked(folio) ? 0 : uv_export_page(page_to_phys(page), UV_ATOMIC);
}

static void uv_fault(struct pt_regs *regs, enum uv_fault_kind kind)
{
	enum uv_fault_origin origin = uv_fault_origin_of(regs);
	unsigned long addr = uv_fault_address(regs);
	int rc;

	uv_count(UV_EVENT_HOST_ACCESSES);
	switch (uv_fault_action(kind, origin, uv_fault_address_valid(regs))) {
	case UV_FAULT_EXPORT_USER:
		rc = uv_fault_export_user(addr);
		/* A process that is being killed does not get its pages. */
		if (!rc || (origin == UV_FROM_USER && fatal_signal_pending(current)))
			return;
		if (origin == UV_FROM_USER)
			uv_fault_segv(regs, rc == -EFAULT ? SEGV_MAPERR : SEGV_ACCERR);
		else
			uv_fault_fix_up_or_die(regs);
		return;
	case UV_FAULT_EXPORT_NOWAIT:
		if (!current->mm || uv_export_mapped(current->mm, addr, UV_ATOMIC))
			uv_fault_fix_up_or_die(regs);
		return;
	case UV_FAULT_EXPORT_KERNEL:
		if (uv_fault_export_kernel(addr))
			uv_fault_fix_up_or_die(regs);
		return;
	case UV_FAULT_SIGSEGV:
		uv_fault_segv(regs, SEGV_ACCERR);
		return;
	case UV_FAULT_FIXUP:
	case UV_FAULT_DIE:
		uv_fault_fix_up_or_die(regs);
		return;
	case UV_FAULT_PANIC:
		panic("Secure storage access in the kernel without an address, TEID 0x%lx\n",
		      regs->int_parm_long);
	}
}

/* Program interruption 0x3d; may sleep where the interrupted context may */
void do_secure_storage_access(struct pt_regs *regs)
{
	uv_fault(regs, UV_FAULT_SECURE_ACCESS);
}

NOKPROBE_SYMBOL(do_secure_storage_access);

/* Program interruption 0x3e */
void do_non_secure_storage_access(struct pt_regs *regs)
{
	uv_fault(regs, UV_FAULT_NON_SECURE_ACCESS);
}

NOKPROBE_SYMBOL(do_non_secure_storage_access);

/* Program interruption 0x3f */
void do_secure_storage_violation(struct pt_regs *regs)
{
	uv_fault(regs, UV_FAULT_VIOLATION);
}

NOKPROBE_SYMBOL(do_secure_storage_violation);
