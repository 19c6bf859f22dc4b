// SPDX-License-Identifier: GPL-2.0
/*
 * What is decided about secure storage exceptions.
 */
#include <kunit/test.h>
#include "uv.h"

static const struct action_case {
	const char *name;
	enum uv_fault_kind kind;
	enum uv_fault_origin origin;
	bool addr_valid;
	enum uv_fault_action want;
} action_cases[] = {
	{ "0x3d user", UV_FAULT_SECURE_ACCESS, UV_FROM_USER, true, UV_FAULT_EXPORT_USER },
	{ "0x3d user, no address", UV_FAULT_SECURE_ACCESS, UV_FROM_USER, false,
	  UV_FAULT_SIGSEGV },
	{ "0x3d uaccess", UV_FAULT_SECURE_ACCESS, UV_FROM_UACCESS, true, UV_FAULT_EXPORT_USER },
	{ "0x3d uaccess, no address", UV_FAULT_SECURE_ACCESS, UV_FROM_UACCESS, false,
	  UV_FAULT_FIXUP },
	{ "0x3d atomic uaccess", UV_FAULT_SECURE_ACCESS, UV_FROM_UACCESS_ATOMIC, true,
	  UV_FAULT_FIXUP },
	{ "0x3d atomic uaccess, no address", UV_FAULT_SECURE_ACCESS, UV_FROM_UACCESS_ATOMIC,
	  false, UV_FAULT_FIXUP },
	{ "0x3d kernel", UV_FAULT_SECURE_ACCESS, UV_FROM_KERNEL, true, UV_FAULT_EXPORT_KERNEL },
	{ "0x3d kernel, no address", UV_FAULT_SECURE_ACCESS, UV_FROM_KERNEL, false,
	  UV_FAULT_PANIC },
	{ "0x3e user", UV_FAULT_NON_SECURE_ACCESS, UV_FROM_USER, true, UV_FAULT_SIGSEGV },
	{ "0x3e user, no address", UV_FAULT_NON_SECURE_ACCESS, UV_FROM_USER, false,
	  UV_FAULT_SIGSEGV },
	{ "0x3e uaccess", UV_FAULT_NON_SECURE_ACCESS, UV_FROM_UACCESS, true, UV_FAULT_FIXUP },
	{ "0x3e kernel", UV_FAULT_NON_SECURE_ACCESS, UV_FROM_KERNEL, true, UV_FAULT_DIE },
	{ "0x3f user", UV_FAULT_VIOLATION, UV_FROM_USER, true, UV_FAULT_SIGSEGV },
	{ "0x3f uaccess", UV_FAULT_VIOLATION, UV_FROM_UACCESS, true, UV_FAULT_FIXUP },
	{ "0x3f kernel", UV_FAULT_VIOLATION, UV_FROM_KERNEL, true, UV_FAULT_DIE },
};

KUNIT_ARRAY_PARAM_DESC(action, action_cases, name);

static void exception_has_its_action(struct kunit *test)
{
	const struct action_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, uv_fault_action(c->kind, c->origin, c->addr_valid), c->want);
}

static void user_space_never_harms_the_kernel(struct kunit *test)
{
	for (int kind = 0; kind < UV_FAULT_KINDS; kind++) {
		for (int origin = UV_FROM_USER; origin < UV_FROM_KERNEL; origin++) {
			for (int valid = 0; valid <= 1; valid++) {
				enum uv_fault_action action = uv_fault_action(kind, origin, valid);

				KUNIT_EXPECT_NE(test, action, UV_FAULT_DIE);
				KUNIT_EXPECT_NE(test, action, UV_FAULT_PANIC);
			}
		}
	}
}

static void atomic_context_never_walks_page_tables(struct kunit *test)
{
	for (int kind = 0; kind < UV_FAULT_KINDS; kind++) {
		for (int valid = 0; valid <= 1; valid++)
			KUNIT_EXPECT_EQ(test, uv_fault_action(kind, UV_FROM_UACCESS_ATOMIC, valid),
					UV_FAULT_FIXUP);
	}
}

static struct kunit_case fault_cases[] = {
	KUNIT_CASE_PARAM(exception_has_its_action, action_gen_params),
	KUNIT_CASE(user_space_never_harms_the_kernel),
	KUNIT_CASE(atomic_context_never_walks_page_tables),
	{}
};

static struct kunit_suite fault_suite = {
	.name = "uv_fault",
	.test_cases = fault_cases,
};

kunit_test_suite(fault_suite);

MODULE_DESCRIPTION("KUnit tests of secure storage exceptions");
MODULE_LICENSE("GPL");
