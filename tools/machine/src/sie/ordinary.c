// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIE: state descriptions of format 2, of ordinary guests.
 */
#include "qemu/osdep.h"
#include "uv/uv.h"
#include "internal.h"

static bool ordinary_begin(CPUS390XState *env)
{
	uint32_t flags = sd_cpuflags(env), prefix = sd_ld32(env, SD_PREFIX) & 0x7fffe000;
	SIEState *sie = &env->sie;

	if (!(flags & CPUFLAG_ZARCH)) {
		/* ESA/390 guests are not modelled. */
		sie_validity(env, VALIDITY_ARCHITECTURE);
		return false;
	}
	sie->mso = sd_ld64(env, SD_MSO) & ~0xfffffull;
	sie->limit = sd_ld64(env, SD_MSL) | 0xfffffull;
	if (flags & CPUFLAG_SLSR) {
		sie->mso = 0;
		sie->limit = UINT64_MAX;
	}
	if (sie->mso > sie->limit) {
		sie_validity(env, VALIDITY_STORAGE);
		return false;
	}
	if (prefix + sie->mso < sie->mso ||
	    prefix + sie->mso + 0x1fff > sie->limit) {
		sie_validity(env, VALIDITY_PREFIX);
		return false;
	}
	memset(sie->handles, 0, sizeof(sie->handles));
	sie->asce = env->psw.mask & PSW_MASK_DAT ? env->cregs[1] : ASCE_REAL_SPACE;
	sie->vx = sd_ld32(env, SD_ECA) & ECA_VX;
	sie->iep = sd_ld8(env, SD_ECB2) & ECB2_IEP;
	sie->per = flags & CPUFLAG_P;
	return true;
}

static void ordinary_load(CPUS390XState *env, uint64_t psw[2])
{
	int i;

	env->psa = sd_ld32(env, SD_PREFIX) & 0x7fffe000;
	for (i = 0; i < 16; i++)
		env->cregs[i] = sd_ld64(env, SD_GCR + i * 8);
	env->regs[14] = sd_ld64(env, SD_GG14);
	env->regs[15] = sd_ld64(env, SD_GG15);
	env->gbea = sd_ld64(env, SD_GBEA);
	env->pp = sd_ld64(env, SD_PP);
	env->todpr = sd_ld32(env, SD_TODPR);
	sie_timers_load(env, sd_ld64(env, SD_EPOCH), sd_ld64(env, SD_CKC),
			sd_ld64(env, SD_CPUTM));
	psw[0] = sd_ld64(env, SD_GPSW);
	psw[1] = sd_ld64(env, SD_GPSW + 8);
}

static void ordinary_store(CPUS390XState *env)
{
	int i;

	sd_st64(env, SD_CKC, env->sie.ckc);
	sd_st64(env, SD_CPUTM, sie_cpu_timer(env));
	for (i = 0; i < 16; i++)
		sd_st64(env, SD_GCR + i * 8, env->cregs[i]);
	sd_st64(env, SD_GG14, env->regs[14]);
	sd_st64(env, SD_GG15, env->regs[15]);
	sd_st64(env, SD_GBEA, env->gbea);
	sd_st64(env, SD_PP, env->pp);
	sd_st32(env, SD_TODPR, env->todpr);
	sd_st64(env, SD_GPSW, s390_cpu_get_psw_mask(env));
	sd_st64(env, SD_GPSW + 8, env->psw.addr);
}

static int ordinary_access(CPUS390XState *env, uint64_t absolute, uint64_t vaddr, bool store,
			   uint64_t *teid)
{
	return s390_uv_cpu_access(absolute, store ? MMU_DATA_STORE : MMU_DATA_LOAD, teid);
}

static bool ordinary_facilities(CPUS390XState *env, uint64_t *list, unsigned int count)
{
	const uint8_t *from = sie_facility_list(env);
	unsigned int i;

	for (i = 0; from && i < count; i++)
		list[i] = ldq_be_p(from + i * 8);
	return from;
}

const SIEFormat sie_format_2 = {
	.begin = ordinary_begin,
	.load = ordinary_load,
	.store = ordinary_store,
	.facilities = ordinary_facilities,
	.access = ordinary_access,
};
