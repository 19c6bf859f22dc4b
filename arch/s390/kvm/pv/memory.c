// SPDX-License-Identifier: GPL-2.0
/*
 * Where in the address space of the process the pages of a configuration can be:
 * where the memory slots were when it was created. The VM may lose these slots
 * before the pages are destroyed. A page that is moved to another address or
 * unmapped is exported on the way.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <asm/uv_import.h>
#include "pv.h"

/**
 * struct pv_memory - the guest memory of one configuration
 * @slots:	how many memory slots there were
 * @slot:	a copy of what matters of each
 */
struct pv_memory {
	unsigned int slots;
	struct pv_memory_slot {
		gfn_t gfn;
		unsigned long uaddr;
		unsigned long pages;
	} slot[] __counted_by(slots);
};

/**
 * pv_memory_alloc - take note of the memory slots of a VM
 * @kvm: the VM
 *
 * Context: kvm->slots_lock held.
 * Return: to be freed with pv_memory_free(), NULL if there is no memory
 */
struct pv_memory *pv_memory_alloc(struct kvm *kvm)
{
	struct kvm_memslots *slots = kvm_memslots(kvm);
	struct kvm_memslot_iter iter;
	struct pv_memory *memory;
	unsigned int count = 0, i = 0;

	lockdep_assert_held(&kvm->slots_lock);
	/* By address: by number it would be the 128 buckets of a hash table. */
	kvm_for_each_memslot_in_gfn_range(&iter, slots, 0, PV_MEMORY_END)
		count++;
	memory = kvzalloc(struct_size(memory, slot, count), GFP_KERNEL_ACCOUNT);
	if (!memory)
		return NULL;
	memory->slots = count;
	kvm_for_each_memslot_in_gfn_range(&iter, slots, 0, PV_MEMORY_END)
		memory->slot[i++] = (struct pv_memory_slot){
			.gfn = iter.slot->base_gfn,
			.uaddr = iter.slot->userspace_addr,
			.pages = iter.slot->npages,
		};
	return memory;
}

/**
 * pv_memory_free - the pages do not matter any more
 * @memory: from pv_memory_alloc(), or NULL
 */
void pv_memory_free(struct pv_memory *memory)
{
	kvfree(memory);
}

/* User address behind the pages of a slot that are below @end */
static unsigned long pv_memory_slot_end(const struct pv_memory_slot *slot, gfn_t end)
{
	unsigned long pages = slot->gfn < end ? min_t(gfn_t, slot->pages, end - slot->gfn) : 0;

	return slot->uaddr + (pages << PAGE_SHIFT);
}

/**
 * pv_memory_destroy - destroy pages of a configuration
 * @mm: the process; the caller keeps its address space from going away
 * @memory: of a configuration that has been destroyed, or has no CPUs
 * @end: guest frame number behind the last page, PV_MEMORY_END for all of them
 *
 * Context: process context, takes the mmap lock, sleeps.
 */
void pv_memory_destroy(struct mm_struct *mm, const struct pv_memory *memory, gfn_t end)
{
	for (unsigned int i = 0; i < memory->slots; i++)
		s390_uv_destroy_range(mm, memory->slot[i].uaddr,
				      pv_memory_slot_end(&memory->slot[i], end));
}

/**
 * pv_memory_destroy_interruptible - destroy all pages of a configuration, or some
 * @mm: the process, as for pv_memory_destroy()
 * @memory: of a configuration without CPUs
 *
 * Context: process context, takes the mmap lock, sleeps.
 * Return: 0, or -EINTR when a fatal signal came first
 */
int pv_memory_destroy_interruptible(struct mm_struct *mm, const struct pv_memory *memory)
{
	int ret = 0;

	for (unsigned int i = 0; !ret && i < memory->slots; i++)
		ret = s390_uv_destroy_range_interruptible(mm, memory->slot[i].uaddr,
							  pv_memory_slot_end(&memory->slot[i],
									     PV_MEMORY_END));
	return ret;
}

/**
 * pv_memory_destroy_dying - destroy pages of a configuration whose process has ended
 * @mm: the process, about to be unmapped
 * @memory: of a configuration without CPUs
 * @until: when to stop, by the monotonic clock
 *
 * Context: as pv_memory_destroy(). Does not wait for a busy ultravisor.
 */
void pv_memory_destroy_dying(struct mm_struct *mm, const struct pv_memory *memory, u64 until)
{
	if (!IS_ENABLED(CONFIG_PROTECTED_VIRTUALIZATION_HOST))
		return;
	for (unsigned int i = 0; i < memory->slots; i++)
		s390_uv_destroy_range_of_dying(mm, memory->slot[i].uaddr,
					       pv_memory_slot_end(&memory->slot[i],
								  PV_MEMORY_END), until);
}
