// SPDX-License-Identifier: GPL-2.0
/* See fake.h. */
#include <stdlib.h>
#include <sys/mman.h>

#include "fake.h"

static void *op_storage(void *opaque, uint64_t absolute, uint64_t len)
{
	struct fake *fake = opaque;

	if (absolute >= fake->size || len > fake->size - absolute)
		return NULL;
	return fake->storage + absolute;
}

static void op_written(void *opaque, uint64_t absolute, uint64_t len)
{
	(void)opaque;
	(void)absolute;
	(void)len;
}

static enum uv_xlat op_home(void *opaque, unsigned int cpu, uint64_t vaddr, bool write,
			    uint64_t *absolute)
{
	struct fake *fake = opaque;
	uint64_t index = (vaddr - FAKE_HOME) >> 12;

	(void)cpu;
	(void)write;
	if (vaddr < FAKE_HOME || index >= FAKE_HOME_PAGES || !fake->home[index])
		return fake->home_result;
	*absolute = ((fake->home[index] - 1) << 12) + vaddr % 4096;
	return UV_XLAT_OK;
}

static enum uv_xlat op_guest(void *opaque, uint64_t asce, uint64_t vaddr, bool write,
			     uint64_t *absolute)
{
	struct fake *fake = opaque;
	uint64_t guest = (asce >> 12) - 1, index = vaddr >> 12, frame = 0;

	(void)write;
	if (guest < FAKE_GUESTS && index < FAKE_GUEST_PAGES)
		frame = fake->guests[guest][index];
	if (!frame)
		return UV_XLAT_FAILED;
	*absolute = ((frame - 1) << 12) + vaddr % 4096;
	return UV_XLAT_OK;
}

/*
 * Areas are where fake_guest_area() said; low addresses mean the guest page itself, and
 * the last page of the space is guest page 1.
 */
static enum uv_xlat op_guest_home(void *opaque, unsigned int cpu, uint64_t vaddr, bool write,
				  uint64_t *guest)
{
	struct fake *fake = opaque;
	uint64_t index = (vaddr - FAKE_VIRTUAL) >> 12;

	(void)cpu;
	if (write && fake->read_only && fake->read_only == vaddr >> 12)
		return UV_XLAT_FAILED;
	if (vaddr < FAKE_GUEST_PAGES << 12) {
		*guest = vaddr;
		return UV_XLAT_OK;
	}
	if (vaddr >= ~0xfffull) {
		*guest = 0x1000 + vaddr % 4096;
		return UV_XLAT_OK;
	}
	*guest = 0x5000;
	if (vaddr < FAKE_VIRTUAL || index >= FAKE_VIRTUAL_PAGES || !fake->virtual[index])
		return fake->virtual_result;
	*guest = ((fake->virtual[index] - 1) << 12) + vaddr % 4096;
	return UV_XLAT_OK;
}

static void op_protect(void *opaque, const uint64_t *pages, size_t count, bool hidden)
{
	struct fake *fake = opaque;
	size_t i;

	for (i = 0; i < count; i++)
		if (pages[i] < fake->size)
			atomic_store_explicit(&fake->hidden[pages[i] >> 12], hidden,
					      memory_order_release);
}

static bool op_in_use(void *opaque, uint64_t absolute)
{
	struct fake *fake = opaque;

	return fake->in_use && fake->in_use == absolute;
}

static unsigned int op_running(void *opaque)
{
	return ((struct fake *)opaque)->running;
}

static bool op_random(void *opaque, void *buf, size_t len)
{
	static _Atomic uint32_t seed = 1;
	struct fake *fake = opaque;
	uint8_t *p = buf;

	if (fake->no_random)
		return false;
	/* Different every time is all that tests need. */
	while (len--)
		*p++ = (atomic_fetch_add(&seed, 0x9e3779b1) * 0x85ebca6bu) >> 24;
	return true;
}

static void *reserve(uint64_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		abort();
	return p;
}

