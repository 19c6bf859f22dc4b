/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Protected VMs; a table of contents. What the rest of KVM uses is declared
 * in s390.h.
 *
 * Locks: kvm->lock protects what a VM is (protected or not, its handle, what
 * was set aside), vcpu->mutex the same of a CPU. kvm->lock is taken first,
 * then kvm->slots_lock or a vcpu->mutex.
 */
#ifndef _KVM_S390_PV_H
#define _KVM_S390_PV_H

#include <linux/kvm_host.h>
#include <asm/uv.h>
#include "../s390/s390.h"
#include "space.h"

/* Tell the caller what the ultravisor answered. */
static inline void pv_answer(const struct uv_cb_header *uvcb, u16 *rc, u16 *rrc)
{
	*rc = uvcb->rc;
	*rrc = uvcb->rrc;
}

/* memory.c: where in the process the pages of a configuration can be */

struct pv_memory;

#define PV_MEMORY_END	(~(gfn_t)0)

struct pv_memory *pv_memory_alloc(struct kvm *kvm);
void pv_memory_free(struct pv_memory *memory);
void pv_memory_destroy(struct mm_struct *mm, const struct pv_memory *memory, gfn_t end);
int pv_memory_destroy_interruptible(struct mm_struct *mm, const struct pv_memory *memory);
void pv_memory_destroy_dying(struct mm_struct *mm, const struct pv_memory *memory, u64 until);

/* config.c: the donation of a configuration */

/**
 * struct pv_donation - what a configuration has donated to the ultravisor
 * @base:	physically contiguous part, in the direct mapping
 * @var:	part in vmalloc space, for every megabyte of guest storage
 * @var_len:	its length in bytes
 */
struct pv_donation {
	void *base;
	void *var;
	unsigned long var_len;
};

unsigned long pv_var_len(unsigned long guest_len);
void pv_donation_take(struct kvm *kvm, struct pv_donation *donation);
void pv_donation_free(struct pv_donation *donation);
void pv_donation_keep(struct pv_donation *donation);

/* ioctl.c: the commands of user space */

int pv_do_command(struct kvm *kvm, struct kvm_pv_cmd *cmd);

/* cpu.c: secure CPUs */

int pv_cpus_to_secure(struct kvm *kvm, u16 *rc, u16 *rrc);

/* teardown.c: the end of a configuration, now or later */

int pv_watch_mm(struct kvm *kvm);
bool pv_has_aside(struct kvm *kvm);

/* events.c: one line in the debug feature and one tracepoint for an act */

void pv_vm_event(struct kvm *kvm, const char *act, u16 rc, u16 rrc);
void pv_create_event(struct kvm *kvm, const struct uv_cb_cgc *uvcb);
void pv_cpu_event(struct kvm_vcpu *vcpu, const char *act, u16 rc, u16 rrc);

#endif /* _KVM_S390_PV_H */
