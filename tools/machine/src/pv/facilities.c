// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The facility list of a protected guest. The host says what it shall not have when it is
 * started; from then on the list is the ultravisor's.
 */
#include "qemu/osdep.h"
#include "internal.h"

#define FACILITY(n)	(1ull << (63 - (n) % 64))

/* As many bytes as STORE FACILITY LIST EXTENDED has. */
#define MACHINE_LIST_SIZE 2048

/*
 * What a guest has in its list whatever the host says, by doubleword. It can make
 * ultravisor calls, but not become protected once more. Storage keys were removed. An
 * extended-length SCCB would not fit into the SIDA of one page, and the blocks
 * of PCI instructions do not travel that way at all.
 */
static const struct {
	uint64_t has;
	uint64_t lacks;
} fixed[] = {
	[1] = { .lacks = FACILITY(69) | FACILITY(71) | FACILITY(72) },
	[2] = { .has = FACILITY(158) | FACILITY(169),
		.lacks = FACILITY(161) | FACILITY(140) },
};

/**
 * pv_host_facilities() - what the host provides of the machine's facilities
 * @env: the CPU, about to interpret a protected guest for the first time
 * @list: filled in
 * @count: number of doublewords
 *
 * Return: false if the host's list cannot be read.
 */
bool pv_host_facilities(CPUS390XState *env, uint64_t *list, unsigned int count)
{
	uint8_t machine[MACHINE_LIST_SIZE] = { 0 };
	const uint8_t *from = sie_facility_list(env);
	unsigned int i;

	if (!from)
		return false;
	s390_get_feat_block(S390_FEAT_TYPE_STFL, machine);
	for (i = 0; i < count; i++) {
		list[i] = ldq_be_p(from + i * 8) & ldq_be_p(machine + i * 8);
		if (i < ARRAY_SIZE(fixed))
			list[i] = (list[i] | fixed[i].has) & ~fixed[i].lacks;
	}
	return true;
}

/* SIEFormat.facilities: what it had at first */
bool pv_facilities(CPUS390XState *env, uint64_t *list, unsigned int count)
{
	const unsigned int kept = GUEST_FACILITIES_END - GUEST_FACILITIES;
	unsigned int i;

	for (i = 0; i < count; i++)
		list[i] = i < kept ? pv_kept(pv_state(env), GUEST_FACILITIES + i) : 0;
	return true;
}
