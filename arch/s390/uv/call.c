// SPDX-License-Identifier: GPL-2.0
/*
 * The one path to the ultravisor: issue a command, repeat it while it is busy
 * or partly done, count it, trace it, and turn the outcome into an errno.
 */
#define pr_fmt(fmt) "prot_virt: " fmt

#include <linux/delay.h>
#include <linux/export.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <asm/timex.h>
#include <kunit/static_stub.h>
#include "uv.h"

#define CREATE_TRACE_POINTS
#include <trace/events/uv.h>

/* Units of the TOD clock, whose bit 51 is a microsecond */
#define TOD_USEC	4096UL
#define TOD_MSEC	(1000 * TOD_USEC)
#define TOD_SEC		(1000 * TOD_MSEC)

/*
 * How long a call is repeated, as TOD clock differences. Real firmware answers
 * busy for microseconds; the limits keep a broken one from taking the host
 * down. An atomic caller must be done before the soft lockup detector (20 s)
 * and others who wait for its locks complain.
 */
static const struct uv_patience {
	unsigned long busy;	/* without any progress */
	unsigned long total;	/* with progress, that is partial completions */
} uv_patience[] = {
	[UV_ATOMIC]	= { .busy = 2 * TOD_SEC,  .total = 5 * TOD_SEC },
	[UV_BOOT]	= { .busy = 5 * TOD_SEC,  .total = 3600 * TOD_SEC },
	[UV_MAY_SLEEP]	= { .busy = 60 * TOD_SEC, .total = 3600 * TOD_SEC },
};

/* Time alone says little: the CPU may have been taken away from this system. */
#define UV_MIN_TRIES	1000

/* From here on a caller that may sleep does so instead of spinning. */
#define UV_SPIN		TOD_MSEC

#if IS_ENABLED(CONFIG_PROTECTED_VIRTUALIZATION_KUNIT_TEST)
int uvc(struct uv_cb_header *uvcb)
{
	KUNIT_STATIC_STUB_REDIRECT(uvc, uvcb);
	return __uv_call(0, (unsigned long)uvcb);
}
#endif

/**
 * uv_clock - the time by which patience is measured
 *
 * Return: the TOD clock
 */
unsigned long uv_clock(void)
{
	KUNIT_STATIC_STUB_REDIRECT(uv_clock);
	return get_tod_clock_fast();
}

/**
 * uv_repeat - repeat a call which is not finished
 * @uvcb: its control block
 * @wait: not UV_ONCE
 * @cc: how it ended the first time, busy or partial completion
 *
 * Return: the condition code in the end
 */
int uv_repeat(struct uv_cb_header *uvcb, enum uv_wait wait, int cc)
{
	const struct uv_patience *patience = &uv_patience[wait];
	unsigned long start, progress, now, tries = 0;

	now = uv_clock();
	start = now;
	progress = now;
	do {
		if (cc == UVC_CC_PARTIAL)
			progress = now;
		if (wait != UV_MAY_SLEEP)
			cpu_relax();
		else if (now - progress < UV_SPIN)
			cond_resched();
		else
			usleep_range(50, 200);
		cc = uvc(uvcb);
		this_cpu_inc(uv_stats.cmd[uv_stats_slot(uvcb->cmd)].retries);
		now = uv_clock();
		if (cc <= UVC_CC_ERROR)
			return cc;
	} while (++tries < UV_MIN_TRIES ||
		 (now - progress < patience->busy && now - start < patience->total));

	pr_err_ratelimited("%s (0x%x): the ultravisor is %s, giving up after %lu ms\n",
			   uv_cmd_name(uvcb->cmd), uvcb->cmd,
			   cc == UVC_CC_BUSY ? "busy" : "not getting done",
			   (now - start) / TOD_MSEC);
	return cc;
}

/**
 * uv_issue_traced - issue and repeat a call, and tell the tracepoint
 * @uvcb: control block
 * @wait: as for uv_issue()
 *
 * Return: the condition code
 */
