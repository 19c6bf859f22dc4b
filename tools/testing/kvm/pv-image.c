// SPDX-License-Identifier: GPL-2.0
/*
 * pv-image IMAGE: an image through KVM's interface up to the point where its
 * guest could run: header, pages, verification; what is refused; what the host
 * sees of the pages; all of it again after the end of the protected state.
 *
 * IMAGE must be made for the host that this runs on, of any guest.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "image.h"

#define RC_NO_SLOT	0x108	/* the header is for another host */
#define RC_DIGEST	0x102	/* the pages are not those of the header */
#define RRC_ADDRESSES	0x1a
#define RRC_PAGES	0x1b
#define RRC_NUMBER	0x1d

static struct image image;

static void open_vm(struct vm *vm)
{
	vm_open(vm, (image.len + MIB - 1) & ~(MIB - 1), 2);
}

static bool refused(int ret, const struct vm *vm, uint16_t rc)
{
	return ret == -1 && errno == EINVAL && vm->rc == rc;
}

static bool all_zero(const uint8_t *mem, size_t len)
{
	return !len || (!mem[0] && !memcmp(mem, mem + 1, len - 1));
}

static void good(struct vm *vm)
{
	const struct kvm_s390_pv_unp *part = &image.part[0];
	uint8_t seen[GUEST_PAGE], *page = vm->mem + part->addr;

	image_copy(&image, vm);
	ok(vm, !pv(vm, KVM_PV_ENABLE, NULL) && vm->rc == 1, "ENABLE");
	ok(vm, !image_header(&image, vm) && vm->rc == 1, "SET_SEC_PARMS");
	ok(vm, image_header(&image, vm) == -1 && errno == EINVAL && vm->rc > 1,
	   "SET_SEC_PARMS once more is refused");
	for (unsigned int i = 0; i < image.parts; i++)
		ok(vm, !image_unpack(&image, vm, i) && vm->rc == 1,
		   "UNPACK of component %u, %llu kB", i, image.part[i].size >> 10);
	ok(vm, !pv(vm, KVM_PV_VERIFY, NULL) && vm->rc == 1, "VERIFY");
	ok(vm, pv(vm, KVM_PV_VERIFY, NULL) == -1 && errno == EINVAL && vm->rc > 1,
	   "VERIFY once more is refused");
	ok(vm, image_unpack(&image, vm, 0) == -1 && errno == EINVAL && vm->rc > 1,
	   "UNPACK after VERIFY is refused");

	memcpy(seen, page, GUEST_PAGE);
	ok(vm, memcmp(seen, image.data + part->addr, GUEST_PAGE) != 0 &&
	   !all_zero(seen, GUEST_PAGE),
	   "the host reads a page, encrypted, not as it was in the image");
	ok(vm, !memcmp(seen, page, GUEST_PAGE), "and reads the same again");
}

static void reset(struct vm *vm)
{
	ok(vm, !pv(vm, KVM_PV_PREP_RESET, NULL) && vm->rc == 1, "PREP_RESET");
	ok(vm, !pv(vm, KVM_PV_UNSHARE_ALL, NULL) && vm->rc == 1, "UNSHARE_ALL");
	ok(vm, !pv(vm, KVM_PV_DISABLE, NULL) && vm->rc == 1, "DISABLE");
	/* The page that the host has read is nobody's secret any more. */
	for (unsigned int i = 0; i < image.parts; i++) {
		const size_t skip = i ? 0 : GUEST_PAGE;

		ok(vm, all_zero(vm->mem + image.part[i].addr + skip, image.part[i].size - skip),
		   "nothing is left of component %u", i);
	}
}

/* One page, one bit, one place: the ultravisor finds it out. */
static void changed(void)
{
	const struct kvm_s390_pv_unp *last = &image.part[image.parts - 1];
	struct kvm_s390_pv_unp part;
	struct vm vm;

	open_vm(&vm);
	image.data[image.header + 240] ^= 1;
	ok(&vm, image_start(&image, &vm) == -1 && vm.rc > 1, "a changed header is refused");
	image.data[image.header + 240] ^= 1;
	pv(&vm, KVM_PV_DISABLE, NULL);

	image.data[last->addr] ^= 1;
	ok(&vm, refused(image_start(&image, &vm), &vm, RC_DIGEST) && vm.rrc == RRC_PAGES,
	   "VERIFY refuses a changed page");
	image.data[last->addr] ^= 1;
	pv(&vm, KVM_PV_DISABLE, NULL);

	image_copy(&image, &vm);
	pv(&vm, KVM_PV_ENABLE, NULL);
	image_header(&image, &vm);
	for (unsigned int i = 0; i + 1 < image.parts; i++)
		image_unpack(&image, &vm, i);
	ok(&vm, refused(pv(&vm, KVM_PV_VERIFY, NULL), &vm, RC_DIGEST), "VERIFY misses a component");
	pv(&vm, KVM_PV_DISABLE, NULL);

	image_copy(&image, &vm);
	pv(&vm, KVM_PV_ENABLE, NULL);
	image_header(&image, &vm);
	for (unsigned int i = 0; i < image.parts; i++) {
		part = image.part[i];
		if (i + 1 == image.parts)
			part.tweak ^= 1;
		pv(&vm, KVM_PV_UNPACK, &part);
	}
	ok(&vm, refused(pv(&vm, KVM_PV_VERIFY, NULL), &vm, RC_DIGEST), "VERIFY refuses a changed tweak");
	vm_close(&vm);
}