struct fake *fake_new(const struct fake_options *options)
{
	struct uv_ops ops = { op_storage, op_written, op_home, op_guest, op_guest_home, op_protect,
			      op_in_use, op_running, op_random };
	struct fake *fake = calloc(1, sizeof(*fake));
	struct uv_config config;

	if (!fake)
		abort();
	if (options->no_optional_ops) {
		ops.written = NULL;
		ops.protect = NULL;
		ops.in_use = NULL;
		ops.running_cpus = NULL;
		ops.random = NULL;
	}
	fake->size = options->size ? options->size : FAKE_STORAGE;
	fake->storage = reserve(fake->size);
	fake->hidden = reserve(fake->size >> 12);
	fake->home = reserve(FAKE_HOME_PAGES * sizeof(*fake->home));
	fake->next = FAKE_FREE;
	fake->home_result = UV_XLAT_FAILED;
	fake->virtual_result = UV_XLAT_FAILED;
	fake->running = 1;
	config = (struct uv_config) {
		.storage_end = fake->size,
		.max_configs = options->max_configs,
		.refuse_below_2g = options->refuse_below_2g,
		.features = options->no_features ? 0 : UV_FEATURES,
		.header_versions = options->no_header_versions ? 0 : UV_HEADER_VERSIONS,
		.max_assoc_secrets = options->no_secrets ? 0 : FAKE_ASSOC,
		.max_retr_secrets = options->no_secrets ? 0 : FAKE_RETR,
		.host_keys = options->keys,
		.nr_host_keys = options->nr_keys,
		.backup_keys = options->backup_keys,
		.nr_backup_keys = options->nr_backup_keys,
	};
	fake->uv = uv_create(&ops, fake, &config);
	if (!fake->uv)
		abort();
	return fake;
}

void fake_free(struct fake *fake)
{
	uv_destroy(fake->uv);
	munmap(fake->storage, fake->size);
	munmap((void *)fake->hidden, fake->size >> 12);
	munmap(fake->home, FAKE_HOME_PAGES * sizeof(*fake->home));
	free(fake);
}

void fake_forget(struct fake *fake)
{
	memset((void *)fake->guests, 0, sizeof(fake->guests));
	memset(fake->home, 0, fake->next_home * sizeof(*fake->home));
	memset(fake->virtual, 0, sizeof(fake->virtual));
	fake->next_virtual = 0;
	fake->virtual_result = UV_XLAT_FAILED;
	fake->read_only = 0;
	fake->next_home = 0;
	fake->next = FAKE_FREE;
	fake->home_result = UV_XLAT_FAILED;
	fake->running = 1;
	fake->no_random = false;
}

uint64_t fake_pages(struct fake *fake, unsigned int nr)
{
	uint64_t absolute = fake->next;

	fake->next += nr * 4096ull;
	if (fake->next > fake->size)
		abort();
	return absolute;
}

/* Contiguous in the home space, backwards in storage: like vmalloc at its worst. */
uint64_t fake_home_area(struct fake *fake, unsigned int nr)
{
	uint64_t first = fake->next_home, absolute = fake_pages(fake, nr);
	unsigned int i;

	fake->next_home += nr + 1;
	if (fake->next_home > FAKE_HOME_PAGES)
		abort();
	for (i = 0; i < nr; i++)
		fake->home[first + i] = (absolute >> 12) + nr - i;
	return FAKE_HOME + (first << 12);
}

/*
 * Contiguous in the guest's home space, backwards in its own storage, and in secure
 * frames; followed by a page that is not mapped.
 */
uint64_t fake_guest_area(struct fake *fake, unsigned int guest, uint64_t config, unsigned int nr)
{
	uint64_t first = fake->next_virtual, page;
	unsigned int i;

	fake->next_virtual += nr + 1;
	if (fake->next_virtual > FAKE_VIRTUAL_PAGES)
		abort();
	for (i = 0; i < nr; i++) {
		page = first + nr - i;
		fake->virtual[first + i] = page + 1;
		fake_map(fake, guest, page << 12, fake_pages(fake, 1));
		if (uvc_guest_page(fake, CMD_IMPORT, config, page << 12))
			abort();
	}
	return FAKE_VIRTUAL + (first << 12);
}

