// SPDX-License-Identifier: GPL-2.0
/*
 * Finds header and IPL parameter block in a finished image, ours or another
 * tool's. A mark tells where they are; images without one have them on pages
 * before or behind the components, so every page is looked at.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "pv.h"

#define SCAN_CHUNK	(256 * PAGE_SIZE)
#define NOWHERE		UINT64_MAX

static bool image_is_header(const uint8_t *page)
{
	const struct pv_header *hdr = (const struct pv_header *)page;

	return !memcmp(hdr->magic, HEADER_MAGIC, HEADER_MAGIC_SIZE);
}

static int image_read_mark(struct image *image)
{
	struct image_mark mark;

	if (image->file.size < IMAGE_MARK_OFFSET + sizeof(mark))
		return 0;
	if (input_read(&image->file, IMAGE_MARK_OFFSET, &mark, sizeof(mark)))
		return -1;
	if (memcmp(mark.magic, IMAGE_MARK, sizeof(mark.magic)) != 0)
		return 0;
	if (be32toh(mark.version) != IMAGE_MARK_VERSION) {
		pv_error("'%s': an image of version 0x%x is not known", image->file.path,
			 be32toh(mark.version));
		return -1;
	}
	image->header_addr = be64toh(mark.header_addr);
	image->ipib_addr = be64toh(mark.ipib_addr);
	if (image->header_addr >= image->file.size || image->ipib_addr >= image->file.size) {
		pv_error("'%s' is cut or damaged: header or IPL parameter block beyond its end",
			 image->file.path);
		return -1;
	}
	return 0;
}

static int image_scan(struct image *image)
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
		/* The last page may be a part of one. */
		memset(buf + size, 0, PAGE_ALIGN(size) - size);
		for (page = 0; page < size; page += PAGE_SIZE) {
			if (image->header_addr == NOWHERE && image_is_header(buf + page))
				image->header_addr = pos + page;
			else if (image->ipib_addr == NOWHERE &&
				 ipib_is((const struct ipib *)(buf + page)))
				image->ipib_addr = pos + page;
		}
		if (image->header_addr != NOWHERE && image->ipib_addr != NOWHERE)
			break;
	}
	rc = 0;
out:
	free(buf);
	return rc;
}

static int image_read_header(struct image *image)
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

static int image_read_ipib(struct image *image)
{
	uint64_t left = image->file.size - image->ipib_addr;

	memset(&image->ipib, 0, sizeof(image->ipib));
	if (input_read(&image->file, image->ipib_addr, &image->ipib,
		       left < sizeof(image->ipib) ? left : sizeof(image->ipib)))
		return -1;
	if (ipib_check(&image->ipib, image->file.path))
		return -1;
	if (ipib_size(be32toh(image->ipib.head.count)) > left) {
		pv_error("'%s' is cut: its IPL parameter block is not whole", image->file.path);
		return -1;
	}
	return 0;
}

int image_open(struct image *image, const char *path)
{
	memset(image, 0, sizeof(*image));
	if (input_open(&image->file, path))
		return -1;
	image->header_addr = NOWHERE;
	image->ipib_addr = NOWHERE;
	if (image_read_mark(image))
		goto fail;
	if (image->header_addr == NOWHERE && image_scan(image))
		goto fail;
	if (image->header_addr == NOWHERE || image->ipib_addr == NOWHERE) {
		pv_error("'%s' is not a protected image: it has no %s", path,
			 image->header_addr == NOWHERE ? "header" : "IPL parameter block");
		goto fail;
	}
	if (image_read_header(image) || image_read_ipib(image))
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

uint64_t image_end(const struct image *image)
{
	const struct ipib_component *last =
		&image->ipib.comp[be32toh(image->ipib.head.count) - 1];

	return be64toh(last->addr) + PAGE_ALIGN(be64toh(last->size));
}

int image_header_load(const char *path, uint8_t header[HEADER_MAX_SIZE], size_t *size)
{
	struct input file;
	struct image *image;
	uint8_t magic[HEADER_MAGIC_SIZE] = { 0 };
	int rc;

	if (input_open(&file, path))
		return -1;
	rc = file.size >= sizeof(magic) ? input_read(&file, 0, magic, sizeof(magic)) : 0;
	if (!rc && !memcmp(magic, HEADER_MAGIC, sizeof(magic))) {
		/* A header alone; what comes behind it is not looked at. */
		*size = file.size < HEADER_MAX_SIZE ? file.size : HEADER_MAX_SIZE;
		rc = input_read(&file, 0, header, *size);
		if (!rc && *size >= sizeof(struct pv_header)) {
			size_t want = be32toh(((struct pv_header *)header)->size);

			*size = want < *size ? want : *size;
		}
		if (!rc)
			rc = header_check(header, *size, path);
		input_close(&file);
		return rc;
	}
	input_close(&file);
	if (rc)
		return -1;
	image = malloc(sizeof(*image));
	if (!image) {
		pv_perror("'%s'", path);
		return -1;
	}
	rc = image_open(image, path);
	if (!rc) {
		memcpy(header, image->header, image->header_size);
		*size = image->header_size;
		image_close(image);
	}
	free(image);
	return rc;
}
