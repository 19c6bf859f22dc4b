// SPDX-License-Identifier: GPL-2.0
/*
 * Taking whole ranges of memory from a guest that is gone. A large guest's are
 * cut into pieces that several CPUs take, each the next one as soon as it is
 * done, since nobody knows where in the range there are pages.
 */
#include <linux/align.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/cache.h>
#include <linux/init.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pagewalk.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <asm/uv_import.h>
#include "uv.h"

/* What a CPU takes at a time: a millisecond of work, and a segment at least */
#define PIECE			SZ_4M

/* So many pages keep one more CPU busy for longer than it takes to wake up. */
#define PAGES_PER_HELPER	(SZ_128M >> PAGE_SHIFT)
#define MAX_HELPERS		15

/**
 * struct range_walk - a walk in pieces
 * @next:	where the next piece begins
 * @busy:	folio for which the ultravisor had no time, with a reference
 */
struct range_walk {
	unsigned long next;
	struct folio *busy;
};

/* Is there another configuration, whose pages the ultravisor rightly refuses? */
static bool uv_range_may_live_on(struct mm_struct *mm)
{
	return atomic_read(&mm->context.protected_count) > 1;
}

/*
 * A page table under its lock, as far as nobody else wants this CPU or a lock. A call
 * clears a page, so all of a table take longer than others should have to wait.
 */
static int uv_range_table(pmd_t *pmd, unsigned long addr, unsigned long end,
			  struct mm_walk *mm_walk)
{
	struct range_walk *walk = mm_walk->private;
	struct mm_struct *mm = mm_walk->mm;
	spinlock_t *ptl;	/* keeps the mappings, and so the references */
	unsigned long destroyed = 0;
	pte_t *table, *ptep;

	walk->next = end;
	if (pmd_leaf(*pmd))
		return 0;
	table = pte_offset_map_lock(mm, pmd, addr, &ptl);
	if (!table)
		return 0;
	__acquire(RCU);		/* held until pte_unmap(), sparse is not told */
	for (ptep = table; addr < end; ptep++, addr += PAGE_SIZE) {
		struct folio *folio;
		int rc;

		if (!pte_present(*ptep) || pte_special(*ptep))
			continue;
		folio = pfn_folio(pte_pfn(*ptep));
		rc = uv_destroy_folio(folio, UV_ONCE);
		destroyed += rc > 0;
		if (unlikely(rc == -EBUSY)) {
			folio_get(folio);
			walk->busy = folio;
		} else if (unlikely(rc < 0) && !uv_range_may_live_on(mm)) {
			uv_convert_from_secure_pte(mm, addr, *ptep);
		}
		if (unlikely(walk->busy || need_resched() || mmap_lock_is_contended(mm))) {
			addr += PAGE_SIZE;
			break;
		}
	}
	pte_unmap_unlock(table, ptl);
	if (destroyed)
		uv_count_pages(mm, end - 1, UV_PAGES_DESTROYED, destroyed);
	walk->next = addr;
	return addr < end || walk->busy || need_resched() || mmap_lock_is_contended(mm) ||
	       fatal_signal_pending(current);
}

static const struct mm_walk_ops uv_range_ops = {
	.pmd_entry = uv_range_table,
	.walk_lock = PGWALK_RDLOCK,
};

/* What the table's lock did not leave time for; with UV_ONCE the unmapping sees to it */
static void uv_range_busy_folio(struct mm_struct *mm, unsigned long addr, struct folio *folio,
				enum uv_wait wait)
{
	int rc = wait == UV_ONCE ? 0 : uv_destroy_folio(folio, wait);

	if (rc > 0)
		uv_count_pages(mm, addr, UV_PAGES_DESTROYED, 1);
	else if (rc < 0 && !uv_range_may_live_on(mm))
		uv_export_folio(folio, wait);
	folio_put(folio);
}

static int uv_range_piece(struct mm_struct *mm, unsigned long start, unsigned long end,
			  enum uv_wait wait)
{
	struct range_walk walk = { .next = start };
	int more;

