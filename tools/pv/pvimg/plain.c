// SPDX-License-Identifier: GPL-2.0
/*
 * The part of an image that is not encrypted: everything below the header.
 * pvimg create writes it, pvimg test recognizes it.
 */
#include <endian.h>
#include <string.h>

#include "loader/loader.h"
#include "pvimg.h"

/* Short PSW: bit 12 marks the format, bits 31 and 32 are 64-bit addressing. */
#define SHORT_PSW	(0x0008000180000000ULL | STAGE1_ENTRY)

static uint64_t ipib_addr(void)
{
	return STAGE1_ADDR + (uint64_t)(loader_stage1_end - loader_stage1);
}

static void plain_ipib(struct ipib *ipib, const struct component *comps, size_t count)
{
	size_t i;

	/* Stage 1 sets the header's address and size, from its parameters. */
	memset(ipib, 0, sizeof(*ipib));
	ipib->head = (struct ipib_head){
		.size = htobe32((uint32_t)ipib_size(count)),
		.version = IPIB_VERSION,
		.block_size = htobe32((uint32_t)(ipib_size(count) - IPIB_BLOCK_OFFSET)),
		.type = IPIB_TYPE_PV,
		.block_version = IPIB_VERSION,
		.count = htobe32((uint32_t)count),
	};
	for (i = 0; i < count; i++) {
		ipib->comp[i] = (struct ipib_component){
			.prefix = htobe64(comps[i].prefix),
			.addr = htobe64(comps[i].addr),
			.size = htobe64(PAGE_ALIGN(comps[i].size)),
		};
	}
}

uint64_t plain_size(void)
{
	return ipib_addr() + PAGE_SIZE;
}

void plain_build(uint8_t *buf, size_t header_size, const struct component *comps, size_t count)
{
	uint64_t psw = htobe64(SHORT_PSW);
	struct stage1_parms parms = {
		.header_offset = htobe64(plain_size() - STAGE1_PARMS),
		.header_size = htobe64(header_size),
		.ipib_offset = htobe64(ipib_addr() - STAGE1_PARMS),
	};

	struct image_mark mark = {
		.header_addr = htobe64(plain_size()),
		.version = htobe32(IMAGE_MARK_VERSION),
		.ipib_addr = htobe64(ipib_addr()),
	};

	memcpy(mark.magic, IMAGE_MARK, sizeof(mark.magic));
	memset(buf, 0, plain_size());
	memcpy(buf, &psw, sizeof(psw));
	memcpy(buf + IMAGE_MARK_OFFSET, &mark, sizeof(mark));
	memcpy(buf + STAGE1_ADDR, loader_stage1, (size_t)(loader_stage1_end - loader_stage1));
	memcpy(buf + STAGE1_PARMS, &parms, sizeof(parms));
	plain_ipib((struct ipib *)(buf + ipib_addr()), comps, count);
}
