/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interruptions of a CPU whose prefix area is protected. There is nowhere to
 * store the old PSW and nothing to load the new one from; the CPU stops in a
 * disabled wait, whose address says why, in place of a check-stop.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "s390x-internal.h"

/*
 * The mapping is what tells that the area is protected: it could become so after
 * any question that comes before, as another CPU's call waits for mappings only.
 */
LowCore *s390_uv_lowcore(void)
{
	const PSW stopped = {
		.mask = cpu_to_be64(PSW_MASK_WAIT | PSW_MASK_64 | PSW_MASK_32),
		.addr = cpu_to_be64(PGM_SECURE_STORAGE_ACCESS),
	};
	LowCore *lowcore;

	if (!s390_uv_present())
		return NULL;
	lowcore = g_new0(LowCore, 1);
	lowcore->restart_new_psw = stopped;
	lowcore->external_new_psw = stopped;
	lowcore->svc_new_psw = stopped;
	lowcore->program_new_psw = stopped;
	lowcore->mcck_new_psw = stopped;
	lowcore->io_new_psw = stopped;
	return lowcore;
}

bool s390_uv_lowcore_done(LowCore *lowcore)
{
	uint8_t *at = (uint8_t *)lowcore;

	if (likely(!s390_uv_present()) ||
	    (at >= s390_uv_storage.host && at < s390_uv_storage.host + s390_uv_storage.size))
		return false;
	g_free(lowcore);
	return true;
}

void s390_lowcore_saved(CPUS390XState *env)
{
	hwaddr len = TARGET_PAGE_SIZE;
	void *page = cpu_physical_memory_map(env->psa + TARGET_PAGE_SIZE, &len, true);

	/* Whoever keeps something of the page learns that it has changed. */
	if (page)
		cpu_physical_memory_unmap(page, len, true, len);
}
