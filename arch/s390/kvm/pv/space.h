/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What protected VMs need of the way in which KVM keeps the memory of a guest. It is
 * all that they know about it; there is one space.c for each way:
 *
 * - guest and process share page tables, and a guest's table leads to those;
 * - the guest has tables of KVM's own, filled by faults and emptied by a notifier.
 */
#ifndef _KVM_S390_PV_SPACE_H
#define _KVM_S390_PV_SPACE_H

#include <linux/kvm_host.h>
#include <asm/uv.h>

/* For a VM that becomes protected, and what goes with its configuration */
int pv_space_prepare(struct kvm *kvm);
u64 pv_space_asce(struct kvm *kvm);
int pv_space_begin_counting(struct kvm *kvm);
void pv_space_end_counting(struct kvm *kvm);
void pv_space_set_owner(struct kvm *kvm, u64 handle);

/* For one that parts from a configuration which goes on using the table */
bool pv_space_has_top_table(struct kvm *kvm);
int pv_space_replace_table(struct kvm *kvm, unsigned long *table);
void pv_space_lose_table(struct kvm *kvm);
int pv_replace_table(struct gmap *gmap);

/* Pages */
int pv_space_unpack(struct kvm *kvm, struct uv_cb_unp *uvcb, unsigned long *pages);
int pv_space_import(struct kvm_vcpu *vcpu, unsigned long gaddr);
int pv_space_unpin(struct kvm_vcpu *vcpu, struct uv_cb_cts *uvcb);
bool pv_space_fault_in(struct kvm_vcpu *vcpu, unsigned long gaddr);

#endif /* _KVM_S390_PV_SPACE_H */