int uv_issue_traced(struct uv_cb_header *uvcb, enum uv_wait wait)
{
	unsigned long start = get_tod_clock_fast();
	int cc = uvc(uvcb);

	if (unlikely(cc > UVC_CC_ERROR) && wait != UV_ONCE)
		cc = uv_repeat(uvcb, wait, cc);
	trace_uv_call(uvcb->cmd, cc, uvcb->rc, uvcb->rrc,
		      tod_to_ns(get_tod_clock_fast() - start));
	return cc;
}

/**
 * uv_issue - call the ultravisor
 * @uvcb: control block with command and length set
 * @wait: what to do while the ultravisor is busy or has not finished
 *
 * Context: any, but for UV_MAY_SLEEP process context.
 * Return: the condition code. UVC_CC_BUSY and UVC_CC_PARTIAL come back for
 * UV_ONCE, and when patience has run out; rc and rrc mean nothing then.
 */
int uv_issue(struct uv_cb_header *uvcb, enum uv_wait wait)
{
	if (wait == UV_MAY_SLEEP)
		might_sleep();
	return uv_issue_inline(uvcb, wait, uv_stats_slot(uvcb->cmd));
}

static bool import_like(u16 cmd)
{
	return cmd == UVC_CMD_CONV_TO_SEC_STOR || cmd == UVC_CMD_UNPACK_IMG ||
	       cmd == UVC_CMD_UNPIN_PAGE_SHARED;
}

/**
 * uv_errno - what a finished call means for the kernel
 * @cc: condition code of the call
 * @uvcb: its control block
 *
 * Return:
 * * 0		- done
 * * -EBUSY	- the ultravisor was busy, or did not finish, for too long
 * * -ENXIO	- import-like commands: the host has not mapped the page
 * * -EINVAL	- refused for any other reason, rc and rrc tell
 */
int uv_errno(int cc, const struct uv_cb_header *uvcb)
{
	switch (cc) {
	case UVC_CC_OK:
		return 0;
	case UVC_CC_BUSY:
	case UVC_CC_PARTIAL:
		return -EBUSY;
	}
	if (uvcb->rc == UVC_RC_PAGE_NOT_MAPPED && import_like(uvcb->cmd))
		return -ENXIO;
	return -EINVAL;
}

/**
 * uv_call - call the ultravisor, without sleeping
 * @r1: 0
 * @r2: kernel address of the control block
 *
 * Context: any. Spins while the ultravisor is busy, at most for seconds.
 * Return: the condition code, 0 when done
 */
int uv_call(unsigned long r1, unsigned long r2)
{
	return uv_issue((struct uv_cb_header *)r2, UV_ATOMIC);
}
EXPORT_SYMBOL_GPL(uv_call);

/**
 * uv_call_sched - call the ultravisor for something that may take long
 * @r1: 0
 * @r2: kernel address of the control block
 *
 * Context: process context, may sleep.
 * Return: the condition code, 0 when done
 */
int uv_call_sched(unsigned long r1, unsigned long r2)
{
	return uv_issue((struct uv_cb_header *)r2, UV_MAY_SLEEP);
}
EXPORT_SYMBOL_GPL(uv_call_sched);

/**
 * uv_cmd_nodata - issue a command whose only parameter is a handle
 * @handle: configuration or CPU handle as the ultravisor gave it
 * @cmd: UVC_CMD_*
 * @rc: response code, out
 * @rrc: return reason code, out
 *
 * Context: process context, may sleep.
 * Return: 0, -EINVAL when the ultravisor refused (or there is no handle,
 * which is a bug of the caller), -EBUSY when it did not get done.
 */
int uv_cmd_nodata(u64 handle, u16 cmd, u16 *rc, u16 *rrc)
{
	struct uv_cb_nodata uvcb = {
		.header.cmd = cmd,
		.header.len = sizeof(uvcb),
		.handle = handle,
	};
	int ret = -EINVAL;

	if (!WARN_ONCE(!handle, "ultravisor command 0x%x without a handle\n", cmd))
		ret = uv_errno(uv_issue(&uvcb.header, UV_MAY_SLEEP), &uvcb.header);
	*rc = uvcb.header.rc;
	*rrc = uvcb.header.rrc;
	return ret;
}
EXPORT_SYMBOL_GPL(uv_cmd_nodata);
