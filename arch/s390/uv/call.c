// SPDX-License-Identifier: GPL-2.0
/*
 * The one path to the ultravisor: issue a command, repeat it while it is busy
 * or partly done, count it, trace it, and turn the outcome into an errno.
 */
#define pr_fmt(fmt) "prot_virt: " fmt

#include <linux/delay.h>
#include <linux/export.h>
#include <linux/nmi.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/time64.h>
#include <linux/timekeeping.h>
#include "uv.h"

#define CREATE_TRACE_POINTS
#include <trace/events/uv.h>

/*
 * How long a caller that must not sleep repeats a call. Real firmware answers
 * busy for microseconds; the limits keep a broken one from taking the host
 * down. An atomic caller must be done before the soft lockup detector (20 s)
 * and others who wait for its locks complain.
 */
static const struct uv_patience {
	u64 busy;	/* nanoseconds without any progress */
	u64 total;	/* with progress, that is partial completions */
} uv_patience[] = {
	[UV_ATOMIC]	= { .busy = 2 * NSEC_PER_SEC, .total = 5 * NSEC_PER_SEC },
	[UV_BOOT]	= { .busy = 5 * NSEC_PER_SEC, .total = 3600 * NSEC_PER_SEC },
};

/*
 * An atomic caller has lost its patience, and no call that was repeated has ended
 * since. Pages are unmapped by thousands under one lock, so each one waits as
 * long as a call may take that makes progress at all, and no longer.
 */
static bool uv_stalled;

static const struct uv_patience uv_stalled_patience = {
	.busy = NSEC_PER_MSEC, .total = 10 * NSEC_PER_MSEC,
};

/* Who does not give up says so, and says it again. */
#define UV_REPORT	(120 * NSEC_PER_SEC)

/* Time alone says little: the CPU may have been taken away from this system. */
#define UV_MIN_TRIES	1000

/* From here on a caller that may sleep does so instead of spinning. */
#define UV_SPIN_TIME	NSEC_PER_MSEC

/* And from here on it sleeps longer: nothing that is usual takes that long. */
#define UV_DOZE_TIME	NSEC_PER_SEC

#if IS_ENABLED(CONFIG_PROTECTED_VIRTUALIZATION_KUNIT_TEST)
int uvc(struct uv_cb_header *uvcb)
{
	UV_STATIC_STUB(uvc, uvcb);
	return __uv_call(0, (unsigned long)uvcb);
}
#endif

/**
 * uv_clock - the time by which patience is measured
 *
 * Context: any.
 * Return: nanoseconds of the monotonic clock
 */
u64 uv_clock(void)
{
	UV_STATIC_STUB(uv_clock);
	return ktime_get_mono_fast_ns();
}

/**
 * struct uv_waiting - a call that is being repeated
 * @uvcb:	its control block
 * @wait:	how long its caller waits
 * @start:	when it was repeated for the first time
 * @progress:	when it was partly done for the last time, or @start
 * @now:	the time
 * @report:	when to say how long it takes
 * @tries:	repetitions
 */
struct uv_waiting {
	const struct uv_cb_header *uvcb;
	enum uv_wait wait;
	u64 start;
	u64 progress;
	u64 now;
	u64 report;
	unsigned long tries;
};

static void uv_pause(const struct uv_waiting *waiting)
{
	const u64 idle = waiting->now - waiting->progress;

	if (waiting->wait != UV_KILLABLE && waiting->wait != UV_PERSISTENT) {
		cpu_relax();
		if (waiting->wait == UV_SPIN)
			touch_softlockup_watchdog();
	} else if (idle < UV_SPIN_TIME) {
		cond_resched();
	} else if (idle < UV_DOZE_TIME) {
		usleep_range(50, 200);
	} else {
		usleep_range(5000, 10000);
	}
}

static bool uv_is_patient(const struct uv_waiting *waiting)
{
	const struct uv_patience *patience;
	bool stalled;

	switch (waiting->wait) {
	case UV_ATOMIC:
	case UV_BOOT:
		stalled = waiting->wait == UV_ATOMIC && READ_ONCE(uv_stalled);
		patience = stalled ? &uv_stalled_patience : &uv_patience[waiting->wait];
		return (!stalled && waiting->tries < UV_MIN_TRIES) ||
		       (waiting->now - waiting->progress < patience->busy &&
			waiting->now - waiting->start < patience->total);
	case UV_KILLABLE:
		return !fatal_signal_pending(current);
	default:
		return true;
	}
}

static const char *uv_not_done(int cc)
{
	return cc == UVC_CC_BUSY ? "busy" : "not getting done";
}

static void uv_report(struct uv_waiting *waiting, int cc)
{
	const u16 cmd = waiting->uvcb->cmd;

	waiting->report = waiting->now + UV_REPORT;
	pr_warn("%s (0x%x): the ultravisor is %s, %s (%d) has been waiting for %llu s\n",
		uv_cmd_name(cmd), cmd, uv_not_done(cc), current->comm, task_pid_nr(current),
		(waiting->now - waiting->start) / NSEC_PER_SEC);
}

