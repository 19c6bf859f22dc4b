// SPDX-License-Identifier: GPL-2.0
/*
 * What is decided about secure storage exceptions.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/asm-extable.h>
#include <asm/fault.h>
#include <asm/maccess.h>
#include <asm/ptrace.h>
#include "../kernel/entry.h"
#include "firmware_kunit.h"

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
	  UV_FAULT_EXPORT_NOWAIT },
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

static void atomic_context_never_waits(struct kunit *test)
{
	for (int kind = 0; kind < UV_FAULT_KINDS; kind++) {
		for (int valid = 0; valid <= 1; valid++) {
			bool curable = kind == UV_FAULT_SECURE_ACCESS && valid;

			KUNIT_EXPECT_EQ(test, uv_fault_action(kind, UV_FROM_UACCESS_ATOMIC, valid),
					curable ? UV_FAULT_EXPORT_NOWAIT : UV_FAULT_FIXUP);
		}
	}
}

/* An instruction that is prepared for a fault, and where it goes on then */
static noinline void prepared(unsigned long *insn, unsigned long *fixup)
{
	asm volatile("	larl	%[insn],0f\n"
		     "	larl	%[fixup],1f\n"
		     "0:	nopr\n"
		     "1:\n"
		     EX_TABLE(0b, 1b)
		     : [insn] "=&d" (*insn), [fixup] "=&d" (*fixup));
}

/* The state of an access that was interrupted */
static void interrupted(struct pt_regs *regs, unsigned long addr, unsigned int space, bool user)
{
	union teid teid = { .addr = addr >> PAGE_SHIFT, .b61 = 1, .as = space };
	unsigned long fixup;

	memset(regs, 0, sizeof(*regs));
	regs->int_parm_long = teid.val;
	prepared(&regs->psw.addr, &fixup);
	if (user)
		regs->psw.mask = PSW_MASK_PSTATE;
}

static bool is_repeated(struct pt_regs *regs)
{
	unsigned long insn, fixup;

	prepared(&insn, &fixup);
	return regs->psw.addr == insn;
}

static bool is_fixed_up(struct pt_regs *regs)
{
	unsigned long insn, fixup;

	prepared(&insn, &fixup);
	return regs->psw.addr == fixup;
}

/* A user page which might be secure */
static unsigned long user_page(struct kunit *test, struct page **page)
{
	unsigned long addr;

	addr = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
			     MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, addr, 0);
	KUNIT_ASSERT_EQ(test, put_user(1, (char __user *)addr), 0);
	KUNIT_ASSERT_EQ(test, get_user_pages_fast(addr, 1, 0, page), 1);
	put_page(*page);
	lru_add_drain();
	set_bit(PG_arch_1, folio_flags(page_folio(*page), 0));
	return addr;
}

/* Ways by which a system call gets at user space */
static const struct uaccess_case {
	const char *name;
	bool atomic;		/* with page faults disabled, as a futex does */
} uaccess_cases[] = {
	{ "system call" },
	{ "system call, page faults disabled", true },
};

KUNIT_ARRAY_PARAM_DESC(uaccess, uaccess_cases, name);

static void system_call_is_interrupted(struct kunit *test, struct pt_regs *regs,
				       unsigned long addr)
{
	const struct uaccess_case *c = test->param_value;

	interrupted(regs, addr, PSW_BITS_AS_SECONDARY, false);
	if (c->atomic)
		pagefault_disable();
	do_secure_storage_access(regs);
	if (c->atomic)
		pagefault_enable();
}

static void expect_exported(struct kunit *test, struct uv_firmware *fw, struct page *page)
{
	KUNIT_EXPECT_EQ(test, fw->calls, 2);
	KUNIT_EXPECT_EQ(test, fw->asked[1], UVC_CMD_CONV_FROM_SEC_STOR);
	KUNIT_EXPECT_EQ(test, fw->paddr[1], page_to_phys(page));
	KUNIT_EXPECT_FALSE(test, test_bit(PG_arch_1, folio_flags(page_folio(page), 0)));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
}

