// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/firmware/uv: names and formats are ABI.
 */
#include <linux/mm.h>
#include "firmware_kunit.h"

static struct kobj_attribute *find(const struct attribute_group *group, const char *name)
{
	for (struct attribute **attr = group->attrs; *attr; attr++) {
		if (!strcmp((*attr)->name, name))
			return container_of(*attr, struct kobj_attribute, attr);
	}
	return NULL;
}

/* Values as a machine could report them; each different from its neighbours */
static const struct uv_info sample = {
	.inst_calls_list = { 0xff1ffff000000000, 0, 0x1, 0xabc },
	.max_sec_stor_addr = 0x800000000000,
	.max_num_sec_conf = 0xfffffffe,
	.max_guest_cpu_id = 0xffff,
	.uv_feature_indications = 0xfc00000000000000,
	.supp_se_hdr_ver = 0x8000000000000000,
	.supp_se_hdr_pcf = 0x300050e3,
	.conf_dump_storage_state_len = 0x1000,
	.conf_dump_finalize_len = 0x2000,
	.guest_cpu_stor_len = 0x3000,
	.supp_att_req_hdr_ver = 0x11,
	.supp_att_pflags = 0x12,
	.supp_add_secret_req_ver = 0x13,
	.supp_add_secret_pcf = 0x14,
	.supp_secret_types = 0x15,
	.max_assoc_secrets = 0xfffe,
	.max_retr_secrets = 0xffff,
};

static const struct attr_case {
	const char *name;
	const char *want;
} attr_cases[] = {
	{ "facilities", "ff1ffff000000000\n0\n1\nabc\n" },
	{ "feature_indications", "fc00000000000000\n" },
	{ "max_cpus", "65536\n" },
	{ "max_guests", "4294967294\n" },
	{ "max_address", "800000000000\n" },
	{ "supp_se_hdr_ver", "8000000000000000\n" },
	{ "supp_se_hdr_pcf", "300050e3\n" },
	{ "dump_storage_state_len", "1000\n" },
	{ "dump_finalize_len", "2000\n" },
	{ "dump_cpu_len", "3000\n" },
	{ "uv_query_dump_cpu_len", "3000\n" },
	{ "supp_att_req_hdr_ver", "11\n" },
	{ "supp_att_pflags", "12\n" },
	{ "supp_add_secret_req_ver", "13\n" },
	{ "supp_add_secret_pcf", "14\n" },
	{ "supp_secret_types", "15\n" },
	{ "max_secrets", "131069\n" },
	{ "max_assoc_secrets", "65534\n" },
	{ "max_retr_secrets", "65535\n" },
};

KUNIT_ARRAY_PARAM_DESC(attr, attr_cases, name);

static void restore_info(void *info)
{
	uv_info = *(struct uv_info *)info;
}

static char *show(struct kunit *test, struct kobj_attribute *attr)
{
	char *buf = (char *)get_zeroed_page(GFP_KERNEL);
	char *text;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_EXPECT_EQ(test, attr->show(NULL, attr, buf), strlen(buf));
	text = kunit_kstrdup(test, buf, GFP_KERNEL);
	free_page((unsigned long)buf);
	return text;
}

static void query_attribute_has_its_format(struct kunit *test)
{
	const struct attr_case *c = test->param_value;
	struct kobj_attribute *attr = find(&uv_query_group, c->name);
	struct uv_info *saved = kunit_kzalloc(test, sizeof(*saved), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, attr);
	KUNIT_ASSERT_NOT_NULL(test, saved);
	*saved = uv_info;
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, restore_info, saved), 0);
	uv_info = sample;
	KUNIT_EXPECT_STREQ(test, show(test, attr), c->want);
	KUNIT_EXPECT_EQ(test, attr->attr.mode, 0444);
}

static void no_query_attribute_is_without_a_case(struct kunit *test)
{
	size_t nr = 0;

	while (uv_query_group.attrs[nr])
		nr++;
	KUNIT_EXPECT_EQ(test, nr, ARRAY_SIZE(attr_cases));
}

static void roles_are_shown(struct kunit *test)
{
	char want[8];

	snprintf(want, sizeof(want), "%d\n", prot_virt_host);
	KUNIT_EXPECT_STREQ(test, show(test, find(&uv_root_group, "prot_virt_host")), want);
	snprintf(want, sizeof(want), "%d\n", prot_virt_guest);
	KUNIT_EXPECT_STREQ(test, show(test, find(&uv_root_group, "prot_virt_guest")), want);
}

/* Hash n is 31 zero bytes and n + 1 */
static void give_keys(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	struct uv_cb_query_keys *keys = (struct uv_cb_query_keys *)uvcb;

	if (uvcb->len != 0x200)
		return;
	for (unsigned int i = 0; i < ARRAY_SIZE(keys->key_hashes); i++)
		keys->key_hashes[i].dword[3] = i + 1;
}

#define HASH(n)	"00000000000000000000000000000000000000000000000000000000000000" n "\n"

static const struct keys_case {
	const char *name;
	const char *want;
} keys_cases[] = {
	{ "host_key", HASH("01") },
	{ "backup_host_key", HASH("02") },
	{ "all", HASH("01") HASH("02") HASH("03") HASH("04") HASH("05") HASH("06") HASH("07")
	  HASH("08") HASH("09") HASH("0a") HASH("0b") HASH("0c") HASH("0d") HASH("0e") HASH("0f") },
};

KUNIT_ARRAY_PARAM_DESC(keys, keys_cases, name);

static void keys_are_shown(struct kunit *test)
{
	const struct keys_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE, UV_REFUSED(UVC_RC_MORE_DATA, 0));
	struct kobj_attribute *attr = find(&uv_keys_group, c->name);

	KUNIT_ASSERT_NOT_NULL(test, attr);
	fw->during = give_keys;
	KUNIT_EXPECT_STREQ(test, show(test, attr), c->want);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_QUERY_KEYS);
	KUNIT_EXPECT_EQ(test, attr->attr.mode, 0444);
	/* Asked anew each time; more keys than there is room for are no failure. */
	KUNIT_EXPECT_STREQ(test, show(test, attr), c->want);
	KUNIT_EXPECT_EQ(test, fw->calls, 2);
}

static void keys_that_are_not_told_are_an_error(struct kunit *test)
{
	struct kobj_attribute *attr = find(&uv_keys_group, "all");
	char *buf = (char *)get_zeroed_page(GFP_KERNEL);
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY, UV_REFUSED(UVC_RC_INV_CMD, 0));

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_EXPECT_EQ(test, attr->show(NULL, attr, buf), -EINVAL);
	KUNIT_EXPECT_EQ(test, fw->calls, 2);
	free_page((unsigned long)buf);
}

static struct kunit_case sysfs_cases[] = {
	KUNIT_CASE_PARAM(query_attribute_has_its_format, attr_gen_params),
	KUNIT_CASE(no_query_attribute_is_without_a_case),
	KUNIT_CASE(roles_are_shown),
	KUNIT_CASE_PARAM(keys_are_shown, keys_gen_params),
	KUNIT_CASE(keys_that_are_not_told_are_an_error),
	{}
};

static struct kunit_suite sysfs_suite = {
	.name = "uv_sysfs",
	.test_cases = sysfs_cases,
};

kunit_test_suite(sysfs_suite);

MODULE_DESCRIPTION("KUnit tests of /sys/firmware/uv");
MODULE_LICENSE("GPL");
