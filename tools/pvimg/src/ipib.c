// SPDX-License-Identifier: GPL-2.0
/*
 * The IPL parameter block: tells the VMM where header and components are. It
 * is not protected; a wrong one only makes the ultravisor refuse the image.
 */
#include <endian.h>
#include <string.h>

#include "pvimg.h"

static size_t ipib_size(size_t count)
{
	return sizeof(struct ipib_head) + count * sizeof(struct ipib_component);
}

void ipib_build(struct ipib *ipib, const struct component *comps, size_t count)
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

int ipib_check(const struct ipib *ipib, const char *path)
{
	const struct ipib_head *h = &ipib->head;
	uint32_t count = be32toh(h->count);
	uint64_t last_end = 0, last_prefix = 0;
	uint32_t i;

	if (h->version != IPIB_VERSION || h->type != IPIB_TYPE_PV ||
	    h->block_version != IPIB_VERSION || !count || count > IPIB_MAX_COMPONENTS ||
	    be32toh(h->size) < ipib_size(count) || be32toh(h->size) > PAGE_SIZE ||
	    be32toh(h->block_size) != be32toh(h->size) - IPIB_BLOCK_OFFSET) {
		pv_error("'%s': the IPL parameter block is damaged", path);
		return -1;
	}
	for (i = 0; i < count; i++) {
		uint64_t addr = be64toh(ipib->comp[i].addr);
		uint64_t prefix = be64toh(ipib->comp[i].prefix);
		/* The VMM rounds a size up. */
		uint64_t end = addr + PAGE_ALIGN(be64toh(ipib->comp[i].size));

		if (addr % PAGE_SIZE || end <= addr || addr < last_end ||
		    (i && prefix <= last_prefix)) {
			pv_error("'%s': component %u of the IPL parameter block is not valid",
				 path, i);
			return -1;
		}
		last_end = end;
		last_prefix = prefix;
	}
	return 0;
}