	do {
		walk.busy = NULL;
		mmap_read_lock(mm);
		more = walk_page_range(mm, walk.next, end, &uv_range_ops, &walk);
		mmap_read_unlock(mm);
		if (walk.busy)
			uv_range_busy_folio(mm, walk.next - 1, walk.busy, wait);
		if (more && wait == UV_KILLABLE && fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	} while (more && walk.next < end);
	return 0;
}

/**
 * struct range_job - a range that several CPUs work on
 * @mm:		whose memory it is
 * @next:	where the next piece begins, at the earliest
 * @end:	of the range
 * @lock:	protects @next
 * @wait:	for a busy ultravisor; with UV_KILLABLE a fatal signal of the caller ends the job
 * @until:	when it ends in any case
 * @stop:	it has been ended
 */
struct range_job {
	struct mm_struct *mm;
	unsigned long next;
	unsigned long end;
	spinlock_t lock;	/* protects next */
	enum uv_wait wait;
	u64 until;
	bool stop;
};

struct range_helper {
	struct work_struct work;
	struct range_job *job;
};

/* Address space is mostly empty: a piece begins where something is mapped. */
static bool uv_range_take(struct range_job *job, unsigned long *start, unsigned long *end)
{
	struct vm_area_struct *vma = NULL;

	mmap_read_lock(job->mm);
	spin_lock(&job->lock);
	if (job->next < job->end)
		vma = find_vma(job->mm, job->next);
	if (vma && vma->vm_start < job->end) {
		*start = max(job->next, vma->vm_start);
		*end = min(ALIGN(*start + 1, PIECE), job->end);
		job->next = *end;
	} else {
		vma = NULL;
	}
	spin_unlock(&job->lock);
	mmap_read_unlock(job->mm);
	return vma;
}

static void uv_range_work(struct range_job *job)
{
	unsigned long start, end;

	while (!READ_ONCE(job->stop) && uv_range_take(job, &start, &end))
		if (uv_range_piece(job->mm, start, end, job->wait) || uv_clock() >= job->until)
			WRITE_ONCE(job->stop, true);
}

static void uv_range_help(struct work_struct *work)
{
	uv_range_work(container_of(work, struct range_helper, work)->job);
}

/*
 * Helpers are workers of the kernel, which are outside the VMM's cpu cgroup. What they
 * do is bounded by the memory that they give back to all others, whom a VMM that has used
 * up its share of CPU time would keep waiting; and the end of a VM may be that of its
 * last descriptor, in a process of another cgroup. Administrators bound them in
 * /sys/devices/virtual/workqueue/uv_range.
 */
static struct workqueue_struct *uv_range_wq __ro_after_init;

static int __init uv_range_init(void)
{
	if (!is_prot_virt_host())
		return 0;
	uv_range_wq = alloc_workqueue("uv_range", WQ_UNBOUND | WQ_SYSFS, 0);
	return uv_range_wq ? 0 : -ENOMEM;
}
subsys_initcall(uv_range_init);

/**
 * uv_range_helpers - how many CPUs shall help to destroy memory
 * @cpus: that the machine has
 * @pages: that there are to destroy, or a few more
 *
 * Return: number of CPUs besides the caller's
 */
unsigned int uv_range_helpers(unsigned int cpus, unsigned long pages)
{
	return min3(cpus - 1UL, pages / PAGES_PER_HELPER, (unsigned long)MAX_HELPERS);
}

static int uv_range_destroy(struct mm_struct *mm, unsigned long start, unsigned long end,
			    enum uv_wait wait, u64 until)
{
	struct range_job job = {
		.mm = mm,
		.next = start,
		.end = end,
		.wait = wait,
		.until = until,
	};
	unsigned long pages = min(get_mm_rss(mm), (end - start) >> PAGE_SHIFT);
	unsigned int count = uv_range_wq ? uv_range_helpers(num_online_cpus(), pages) : 0;
	struct range_helper *helpers = NULL;

	spin_lock_init(&job.lock);
	if (count)
		helpers = kcalloc(count, sizeof(*helpers), GFP_KERNEL | __GFP_NOWARN);
	if (!helpers)
		count = 0;
	for (unsigned int i = 0; i < count; i++) {
		helpers[i].job = &job;
		INIT_WORK(&helpers[i].work, uv_range_help);
		queue_work(uv_range_wq, &helpers[i].work);
	}
	uv_range_work(&job);
	/* Nothing is left for one that has not begun, and there may be no worker for it. */
	for (unsigned int i = 0; i < count; i++)
		cancel_work_sync(&helpers[i].work);
	kfree(helpers);
	return job.stop ? -EINTR : 0;
}

/**
 * s390_uv_destroy_range - destroy all pages in a range of a process
 * @mm: the process; the caller keeps it from going away
 * @start: user address, page aligned
 * @end: user address, page aligned
 *
 * The configurations that the pages belonged to have been destroyed, so this
 * is to succeed. A page that the ultravisor does not give up is exported, or if it
 * may belong to the VM's next life, stays as it is. Other CPUs help if there is
 * much.
 *
 * Context: process context, takes the mmap lock; sleeps, gives way to others.
 */
void s390_uv_destroy_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	uv_range_destroy(mm, start, end, UV_PERSISTENT, U64_MAX);
}
EXPORT_SYMBOL_GPL(s390_uv_destroy_range);

/**
 * s390_uv_destroy_range_interruptible - destroy the pages in a range, or some
 * @mm: the process; the caller keeps it from going away
 * @start: user address, page aligned
 * @end: user address, page aligned
 *
 * Context: as s390_uv_destroy_range().
 * Return: 0, or -EINTR when a fatal signal came first
 */
int s390_uv_destroy_range_interruptible(struct mm_struct *mm, unsigned long start,
					unsigned long end)
{
	return uv_range_destroy(mm, start, end, UV_KILLABLE, U64_MAX);
}
EXPORT_SYMBOL_GPL(s390_uv_destroy_range_interruptible);

/**
 * s390_uv_destroy_range_of_dying - destroy the pages in a range that is about to be unmapped
 * @mm: the process, which has ended
 * @start: user address, page aligned
 * @end: user address, page aligned
 * @until: when to stop, by the monotonic clock
 *
 * What is left is left to the unmapping, also a page for which the ultravisor has no time:
 * that waits for it a while, and not for ever, as nobody can end a process that has ended.
 *
 * Context: as s390_uv_destroy_range().
 */
void s390_uv_destroy_range_of_dying(struct mm_struct *mm, unsigned long start,
				    unsigned long end, u64 until)
{
	uv_range_destroy(mm, start, end, UV_ONCE, until);
}
EXPORT_SYMBOL_GPL(s390_uv_destroy_range_of_dying);