static void instruction_of_the_user_is_repeated(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x101, 0), UV_DONE);
	struct pt_regs regs;
	struct page *page;

	interrupted(&regs, user_page(test, &page), PSW_BITS_AS_PRIMARY, true);
	do_secure_storage_access(&regs);
	expect_exported(test, fw, page);
	KUNIT_EXPECT_TRUE(test, is_repeated(&regs));
}

/* A futex would otherwise be tried again and again. */
static void access_of_a_system_call_is_repeated(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x101, 0), UV_DONE);
	struct pt_regs regs;
	struct page *page;

	system_call_is_interrupted(test, &regs, user_page(test, &page));
	expect_exported(test, fw, page);
	KUNIT_EXPECT_TRUE(test, is_repeated(&regs));
}

/* The exception proves more than the mark does. */
static void page_without_its_mark_is_exported(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x101, 0), UV_DONE);
	struct pt_regs regs;
	struct page *page;
	unsigned long addr = user_page(test, &page);

	clear_bit(PG_arch_1, folio_flags(page_folio(page), 0));
	system_call_is_interrupted(test, &regs, addr);
	expect_exported(test, fw, page);
	KUNIT_EXPECT_TRUE(test, is_repeated(&regs));
}

/* The guest has done that since the exception, and must find it so. */
static void page_that_became_shared_stays_shared(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct pt_regs regs;
	struct page *page;

	system_call_is_interrupted(test, &regs, user_page(test, &page));
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_PIN_PAGE_SHARED);
	KUNIT_EXPECT_EQ(test, fw->paddr[0], page_to_phys(page));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	KUNIT_EXPECT_TRUE(test, is_repeated(&regs));
}

static void system_call_gets_an_error_when_the_export_fails(struct kunit *test)
{
	struct pt_regs regs;
	struct page *page;

	FIRMWARE(test, UV_REFUSED(0x101, 0));
	system_call_is_interrupted(test, &regs, user_page(test, &page));
	KUNIT_EXPECT_TRUE(test, is_fixed_up(&regs));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	KUNIT_EXPECT_TRUE(test, test_and_clear_bit(PG_arch_1, folio_flags(page_folio(page), 0)));
}

static void system_call_gets_an_error_where_nothing_is_mapped(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct pt_regs regs;
	struct page *page;
	unsigned long addr = user_page(test, &page);

	KUNIT_ASSERT_EQ(test, vm_munmap(addr, PAGE_SIZE), 0);
	system_call_is_interrupted(test, &regs, addr);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	KUNIT_EXPECT_TRUE(test, is_fixed_up(&regs));
}

/* By the next fault; who must not wait for that gets an error and waits then. */
static void page_that_went_away_is_left_to_others(struct kunit *test)
{
	const struct uaccess_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct pt_regs regs;
	unsigned long addr;

	addr = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
			     MAP_ANONYMOUS | MAP_PRIVATE, 0);
	system_call_is_interrupted(test, &regs, addr);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	KUNIT_EXPECT_EQ(test, is_fixed_up(&regs), c->atomic);
	KUNIT_EXPECT_EQ(test, is_repeated(&regs), !c->atomic);
}

#define LARGE_ORDER	2

static int large_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct page *page = file->private_data;
	int rc = 0;

	for (unsigned int i = 0; i < 1 << LARGE_ORDER && !rc; i++)
		rc = vm_insert_page(vma, vma->vm_start + i * PAGE_SIZE, page + i);
	return rc;
}

static const struct file_operations large_fops = {
	.mmap = large_mmap,
};

/* A large folio that is mapped by pages: of these one has been touched. */
static void page_that_was_touched_is_exported(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x101, 0), UV_DONE);
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_ZERO, LARGE_ORDER);
	struct pt_regs regs;
	unsigned long addr;
	struct file *file;

	KUNIT_ASSERT_NOT_NULL(test, page);
	file = anon_inode_getfile("[large]", &large_fops, page, O_RDWR);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	addr = kunit_vm_mmap(test, file, 0, PAGE_SIZE << LARGE_ORDER, PROT_READ | PROT_WRITE,
			     MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	system_call_is_interrupted(test, &regs, addr + 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, fw->calls, 2);
	KUNIT_EXPECT_EQ(test, fw->paddr[0], page_to_phys(page + 2));
	KUNIT_EXPECT_EQ(test, fw->paddr[1], page_to_phys(page + 2));
	KUNIT_EXPECT_TRUE(test, is_repeated(&regs));
	fput(file);
	put_page(page);
}