/* The frame in which the page of an area is, if it is where it was imported. */
uint64_t fake_guest_frame(struct fake *fake, unsigned int guest, uint64_t vaddr)
{
	uint64_t page = fake->virtual[(vaddr - FAKE_VIRTUAL) >> 12] - 1;

	return (fake->guests[guest][page] - 1) << 12;
}

void fake_guest_write(struct fake *fake, unsigned int guest, uint64_t vaddr, const void *buf,
		      size_t len)
{
	const uint8_t *from = buf;

	for (; len--; vaddr++)
		fake->storage[fake_guest_frame(fake, guest, vaddr) + vaddr % 4096] = *from++;
}

void fake_guest_read(struct fake *fake, unsigned int guest, uint64_t vaddr, void *buf, size_t len)
{
	uint8_t *to = buf;

	for (; len--; vaddr++)
		*to++ = fake->storage[fake_guest_frame(fake, guest, vaddr) + vaddr % 4096];
}

void *fake_at(struct fake *fake, uint64_t absolute)
{
	return fake->storage + absolute;
}

void fake_map(struct fake *fake, unsigned int guest, uint64_t address, uint64_t absolute)
{
	fake->guests[guest][address >> 12] = absolute ? (absolute >> 12) + 1 : 0;
}

/* Table origin and designation type of a guest; private space. */
uint64_t fake_asce(unsigned int guest)
{
	return (guest + 1ull) << 12 | 0x107;
}

void block_clear(struct fake *fake, uint16_t command, uint16_t len)
{
	memset(fake->block, 0, sizeof(fake->block));
	put_be16(fake->block, len);
	put_be16(fake->block + 2, command);
}

void block_set(struct fake *fake, unsigned int offset, uint64_t value)
{
	put_be64(fake->block + offset, value);
}

void block_set32(struct fake *fake, unsigned int offset, uint32_t value)
{
	put_be32(fake->block + offset, value);
}

uint64_t block_get(struct fake *fake, unsigned int offset)
{
	return get_be64(fake->block + offset);
}

static int answered(struct fake *fake, int cc)
{
	fake->rc = get_be16(fake->block + 4);
	fake->rrc = get_be16(fake->block + 6);
	return cc;
}

int host_call(struct fake *fake)
{
	uint32_t len;

	if (uv_host_check(fake->uv, fake->block, &len))
		return answered(fake, UV_CC_ERROR);
	return answered(fake, uv_host_call(fake->uv, 0, fake->block, len));
}

int guest_call(struct fake *fake, uint64_t config)
{
	uint32_t len;

	if (uv_guest_check(fake->uv, fake->block, &len))
		return answered(fake, UV_CC_ERROR);
	return answered(fake, uv_guest_call(fake->uv, 0, config, fake->block, len, &fake->missing));
}

int uvc_init(struct fake *fake)
{
	block_clear(fake, CMD_INITIALIZE, 0x48);
	block_set(fake, 0x18, FAKE_BASE);
	block_set(fake, 0x20, base_storage_len(fake->size >> 12));
	return host_call(fake);
}

int uvc_handle(struct fake *fake, uint16_t command, uint64_t handle)
{
	block_clear(fake, command, 0x50);
	block_set(fake, 0x18, handle);
	return host_call(fake);
}

/* Until it does not answer "busy" or "partial" any more. */
int uvc_again(struct fake *fake, uint16_t command, uint64_t handle)
{
	int cc;

	do {
		cc = uvc_handle(fake, command, handle);
	} while (cc > UV_CC_ERROR);
	return cc;
}

