/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What QMP can ask the ultravisor (qom-get) and make it do for tests (qom-set).
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "internal.h"

#define INVARIANTS_TRIES	1000
#define INVARIANTS_PAUSE_US	500

/* Properties that are one number of struct uv_stats each. */
static const struct {
	const char *name;
	size_t offset;
	const char *description;
} numbers[] = {
	{ "configurations", offsetof(struct uv_stats, configs), "protected guests now" },
	{ "cpus", offsetof(struct uv_stats, cpus), "secure CPUs now" },
	{ "pages-secure", offsetof(struct uv_stats, pages_secure), "secure pages now" },
	{ "pages-shared", offsetof(struct uv_stats, pages_shared),
	  "pages that guests share with the host now, without pinned ones" },
	{ "pages-pinned", offsetof(struct uv_stats, pages_pinned), "pinned shared pages now" },
	{ "pages-ownerless", offsetof(struct uv_stats, pages_ownerless),
	  "secure pages whose guest is gone" },
	{ "pages-donated", offsetof(struct uv_stats, pages_donated),
	  "pages that the ultravisor keeps its own data in" },
	{ "imports", offsetof(struct uv_stats, imports), "pages that became secure" },
	{ "exports", offsetof(struct uv_stats, exports), "secure pages encrypted" },
	{ "destroys", offsetof(struct uv_stats, destroys), "secure pages destroyed" },
	{ "unpacks", offsetof(struct uv_stats, unpacks), "pages of images decrypted" },
	{ "integrity-failures", offsetof(struct uv_stats, integrity_failures),
	  "imports of changed, moved or replayed pages" },
	{ "violations", offsetof(struct uv_stats, violations),
	  "imports refused for the owner or the address" },
	{ "rejected", offsetof(struct uv_stats, rejected), "calls refused on their header" },
	{ "injected", offsetof(struct uv_stats, injected), "calls answered by 'inject'" },
};

static bool running(Error **errp)
{
	if (!s390_uv_present()) {
		error_setg(errp, "s390-ultravisor: the machine has not started yet");
		return false;
	}
	return true;
}

static void get_number(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
	struct uv_stats stats;
	uint64_t number;

	if (!running(errp))
		return;
	uv_stats(s390_uv, &stats);
	number = *(uint64_t *)((char *)&stats + (uintptr_t)opaque);
	visit_type_uint64(v, name, &number, errp);
}

static void get_dma_refused(Object *obj, Visitor *v, const char *name, void *opaque,
			    Error **errp)
{
	uint64_t number = qatomic_read(&s390_uv_dma_refused);

	visit_type_uint64(v, name, &number, errp);
}

/* { "name of the command": { "done": n, "error": n, "busy": n, "partial": n }, ... } */
static void get_calls(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
	static const char *const answers[] = { "done", "error", "busy", "partial" };
	struct uv_stats stats;
	unsigned int i, cc;

	if (!running(errp) || !visit_start_struct(v, name, NULL, 0, errp))
		return;
	uv_stats(s390_uv, &stats);
	for (i = 0; i < stats.nr_commands; i++) {
		if (!visit_start_struct(v, stats.command[i].name, NULL, 0, errp))
			break;
		for (cc = 0; cc < ARRAY_SIZE(answers); cc++) {
			visit_type_uint64(v, answers[cc], &stats.command[i].cc[cc],
					  &error_abort);
		}
		visit_end_struct(v, NULL);
	}
	visit_end_struct(v, NULL);
}

static char *get_invariants(Object *obj, Error **errp)
{
	const char *broken;
	int tries;

	if (!running(errp))
		return NULL;
	/* Calls leave gaps. */
	for (tries = 0; tries < INVARIANTS_TRIES; tries++) {
		broken = uv_check_invariants(s390_uv);
		if (!broken)
			return g_strdup("hold");
		if (strcmp(broken, "busy") != 0)
			break;
		g_usleep(INVARIANTS_PAUSE_US);
	}
	return g_strdup(broken);
}

/* { "command": code, "cc": 0-3, "rc": n, "rrc": n, "count": n } */
static void set_inject(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
	uint16_t command = 0, rc = 0, rrc = 0;
	uint32_t cc = 0, count = 0;
	bool whole;

	if (!running(errp) || !visit_start_struct(v, name, NULL, 0, errp))
		return;
	whole = visit_type_uint16(v, "command", &command, errp) &&
		visit_type_uint32(v, "cc", &cc, errp) &&
		visit_type_uint16(v, "rc", &rc, errp) &&
		visit_type_uint16(v, "rrc", &rrc, errp) &&
		visit_type_uint32(v, "count", &count, errp) && visit_check_struct(v, errp);
	visit_end_struct(v, NULL);
	if (whole && !uv_inject(s390_uv, command, cc, rc, rrc, count)) {
		error_setg(errp, "s390-ultravisor: no command 0x%04x, or no condition code %u",
			   command, cc);
	}
}

static void set_keep_storage(Object *obj, bool value, Error **errp)
{
	s390_uv_keep_storage = value;
}

void s390_uv_add_statistics(ObjectClass *oc)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		object_class_property_add(oc, numbers[i].name, "uint64", get_number, NULL,
					  NULL, (void *)(uintptr_t)numbers[i].offset);
		object_class_property_set_description(oc, numbers[i].name,
						      numbers[i].description);
	}
	object_class_property_add(oc, "dma-refused", "uint64", get_dma_refused, NULL, NULL,
				  NULL);
	object_class_property_set_description(
		oc, "dma-refused",
		"accesses of devices and service instructions to protected storage");
	object_class_property_add(oc, "calls", "struct", get_calls, NULL, NULL, NULL);
	object_class_property_set_description(oc, "calls", "answers of each command");
	object_class_property_add_str(oc, "invariants", get_invariants, NULL);
	object_class_property_set_description(oc, "invariants",
					      "'hold', or the first that does not");
	object_class_property_add(oc, "inject", "struct", NULL, set_inject, NULL, NULL);
	object_class_property_set_description(
		oc, "inject", "lets the next calls of a command answer as told");
	object_class_property_add_bool(oc, "keep-storage", NULL, set_keep_storage);
	object_class_property_set_description(
		oc, "keep-storage", "the next resets leave the ultravisor as it is");
}
