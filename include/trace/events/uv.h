/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM uv

#if !defined(_TRACE_UV_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_UV_H

#include <linux/tracepoint.h>

/* One ultravisor call, with all its repetitions */
TRACE_EVENT(uv_call,
	    TP_PROTO(u16 cmd, int cc, u16 rc, u16 rrc, unsigned long duration),

	    TP_ARGS(cmd, cc, rc, rrc, duration),

	    TP_STRUCT__entry(__field(u16, cmd)
			     __field(int, cc)
			     __field(u16, rc)
			     __field(u16, rrc)
			     __field(unsigned long, duration)
			    ),

	    TP_fast_assign(__entry->cmd = cmd;
			   __entry->cc = cc;
			   __entry->rc = rc;
			   __entry->rrc = rrc;
			   __entry->duration = duration;
			  ),

	    TP_printk("cmd=%#06x cc=%d rc=%#x rrc=%#x duration=%luns",
		      __entry->cmd, __entry->cc, __entry->rc, __entry->rrc,
		      __entry->duration)
);

/*
 * A page was taken through an act (import, unpack, export, destroy page, pin
 * shared, unpin shared). A positive ret is what an import has to wait for.
 */
TRACE_EVENT(uv_page,
	    TP_PROTO(const char *act, unsigned long paddr, int ret),

	    TP_ARGS(act, paddr, ret),

	    TP_STRUCT__entry(__string(act, act)
			     __field(unsigned long, paddr)
			     __field(int, ret)
			    ),

	    TP_fast_assign(__assign_str(act);
			   __entry->paddr = paddr;
			   __entry->ret = ret;
			  ),

	    TP_printk("act=%s paddr=%#lx ret=%d",
		      __get_str(act), __entry->paddr, __entry->ret)
);

#endif /* _TRACE_UV_H */

#include <trace/define_trace.h>
