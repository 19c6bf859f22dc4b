// SPDX-License-Identifier: GPL-2.0
/*
 * The IPL parameter block: tells the VMM where header and components are. It
 * is not protected; a wrong one only makes the ultravisor refuse the image.
 */
#include <endian.h>
#include <string.h>

#include "pv.h"

size_t ipib_size(size_t count)
{
	return sizeof(struct ipib_head) + count * sizeof(struct ipib_component);
}

/*
 * Other tools give the whole list a page, the first block a fixed length, and no
 * version; the VMM looks at none of these.
 */
bool ipib_is(const struct ipib *ipib)
{
	const struct ipib_head *h = &ipib->head;
	uint32_t size = be32toh(h->size), block = be32toh(h->block_size);

	return h->version == IPIB_VERSION && h->type == IPIB_TYPE_PV &&
	       h->block_version <= IPIB_VERSION && size > sizeof(*h) && size <= PAGE_SIZE &&
	       (block == size - IPIB_BLOCK_OFFSET ||
		(size == PAGE_SIZE && block == IPIB_OTHER_BLOCK));
}

int ipib_check(const struct ipib *ipib, const char *path)
{
	uint32_t count = be32toh(ipib->head.count);
	uint64_t last_end = 0, last_prefix = 0;
	uint32_t i;

	if (!ipib_is(ipib) || !count || count > IPIB_MAX_COMPONENTS ||
	    be32toh(ipib->head.size) < ipib_size(count)) {
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
