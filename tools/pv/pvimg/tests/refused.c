// SPDX-License-Identifier: GPL-2.0
/*
 * In place of DIAGNOSE 0x308 and the facility list, for tests of stage 1: the
 * host's answers are what tests/run has written into the unused area behind
 * stage 1's first entry.
 */
#include "stage1.h"

struct script {
	uint64_t set_rc;
	uint64_t start_rc;
};

#define SCRIPT		((volatile struct script *)0x10400)

/* "IBMSecEx" */
#define HEADER_MAGIC	0x49424d5365634578ULL

/* An answer no host gives: stage 1 has not told where the header is. */
#define WRONG_IPIB	0xdead

static const uint8_t *ipib;

int has_facility(unsigned int nr)
{
	return nr == FACILITY_UNPACK;
}

uint64_t diag308(uint64_t subcode, void *parm)
{
	const uint64_t *header;

	if (subcode == DIAG308_SET_PV) {
		ipib = parm;
		header = *(const uint64_t **)(ipib + 120);
		if (header[0] != HEADER_MAGIC ||
		    ((const uint32_t *)header)[3] != *(const uint64_t *)(ipib + 128))
			return WRONG_IPIB;
		return SCRIPT->set_rc;
	}
	if (subcode == DIAG308_START_PV && ipib && !parm)
		return SCRIPT->start_rc;
	return WRONG_IPIB;
}
