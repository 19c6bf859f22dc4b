/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -object s390-ultravisor: the machine's ultravisor and its configuration. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "migration/blocker.h"
#include "qom/object_interfaces.h"
#include "system/reset.h"
#include "system/runstate.h"
#include "system/system.h"
#include "system/tcg.h"
#include "exec/exec-all.h"
#include "exec/tb-flush.h"
#include "hw/s390x/s390-virtio-ccw.h"
#include "internal.h"

/* No key file is nearly as long, and some files have no end. */
#define KEY_FILE_MAX	(32 * KiB)

/*
 * Room for secrets unless the command line says otherwise: more than one page of
 * a list, and 144 KiB of each configuration.
 */
#define ASSOC_SECRETS	128
#define RETR_SECRETS	16

struct uv *s390_uv;

/* Set from the command line on, the ultravisor itself follows later. */
static S390Ultravisor *the_ultravisor;

bool s390_uv_expected(void)
{
	return the_ultravisor != NULL;
}

void s390_uv_facilities(uint8_t *stfle)
{
	if (s390_uv_present())
		stfle[S390_UV_FACILITY / 8] |= 0x80 >> S390_UV_FACILITY % 8;
}

/* For tests of systems that must not rely on what a reset does. */
bool s390_uv_keep_storage;

/*
 * A call cannot be in progress: all CPUs are stopped when the machine resets.
 *
 * Code that the machine ran before is forgotten: a page with a rest of it takes
 * a slow path for each store, and the next system's stack may well be there.
 */
void s390_uv_reset(void)
{
	if (!s390_uv_present())
		return;
	if (!s390_uv_keep_storage && !uv_reset(s390_uv))
		error_report("s390-ultravisor: reset in the middle of a call");
	tb_flush(first_cpu);
}

static void free_keys(const struct uv_key *keys, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		uv_locked_free((void *)keys[i].data);
	g_free((void *)keys);
}

static const char *uv_why(int error)
{
	return error == EPERM ? "its keys cannot be locked in memory (see ulimit -l)" :
	       strerror(error);
}

/* The ultravisor has its own copy. */
static void forget_keys(S390Ultravisor *object)
{
	struct uv_config *config = &object->config;

	free_keys(config->host_keys, config->nr_host_keys);
	free_keys(config->backup_keys, config->nr_backup_keys);
	config->host_keys = config->backup_keys = NULL;
	config->nr_host_keys = config->nr_backup_keys = 0;
}

/*
 * The file may be a pipe, from a program that decrypts the key. free_keys() frees
 * what is read.
 */
static void read_key(const char *name, struct uv_key *key, Error **errp)
{
	char *data = uv_locked_alloc(KEY_FILE_MAX);
	ssize_t len = -1;
	int fd;

	if (!data) {
		error_setg(errp, "s390-ultravisor: %s", uv_why(errno));
		return;
	}
	key->data = data;
	fd = qemu_open_old(name, O_RDONLY);
	/* No stream, which would have a copy. */
	while (fd >= 0 && key->len < KEY_FILE_MAX) {
		len = read(fd, data + key->len, KEY_FILE_MAX - key->len);
		if (len <= 0 && !(len < 0 && errno == EINTR))
			break;
		key->len += len > 0 ? len : 0;
	}
	if (len < 0)
		error_setg_errno(errp, errno, "s390-ultravisor: cannot read the host key '%s'",
				 name);
	if (fd >= 0)
		close(fd);
}

/*
 * Makes an ultravisor with this key alone, so that the message can say which
 * file is the wrong one.
 */
static void check_key(const char *name, const struct uv_key *key, Error **errp)
{
	struct uv_config probe = {
		.storage_end = UV_PAGE_SIZE,
		.host_keys = key,
		.nr_host_keys = 1,
	};
	struct uv *uv = uv_create(&s390_uv_ops, NULL, &probe);

	if (uv) {
		uv_destroy(uv);
	} else if (errno != EKEYREJECTED) {
		error_setg(errp, "s390-ultravisor: cannot be made: %s", uv_why(errno));
	} else {
		error_setg(errp, "s390-ultravisor: %s is not a usable host key", name);
		error_append_hint(errp, "A host key is an unencrypted private EC key on the "
					"curve P-521, PEM or DER.\n");
	}
}