/* Key slots are looked up by a hash; no host has this one. */
static void other_host(void)
{
	enum { SLOTS = 416, HASH = 32 };
	uint8_t hash[HASH];
	struct vm vm;

	open_vm(&vm);
	memcpy(hash, image.data + image.header + SLOTS, HASH);
	memset(image.data + image.header + SLOTS, 0x11, HASH);
	pv(&vm, KVM_PV_ENABLE, NULL);
	ok(&vm, refused(image_header(&image, &vm), &vm, RC_NO_SLOT), "an image for another host");
	memcpy(image.data + image.header + SLOTS, hash, HASH);
	ok(&vm, !pv(&vm, KVM_PV_DISABLE, NULL), "DISABLE");
	ok(&vm, !image_start(&image, &vm), "the right one in its place");
	vm_close(&vm);
}

struct half {
	struct vm vm;
	int ret;
};

static void *unpack_first(void *arg)
{
	struct half *half = arg;

	half->ret = image_unpack(&image, &half->vm, 0);
	return NULL;
}

/* Two threads unpack the same component: KVM lets one after the other do it. */
static void two_threads(void)
{
	struct half half[2] = { 0 };
	pthread_t thread[2];
	struct vm vm;

	open_vm(&vm);
	image_copy(&image, &vm);
	pv(&vm, KVM_PV_ENABLE, NULL);
	image_header(&image, &vm);
	for (int i = 0; i < 2; i++) {
		half[i].vm = vm;
		pthread_create(&thread[i], NULL, unpack_first, &half[i]);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	ok(&half[1].vm, !half[0].ret != !half[1].ret, "of two threads one unpacks a component");
	for (unsigned int i = 1; i < image.parts; i++)
		image_unpack(&image, &vm, i);
	ok(&vm, !pv(&vm, KVM_PV_VERIFY, NULL), "and the refusal does no harm");
	vm_close(&vm);
}

/* Memory slots cannot change; what the process does with its memory can. */
static void memory_changes(void)
{
	struct vm vm;
	uint8_t *page;

	open_vm(&vm);
	ok(&vm, !image_start(&image, &vm), "an image is verified");
	page = vm.mem + image.part[0].addr;
	ok(&vm, vm_set_memory(&vm, 0, 0, 0) == -1 && errno == EINVAL, "its slot cannot go");
	ok(&vm, !madvise(page, GUEST_PAGE, MADV_DONTNEED) && all_zero(page, GUEST_PAGE),
	   "a secure page that is given back is empty");
	ok(&vm, mmap(page, 2 * GUEST_PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page &&
	   all_zero(page, 2 * GUEST_PAGE), "so are pages under a new mapping");
	ok(&vm, !mprotect(vm.mem, vm.len, PROT_READ) &&
	   !mprotect(vm.mem, vm.len, PROT_READ | PROT_WRITE), "protection comes and goes");
	ok(&vm, !pv(&vm, KVM_PV_DISABLE, NULL), "DISABLE after all that");
	vm_close(&vm);
}

static void live_to_step(int step)
{
	struct vm vm;

	open_vm(&vm);
	image_copy(&image, &vm);
	pv(&vm, KVM_PV_ENABLE, NULL);
	if (step >= 1)
		image_header(&image, &vm);
	for (unsigned int i = 0; i < image.parts; i++)
		if (step >= 3 || (step == 2 && !i))
			image_unpack(&image, &vm, i);
	if (step >= 4)
		pv(&vm, KVM_PV_VERIFY, NULL);
	if (vm.rc != 1)
		_exit(1);
}

/* Killed at every step up to a verified image, one of them amid its pages. */
static void killed(void)
{
	static const char * const steps[] = { "ENABLE", "SET_SEC_PARMS", "a component",
					      "all components", "VERIFY" };

	for (int step = 0; step < 5; step++)
		ok(NULL, killed_at(step, live_to_step), "killed after %s", steps[step]);
}

int main(int argc, char **argv)
{
	struct vm vm;

	puts("TAP version 13");
	if (argc != 2 || !image_load(&image, argv[1]))
		skip_all("no image (pv-image IMAGE)");
	if (!kvm_open())
		skip_all("no /dev/kvm");
	if (!host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	open_vm(&vm);
	good(&vm);
	reset(&vm);
	ok(&vm, !image_start(&image, &vm), "the same image in the same VM again");
	if (kvm_has(CAP_PROTECTED_ASYNC)) {
		ok(&vm, !pv(&vm, PV_SET_ASIDE, NULL), "ASYNC_CLEANUP_PREPARE");
		ok(&vm, !image_start(&image, &vm), "and again");
		ok(&vm, !pv(&vm, PV_DESTROY_ASIDE, NULL), "ASYNC_CLEANUP_PERFORM");
	}
	vm_close(&vm);
	changed();
	other_host();
	two_threads();
	memory_changes();
	killed();
	return finish();
}
