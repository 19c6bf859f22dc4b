// SPDX-License-Identifier: GPL-2.0
/*
 * Pages and folios: the table of states, and what makes memory accessible.
 */
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include "firmware_kunit.h"

static const struct next_case {
	enum uv_page_act act;
	const char *name;
	enum uv_page_state next[UV_PAGE_STATES];
} next_cases[] = {
	/*		from:	accessible	secure		shared		pinned */
	{ UV_PAGE_IMPORT, "import", { UV_PAGE_SECURE, UV_PAGE_SECURE, UV_PAGE_SECURE,
		UV_PAGE_REFUSED } },
	{ UV_PAGE_EXPORT, "export", { UV_PAGE_ACCESSIBLE, UV_PAGE_ACCESSIBLE,
		UV_PAGE_ACCESSIBLE, UV_PAGE_ACCESSIBLE } },
	{ UV_PAGE_DESTROY, "destroy", { UV_PAGE_ACCESSIBLE, UV_PAGE_ACCESSIBLE,
		UV_PAGE_ACCESSIBLE, UV_PAGE_ACCESSIBLE } },
	{ UV_PAGE_PIN, "pin", { UV_PAGE_REFUSED, UV_PAGE_REFUSED, UV_PAGE_PINNED,
		UV_PAGE_PINNED } },
	{ UV_PAGE_UNPIN, "unpin", { UV_PAGE_REFUSED, UV_PAGE_REFUSED, UV_PAGE_SHARED,
		UV_PAGE_SHARED } },
};

KUNIT_ARRAY_PARAM_DESC(next, next_cases, name);

static void act_leads_to_its_states(struct kunit *test)
{
	const struct next_case *c = test->param_value;

	for (int state = 0; state < UV_PAGE_STATES; state++)
		KUNIT_EXPECT_EQ(test, uv_page_next(state, c->act), c->next[state]);
}

static void only_an_import_takes_a_page_from_the_host(struct kunit *test)
{
	for (int act = 0; act < UV_PAGE_ACTS; act++) {
		for (int state = 0; state < UV_PAGE_STATES; state++) {
			enum uv_page_state next = uv_page_next(state, act);

			if (next == UV_PAGE_REFUSED || act == UV_PAGE_IMPORT)
				continue;
			KUNIT_EXPECT_TRUE_MSG(test, uv_page_host_may_access(next),
					      "act %d, state %d", act, state);
		}
	}
	KUNIT_EXPECT_FALSE(test, uv_page_host_may_access(UV_PAGE_SECURE));
}

static int destroy_page(unsigned long paddr)
{
	return uv_destroy_page(paddr, UV_ATOMIC);
}

static const struct page_case {
	const char *name;
	int (*act)(unsigned long paddr);
	u16 cmd;
	struct uv_answer answer;
	int want;
} page_cases[] = {
	{ "export", uv_export_page, UVC_CMD_CONV_FROM_SEC_STOR, UV_DONE, 0 },
	{ "export refused", uv_export_page, UVC_CMD_CONV_FROM_SEC_STOR,
	  UV_REFUSED(0x101, 0), -EINVAL },
	{ "export with the rc of an old destroy", uv_export_page, UVC_CMD_CONV_FROM_SEC_STOR,
	  UV_REFUSED(0x107, 0xd), -EINVAL },
	{ "destroy", destroy_page, UVC_CMD_DESTR_SEC_STOR, UV_DONE, 0 },
	{ "destroy refused", destroy_page, UVC_CMD_DESTR_SEC_STOR,
	  UV_REFUSED(0x101, 0), -EINVAL },
	{ "destroy of a page that is not secure, old firmware", destroy_page,
	  UVC_CMD_DESTR_SEC_STOR, UV_REFUSED(0x107, 0xd), 0 },
	{ "destroy with that rc for another reason", destroy_page,
	  UVC_CMD_DESTR_SEC_STOR, UV_REFUSED(0x107, 0xe), -EINVAL },
	{ "pin", uv_pin_shared, UVC_CMD_PIN_PAGE_SHARED, UV_DONE, 0 },
	{ "pin of a page that is not shared", uv_pin_shared, UVC_CMD_PIN_PAGE_SHARED,
	  UV_REFUSED(0x101, 0), -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(page, page_cases, name);

static void page_command_has_its_outcome(struct kunit *test)
{
	const struct page_case *c = test->param_value;
	struct uv_firmware *fw = uv_firmware_start(test, &c->answer, 1);

	KUNIT_EXPECT_EQ(test, c->act(0x12345000), c->want);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_EQ(test, fw->asked[0], c->cmd);
	KUNIT_EXPECT_EQ(test, fw->paddr[0], 0x12345000);
}

static void page_command_does_not_wait_forever(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY);

	fw->tick = 4000UL << 12;
	KUNIT_EXPECT_EQ(test, uv_export_page(0x1000), -EBUSY);
	KUNIT_EXPECT_LT(test, fw->clock, 5000000UL << 12);
}

static void free_folio(void *folio)
{
	clear_bit(PG_arch_1, &((struct folio *)folio)->flags);
	folio_put(folio);
}

/* A folio that might be secure: with one reference and PG_arch_1 */
static struct folio *secure_folio(struct kunit *test, unsigned int order)
{
	struct folio *folio = folio_alloc(GFP_KERNEL, order);

	KUNIT_ASSERT_NOT_NULL(test, folio);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_folio, folio), 0);
	set_bit(PG_arch_1, &folio->flags);
	return folio;
}

