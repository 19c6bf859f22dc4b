// SPDX-License-Identifier: GPL-2.0
/*
 * Pages and folios: what makes memory accessible, and what becomes of a page that
 * cannot be made so.
 */
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <linux/time64.h>
#include "firmware_kunit.h"

static const struct page_case {
	const char *name;
	int (*act)(unsigned long paddr, enum uv_wait wait);
	u16 cmd;
	struct uv_answer answer;
	int want;
} page_cases[] = {
	{ "export", uv_export_page, UVC_CMD_CONV_FROM_SEC_STOR, UV_DONE, 0 },
	{ "export refused", uv_export_page, UVC_CMD_CONV_FROM_SEC_STOR,
	  UV_REFUSED(0x101, 0), -EINVAL },
	{ "export with the rc of an old destroy", uv_export_page, UVC_CMD_CONV_FROM_SEC_STOR,
	  UV_REFUSED(0x107, 0xd), -EINVAL },
	{ "destroy", uv_destroy_page, UVC_CMD_DESTR_SEC_STOR, UV_DONE, 0 },
	{ "destroy refused", uv_destroy_page, UVC_CMD_DESTR_SEC_STOR,
	  UV_REFUSED(0x101, 0), -EINVAL },
	{ "destroy of a page that is not secure, old firmware", uv_destroy_page,
	  UVC_CMD_DESTR_SEC_STOR, UV_REFUSED(0x107, 0xd), 0 },
	{ "destroy with that rc for another reason", uv_destroy_page,
	  UVC_CMD_DESTR_SEC_STOR, UV_REFUSED(0x107, 0xe), -EINVAL },
	{ "pin", uv_pin_page, UVC_CMD_PIN_PAGE_SHARED, UV_DONE, 0 },
	{ "pin of a page that is not shared", uv_pin_page, UVC_CMD_PIN_PAGE_SHARED,
	  UV_REFUSED(0x101, 0), -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(page, page_cases, name);

static void page_command_has_its_outcome(struct kunit *test)
{
	const struct page_case *c = test->param_value;
	struct uv_firmware *fw = uv_firmware_start(test, &c->answer, 1);

	KUNIT_EXPECT_EQ(test, c->act(0x12345000, UV_ATOMIC), c->want);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_EQ(test, fw->asked[0], c->cmd);
	KUNIT_EXPECT_EQ(test, fw->paddr[0], 0x12345000);
}

static void page_command_does_not_wait_forever(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY);

	fw->tick = 4 * NSEC_PER_MSEC;
	KUNIT_EXPECT_EQ(test, uv_export_page(0x1000, UV_ATOMIC), -EBUSY);
	KUNIT_EXPECT_LT(test, fw->clock, 5 * NSEC_PER_SEC);
}

/* It has never been secure. */
static void clear_marks(struct folio *folio)
{
	clear_bit(PG_arch_1, folio_flags(folio, 0));
	clear_bit(UV_PG_OWNED, folio_flags(folio, 0));
}

static void free_folio(void *folio)
{
	clear_marks(folio);
	folio_put(folio);
}

/* A folio that might be secure: with one reference, and marked as by an import */
static struct folio *secure_folio(struct kunit *test, unsigned int order)
{
	struct folio *folio = folio_alloc(GFP_KERNEL, order);

	KUNIT_ASSERT_NOT_NULL(test, folio);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_folio, folio), 0);
	set_bit(PG_arch_1, folio_flags(folio, 0));
	set_bit(UV_PG_OWNED, folio_flags(folio, 0));
	return folio;
}

static bool may_be_secure(struct folio *folio)
{
	return test_bit(PG_arch_1, folio_flags(folio, 0));
}

static const struct folio_case {
	const char *name;
	int (*act)(struct folio *folio, enum uv_wait wait);
	u16 cmd;
} folio_cases[] = {
	{ "export", uv_export_folio, UVC_CMD_CONV_FROM_SEC_STOR },
	{ "destroy", uv_destroy_folio, UVC_CMD_DESTR_SEC_STOR },
};

KUNIT_ARRAY_PARAM_DESC(folio, folio_cases, name);

static void folio_is_accessible_afterwards(struct kunit *test)
{
	const struct folio_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct folio *folio = secure_folio(test, 0);

	KUNIT_EXPECT_EQ(test, c->act(folio, UV_ATOMIC), 1);
	KUNIT_EXPECT_FALSE(test, may_be_secure(folio));
	KUNIT_EXPECT_EQ(test, fw->asked[0], c->cmd);
	KUNIT_EXPECT_EQ(test, fw->paddr[0], folio_to_phys(folio));
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 1);
	/* it was not marked the second time */
	KUNIT_EXPECT_EQ(test, c->act(folio, UV_ATOMIC), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
}

