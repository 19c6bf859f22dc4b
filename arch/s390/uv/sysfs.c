// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/firmware/uv: what the ultravisor offers, and in which role we are.
 * Names and formats are ABI, see Documentation/ABI/testing/sysfs-firmware-uv.
 */
#include <linux/array_size.h>
#include <linux/bitops.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/stddef.h>
#include <linux/sysfs.h>
#include <asm/facility.h>
#include "uv.h"

enum uv_attr_format {
	UV_ATTR_HEX,		/* unsigned long */
	UV_ATTR_HEX_LIST,	/* array of unsigned long, one a line */
	UV_ATTR_UINT,
	UV_ATTR_USHORT,
	UV_ATTR_USHORT_COUNT,	/* the highest number, shown as how many */
	UV_ATTR_INT,
	UV_ATTR_SECRETS,	/* of both kinds that there is room for */
};

struct uv_attr {
	struct kobj_attribute kattr;
	enum uv_attr_format format;
	const void *value;
	size_t size;
};

#define UV_ATTR(_var, _name, _format, _value)				\
	static struct uv_attr uv_attr_##_var = {			\
		.kattr = {						\
			.attr = { .name = (_name), .mode = 0444 },	\
			.show = uv_attr_show,				\
		},							\
		.format = (_format),					\
		.value = &(_value),					\
		.size = sizeof(_value),					\
	}

/**
 * uv_attr_show - format one value
 * @kobj: not used, there is only one ultravisor
 * @attr: within a struct uv_attr
 * @buf: a page to write to
 *
 * Return: length of the text
 */
ssize_t uv_attr_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct uv_attr *uv_attr = container_of(attr, struct uv_attr, kattr);
	const unsigned long *hex = uv_attr->value;
	ssize_t len = 0;

	switch (uv_attr->format) {
	case UV_ATTR_HEX:
	case UV_ATTR_HEX_LIST:
		for (size_t i = 0; i < uv_attr->size / sizeof(*hex); i++)
			len += sysfs_emit_at(buf, len, "%lx\n", hex[i]);
		return len;
	case UV_ATTR_UINT:
		return sysfs_emit(buf, "%u\n", *(const unsigned int *)uv_attr->value);
	case UV_ATTR_USHORT:
		return sysfs_emit(buf, "%u\n", *(const unsigned short *)uv_attr->value);
	case UV_ATTR_USHORT_COUNT:
		return sysfs_emit(buf, "%u\n", *(const unsigned short *)uv_attr->value + 1);
	case UV_ATTR_SECRETS:
		return sysfs_emit(buf, "%u\n",
				  uv_info.max_assoc_secrets + uv_info.max_retr_secrets);
	case UV_ATTR_INT:
		return sysfs_emit(buf, "%d\n", *(const int *)uv_attr->value);
	}
	return -EIO;
}

UV_ATTR(facilities, "facilities", UV_ATTR_HEX_LIST, uv_info.inst_calls_list);
UV_ATTR(features, "feature_indications", UV_ATTR_HEX, uv_info.uv_feature_indications);
UV_ATTR(max_cpus, "max_cpus", UV_ATTR_USHORT_COUNT, uv_info.max_guest_cpu_id);
UV_ATTR(max_guests, "max_guests", UV_ATTR_UINT, uv_info.max_num_sec_conf);
UV_ATTR(max_address, "max_address", UV_ATTR_HEX, uv_info.max_sec_stor_addr);
UV_ATTR(hdr_ver, "supp_se_hdr_ver", UV_ATTR_HEX, uv_info.supp_se_hdr_ver);
UV_ATTR(hdr_pcf, "supp_se_hdr_pcf", UV_ATTR_HEX, uv_info.supp_se_hdr_pcf);
UV_ATTR(dump_stor, "dump_storage_state_len", UV_ATTR_HEX, uv_info.conf_dump_storage_state_len);
UV_ATTR(dump_fin, "dump_finalize_len", UV_ATTR_HEX, uv_info.conf_dump_finalize_len);
UV_ATTR(dump_cpu, "dump_cpu_len", UV_ATTR_HEX, uv_info.guest_cpu_stor_len);
/* The name under which kernels have shown it so far; tools know this one. */
UV_ATTR(dump_cpu_old, "uv_query_dump_cpu_len", UV_ATTR_HEX, uv_info.guest_cpu_stor_len);
UV_ATTR(att_ver, "supp_att_req_hdr_ver", UV_ATTR_HEX, uv_info.supp_att_req_hdr_ver);
UV_ATTR(att_pflags, "supp_att_pflags", UV_ATTR_HEX, uv_info.supp_att_pflags);
UV_ATTR(secret_ver, "supp_add_secret_req_ver", UV_ATTR_HEX, uv_info.supp_add_secret_req_ver);
UV_ATTR(secret_pcf, "supp_add_secret_pcf", UV_ATTR_HEX, uv_info.supp_add_secret_pcf);
UV_ATTR(secret_types, "supp_secret_types", UV_ATTR_HEX, uv_info.supp_secret_types);
UV_ATTR(max_secrets, "max_secrets", UV_ATTR_SECRETS, uv_info);
UV_ATTR(max_assoc, "max_assoc_secrets", UV_ATTR_USHORT, uv_info.max_assoc_secrets);
UV_ATTR(max_retr, "max_retr_secrets", UV_ATTR_USHORT, uv_info.max_retr_secrets);

