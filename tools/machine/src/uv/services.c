/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the ultravisor needs from the machine, see ultravisor.h. */
#include "qemu/osdep.h"
#include "qapi/qapi-types-machine.h"
#include "qemu/guest-random.h"
#include "internal.h"
#include "s390x-internal.h"
#include "exec/exec-all.h"
#include "exec/ram_addr.h"

S390UVStorage s390_uv_storage;
struct s390_uv_above s390_uv_above;

static void *service_storage(void *opaque, uint64_t absolute, uint64_t len)
{
	if (len > s390_uv_storage.size || absolute > s390_uv_storage.size - len)
		return NULL;
	return s390_uv_storage.host + absolute;
}

/*
 * A page is not made dirty for code here: the translator does that when the
 * last code in it is gone.
 */
void s390_uv_written(uint64_t absolute, uint64_t len)
{
	ram_addr_t start = s390_uv_storage.ram_addr + absolute;
	uint8_t clean = cpu_physical_memory_range_includes_clean(start, len, DIRTY_CLIENTS_ALL);

	if (clean & (1 << DIRTY_MEMORY_CODE))
		tb_invalidate_phys_range(start, start + len - 1);
	clean &= DIRTY_CLIENTS_NOCODE;
	if (clean)
		cpu_physical_memory_set_dirty_range(start, len, clean);
}

static void service_written(void *opaque, uint64_t absolute, uint64_t len)
{
	s390_uv_written(absolute, len);
}

static enum uv_xlat service_translate_home(void *opaque, unsigned int cpu, uint64_t vaddr,
					   bool write, uint64_t *absolute)
{
	CPUS390XState *env = cpu_env(qemu_get_cpu(cpu));
	target_ulong page;
	uint64_t tec;
	int prot, excp;

	if ((env->psw.mask & PSW_MASK_DAT) && (env->cregs[13] & ASCE_REAL_SPACE))
		return UV_XLAT_REAL_SPACE;
	excp = mmu_translate(env, vaddr, write ? MMU_DATA_STORE : MMU_DATA_LOAD, PSW_ASC_HOME,
			     &page, &prot, &tec);
	if (excp == PGM_ADDRESSING)
		return UV_XLAT_INVALID;
	if (excp)
		return UV_XLAT_FAILED;
	*absolute = page | (vaddr & ~TARGET_PAGE_MASK);
	return UV_XLAT_OK;
}

static enum uv_xlat service_translate_guest(void *opaque, uint64_t asce, uint64_t vaddr,
					    bool write, uint64_t *absolute)
{
	if (!s390_uv_walk(asce, vaddr, write, absolute) || *absolute >= s390_uv_storage.size)
		return UV_XLAT_FAILED;
	return UV_XLAT_OK;
}

static enum uv_xlat service_translate_guest_home(void *opaque, unsigned int cpu, uint64_t vaddr,
						 bool write, uint64_t *guest)
{
	return s390_uv_above.translate_guest_home(cpu_env(qemu_get_cpu(cpu)), vaddr, write,
						  guest);
}

/*
 * Runs with all CPUs stopped, see call.c, or from a reset. A page that becomes visible
 * was hidden before: whatever led to it is forgotten already, and refusals are not kept.
 */
static void service_protect(void *opaque, const uint64_t *pages, size_t count, bool hidden)
{
	if (!hidden)
		return;
	s390_uv_forget(pages, count);
	s390_uv_wait_accesses();
}

static bool service_in_use(void *opaque, uint64_t absolute)
{
	return s390_uv_page_mapped(absolute);
}

static unsigned int service_running_cpus(void *opaque)
{
	unsigned int running = 0;
	CPUState *cs;

	CPU_FOREACH(cs) {
		running += s390_cpu_get_state(S390_CPU(cs)) == S390_CPU_STATE_OPERATING;
	}
	return running;
}

/* QEMU's own generator, so that -seed makes runs repeatable. */
static bool service_random(void *opaque, void *buf, size_t len)
{
	return qemu_guest_getrandom(buf, len, NULL) == 0;
}

const struct uv_ops s390_uv_ops = {
	.storage = service_storage,
	.written = service_written,
	.translate_home = service_translate_home,
	.translate_guest = service_translate_guest,
	.translate_guest_home = service_translate_guest_home,
	.protect = service_protect,
	.in_use = service_in_use,
	.running_cpus = service_running_cpus,
	.random = service_random,
};