/* An address may be made up where nothing says whether it is valid. */
static void address_beyond_the_tables_is_an_error(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct pt_regs regs;

	system_call_is_interrupted(test, &regs, TASK_SIZE);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	KUNIT_EXPECT_TRUE(test, is_fixed_up(&regs));
}

static void system_call_without_an_address_gets_an_error(struct kunit *test)
{
	unsigned long features = uv_info.uv_feature_indications;
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct pt_regs regs;
	struct page *page;

	interrupted(&regs, user_page(test, &page), PSW_BITS_AS_SECONDARY, false);
	((union teid *)&regs.int_parm_long)->b61 = 0;
	uv_info.uv_feature_indications = 1UL << 63;
	do_secure_storage_access(&regs);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	KUNIT_EXPECT_TRUE(test, is_fixed_up(&regs));

	/* without the MISC feature the bit says nothing, the address counts */
	uv_info.uv_feature_indications = 0;
	interrupted(&regs, regs.int_parm_long & PAGE_MASK, PSW_BITS_AS_SECONDARY, false);
	((union teid *)&regs.int_parm_long)->b61 = 0;
	do_secure_storage_access(&regs);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_TRUE(test, is_repeated(&regs));
	uv_info.uv_feature_indications = features;
}

static void exceptions_of_guests_are_errors_here(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct pt_regs regs;
	struct page *page;
	unsigned long addr = user_page(test, &page);

	interrupted(&regs, addr, PSW_BITS_AS_SECONDARY, false);
	do_non_secure_storage_access(&regs);
	KUNIT_EXPECT_TRUE(test, is_fixed_up(&regs));
	interrupted(&regs, addr, PSW_BITS_AS_SECONDARY, false);
	do_secure_storage_violation(&regs);
	KUNIT_EXPECT_TRUE(test, is_fixed_up(&regs));
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	clear_bit(PG_arch_1, folio_flags(page_folio(page), 0));
}

static void unmark_and_free(void *page)
{
	clear_bit(PG_arch_1, folio_flags(page_folio((struct page *)page), 0));
	put_page(page);
}

static struct page *kernel_page(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, unmark_and_free, page), 0);
	set_bit(PG_arch_1, folio_flags(page_folio(page), 0));
	return page;
}

static void expect_cured(struct kunit *test, struct page *page, void *addr)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x101, 0), UV_DONE);
	struct pt_regs regs;

	interrupted(&regs, (unsigned long)addr, PSW_BITS_AS_HOME, false);
	do_secure_storage_access(&regs);
	KUNIT_EXPECT_EQ(test, fw->calls, 2);
	KUNIT_EXPECT_EQ(test, fw->paddr[1], page_to_phys(page));
	KUNIT_EXPECT_FALSE(test, test_bit(PG_arch_1, folio_flags(page_folio(page), 0)));
	KUNIT_EXPECT_TRUE(test, is_repeated(&regs));
}

static void kernel_access_by_the_linear_mapping_is_cured(struct kunit *test)
{
	struct page *page = kernel_page(test);

	expect_cured(test, page, page_address(page));
}

static void kernel_access_by_another_mapping_is_cured(struct kunit *test)
{
	struct page *page = kernel_page(test);
	void *addr = vmap(&page, 1, VM_MAP, PAGE_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, addr);
	expect_cured(test, page, addr);
	vunmap(addr);
}

static void kernel_access_gets_an_error_when_the_export_fails(struct kunit *test)
{
	struct page *page = kernel_page(test);
	struct pt_regs regs;

	FIRMWARE(test, UV_REFUSED(0x101, 0));
	interrupted(&regs, (unsigned long)page_address(page), PSW_BITS_AS_HOME, false);
	do_secure_storage_access(&regs);
	KUNIT_EXPECT_TRUE(test, is_fixed_up(&regs));
}