int uvc_create_config(struct fake *fake, unsigned int guest, uint64_t len, uint64_t *handle)
{
	int cc;

	block_clear(fake, CMD_CREATE_CONFIG, 0x80);
	block_set(fake, 0x20, fake_pages(fake, CONFIG_BASE_LEN / 4096));
	block_set(fake, 0x28, fake_home_area(fake, var_pages(fake->uv, len)));
	block_set(fake, 0x38, fake->origin);
	block_set(fake, 0x40, len);
	block_set(fake, 0x48, FAKE_SCA);
	block_set(fake, 0x50, fake_asce(guest));
	cc = host_call(fake);
	*handle = block_get(fake, 0x18);
	return cc;
}

int uvc_create_cpu(struct fake *fake, uint64_t config, unsigned int number, uint64_t *handle,
		   uint64_t *sd)
{
	int cc;

	*sd = fake_pages(fake, 1);
	block_clear(fake, CMD_CREATE_CPU, 0x60);
	block_set(fake, 0x20, config);
	block_set(fake, 0x28, fake_pages(fake, CPU_LEN / 4096));
	block_set(fake, 0x30, number);
	block_set(fake, 0x38, *sd);
	cc = host_call(fake);
	*handle = block_get(fake, 0x18);
	return cc;
}

/* Import and unpin. */
int uvc_guest_page(struct fake *fake, uint16_t command, uint64_t config, uint64_t address)
{
	block_clear(fake, command, 0x28);
	block_set(fake, 0x18, config);
	block_set(fake, 0x20, address);
	return host_call(fake);
}

/* Export, destroy and pin. */
int uvc_page(struct fake *fake, uint16_t command, uint64_t absolute)
{
	block_clear(fake, command, 0x20);
	block_set(fake, 0x18, absolute);
	return host_call(fake);
}

int uvc_share(struct fake *fake, uint16_t command, uint64_t config, uint64_t address)
{
	block_clear(fake, command, 0x30);
	block_set(fake, 0x20, address);
	return guest_call(fake, config);
}

int uvc_parameters(struct fake *fake, uint64_t config, const void *header, uint32_t len)
{
	uint64_t area = fake_home_area(fake, 3 + len / PAGE_SIZE) + 0x800;
	uint32_t done;

	/* Starts in the middle of a page, so that it crosses page boundaries. */
	for (done = 0; done < len; done++) {
		uint64_t vaddr = area + done, absolute = 0;

		if (op_home(fake, 0, vaddr, true, &absolute))
			abort();
		fake->storage[absolute] = ((const uint8_t *)header)[done];
	}
	block_clear(fake, CMD_SET_PARAMETERS, 0x50);
	block_set(fake, 0x18, config);
	block_set(fake, 0x20, area);
	block_set(fake, 0x28, (uint64_t)len << 32);
	return host_call(fake);
}

int uvc_unpack(struct fake *fake, uint64_t config, uint64_t address, uint64_t tweak,
	       uint64_t offset)
{
	block_clear(fake, CMD_UNPACK, 0x50);
	block_set(fake, 0x18, config);
	block_set(fake, 0x20, address);
	block_set(fake, 0x28, tweak);
	block_set(fake, 0x30, offset);
	return host_call(fake);
}

struct config *fake_config(struct fake *fake, uint64_t handle)
{
	return fake->uv->slots[HANDLE_SLOT(handle) - 1]->config;
}

void fake_verify(struct fake *fake, uint64_t handle, uint64_t pcf)
{
	struct config *config = fake_config(fake, handle);

	config->image.pcf = pcf;
	config->image.psw_mask = 0x180000000ull;
	config->image.psw_addr = 0x11000;
	config->state = CONFIG_VERIFIED;
	config->load = LOAD_IMAGE;
}

struct uv_stats fake_stats(struct fake *fake)
{
	struct uv_stats stats;

	uv_stats(fake->uv, &stats);
	return stats;
}

#ifndef NO_CMOCKA
int fake_setup_bare(void **state)
{
	const struct fake_options options = { 0 };

	*state = fake_new(&options);
	return 0;
}

int fake_setup(void **state)
{
	fake_setup_bare(state);
	return uvc_init(*state);
}

int fake_teardown(void **state)
{
	fake_free(*state);
	return 0;
}
#endif
