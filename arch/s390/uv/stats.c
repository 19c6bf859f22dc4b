// SPDX-License-Identifier: GPL-2.0
/*
 * What the ultravisor was asked to do, counted per CPU and shown in
 * /sys/kernel/debug/uv/.
 */
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <asm/facility.h>
#include "uv.h"

DEFINE_PER_CPU(struct uv_stats, uv_stats);

/* Of a command, by the two bytes of its code */
u8 uv_cmd_slot[0x11][0x80] __ro_after_init;

/* Bytes of base storage that the ultravisor has */
unsigned long uv_donated __ro_after_init;

static const char * const uv_event_names[] = {
	[UV_EVENT_IMPORT_WAITS]		= "import_waits",
	[UV_EVENT_IMPORT_DRAINS]	= "import_drains",
	[UV_EVENT_IMPORT_SPLITS]	= "import_splits",
	[UV_EVENT_IMPORT_WRITEBACKS]	= "import_writebacks",
	[UV_EVENT_IMPORT_UNMAPS]	= "import_unmaps",
	[UV_EVENT_IMPORT_RETURNS]	= "import_returns",
	[UV_EVENT_IMPORTS_AHEAD]	= "imports_ahead",
	[UV_EVENT_HOST_ACCESSES]	= "host_accesses",
	[UV_EVENT_VIOLATIONS]		= "violations",
	[UV_EVENT_PAGES_OF_NO_VM]	= "pages_of_no_vm",
	[UV_EVENT_PAGES_KEPT]		= "pages_kept",
};

static_assert(ARRAY_SIZE(uv_event_names) == UV_EVENTS);

static int uv_calls_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "code calls errors retries command\n");
	for (unsigned int slot = 0; slot < UV_SLOTS; slot++) {
		u64 calls = 0, errors = 0, retries = 0;
		int cpu;

		for_each_possible_cpu(cpu) {
			struct uv_stats *stats = per_cpu_ptr(&uv_stats, cpu);

			calls += stats->cmd[slot].calls;
			errors += stats->cmd[slot].errors;
			retries += stats->cmd[slot].retries;
		}
		if (slot != UV_SLOT_OTHER)
			seq_printf(m, "%04x %llu %llu %llu %s\n", uv_commands[slot].cmd,
				   calls, errors, retries, uv_commands[slot].name);
		else if (calls)
			seq_printf(m, "? %llu %llu %llu other\n", calls, errors, retries);
	}
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(uv_calls);

static int uv_events_show(struct seq_file *m, void *unused)
{
	for (unsigned int event = 0; event < UV_EVENTS; event++) {
		u64 sum = 0;
		int cpu;

		for_each_possible_cpu(cpu)
			sum += per_cpu_ptr(&uv_stats, cpu)->event[event];
		seq_printf(m, "%s %llu\n", uv_event_names[event], sum);
	}
	seq_printf(m, "donated_bytes %lu\n", uv_donated);
	if (IS_ENABLED(CONFIG_KVM))
		seq_printf(m, "kept_bytes %lu\n", uv_donation_kept());
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(uv_events);

static int __init uv_stats_init(void)
{
	int cpu;

	/* Calls from before there were per-CPU areas went to the template. */
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(&uv_stats, cpu), 0, sizeof(uv_stats));
	for (unsigned int slot = UV_SLOT_OTHER + 1; slot < UV_SLOTS; slot++) {
		u16 cmd = uv_commands[slot].cmd;

		uv_cmd_slot[cmd >> 8][cmd & 0x7f] = slot;
	}
	return 0;
}
core_initcall(uv_stats_init);

static int __init uv_debugfs_init(void)
{
	struct dentry *dir;

	if (!test_facility(158))
		return 0;
	dir = debugfs_create_dir("uv", NULL);
	debugfs_create_file("calls", 0444, dir, NULL, &uv_calls_fops);
	debugfs_create_file("events", 0444, dir, NULL, &uv_events_fops);
	return 0;
}
device_initcall(uv_debugfs_init);