static void folio_stays_marked_when_the_ultravisor_refuses(struct kunit *test)
{
	const struct folio_case *c = test->param_value;
	struct folio *folio = secure_folio(test, 0);

	FIRMWARE(test, UV_REFUSED(0x101, 0));
	KUNIT_EXPECT_EQ(test, c->act(folio, UV_ATOMIC), -EINVAL);
	KUNIT_EXPECT_TRUE(test, may_be_secure(folio));
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 1);
}

static int import_now(struct folio *folio)
{
	struct uv_cb_cts uvcb = { .header.cmd = UVC_CMD_CONV_TO_SEC_STOR };
	int rc;

	folio_lock(folio);
	rc = uv_import_folio(folio, &uvcb.header, false);
	folio_unlock(folio);
	return rc;
}

static void note_import(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	*(int *)fw->context = import_now(phys_to_folio(fw->paddr[0]));
}

/*
 * The mark must not be cleared after a parallel import has set it. By the mapping that is
 * going none can come, as the lock of its page table is held; here is another one.
 */
static void no_import_during_the_command(struct kunit *test)
{
	const struct folio_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct folio *folio = secure_folio(test, 0);
	int rc = 0;

	fw->during = note_import;
	fw->context = &rc;
	folio_get(folio);
	KUNIT_EXPECT_EQ(test, c->act(folio, UV_ATOMIC), 1);
	folio_put(folio);
	KUNIT_EXPECT_EQ(test, rc, UV_NEED_FEWER_REFS);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
}

/* It was pinned shared, so PG_arch_1 is clear. */
static struct folio *pinned_folio(struct kunit *test)
{
	struct folio *folio = secure_folio(test, 0);

	FIRMWARE(test, UV_DONE);
	KUNIT_EXPECT_EQ(test, arch_make_folio_accessible(folio), 0);
	KUNIT_EXPECT_FALSE(test, may_be_secure(folio));
	return folio;
}

static const struct pte_case {
	const char *name;
	int (*act)(struct mm_struct *mm, unsigned long uaddr, pte_t pte);
	u16 cmd;
} pte_cases[] = {
	{ "export", uv_convert_from_secure_pte, UVC_CMD_CONV_FROM_SEC_STOR },
	{ "destroy", uv_destroy_pte, UVC_CMD_DESTR_SEC_STOR },
};

KUNIT_ARRAY_PARAM_DESC(pte, pte_cases, name);

static void pinned_page_does_not_stay_shared_when_unmapped(struct kunit *test)
{
	const struct pte_case *c = test->param_value;
	struct folio *folio = pinned_folio(test);
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	pte_t pte = mk_pte(folio_page(folio, 0), PAGE_RW);

	KUNIT_EXPECT_EQ(test, c->act(NULL, UV_NO_ADDRESS, pte), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_EQ(test, fw->asked[0], c->cmd);
	KUNIT_EXPECT_EQ(test, fw->paddr[0], folio_to_phys(folio));
	/* Now it is nobody's. */
	KUNIT_EXPECT_EQ(test, c->act(NULL, UV_NO_ADDRESS, pte), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
}

/* It may be pinned shared again at any time, and nobody tells the host. */
static void exported_page_is_still_its_guests(struct kunit *test)
{
	struct folio *folio = secure_folio(test, 0);
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE, UV_REFUSED(0x101, 0), UV_DONE);
	pte_t pte = mk_pte(folio_page(folio, 0), PAGE_RW);

	clear_marks(folio);
	KUNIT_EXPECT_EQ(test, import_now(folio), 0);
	KUNIT_EXPECT_EQ(test, arch_make_folio_accessible(folio), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 3);
	KUNIT_EXPECT_FALSE(test, may_be_secure(folio));
	KUNIT_EXPECT_EQ(test, uv_convert_from_secure_pte(NULL, UV_NO_ADDRESS, pte), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 4);
	KUNIT_EXPECT_EQ(test, uv_convert_from_secure_pte(NULL, UV_NO_ADDRESS, pte), 0);
	KUNIT_EXPECT_EQ(test, fw->calls, 4);
}

static void unmapping_what_never_was_secure_needs_no_call(struct kunit *test)
{
	const struct pte_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct folio *folio = secure_folio(test, 0);

	clear_marks(folio);
	KUNIT_EXPECT_EQ(test, c->act(NULL, UV_NO_ADDRESS, mk_pte(folio_page(folio, 0), PAGE_RW)),
			0);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
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

	clear_bit(PG_arch_1, folio_flags(folio, 0));
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
	set_bit(PG_writeback, folio_flags(folio, 0));
	KUNIT_EXPECT_EQ(test, uv_import_folio(folio, &uvcb.header, false), UV_NEED_WRITEBACK_END);
	clear_bit(PG_writeback, folio_flags(folio, 0));
	folio_unlock(folio);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
}

static void import_waits_for_other_users(struct kunit *test)
{
	struct uv_cb_cts uvcb = { .header.cmd = UVC_CMD_CONV_TO_SEC_STOR };
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct folio *folio = secure_folio(test, 0);

	clear_bit(PG_arch_1, folio_flags(folio, 0));
	folio_get(folio);
	folio_lock(folio);
	KUNIT_EXPECT_EQ(test, uv_import_folio(folio, &uvcb.header, false), UV_NEED_FEWER_REFS);
	folio_unlock(folio);
	folio_put(folio);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	KUNIT_EXPECT_FALSE(test, may_be_secure(folio));
}

static u64 pages_kept(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu_ptr(&uv_stats, cpu)->event[UV_EVENT_PAGES_KEPT];
	return sum;
}

static const struct keep_case {
	const char *name;
	struct uv_answer answer;
} keep_cases[] = {
	{ "refused", UV_REFUSED(0x101, 0) },
	{ "busy for ever", UV_BUSY },
	{ "unfinished for ever", UV_PARTIAL },
};

KUNIT_ARRAY_PARAM_DESC(keep, keep_cases, name);

static void set_host(void *value)
{
	prot_virt_host = (long)value;
}

static void be_host(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, set_host,
							(void *)(long)prot_virt_host), 0);
	prot_virt_host = 1;
}

