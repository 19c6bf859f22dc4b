// SPDX-License-Identifier: GPL-2.0
/*
 * Finds header and IPL parameter block in a finished image, ours or another
 * tool's. Where they lie is known to the loader inside alone, so every page is
 * looked at; images have them before or behind all components.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "pv.h"

#define SCAN_CHUNK	(256 * PAGE_SIZE)

static bool looks_like_header(const uint8_t *page)
{
	const struct pv_header *hdr = (const struct pv_header *)page;

	return !memcmp(hdr->magic, HEADER_MAGIC, HEADER_MAGIC_SIZE);
}

static bool looks_like_ipib(const uint8_t *page)
{
	const struct ipib_head *h = (const struct ipib_head *)page;
	uint32_t size = be32toh(h->size);

	return h->version == IPIB_VERSION && h->type == IPIB_TYPE_PV &&
	       h->block_version == IPIB_VERSION && size > sizeof(*h) && size <= PAGE_SIZE &&
	       be32toh(h->block_size) == size - IPIB_BLOCK_OFFSET;
}

static int scan(struct image *image)
{
	uint8_t *buf = aligned_alloc(PAGE_SIZE, SCAN_CHUNK);
	uint64_t pos;
	int rc = -1;

	if (!buf) {
		pv_perror("%s", image->file.path);
		return -1;
	}
	for (pos = 0; pos < image->file.size; pos += SCAN_CHUNK) {
		size_t size = image->file.size - pos < SCAN_CHUNK ? image->file.size - pos
								   : SCAN_CHUNK;
		size_t page;

		if (input_read(&image->file, pos, buf, size))
			goto out;
		for (page = 0; page + PAGE_SIZE <= size; page += PAGE_SIZE) {
			if (!image->header_addr && looks_like_header(buf + page))
				image->header_addr = pos + page;
			else if (!image->ipib_addr && looks_like_ipib(buf + page))
				image->ipib_addr = pos + page;
		}
		if (image->header_addr && image->ipib_addr)
			break;
	}
	rc = 0;
out:
	free(buf);
	return rc;
}

static int read_header(struct image *image)
{
	struct pv_header hdr;

	if (input_read(&image->file, image->header_addr, &hdr, sizeof(hdr)))
		return -1;
	image->header_size = be32toh(hdr.size);
	if (image->header_size < sizeof(hdr) || image->header_size > HEADER_MAX_SIZE) {
		pv_error("'%s': a header of %zu bytes is not valid", image->file.path,
			 image->header_size);
		return -1;
	}
	if (input_read(&image->file, image->header_addr, image->header, image->header_size))
		return -1;
	return header_check(image->header, image->header_size, image->file.path);
}

int image_open(struct image *image, const char *path)
{
	memset(image, 0, sizeof(*image));
	if (input_open(&image->file, path))
		return -1;
	if (scan(image))
		goto fail;
	if (!image->header_addr || !image->ipib_addr) {
		pv_error("'%s' is not a protected image: it has no %s", path,
			 image->header_addr ? "IPL parameter block" : "header");
		goto fail;
	}
	if (read_header(image) ||
	    input_read(&image->file, image->ipib_addr, &image->ipib, sizeof(image->ipib)) ||
	    ipib_check(&image->ipib, path))
		goto fail;
	return 0;
fail:
	input_close(&image->file);
	return -1;
}

void image_close(struct image *image)
{
	input_close(&image->file);
}
