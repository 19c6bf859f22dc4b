// SPDX-License-Identifier: GPL-2.0
/*
 * Components: where they lie, and how they get into the image.
 */
#include <string.h>

#include "pvimg.h"

/*
 * The VMM demands that the prefixes ascend, and no tweak may ever come again
 * under the same image key: a component number above random bits.
 */
#define PREFIX_NUMBER_SHIFT	48

uint64_t component_layout(struct component *comps, size_t count, uint64_t start)
{
	uint64_t addr = PAGE_ALIGN(start);
	size_t i;

	for (i = 0; i < count; i++) {
		uint64_t random;

		if (crypto_random_nonce(&random, sizeof(random)))
			return 0;
		comps[i].addr = addr;
		comps[i].prefix = ((uint64_t)i << PREFIX_NUMBER_SHIFT) |
				  (random & ((1ULL << PREFIX_NUMBER_SHIFT) - 1));
		addr += PAGE_ALIGN(comps[i].size);
	}
	return addr;
}

int component_write(const struct component *comp, struct pages *pages, struct output *out,
		    struct progress *progress)
{
	uint64_t pos;

	for (pos = 0; pos < comp->size; pos += PAGES_CHUNK) {
		size_t size = comp->size - pos < PAGES_CHUNK ? comp->size - pos : PAGES_CHUNK;
		size_t padded = PAGE_ALIGN(size);
		uint8_t *buf = pages_buffer(pages);

		if (!comp->file)
			memcpy(buf, (const uint8_t *)comp->data + pos, size);
		else if (input_read(comp->file, pos, buf, size))
			return -1;
		memset(buf + size, 0, padded - size);
		if (pages_update(pages, comp->addr + pos, comp->prefix, pos, padded) ||
		    output_write(out, comp->addr + pos, buf, padded))
			return -1;
		progress_add(progress, padded);
	}
	return 0;
}
