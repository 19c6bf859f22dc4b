// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: CPUs that somebody outside of the machine looks at.
 *
 * While a CPU interprets a guest, the guest's registers are where monitors,
 * dumps, migration and debuggers look. Those of a hidden guest are nobody's
 * business, and of others only half of what is needed would be found. So the
 * CPU goes back to the host first: the instruction is nullified, as by an
 * interruption, and is executed again when the CPU goes on.
 */
#include "qemu/osdep.h"
#include "qemu/qemu-print.h"
#include "qemu/main-loop.h"
#include "system/runstate.h"
#include "uv/uv.h"
#include "internal.h"

/*
 * Does the CPU run what a debugger must not look at? A breakpoint there would be
 * hit for ever, too, as the CPU goes back to the host when the machine stops.
 */
bool sie_is_hidden(CPUState *cs)
{
	return sie_hidden(cpu_env(cs));
}

/*
 * Does the CPU's thread work for somebody else, so that calls of other CPUs to the
 * ultravisor do not wait for it? In any other thread the machine has been stopped.
 */
static bool is_between_blocks(CPUState *cs)
{
	return qemu_cpu_is_self(cs) && !cs->running && !cpu_in_exclusive_context(cs);
}

/**
 * sie_back_to_host() - a CPU that interprets a guest is taken back to the host
 * @cs: the CPU, between two blocks of code, or not running at all; the big lock is
 *	held if it is not
 *
 * What is described of the guest is stored into the host's storage, as by an
 * executing CPU: the page would be given away meanwhile.
 */
void sie_back_to_host(CPUState *cs)
{
	CPUS390XState *env = cpu_env(cs);
	bool execute = is_between_blocks(cs);

	if (!env->sie.active)
		return;
	/* Not with the lock, which others take while all CPUs wait for them. */
	if (execute) {
		bql_unlock();
		cpu_exec_start(cs);
	}
	/* EXECUTE has changed nothing before its target; it starts anew. */
	env->ex_value = 0;
	sie_leave(env, false);
	if (execute) {
		cpu_exec_end(cs);
		bql_lock();
	}
}

/*
 * The machine has been stopped. A debugger stops it where the guest's code has
 * a breakpoint and would never get beyond it if the guest were left there, so
 * it is, unless it is hidden.
 */
static void state_changed(void *opaque, bool running, RunState state)
{
	CPUState *cs;

	if (running)
		return;
	CPU_FOREACH(cs)
		if (state != RUN_STATE_DEBUG || sie_is_hidden(cs))
			sie_back_to_host(cs);
}

struct dump {
	char *text;
	size_t len;
	int flags;
};

static void dump_here(CPUState *cs, run_on_cpu_data data)
{
	struct dump *dump = data.host_ptr;
	bool hidden = sie_is_hidden(cs);
	FILE *file = open_memstream(&dump->text, &dump->len);

	if (!file)
		return;
	if (hidden && cs->running) {
		/* A trace of the emulator, between two blocks. */
		fprintf(file, "registers of a guest that are hidden\n");
	} else {
		if (hidden)
			sie_back_to_host(cs);
		s390_cpu_dump_state(cs, file, dump->flags);
	}
	fclose(file);
}

/*
 * CPUClass.dump_state. The CPU's own thread looks, as the CPU could enter a
 * guest meanwhile; but only the caller's may talk to its monitor.
 */
static void dump_state(CPUState *cs, FILE *f, int flags)
{
	struct dump dump = { .flags = flags };

	run_on_cpu(cs, dump_here, RUN_ON_CPU_HOST_PTR(&dump));
	if (dump.text)
		qemu_fprintf(f, "%s", dump.text);
	free(dump.text);
}

/* Once, for the class of all CPUs: what others see of them. */
void sie_class_init(CPUClass *class)
{
	class->dump_state = dump_state;
	s390_uv_above.forget = sie_forget_pages;
	qemu_add_vm_change_state_handler(state_changed, NULL);
}