/*
 * Reads the files whose names stand in @names, separated by colons. The object
 * frees the keys, also those of a list that is refused.
 */
static bool read_keys(const char *names, const struct uv_key **to, size_t *count, Error **errp)
{
	g_auto(GStrv) list = g_strsplit(names ? names : "", ":", -1);
	struct uv_key *keys = g_new0(struct uv_key, g_strv_length(list) + 1);
	Error *why = NULL;

	*to = keys;
	for (*count = 0; list[*count] && !why; (*count)++) {
		const char *name = list[*count];

		read_key(name, &keys[*count], &why);
		if (!why)
			check_key(name, &keys[*count], &why);
	}
	error_propagate(errp, why);
	return !why;
}

/* Storage exists now, and no CPU has run yet. */
static void machine_ready(Notifier *notifier, void *data)
{
	S390Ultravisor *object = container_of(notifier, S390Ultravisor, machine_ready);
	MemoryRegion *ram = current_machine->ram;

	if (!tcg_enabled() ||
	    !object_dynamic_cast(OBJECT(current_machine), TYPE_S390_CCW_MACHINE)) {
		error_report("s390-ultravisor: needs -machine s390-ccw-virtio and -accel tcg");
		exit(EXIT_FAILURE);
	}
	s390_uv_storage.region = ram;
	s390_uv_storage.host = memory_region_get_ram_ptr(ram);
	s390_uv_storage.size = memory_region_size(ram);
	s390_uv_storage.ram_addr = memory_region_get_ram_addr(ram);
	object->config.storage_end = s390_uv_storage.size;
	s390_uv = uv_create(&s390_uv_ops, NULL, &object->config);
	if (!s390_uv) {
		error_report("s390-ultravisor: cannot be made: %s", uv_why(errno));
		exit(EXIT_FAILURE);
	}
	forget_keys(object);
	s390_uv_guard_start();
}

static bool check_limits(const S390Ultravisor *object, Error **errp)
{
	if (object->max_configs <= UV_CONFIGS_MAX && object->max_cpus <= UV_CPUS_MAX &&
	    object->max_assoc_secrets <= UV_ASSOC_SECRETS_MAX &&
	    object->max_retr_secrets <= UV_RETR_SECRETS_MAX)
		return true;
	error_setg(errp, "s390-ultravisor: max-configurations is at most %u, max-cpus %u, "
			 "max-assoc-secrets %u, max-retr-secrets %u",
		   UV_CONFIGS_MAX, UV_CPUS_MAX, UV_ASSOC_SECRETS_MAX, UV_RETR_SECRETS_MAX);
	return false;
}

/* Nothing is announced that is not there. */
static bool check_indications(const S390Ultravisor *object, Error **errp)
{
	if (object->features & ~UV_FEATURES) {
		error_setg(errp, "s390-ultravisor: it has features 0x%016llx, not 0x%016" PRIx64,
			   UV_FEATURES, object->features);
	} else if (object->header_versions & ~UV_HEADER_VERSIONS) {
		error_setg(errp,
			   "s390-ultravisor: it reads header versions 0x%016llx, not 0x%016" PRIx64,
			   UV_HEADER_VERSIONS, object->header_versions);
	} else {
		return true;
	}
	error_append_hint(errp, "Bits are counted from the left, as QUERY shows them.\n");
	return false;
}

/*
 * The ultravisor's own state, and what it hides from the machine, would be lost
 * or laid open. Monitors are refused by the blocker, also when they load a
 * snapshot (hooks/uv-snapshot.cocci).
 */
