// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "guest.h"

/* The image's first stage has three doublewords here, the first two relative:
 * where the header is, how long it is, where the IPL parameter block is.
 */
#define PARMS		0x11008UL
#define IPIB_COUNT	116
#define IPIB_ENTRIES	136
#define MARK		"openuv: text of a guest, page "

/* As the IPL parameter block has it */
struct component {
	uint64_t tweak;
	uint64_t addr;
	uint64_t len;
};

static const uint8_t *image;
static struct component components[8], ramdisk;
static uint32_t component_count;
unsigned long image_pages;
const char *scratch_disk;

static uint64_t word(uint64_t offset)
{
	uint64_t value;

	memcpy(&value, image + offset, sizeof(value));
	return value;
}

static bool open_at(const char *path)
{
	uint64_t ipib, len;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	len = (uint64_t)lseek(fd, 0, SEEK_END);
	image = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (image == MAP_FAILED)
		return false;
	ipib = PARMS + word(PARMS + 16);
	if (ipib < PARMS || ipib > len - IPIB_ENTRIES - sizeof(components))
		return false;
	memcpy(&component_count, image + ipib + IPIB_COUNT, sizeof(component_count));
	if (component_count > sizeof(components) / sizeof(components[0]))
		return false;
	memcpy(components, image + ipib + IPIB_ENTRIES, component_count * sizeof(components[0]));
	for (uint32_t i = 0; i < component_count; i++)
		if (components[i].len > ramdisk.len)
			ramdisk = components[i];
	image_pages = ramdisk.len / GUEST_PAGE;
	return image_pages && ramdisk.addr + ramdisk.len <= GUEST_LEN;
}

void guest_prepare(struct guest *guest, unsigned long pages, int fd)
{
	vm_open(&guest->vm, GUEST_LEN, 1);
	if (fd >= 0 && mmap(guest->vm.mem, GUEST_LEN, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		ok(NULL, false, "a guest's memory is that of a file");
	guest->page = guest->vm.mem + ramdisk.addr;
	guest->pages = 0;
	memcpy(guest->page, image + ramdisk.addr, pages * GUEST_PAGE);
}

bool guest_enable(struct guest *guest)
{
	int ret;

	/* The memory management may want it to start over. */
	do {
		ret = pv(&guest->vm, KVM_PV_ENABLE, NULL);
	} while (ret && errno == EINTR);
	return !ret;
}

int guest_set_header(struct guest *guest)
{
	struct kvm_s390_pv_sec_parm parm = {
		.origin = (uint64_t)(image + PARMS + word(PARMS)),
		.length = word(PARMS + 8),
	};

	return pv(&guest->vm, KVM_PV_SET_SEC_PARMS, &parm);
}

int guest_unpack(struct guest *guest, unsigned long pages)
{
	struct kvm_s390_pv_unp unp = {
		.addr = ramdisk.addr,
		.size = pages * GUEST_PAGE,
		.tweak = ramdisk.tweak,
	};
	int ret = pv(&guest->vm, KVM_PV_UNPACK, &unp);

	if (!ret)
		guest->pages = pages;
	return ret;
}

/* The order in which disks appear is not that on the machine's command line. */
bool image_open(void)
{
	static const char * const disks[] = { "/dev/vda", "/dev/vdb" };

	for (int i = 0; i < 2; i++)
		if (open_at(disks[i])) {
			scratch_disk = disks[!i];
			return true;
		}
	return false;
}

static size_t whole_pages(uint64_t len)
{
	return (len + GUEST_PAGE - 1) & ~(GUEST_PAGE - 1);
}

int guest_unpack_all(struct guest *guest)
{
	for (uint32_t i = 0; i < component_count; i++) {
		struct kvm_s390_pv_unp unp = {
			.addr = components[i].addr,
			.size = whole_pages(components[i].len),
			.tweak = components[i].tweak,
		};

		memcpy(guest->vm.mem + unp.addr, image + unp.addr, unp.size);
		if (pv(&guest->vm, KVM_PV_UNPACK, &unp))
			return -1;
	}
	return 0;
}

bool guest_start_whole(struct guest *guest)
{
	bool begun;

	guest_prepare(guest, 0, -1);
	begun = guest_enable(guest) && !guest_set_header(guest) && !guest_unpack_all(guest) &&
		!pv(&guest->vm, KVM_PV_VERIFY, NULL);
	return ok(&guest->vm, begun, "a VM with its whole image");
}

bool guest_begin(struct guest *guest, unsigned long pages, int fd)
{
	guest_prepare(guest, pages, fd);
	return guest_enable(guest) && !guest_set_header(guest) && !guest_unpack(guest, pages);
}

bool guest_start(struct guest *guest, unsigned long pages, int fd)
{
	bool begun = guest_begin(guest, pages, fd);

	return ok(&guest->vm, begun, "a VM with %lu secure pages", pages);
}

void guest_end(struct guest *guest)
{
	vm_close(&guest->vm);
}

uint8_t *guest_page(const struct guest *guest, unsigned long nr)
{
	return guest->page + nr * GUEST_PAGE;
}

bool plain_text(const void *data, size_t len)
{
	return memmem(data, len, MARK, sizeof(MARK) - 1);
}

bool is_exported(unsigned long nr, const void *content)
{
	static const uint8_t zeroes[GUEST_PAGE];

	return !plain_text(content, GUEST_PAGE) && memcmp(content, zeroes, GUEST_PAGE) != 0 &&
	       memcmp(content, image + ramdisk.addr + nr * GUEST_PAGE, GUEST_PAGE) != 0;
}
