// SPDX-License-Identifier: GPL-2.0
/*
 * Secure storage of a kernel that has crashed, met by the one that dumps it. A page is
 * exported if the ultravisor still does that. For any other, its own storage included,
 * the dump has zeroes: it must not end there.
 */
#define pr_fmt(fmt) "prot_virt: " fmt

#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/printk.h>
#include <asm/maccess.h>
#include <asm/pgtable.h>
#include "uv.h"

/**
 * uv_oldmem_make_readable - let the kernel go on that reads the storage of another one
 * @addr: kernel address of its access, which met secure storage
 *
 * That storage is mapped page by page by memcpy_real_iter(), whose lock the interrupted
 * access holds. Where an export fails the page of zeroes is mapped instead.
 *
 * Context: any.
 * Return: 0 when the access can be repeated, -EFAULT when it was to other storage
 */
int uv_oldmem_make_readable(unsigned long addr)
{
	unsigned long paddr;
	int rc;

	if (addr != __memcpy_real_area)
		return -EFAULT;
	paddr = pte_val(*memcpy_real_ptep) & PAGE_MASK;
	rc = uv_export_page(paddr, UV_ATOMIC);
	if (!rc)
		return 0;
	pr_warn_once("The dump has zeroes for secure pages that the ultravisor does not export, 0x%lx is the first (%d)\n",
		     paddr, rc);
	__ptep_ipte(addr, memcpy_real_ptep, 0, 0, IPTE_GLOBAL);
	set_pte(memcpy_real_ptep, mk_pte_phys(page_to_phys(ZERO_PAGE(addr)), PAGE_KERNEL_RO));
	return 0;
}

/**
 * uv_oldmem_unmap - let a process go on that has storage of another kernel mapped
 * @mm: the process
 * @addr: user address, page aligned, at which it met secure storage
 *
 * The next access finds nothing mapped, and /proc/vmcore then gives the process a copy,
 * see uv_oldmem_make_readable().
 *
 * Context: process context, takes the mmap lock.
 * Return: 0 when the access can be repeated, -EFAULT when it was to other storage
 */
int uv_oldmem_unmap(struct mm_struct *mm, unsigned long addr)
{
	struct follow_pfnmap_args args = { .address = addr };
	int rc = -EFAULT;

	mmap_read_lock(mm);
	args.vma = vma_lookup(mm, addr);
	if (args.vma && args.vma->vm_ops && args.vma->vm_ops->fault &&
	    !follow_pfnmap_start(&args)) {
		if (args.pfn >= max_pfn)
			rc = 0;
		follow_pfnmap_end(&args);
	}
	if (!rc)
		zap_special_vma_range(args.vma, addr, PAGE_SIZE);
	mmap_read_unlock(mm);
	return rc;
}