static bool block_migration(Error **errp)
{
	Error *reason = NULL;

	error_setg(&reason, "s390-ultravisor: a machine that has one cannot be saved, "
			    "loaded or migrated");
	if (runstate_check(RUN_STATE_INMIGRATE)) {
		error_propagate(errp, reason);
		return false;
	}
	return migrate_add_blocker(&reason, errp) == 0;
}

static void complete(UserCreatable *uc, Error **errp)
{
	S390Ultravisor *object = S390_ULTRAVISOR(uc);
	struct uv_config *config = &object->config;

	if (the_ultravisor || phase_check(PHASE_MACHINE_READY)) {
		error_setg(errp,
			   "s390-ultravisor: a machine has at most one, from its start on");
		return;
	}
	if (!check_limits(object, errp) || !check_indications(object, errp))
		return;
	if (!read_keys(object->host_keys, &config->host_keys, &config->nr_host_keys, errp) ||
	    !read_keys(object->backup_host_keys, &config->backup_keys,
		       &config->nr_backup_keys, errp))
		return;
	config->max_configs = object->max_configs;
	config->max_cpus = object->max_cpus;
	config->max_assoc_secrets = object->max_assoc_secrets;
	config->max_retr_secrets = object->max_retr_secrets;
	config->refuse_below_2g = object->refuse_below_2g;
	config->features = object->features;
	config->header_versions = object->header_versions;
	if (!block_migration(errp))
		return;
	object->complete = true;
	the_ultravisor = object;
	object->machine_ready.notify = machine_ready;
	qemu_add_machine_init_done_notifier(&object->machine_ready);
}

/* Everything in the machine relies on it once it is there. */
static bool can_be_deleted(UserCreatable *uc)
{
	return the_ultravisor != S390_ULTRAVISOR(uc);
}

static bool can_be_changed(Object *obj, Error **errp)
{
	if (!S390_ULTRAVISOR(obj)->complete)
		return true;
	error_setg(errp, "s390-ultravisor: cannot be changed any more");
	return false;
}

static void set_names(Object *obj, char **to, const char *value, Error **errp)
{
	if (!can_be_changed(obj, errp))
		return;
	g_free(*to);
	*to = g_strdup(value);
}

static void set_host_key(Object *obj, const char *value, Error **errp)
{
	set_names(obj, &S390_ULTRAVISOR(obj)->host_keys, value, errp);
}

static char *get_host_key(Object *obj, Error **errp)
{
	return g_strdup(S390_ULTRAVISOR(obj)->host_keys);
}

static void set_backup_host_key(Object *obj, const char *value, Error **errp)
{
	set_names(obj, &S390_ULTRAVISOR(obj)->backup_host_keys, value, errp);
}

static char *get_backup_host_key(Object *obj, Error **errp)
{
	return g_strdup(S390_ULTRAVISOR(obj)->backup_host_keys);
}

static void set_limit(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
	uint32_t *limit = (void *)((char *)S390_ULTRAVISOR(obj) + (uintptr_t)opaque);

	if (can_be_changed(obj, errp))
		visit_type_uint32(v, name, limit, errp);
}

static void get_limit(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
	uint32_t limit = *(uint32_t *)((char *)S390_ULTRAVISOR(obj) + (uintptr_t)opaque);

	visit_type_uint32(v, name, &limit, errp);
}

/* Indications of QUERY; complete() checks them. */
static void set_indications(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
	uint64_t *bits = (void *)((char *)S390_ULTRAVISOR(obj) + (uintptr_t)opaque);

	if (can_be_changed(obj, errp))
		visit_type_uint64(v, name, bits, errp);
}

static void get_indications(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
	uint64_t bits = *(uint64_t *)((char *)S390_ULTRAVISOR(obj) + (uintptr_t)opaque);

	visit_type_uint64(v, name, &bits, errp);
}

static void set_refuse_below_2g(Object *obj, bool value, Error **errp)
{
	if (can_be_changed(obj, errp))
		S390_ULTRAVISOR(obj)->refuse_below_2g = value;
}