static bool may_be_secure(struct folio *folio)
{
	return test_bit(PG_arch_1, &folio->flags);
}

static int destroy_folio(struct folio *folio)
{
	return uv_destroy_folio(folio, UV_ATOMIC);
}

static const struct folio_case {
	const char *name;
	int (*act)(struct folio *folio);
	u16 cmd;
} folio_cases[] = {
	{ "export", uv_export_folio, UVC_CMD_CONV_FROM_SEC_STOR },
	{ "destroy", destroy_folio, UVC_CMD_DESTR_SEC_STOR },
};

KUNIT_ARRAY_PARAM_DESC(folio, folio_cases, name);

static void folio_is_accessible_afterwards(struct kunit *test)
{
	const struct folio_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct folio *folio = secure_folio(test, 0);

	KUNIT_EXPECT_EQ(test, c->act(folio), 1);
	KUNIT_EXPECT_FALSE(test, may_be_secure(folio));
	KUNIT_EXPECT_EQ(test, fw->asked[0], c->cmd);
	KUNIT_EXPECT_EQ(test, fw->paddr[0], folio_to_phys(folio));
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 1);
	/* it was not marked the second time */
	KUNIT_EXPECT_EQ(test, c->act(folio), 0);
}

static void folio_stays_marked_when_the_ultravisor_refuses(struct kunit *test)
{
	const struct folio_case *c = test->param_value;
	struct folio *folio = secure_folio(test, 0);

	FIRMWARE(test, UV_REFUSED(0x101, 0));
	KUNIT_EXPECT_EQ(test, c->act(folio), -EINVAL);
	KUNIT_EXPECT_TRUE(test, may_be_secure(folio));
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 1);
}

/* The mark must not be cleared after a parallel import has set it. */
static void note_references(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	*(int *)fw->context = folio_ref_count(phys_to_folio(fw->paddr[0]));
}

static void no_import_during_the_command(struct kunit *test)
{
	const struct folio_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct folio *folio = secure_folio(test, 0);
	int references = 0;

	fw->during = note_references;
	fw->context = &references;
	KUNIT_EXPECT_EQ(test, c->act(folio), 1);
	KUNIT_EXPECT_EQ(test, references, 2);
}

static void unmapped_pte_is_exported_even_if_unmarked(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct folio *folio = secure_folio(test, 0);
	pte_t pte = mk_pte(folio_page(folio, 0), PAGE_RW);

	/* it was pinned shared, and so is not marked any more */
	clear_bit(PG_arch_1, &folio->flags);
	KUNIT_EXPECT_EQ(test, uv_convert_from_secure_pte(NULL, UV_NO_ADDRESS, pte), 0);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_CONV_FROM_SEC_STOR);
	KUNIT_EXPECT_EQ(test, fw->paddr[0], folio_to_phys(folio));
}

static void destroyed_pte_destroys_its_page(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct folio *folio = secure_folio(test, 0);
	pte_t pte = mk_pte(folio_page(folio, 0), PAGE_RW);

	KUNIT_EXPECT_EQ(test, uv_destroy_pte(NULL, UV_NO_ADDRESS, pte), 0);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_DESTR_SEC_STOR);
	KUNIT_EXPECT_FALSE(test, may_be_secure(folio));
}

