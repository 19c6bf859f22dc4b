/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_S390_GMAP_NOWAIT_H
#define _ASM_S390_GMAP_NOWAIT_H

#include <linux/mm.h>

/**
 * gmap_fixup_nowait - resolve a fault of a guest if that takes no waiting
 * @mm: of the process that has the guest's memory, whose mmap lock the caller
 *	holds and goes on holding
 * @vmaddr: address in that process
 * @flags: of the fault, with FAULT_FLAG_RETRY_NOWAIT
 *
 * fixup_user_fault() is no good for this. It believes that a fault which has to
 * be tried again has released the mmap lock, and takes it once more, for good:
 * whoever wants to write then hangs.
 *
 * Return: 0; -EAGAIN when somebody has to wait; -EFAULT when there is no memory
 * or it is not for this access
 */
static inline int gmap_fixup_nowait(struct mm_struct *mm, unsigned long vmaddr,
				    unsigned int flags)
{
	vm_flags_t needed = flags & FAULT_FLAG_WRITE ? VM_WRITE : VM_READ;
	struct vm_area_struct *vma;
	vm_fault_t fault;

	mmap_assert_locked(mm);
	vma = vma_lookup(mm, vmaddr);
	if (!vma || !(vma->vm_flags & needed))
		return -EFAULT;
	fault = handle_mm_fault(vma, vmaddr, flags | FAULT_FLAG_ALLOW_RETRY, NULL);
	if (fault & VM_FAULT_ERROR)
		return -EFAULT;
	return fault & VM_FAULT_RETRY ? -EAGAIN : 0;
}

#endif /* _ASM_S390_GMAP_NOWAIT_H */