UV_ATTR(guest, "prot_virt_guest", UV_ATTR_INT, prot_virt_guest);
UV_ATTR(host, "prot_virt_host", UV_ATTR_INT, prot_virt_host);

struct uv_keys_attr {
	struct kobj_attribute kattr;
	unsigned int first, count;
};

#define UV_KEYS_ATTR(_name, _first, _count)				\
	static struct uv_keys_attr uv_keys_attr_##_name = {		\
		.kattr = __ATTR(_name, 0444, uv_keys_show, NULL),	\
		.first = (_first),					\
		.count = (_count),					\
	}

/**
 * uv_keys_show - hashes of host keys, as the ultravisor knows them now
 * @kobj: not used, there is only one ultravisor
 * @attr: within a struct uv_keys_attr
 * @buf: a page to write to
 *
 * Return: length of the text, or the errno of the query, see uv_errno()
 */
ssize_t uv_keys_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct uv_keys_attr *keys = container_of(attr, struct uv_keys_attr, kattr);
	struct uv_cb_query_keys uvcb = {
		.header.cmd = UVC_CMD_QUERY_KEYS,
		.header.len = sizeof(uvcb),
	};
	ssize_t len = 0;
	int cc, rc;

	cc = uv_issue(&uvcb.header, UV_KILLABLE);
	rc = uv_errno(cc, &uvcb.header);
	/* An ultravisor with more hashes than the block has room for has given these. */
	if (rc && !(cc == UVC_CC_ERROR && uvcb.header.rc == UVC_RC_MORE_DATA))
		return rc;
	for (unsigned int i = keys->first; i < keys->first + keys->count; i++) {
		const u64 *hash = uvcb.key_hashes[i].dword;

		len += sysfs_emit_at(buf, len, "%016llx%016llx%016llx%016llx\n",
				     hash[0], hash[1], hash[2], hash[3]);
	}
	return len;
}

UV_KEYS_ATTR(host_key, UVC_QUERY_KEYS_IDX_HK, 1);
UV_KEYS_ATTR(backup_host_key, UVC_QUERY_KEYS_IDX_BACK_HK, 1);
UV_KEYS_ATTR(all, 0, ARRAY_SIZE(((struct uv_cb_query_keys *)NULL)->key_hashes));

static struct attribute *uv_query_attrs[] = {
	&uv_attr_facilities.kattr.attr,
	&uv_attr_features.kattr.attr,
	&uv_attr_max_cpus.kattr.attr,
	&uv_attr_max_guests.kattr.attr,
	&uv_attr_max_address.kattr.attr,
	&uv_attr_hdr_ver.kattr.attr,
	&uv_attr_hdr_pcf.kattr.attr,
	&uv_attr_dump_stor.kattr.attr,
	&uv_attr_dump_fin.kattr.attr,
	&uv_attr_dump_cpu.kattr.attr,
	&uv_attr_dump_cpu_old.kattr.attr,
	&uv_attr_att_ver.kattr.attr,
	&uv_attr_att_pflags.kattr.attr,
	&uv_attr_secret_ver.kattr.attr,
	&uv_attr_secret_pcf.kattr.attr,
	&uv_attr_secret_types.kattr.attr,
	&uv_attr_max_secrets.kattr.attr,
	&uv_attr_max_assoc.kattr.attr,
	&uv_attr_max_retr.kattr.attr,
	NULL
};

static struct attribute *uv_keys_attrs[] = {
	&uv_keys_attr_host_key.kattr.attr,
	&uv_keys_attr_backup_host_key.kattr.attr,
	&uv_keys_attr_all.kattr.attr,
	NULL
};

static struct attribute *uv_root_attrs[] = {
	&uv_attr_guest.kattr.attr,
	&uv_attr_host.kattr.attr,
	NULL
};

const struct attribute_group uv_root_group = { .attrs = uv_root_attrs };
const struct attribute_group uv_query_group = { .attrs = uv_query_attrs };
const struct attribute_group uv_keys_group = { .attrs = uv_keys_attrs };

static int __init uv_sysfs_add(struct kobject *root, const char *name,
			       const struct attribute_group *group)
{
	struct kobject *dir = kobject_create_and_add(name, root);
	int rc;

	if (!dir)
		return -ENOMEM;
	rc = sysfs_create_group(dir, group);
	if (rc)
		kobject_put(dir);
	return rc;
}

static int __init uv_sysfs_init(void)
{
	struct kobject *root;
	int rc;

	if (!test_facility(158))
		return 0;

	root = kobject_create_and_add("uv", firmware_kobj);
	if (!root)
		return -ENOMEM;
	rc = sysfs_create_group(root, &uv_root_group);
	if (!rc)
		rc = uv_sysfs_add(root, "query", &uv_query_group);
	if (!rc && test_bit_inv(BIT_UVC_CMD_QUERY_KEYS, uv_info.inst_calls_list))
		rc = uv_sysfs_add(root, "keys", &uv_keys_group);
	return rc;
}
device_initcall(uv_sysfs_init);