static void uv_give_up(const struct uv_waiting *waiting, int cc)
{
	const u16 cmd = waiting->uvcb->cmd;

	/* A process that is being killed */
	if (waiting->wait == UV_KILLABLE)
		return;
	if (waiting->wait == UV_ATOMIC && xchg(&uv_stalled, true))
		return;
	pr_err_ratelimited("%s (0x%x): the ultravisor is %s, giving up after %llu ms\n",
			   uv_cmd_name(cmd), cmd, uv_not_done(cc),
			   (waiting->now - waiting->start) / NSEC_PER_MSEC);
}

/**
 * uv_repeat - repeat a call which is not finished
 * @uvcb: its control block
 * @wait: not UV_ONCE
 * @cc: how it ended the first time, busy or partial completion
 *
 * Return: the condition code in the end. It is UVC_CC_PARTIAL when patience ran out
 * after any partial completion, and UVC_CC_BUSY only if the call has had no effect.
 */
int uv_repeat(struct uv_cb_header *uvcb, enum uv_wait wait, int cc)
{
	const u64 start = uv_clock();
	struct uv_waiting waiting = {
		.uvcb = uvcb,
		.wait = wait,
		.start = start,
		.progress = start,
		.now = start,
		.report = start + UV_REPORT,
	};
	bool begun = false;

	do {
		if (cc == UVC_CC_PARTIAL) {
			waiting.progress = waiting.now;
			begun = true;
		}
		uv_pause(&waiting);
		cc = uvc(uvcb);
		this_cpu_inc(uv_stats.cmd[uv_stats_slot(uvcb->cmd)].retries);
		waiting.now = uv_clock();
		waiting.tries++;
		if (cc <= UVC_CC_ERROR) {
			if (unlikely(READ_ONCE(uv_stalled)))
				WRITE_ONCE(uv_stalled, false);
			return cc;
		}
		if (unlikely(waiting.now >= waiting.report))
			uv_report(&waiting, cc);
	} while (uv_is_patient(&waiting));

	uv_give_up(&waiting, cc);
	return begun ? UVC_CC_PARTIAL : cc;
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
	u64 start = uv_clock();
	int cc = uvc(uvcb);

	if (unlikely(cc > UVC_CC_ERROR) && wait != UV_ONCE)
		cc = uv_repeat(uvcb, wait, cc);
	trace_uv_call(uvcb->cmd, cc, uvcb->rc, uvcb->rrc,
		      uv_clock() - start);
	return cc;
}

/**
 * uv_issue - call the ultravisor
 * @uvcb: control block with command and length set
 * @wait: what to do while the ultravisor is busy or has not finished
 *
 * Context: any, but for UV_KILLABLE and UV_PERSISTENT process context.
 * Return: the condition code. UVC_CC_BUSY and UVC_CC_PARTIAL come back for
 * UV_ONCE, and when patience has run out, see uv_repeat(); rc and rrc mean nothing
 * then.
 */
int uv_issue(struct uv_cb_header *uvcb, enum uv_wait wait)
{
	if (wait == UV_KILLABLE || wait == UV_PERSISTENT)
		might_sleep();
	return uv_issue_inline(uvcb, wait, uv_stats_slot(uvcb->cmd));
}

static bool uv_is_import_like(u16 cmd)
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
 * * -EBUSY	- the ultravisor was busy, or did not finish, for too long; or the
 *		  caller is being killed
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
	if (uvcb->rc == UVC_RC_PAGE_NOT_MAPPED && uv_is_import_like(uvcb->cmd))
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

/*
 * A configuration that is not destroyed keeps its memory until the next IPL, however
 * long a large one takes. Anything else has a user who waits for it.
 */
static enum uv_wait uv_wait_for(u16 cmd)
{
	switch (cmd) {
	case UVC_CMD_DESTROY_SEC_CONF:
	case UVC_CMD_DESTROY_SEC_CONF_FAST:
	case UVC_CMD_DESTROY_SEC_CPU:
		return UV_PERSISTENT;
	default:
		return UV_KILLABLE;
	}
}

/**
 * uv_call_sched - call the ultravisor for something that may take long
 * @r1: 0
 * @r2: kernel address of the control block
 *
 * What gives memory back is repeated until it is done, anything else until the
 * process gets a fatal signal.
 *
 * Context: process context, may sleep.
 * Return: the condition code, 0 when done; after a fatal signal UVC_CC_BUSY if the
 * call has had no effect, else UVC_CC_PARTIAL
 */
int uv_call_sched(unsigned long r1, unsigned long r2)
{
	struct uv_cb_header *uvcb = (struct uv_cb_header *)r2;

	return uv_issue(uvcb, uv_wait_for(uvcb->cmd));
}
EXPORT_SYMBOL_GPL(uv_call_sched);

/**
 * uv_cmd_nodata - issue a command whose only parameter is a handle
 * @handle: configuration or CPU handle as the ultravisor gave it
 * @cmd: UVC_CMD_*
 * @rc: response code, out
 * @rrc: return reason code, out
 *
 * Context: process context, may sleep; waits as uv_call_sched() does.
 * Return: 0, -EINVAL when the ultravisor refused (or there is no handle,
 * which is a bug of the caller), -EBUSY when a fatal signal came before it was done.
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
		ret = uv_errno(uv_issue(&uvcb.header, uv_wait_for(cmd)), &uvcb.header);
	*rc = uvcb.header.rc;
	*rrc = uvcb.header.rrc;
	return ret;
}
EXPORT_SYMBOL_GPL(uv_cmd_nodata);
