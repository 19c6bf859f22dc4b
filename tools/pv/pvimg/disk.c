// SPDX-License-Identifier: GPL-2.0
/*
 * pvimg disk: an image on a disk that the machine's boot firmware (s390-ccw)
 * starts, with a boot map as zipl writes it for SCSI disks. Blocks have 512
 * bytes:
 *
 *	0		boot record, names the program table
 *	1		program table, its entry 0 names the script
 *	2		script: load from 0x10000 on, then start with this PSW
 *	3 ...		lists of extents, each but the last names the next
 *	then		the image from 0x10000 on, at a page boundary
 *
 * The image's first 64 KiB are not loaded: the firmware still runs there.
 */
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/loader.h"
#include "../lib/options.h"
#include "pvimg.h"

#define COMMAND		"pvimg disk"
#define BLOCK		512UL
#define MAP_MAGIC	"zIPL"
#define MAP_VERSION	1
#define SCRIPT_LOAD	2
#define SCRIPT_START	1
#define SCRIPT_BLOCK	2
#define FIRST_LIST	3

/* 1 MiB, small enough for any disk's largest request */
#define EXTENT_BLOCKS	2048UL
#define COPY_CHUNK	(256 * 1024UL)

/* The firmware stands at the end of the first 2 GiB. */
#define IMAGE_MAX	((2048 - 16) * 1024 * 1024UL)

struct extent {
	uint64_t block;
	uint16_t block_size;
	uint16_t more_blocks;	/* their number less one */
	uint32_t reserved;
};
static_assert(sizeof(struct extent) == 16, "extent");

/* The last one of a list names the next list; all zeroes end the last list. */
#define LIST_EXTENTS	(BLOCK / sizeof(struct extent) - 1)

struct boot_record {
	char magic[4];
	uint32_t version;
	uint64_t reserved;
	struct extent table;
};

struct program_table {
	char magic[4];
	uint8_t reserved[12];
	struct extent program;
};

struct script_entry {
	struct extent extent;
	uint8_t reserved[7];
	uint8_t type;
	uint64_t value;		/* address, or short PSW */
};
static_assert(sizeof(struct script_entry) == 32, "script entry");

struct script {
	char magic[4];
	uint8_t type;		/* 0: IPL */
	uint8_t reserved[27];
	struct script_entry load;
	struct script_entry start;
};
static_assert(sizeof(struct script) <= BLOCK, "script");

static void help(void)
{
	printf("Usage: " COMMAND " -o DISK [--overwrite] IMAGE\n\n"
	       "Writes a disk (raw format, 512-byte blocks) that starts the image.\n");
}

static struct extent extent_of(uint64_t block, uint64_t count)
{
	return (struct extent){
		.block = htobe64(block),
		.block_size = htobe16(BLOCK),
		.more_blocks = htobe16((uint16_t)(count - 1)),
	};
}

static int write_heads(struct output *out, uint64_t psw)
{
	struct boot_record record = { MAP_MAGIC, htobe32(MAP_VERSION), 0, extent_of(1, 1) };
	struct program_table table = { MAP_MAGIC, { 0 }, extent_of(SCRIPT_BLOCK, 1) };
	struct script script = {
		.magic = MAP_MAGIC,
		.load = { extent_of(FIRST_LIST, 1), { 0 }, SCRIPT_LOAD, htobe64(STAGE1_ADDR) },
		.start = { { 0 }, { 0 }, SCRIPT_START, psw },
	};

	if (output_write(out, 0, &record, sizeof(record)) ||
	    output_write(out, BLOCK, &table, sizeof(table)))
		return -1;
	return output_write(out, SCRIPT_BLOCK * BLOCK, &script, sizeof(script));
}

static int write_lists(struct output *out, uint64_t lists, uint64_t data_block, uint64_t blocks)
{
	uint64_t i, done = 0;

	for (i = 0; i < lists; i++) {
		struct extent list[LIST_EXTENTS + 1] = { 0 };
		size_t j;

		for (j = 0; j < LIST_EXTENTS && done < blocks; j++) {
			uint64_t n = blocks - done < EXTENT_BLOCKS ? blocks - done
								   : EXTENT_BLOCKS;

			list[j] = extent_of(data_block + done, n);
			done += n;
		}
		if (i + 1 < lists)
			list[LIST_EXTENTS] = extent_of(FIRST_LIST + i + 1, 1);
		if (output_write(out, (FIRST_LIST + i) * BLOCK, list, sizeof(list)))
			return -1;
	}
	return 0;
}

static int copy(const struct input *in, struct output *out, uint64_t to)
{
	uint8_t *buf = malloc(COPY_CHUNK);
	uint64_t pos;
	int rc = buf ? 0 : -1;

	if (!buf)
		pv_perror("%s", in->path);
	for (pos = STAGE1_ADDR; !rc && pos < in->size; pos += COPY_CHUNK) {
		size_t n = in->size - pos < COPY_CHUNK ? in->size - pos : COPY_CHUNK;

		rc = input_read(in, pos, buf, n);
		if (!rc)
			rc = output_write(out, to + pos - STAGE1_ADDR, buf, n);
	}
	free(buf);
	return rc;
}

static int write_disk(const struct image *image, const char *path, bool overwrite)
{
	uint64_t blocks = PAGE_ALIGN(image->file.size - STAGE1_ADDR) / BLOCK;
	uint64_t extents = (blocks + EXTENT_BLOCKS - 1) / EXTENT_BLOCKS;
	uint64_t lists = (extents + LIST_EXTENTS - 1) / LIST_EXTENTS;
	uint64_t data = PAGE_ALIGN((FIRST_LIST + lists) * BLOCK);
	struct output out;
	uint64_t psw;

	if (input_read(&image->file, 0, &psw, sizeof(psw)) ||
	    output_open(&out, path, 0666, data + blocks * BLOCK, overwrite))
		return -1;
	if (write_heads(&out, psw) || write_lists(&out, lists, data / BLOCK, blocks) ||
	    copy(&image->file, &out, data)) {
		output_discard(&out);
		return -1;
	}
	return output_commit(&out);
}

int cmd_disk(int argc, char **argv)
{
	const char *output = NULL, *input;
	bool overwrite = false;
	const struct tool_option options[] = {
		{ "output", 'o', .out = &output },
		{ "overwrite", .flag = &overwrite },
		{ 0 }
	};
	const struct command_line line = {
		COMMAND, help, options, NULL, PV_EXIT_USAGE, 1, 1, "one image is needed, and --output"
	};
	struct image image;
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		return rc;
	if (!output) {
		pv_error("%s", line.needs);
		return options_wrong(&line);
	}
	input = argv[optind];
	if (options_check_files(&line, input, NULL) || output_check(output, overwrite) ||
	    image_open(&image, input))
		return PV_EXIT_ERROR;
	rc = -1;
	if (image.header_addr < STAGE1_ADDR || image.ipib_addr < STAGE1_ADDR) {
		pv_error("'%s' cannot be started from a disk: it needs memory below 0x%x", input,
			 STAGE1_ADDR);
	} else if (image_end(&image) > image.file.size) {
		pv_error("'%s' is cut: %" PRIu64 " bytes, its components end at %" PRIu64, input,
			 image.file.size, image_end(&image));
	} else if (image.file.size > IMAGE_MAX) {
		pv_error("'%s' is too large for the boot firmware: %" PRIu64 " bytes, at most %lu",
			 input, image.file.size, IMAGE_MAX);
	} else {
		rc = write_disk(&image, output, overwrite);
	}
	image_close(&image);
	return rc ? PV_EXIT_ERROR : PV_EXIT_OK;
}