/* Nobody marks what is donated to the ultravisor; /proc/kcore may look there. */
static void kernel_access_to_donated_memory_gets_an_error(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x101, 0));
	struct page *page = kernel_page(test);
	struct pt_regs regs;

	clear_bit(PG_arch_1, folio_flags(page_folio(page), 0));
	interrupted(&regs, (unsigned long)page_address(page), PSW_BITS_AS_HOME, false);
	do_secure_storage_access(&regs);
	KUNIT_EXPECT_EQ(test, fw->calls, 2);
	KUNIT_EXPECT_TRUE(test, is_fixed_up(&regs));
}

static void kernel_access_during_an_import_is_repeated(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct page *page = kernel_page(test);
	struct pt_regs regs;

	interrupted(&regs, (unsigned long)page_address(page), PSW_BITS_AS_HOME, false);
	lock_page(page);
	KUNIT_ASSERT_TRUE(test, page_ref_freeze(page, 1));
	do_secure_storage_access(&regs);
	page_ref_unfreeze(page, 1);
	unlock_page(page);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	KUNIT_EXPECT_TRUE(test, is_repeated(&regs));
}

/* Otherwise the access would be repeated for ever. */
static void kernel_access_to_a_free_page_is_cured(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct page *page = kernel_page(test);
	struct pt_regs regs;

	interrupted(&regs, (unsigned long)page_address(page), PSW_BITS_AS_HOME, false);
	KUNIT_ASSERT_TRUE(test, page_ref_freeze(page, 1));
	do_secure_storage_access(&regs);
	page_ref_unfreeze(page, 1);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_CONV_FROM_SEC_STOR);
	KUNIT_EXPECT_EQ(test, fw->paddr[0], page_to_phys(page));
	KUNIT_EXPECT_TRUE(test, is_repeated(&regs));
}

/* What memcpy_real_iter() reads through its mapping, which still leads to @page */
static u8 interrupted_copy(struct kunit *test, struct uv_firmware *fw, const u8 *page)
{
	struct pt_regs regs;
	unsigned int calls = fw->calls;

	interrupted(&regs, __memcpy_real_area, PSW_BITS_AS_HOME, false);
	do_secure_storage_access(&regs);
	KUNIT_EXPECT_EQ(test, fw->calls, calls + 1);
	KUNIT_EXPECT_EQ(test, fw->asked[calls], UVC_CMD_CONV_FROM_SEC_STOR);
	KUNIT_EXPECT_EQ(test, fw->paddr[calls], __pa(page));
	KUNIT_EXPECT_TRUE(test, is_repeated(&regs));
	return READ_ONCE(*(u8 *)__memcpy_real_area);
}

static void dump_has_zeroes_only_for_what_is_not_exported(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(UVC_RC_INV_STATE, 0), UV_DONE);
	u8 *page = page_address(kernel_page(test)), copy = 0;

	*page = 1;
	KUNIT_EXPECT_EQ(test, memcpy_real(&copy, __pa(page), 1), 0);
	KUNIT_EXPECT_EQ(test, copy, 1);
	KUNIT_EXPECT_EQ(test, interrupted_copy(test, fw, page), 0);
	/* The ultravisor is not asked for what can be read. */
	copy = 0;
	KUNIT_EXPECT_EQ(test, memcpy_real(&copy, __pa(page), 1), 0);
	KUNIT_EXPECT_EQ(test, copy, 1);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_EQ(test, interrupted_copy(test, fw, page), 1);
}

/* A mapping of storage by its address, that gives copies of what is not mapped */
static vm_fault_t dump_fault(struct vm_fault *vmf)
{
	vmf->page = vmf->vma->vm_private_data;
	get_page(vmf->page);
	return 0;
}

static const struct vm_operations_struct dump_vm_ops = {
	.fault = dump_fault,
};

static unsigned long dump_pfn;

static int dump_mmap(struct file *file, struct vm_area_struct *vma)
{
	vm_flags_mod(vma, VM_MIXEDMAP, VM_MAYWRITE);
	vma->vm_ops = &dump_vm_ops;
	vma->vm_private_data = file->private_data;
	return remap_pfn_range(vma, vma->vm_start, dump_pfn, PAGE_SIZE, vma->vm_page_prot);
}

