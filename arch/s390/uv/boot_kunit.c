// SPDX-License-Identifier: GPL-2.0
/*
 * What prot_virt= means, and when it is granted.
 */
#include <kunit/test.h>
#include "uv.h"

static const struct param_case {
	const char *val;
	enum uv_boot_request want;
} param_cases[] = {
	{ "1", UV_REQUEST_ON },
	{ "y", UV_REQUEST_ON },
	{ "Y", UV_REQUEST_ON },
	{ "yes", UV_REQUEST_ON },
	{ "on", UV_REQUEST_ON },
	{ "ON", UV_REQUEST_ON },
	{ "0", UV_REQUEST_OFF },
	{ "n", UV_REQUEST_OFF },
	{ "no", UV_REQUEST_OFF },
	{ "off", UV_REQUEST_OFF },
	{ "Off", UV_REQUEST_OFF },
	{ NULL, UV_REQUEST_UNKNOWN },
	{ "", UV_REQUEST_UNKNOWN },
	{ "2", UV_REQUEST_UNKNOWN },
	{ "o", UV_REQUEST_UNKNOWN },
	{ "maybe", UV_REQUEST_UNKNOWN },
	{ "-1", UV_REQUEST_UNKNOWN },
	{ " 1", UV_REQUEST_UNKNOWN },
};

static void describe_param(const struct param_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "prot_virt=%s", c->val ?: "(none)");
}

KUNIT_ARRAY_PARAM(param, param_cases, describe_param);

static void value_is_a_kernel_boolean(struct kunit *test)
{
	const struct param_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, uv_boot_request(c->val), c->want);
}

/* A machine and a request that lead to a host; each case takes one fact away */
#define A_HOST	.request = UV_REQUEST_ON, .built = true, .facility = true, .queried = true

static const struct decide_case {
	const char *name;
	struct uv_boot_facts facts;
	enum uv_host_verdict want;
} decide_cases[] = {
	{ "everything is there", { A_HOST }, UV_HOST_GRANTED },
	{ "not asked for", { .built = true, .facility = true, .queried = true },
	  UV_HOST_NOT_REQUESTED },
	{ "asked to be off", { .request = UV_REQUEST_OFF, .built = true, .facility = true,
	  .queried = true }, UV_HOST_NOT_REQUESTED },
	{ "unknown value", { .request = UV_REQUEST_UNKNOWN, .built = true, .facility = true,
	  .queried = true }, UV_HOST_UNKNOWN_VALUE },
	{ "unknown value on a machine without facility", { .request = UV_REQUEST_UNKNOWN },
	  UV_HOST_UNKNOWN_VALUE },
	{ "driver not built", { .request = UV_REQUEST_ON, .facility = true, .queried = true },
	  UV_HOST_NOT_BUILT },
	{ "no facility", { .request = UV_REQUEST_ON, .built = true }, UV_HOST_NO_FACILITY },
	{ "protected guest", { A_HOST, .guest = true }, UV_HOST_IS_GUEST },
	{ "query failed", { .request = UV_REQUEST_ON, .built = true, .facility = true },
	  UV_HOST_NO_QUERY },
	{ "crash kernel", { A_HOST, .kdump = true }, UV_HOST_KDUMP },
	{ "stand-alone dump", { A_HOST, .dump = true }, UV_HOST_DUMP },
	{ "nothing asked for in a crash kernel", { .built = true, .kdump = true },
	  UV_HOST_NOT_REQUESTED },
};

KUNIT_ARRAY_PARAM_DESC(decide, decide_cases, name);

static void verdict_follows_from_the_facts(struct kunit *test)
{
	const struct decide_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, uv_boot_decide(&c->facts), c->want);
}

static void every_refusal_has_a_reason(struct kunit *test)
{
	for (int verdict = 0; verdict <= UV_HOST_GRANTED; verdict++) {
		const char *text = uv_verdict_text(verdict);

		if (verdict == UV_HOST_NOT_REQUESTED || verdict == UV_HOST_GRANTED)
			KUNIT_EXPECT_NULL(test, text);
		else
			KUNIT_EXPECT_NOT_NULL(test, text);
		for (int other = 0; text && other < verdict; other++)
			KUNIT_EXPECT_STRNEQ(test, text, uv_verdict_text(other) ?: "");
	}
}

static const struct limit_case {
	unsigned long limit, max, want;
} limit_cases[] = {
	{ 1UL << 53, 1UL << 47, 1UL << 47 },
	{ 1UL << 42, 1UL << 47, 1UL << 42 },
	{ 1UL << 47, 1UL << 47, 1UL << 47 },
	{ 1UL << 53, 0, 1UL << 53 },		/* the query names no bound */
};

static void describe_limit(const struct limit_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "limit %lx bound %lx", c->limit, c->max);
}

KUNIT_ARRAY_PARAM(limit, limit_cases, describe_limit);

static void address_space_ends_at_the_bound(struct kunit *test)
{
	const struct limit_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, uv_boot_limit(c->limit, c->max), c->want);
}

static struct kunit_case boot_cases[] = {
	KUNIT_CASE_PARAM(value_is_a_kernel_boolean, param_gen_params),
	KUNIT_CASE_PARAM(verdict_follows_from_the_facts, decide_gen_params),
	KUNIT_CASE(every_refusal_has_a_reason),
	KUNIT_CASE_PARAM(address_space_ends_at_the_bound, limit_gen_params),
	{}
};

static struct kunit_suite boot_suite = {
	.name = "uv_boot",
	.test_cases = boot_cases,
};

kunit_test_suite(boot_suite);

MODULE_DESCRIPTION("KUnit tests of the decision to host protected VMs");
MODULE_LICENSE("GPL");