static bool get_refuse_below_2g(Object *obj, Error **errp)
{
	return S390_ULTRAVISOR(obj)->refuse_below_2g;
}

static void instance_init(Object *obj)
{
	S390Ultravisor *object = S390_ULTRAVISOR(obj);

	/* As real machines do. */
	object->refuse_below_2g = true;
	object->features = UV_FEATURES;
	object->header_versions = UV_HEADER_VERSIONS;
	object->max_assoc_secrets = ASSOC_SECRETS;
	object->max_retr_secrets = RETR_SECRETS;
}

static void instance_finalize(Object *obj)
{
	S390Ultravisor *object = S390_ULTRAVISOR(obj);

	forget_keys(object);
	g_free(object->host_keys);
	g_free(object->backup_host_keys);
}

static void add_limit(ObjectClass *oc, const char *name, size_t offset,
		      const char *description)
{
	object_class_property_add(oc, name, "uint32", get_limit, set_limit, NULL,
				  (void *)(uintptr_t)offset);
	object_class_property_set_description(oc, name, description);
}

static void add_indications(ObjectClass *oc, const char *name, size_t offset,
			    const char *description)
{
	object_class_property_add(oc, name, "uint64", get_indications, set_indications, NULL,
				  (void *)(uintptr_t)offset);
	object_class_property_set_description(oc, name, description);
}

static void class_init(ObjectClass *oc, void *data)
{
	UserCreatableClass *ucc = USER_CREATABLE_CLASS(oc);

	ucc->complete = complete;
	ucc->can_be_deleted = can_be_deleted;
	object_class_property_add_str(oc, "host-key", get_host_key, set_host_key);
	object_class_property_set_description(
		oc, "host-key", "files with private host keys, separated by colons");
	object_class_property_add_str(oc, "backup-host-key", get_backup_host_key,
				      set_backup_host_key);
	object_class_property_set_description(
		oc, "backup-host-key",
		"files with private backup host keys, separated by colons");
	add_limit(oc, "max-configurations", offsetof(S390Ultravisor, max_configs),
		  "protected guests at a time (0: the ultravisor's default)");
	add_limit(oc, "max-cpus", offsetof(S390Ultravisor, max_cpus),
		  "CPUs of a protected guest (0: the ultravisor's default)");
	add_limit(oc, "max-assoc-secrets", offsetof(S390Ultravisor, max_assoc_secrets),
		  "association secrets of a protected guest (default: 128; 0: not offered)");
	add_limit(oc, "max-retr-secrets", offsetof(S390Ultravisor, max_retr_secrets),
		  "secrets that a protected guest can retrieve (default: 16; 0: not offered)");
	add_indications(oc, "features", offsetof(S390Ultravisor, features),
			"feature indications of QUERY, bit 0 leftmost (default: all there are)");
	add_indications(oc, "header-versions", offsetof(S390Ultravisor, header_versions),
			"versions of image headers that are accepted, bit n from the left is "
			"version (n + 1) * 0x100 (default: all there are)");
	object_class_property_add_bool(oc, "refuse-below-2g", get_refuse_below_2g,
				       set_refuse_below_2g);
	object_class_property_set_description(
		oc, "refuse-below-2g",
		"base storage must lie above 2 GiB, as on real machines (default: on)");
	s390_uv_add_statistics(oc);
}

static const TypeInfo s390_ultravisor_info = {
	.name = TYPE_S390_ULTRAVISOR,
	.parent = TYPE_OBJECT,
	.instance_size = sizeof(S390Ultravisor),
	.instance_init = instance_init,
	.instance_finalize = instance_finalize,
	.class_init = class_init,
	.interfaces = (InterfaceInfo[]){ { TYPE_USER_CREATABLE }, {} },
};

static void register_types(void)
{
	type_register_static(&s390_ultravisor_info);
}

type_init(register_types)