static void unmarked_folio_needs_no_call(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct folio *folio = secure_folio(test, 0);

	clear_bit(PG_arch_1, &folio->flags);
	KUNIT_EXPECT_EQ(test, arch_make_folio_accessible(folio), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
}

static void shared_folio_is_pinned_and_keeps_its_content(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct folio *folio = secure_folio(test, 0);

	KUNIT_EXPECT_EQ(test, arch_make_folio_accessible(folio), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_PIN_PAGE_SHARED);
	KUNIT_EXPECT_FALSE(test, may_be_secure(folio));
}

static void secure_folio_is_exported(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x101, 0), UV_DONE);
	struct folio *folio = secure_folio(test, 0);

	KUNIT_EXPECT_EQ(test, arch_make_folio_accessible(folio), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 2);
	KUNIT_EXPECT_EQ(test, fw->asked[1], UVC_CMD_CONV_FROM_SEC_STOR);
	KUNIT_EXPECT_EQ(test, fw->paddr[1], folio_to_phys(folio));
	KUNIT_EXPECT_FALSE(test, may_be_secure(folio));
}

static void folio_that_cannot_be_exported_is_an_error(struct kunit *test)
{
	struct folio *folio = secure_folio(test, 0);

	FIRMWARE(test, UV_REFUSED(0x101, 0), UV_REFUSED(0x102, 0));
	KUNIT_EXPECT_EQ(test, arch_make_folio_accessible(folio), -EINVAL);
	KUNIT_EXPECT_TRUE(test, may_be_secure(folio));
}

static void import_waits_for_writeback(struct kunit *test)
{
	struct uv_cb_cts uvcb = { .header.cmd = UVC_CMD_CONV_TO_SEC_STOR };
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct folio *folio = secure_folio(test, 0);

	folio_lock(folio);
	set_bit(PG_writeback, &folio->flags);
	KUNIT_EXPECT_EQ(test, uv_import_folio(folio, &uvcb.header, false), UV_NEED_WRITEBACK_END);
	clear_bit(PG_writeback, &folio->flags);
	folio_unlock(folio);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
}

static void import_waits_for_other_users(struct kunit *test)
{
	struct uv_cb_cts uvcb = { .header.cmd = UVC_CMD_CONV_TO_SEC_STOR };
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct folio *folio = secure_folio(test, 0);

	clear_bit(PG_arch_1, &folio->flags);
	folio_lock(folio);
	KUNIT_EXPECT_EQ(test, uv_import_folio(folio, &uvcb.header, false), UV_NEED_FEWER_REFS);
	folio_unlock(folio);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	KUNIT_EXPECT_FALSE(test, may_be_secure(folio));
}

static struct kunit_case page_test_cases[] = {
	KUNIT_CASE_PARAM(act_leads_to_its_states, next_gen_params),
	KUNIT_CASE(only_an_import_takes_a_page_from_the_host),
	KUNIT_CASE_PARAM(page_command_has_its_outcome, page_gen_params),
	KUNIT_CASE(page_command_does_not_wait_forever),
	KUNIT_CASE_PARAM(folio_is_accessible_afterwards, folio_gen_params),
	KUNIT_CASE_PARAM(folio_stays_marked_when_the_ultravisor_refuses, folio_gen_params),
	KUNIT_CASE_PARAM(no_import_during_the_command, folio_gen_params),
	KUNIT_CASE(unmapped_pte_is_exported_even_if_unmarked),
	KUNIT_CASE(destroyed_pte_destroys_its_page),
	KUNIT_CASE(unmarked_folio_needs_no_call),
	KUNIT_CASE(shared_folio_is_pinned_and_keeps_its_content),
	KUNIT_CASE(secure_folio_is_exported),
	KUNIT_CASE(folio_that_cannot_be_exported_is_an_error),
	KUNIT_CASE(import_waits_for_writeback),
	KUNIT_CASE(import_waits_for_other_users),
	{}
};

static struct kunit_suite page_suite = {
	.name = "uv_page",
	.test_cases = page_test_cases,
};

kunit_test_suite(page_suite);

MODULE_DESCRIPTION("KUnit tests of secure pages");
MODULE_LICENSE("GPL");
