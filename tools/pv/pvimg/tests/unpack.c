// SPDX-License-Identifier: GPL-2.0
/*
 * unpack IMAGE KEY FLAT: hands an image to the software ultravisor as a VMM
 * does, and compares the guest's memory afterwards with FLAT, which is what
 * image.py thinks of it. Prints "verified", or the command that was refused
 * with rc and rrc.
 */
#include <endian.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake.h"

#define PARMS		0x11008		/* stage 1's parameter block */
#define GUEST_SIZE	(FAKE_GUEST_PAGES * 4096ull)

struct data {
	const uint8_t *bytes;
	size_t size;
};

static struct data map(const char *path)
{
	struct data data;
	struct stat st;
	int fd = open(path, O_RDONLY);

	if (fd < 0 || fstat(fd, &st)) {
		perror(path);
		exit(1);
	}
	data.size = (size_t)st.st_size;
	data.bytes = mmap(NULL, data.size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data.bytes == MAP_FAILED) {
		perror(path);
		exit(1);
	}
	close(fd);
	return data;
}

static uint64_t image_u64(const struct data *image, uint64_t offset)
{
	uint64_t value;

	if (offset + sizeof(value) > image->size) {
		printf("the image is too short\n");
		exit(1);
	}
	memcpy(&value, image->bytes + offset, sizeof(value));
	return be64toh(value);
}

static void must(struct fake *fake, const char *command, int cc)
{
	if (cc == UV_CC_DONE)
		return;
	printf("%s refused, rc 0x%04x rrc 0x%04x\n", command, fake->rc, fake->rrc);
	exit(3);
}

static void unpack_page(struct fake *fake, uint64_t config, const struct data *image,
			uint64_t addr, uint64_t prefix, uint64_t offset, uint64_t *frames)
{
	uint64_t frame = fake_pages(fake, 1);

	addr += offset;
	if (addr + PAGE_SIZE > GUEST_SIZE || addr + PAGE_SIZE > image->size) {
		printf("the image does not fit\n");
		exit(1);
	}
	memcpy(fake_at(fake, frame), image->bytes + addr, PAGE_SIZE);
	fake_map(fake, 0, addr, frame);
	must(fake, "UNPACK", uvc_unpack(fake, config, addr, prefix, offset));
	frames[addr / PAGE_SIZE] = frame;
}

/* The components as the IPL parameter block at `ipib` lists them */
static void unpack(struct fake *fake, uint64_t config, const struct data *image, uint64_t ipib,
		   uint64_t *frames)
{
	uint32_t count = (uint32_t)image_u64(image, ipib + 112), i;
	uint64_t offset;

	for (i = 0; i < count; i++) {
		uint64_t entry = ipib + 136 + 24 * (uint64_t)i;

		for (offset = 0; offset < image_u64(image, entry + 16); offset += PAGE_SIZE)
			unpack_page(fake, config, image, image_u64(image, entry + 8),
				    image_u64(image, entry), offset, frames);
	}
}

/* Every page that was unpacked must be as expected, and out of the host's reach. */
static void compare(struct fake *fake, const struct data *flat, const uint64_t *frames)
{
	size_t i;

	for (i = 0; i < FAKE_GUEST_PAGES; i++) {
		if (!frames[i])
			continue;
		if ((i + 1) * PAGE_SIZE > flat->size ||
		    memcmp(fake_at(fake, frames[i]), flat->bytes + i * PAGE_SIZE, PAGE_SIZE) != 0) {
			printf("page %zu differs\n", i);
			exit(1);
		}
		if (!uv_access(fake->uv, frames[i], 0, 0, false)) {
			printf("page %zu is not secure\n", i);
			exit(1);
		}
	}
}

int main(int argc, char **argv)
{
	static uint64_t frames[FAKE_GUEST_PAGES];
	struct data image, flat, pem;
	struct fake_options options = { 0 };
	struct fake *fake;
	struct uv_key key;
	uint64_t config;

	if (argc != 4)
		return 2;
	image = map(argv[1]);
	pem = map(argv[2]);
	flat = map(argv[3]);
	key = (struct uv_key){ pem.bytes, pem.size };
	options.keys = &key;
	options.nr_keys = 1;
	fake = fake_new(&options);
	must(fake, "INITIALIZE", uvc_init(fake));
	must(fake, "CREATE_CONFIG", uvc_create_config(fake, 0, GUEST_SIZE, &config));
	must(fake, "SET_SEC_PARMS",
	     uvc_parameters(fake, config, image.bytes + PARMS + image_u64(&image, PARMS),
			    (uint32_t)image_u64(&image, PARMS + 8)));
	unpack(fake, config, &image, PARMS + image_u64(&image, PARMS + 16), frames);
	must(fake, "VERIFY", uvc_handle(fake, CMD_VERIFY, config));
	compare(fake, &flat, frames);
	printf("verified\n");
	fake_free(fake);
	return 0;
}