static void page_that_may_be_secure_is_not_freed(struct kunit *test)
{
	const struct keep_case *c = test->param_value;
	struct uv_firmware *fw = uv_firmware_start(test, &c->answer, 1);
	static const struct uv_answer done = UV_DONE;
	struct page *page = alloc_page(GFP_KERNEL);
	u64 kept = pages_kept();

	KUNIT_ASSERT_NOT_NULL(test, page);
	be_host(test);
	fw->tick = 4 * NSEC_PER_MSEC;
	set_bit(PG_arch_1, folio_flags(page_folio(page), 0));
	put_page(page);
	KUNIT_EXPECT_EQ(test, pages_kept(), kept + 1);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	KUNIT_EXPECT_TRUE(test, test_bit(PG_arch_1, folio_flags(page_folio(page), 0)));

	/* One that can be exported at last has a next owner. */
	fw->script = &done;
	fw->calls = 0;
	put_page(page);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_EQ(test, fw->paddr[0], page_to_phys(page));
	KUNIT_EXPECT_EQ(test, pages_kept(), kept + 1);
}

static const struct free_case {
	const char *name;
	bool host;
	bool marked;
} free_cases[] = {
	{ "not marked", true, false },
	{ "marked, but this is no host", false, true },
};

KUNIT_ARRAY_PARAM_DESC(free, free_cases, name);

static void page_is_freed_without_a_call(struct kunit *test)
{
	const struct free_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x101, 0));
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	be_host(test);
	prot_virt_host = c->host;
	if (c->marked)
		set_bit(PG_arch_1, folio_flags(page_folio(page), 0));
	put_page(page);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
}

/* The page allocator looks at PG_arch_1: freed it would still be the guest's. */
static void pinned_page_that_is_not_exported_is_marked(struct kunit *test)
{
	struct folio *folio = pinned_folio(test);
	pte_t pte = mk_pte(folio_page(folio, 0), PAGE_RW);

	FIRMWARE(test, UV_REFUSED(0x101, 0));
	KUNIT_EXPECT_EQ(test, uv_convert_from_secure_pte(NULL, UV_NO_ADDRESS, pte), 0);
	KUNIT_EXPECT_TRUE(test, may_be_secure(folio));
}

static struct kunit_case page_test_cases[] = {
	KUNIT_CASE_PARAM(page_that_may_be_secure_is_not_freed, keep_gen_params),
	KUNIT_CASE_PARAM(page_is_freed_without_a_call, free_gen_params),
	KUNIT_CASE(pinned_page_that_is_not_exported_is_marked),
	KUNIT_CASE_PARAM(page_command_has_its_outcome, page_gen_params),
	KUNIT_CASE(page_command_does_not_wait_forever),
	KUNIT_CASE_PARAM(folio_is_accessible_afterwards, folio_gen_params),
	KUNIT_CASE_PARAM(folio_stays_marked_when_the_ultravisor_refuses, folio_gen_params),
	KUNIT_CASE_PARAM(no_import_during_the_command, folio_gen_params),
	KUNIT_CASE_PARAM(pinned_page_does_not_stay_shared_when_unmapped, pte_gen_params),
	KUNIT_CASE(exported_page_is_still_its_guests),
	KUNIT_CASE_PARAM(unmapping_what_never_was_secure_needs_no_call, pte_gen_params),
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
