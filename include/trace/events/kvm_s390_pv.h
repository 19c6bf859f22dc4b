/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvm_s390_pv

#if !defined(_TRACE_KVM_S390_PV_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_KVM_S390_PV_H

#include <linux/tracepoint.h>

/* Something was done to a protected VM, and what the ultravisor said */
TRACE_EVENT(kvm_s390_pv_vm,
	    TP_PROTO(u64 handle, const char *act, u16 rc, u16 rrc),

	    TP_ARGS(handle, act, rc, rrc),

	    TP_STRUCT__entry(__field(u64, handle)
			     __string(act, act)
			     __field(u16, rc)
			     __field(u16, rrc)
			    ),

	    TP_fast_assign(__entry->handle = handle;
			   __assign_str(act);
			   __entry->rc = rc;
			   __entry->rrc = rrc;
			  ),

	    TP_printk("handle=%#llx act=%s rc=%#x rrc=%#x",
		      __entry->handle, __get_str(act), __entry->rc, __entry->rrc)
);

/* The same for one of its CPUs */
TRACE_EVENT(kvm_s390_pv_cpu,
	    TP_PROTO(int id, u64 handle, const char *act, u16 rc, u16 rrc),

	    TP_ARGS(id, handle, act, rc, rrc),

	    TP_STRUCT__entry(__field(int, id)
			     __field(u64, handle)
			     __string(act, act)
			     __field(u16, rc)
			     __field(u16, rrc)
			    ),

	    TP_fast_assign(__entry->id = id;
			   __entry->handle = handle;
			   __assign_str(act);
			   __entry->rc = rc;
			   __entry->rrc = rrc;
			  ),

	    TP_printk("vcpu=%d handle=%#llx act=%s rc=%#x rrc=%#x",
		      __entry->id, __entry->handle, __get_str(act), __entry->rc,
		      __entry->rrc)
);

/* The ultravisor told of an instruction, by its operation code */
TRACE_EVENT(kvm_s390_pv_notify,
	    TP_PROTO(int id, u16 ipa),

	    TP_ARGS(id, ipa),

	    TP_STRUCT__entry(__field(int, id)
			     __field(u16, ipa)
			    ),

	    TP_fast_assign(__entry->id = id;
			   __entry->ipa = ipa;
			  ),

	    TP_printk("vcpu=%d ipa=%#06x", __entry->id, __entry->ipa)
);

#endif /* _TRACE_KVM_S390_PV_H */

#include <trace/define_trace.h>