static const struct file_operations dump_fops = {
	.mmap = dump_mmap,
};

static void mapped_dump_is_repeated_if(struct kunit *test, unsigned long pfn, bool repeated)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);
	struct page *page = alloc_page(GFP_KERNEL);
	struct pt_regs regs;
	unsigned long addr;
	struct file *file;
	u8 copy = 0;

	KUNIT_ASSERT_NOT_NULL(test, page);
	*(u8 *)page_address(page) = 1;
	file = anon_inode_getfile("[dump]", &dump_fops, page, O_RDONLY);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	dump_pfn = pfn;
	addr = kunit_vm_mmap(test, file, 0, PAGE_SIZE, PROT_READ, MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	interrupted(&regs, addr, PSW_BITS_AS_SECONDARY, false);
	do_secure_storage_access(&regs);
	KUNIT_EXPECT_EQ(test, fw->calls, 0);
	KUNIT_EXPECT_EQ(test, is_repeated(&regs), repeated);
	KUNIT_EXPECT_EQ(test, is_fixed_up(&regs), !repeated);
	if (repeated) {
		KUNIT_EXPECT_EQ(test, get_user(copy, (u8 __user *)addr), 0);
		KUNIT_EXPECT_EQ(test, copy, 1);
	}
	vm_munmap(addr, PAGE_SIZE);
	fput(file);
	put_page(page);
}

static void mapped_dump_gets_a_copy_of_a_secure_page(struct kunit *test)
{
	mapped_dump_is_repeated_if(test, max_pfn, true);
}

static void mapped_page_of_this_kernel_is_no_dump(struct kunit *test)
{
	mapped_dump_is_repeated_if(test, max_pfn - 1, false);
}

static struct kunit_case fault_cases[] = {
	KUNIT_CASE_PARAM(exception_has_its_action, action_gen_params),
	KUNIT_CASE(user_space_never_harms_the_kernel),
	KUNIT_CASE(atomic_context_never_waits),
	KUNIT_CASE(instruction_of_the_user_is_repeated),
	KUNIT_CASE_PARAM(access_of_a_system_call_is_repeated, uaccess_gen_params),
	KUNIT_CASE_PARAM(page_without_its_mark_is_exported, uaccess_gen_params),
	KUNIT_CASE_PARAM(page_that_became_shared_stays_shared, uaccess_gen_params),
	KUNIT_CASE_PARAM(system_call_gets_an_error_when_the_export_fails, uaccess_gen_params),
	KUNIT_CASE_PARAM(system_call_gets_an_error_where_nothing_is_mapped, uaccess_gen_params),
	KUNIT_CASE_PARAM(page_that_went_away_is_left_to_others, uaccess_gen_params),
	KUNIT_CASE_PARAM(page_that_was_touched_is_exported, uaccess_gen_params),
	KUNIT_CASE_PARAM(address_beyond_the_tables_is_an_error, uaccess_gen_params),
	KUNIT_CASE(system_call_without_an_address_gets_an_error),
	KUNIT_CASE(exceptions_of_guests_are_errors_here),
	KUNIT_CASE(kernel_access_by_the_linear_mapping_is_cured),
	KUNIT_CASE(kernel_access_by_another_mapping_is_cured),
	KUNIT_CASE(kernel_access_gets_an_error_when_the_export_fails),
	KUNIT_CASE(kernel_access_to_donated_memory_gets_an_error),
	KUNIT_CASE(kernel_access_during_an_import_is_repeated),
	KUNIT_CASE(kernel_access_to_a_free_page_is_cured),
	KUNIT_CASE(dump_has_zeroes_only_for_what_is_not_exported),
	KUNIT_CASE(mapped_dump_gets_a_copy_of_a_secure_page),
	KUNIT_CASE(mapped_page_of_this_kernel_is_no_dump),
	{}
};

static struct kunit_suite fault_suite = {
	.name = "uv_fault",
	.test_cases = fault_cases,
};

kunit_test_suite(fault_suite);

MODULE_DESCRIPTION("KUnit tests of secure storage exceptions");
MODULE_LICENSE("GPL");
