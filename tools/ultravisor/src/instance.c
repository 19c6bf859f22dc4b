// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An ultravisor: made, reset, freed.
 */
#include <errno.h>
#include <stdlib.h>

#include "uv.h"

#define MIN_GCRYPT		"1.8.0"		/* AES-XTS */
#define DEFAULT_CONFIGS		4095
#define DEFAULT_CPUS		248
/* Page numbers of frames are stored in 40 bits. */
#define MAX_STORAGE		(1ull << 52)

/* The library belongs to the process; whoever comes first sets it up. */
static bool start_gcrypt(void)
{
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
		return gcry_check_version(MIN_GCRYPT);
	locked_gcrypt();
	if (!gcry_check_version(MIN_GCRYPT))
		return false;
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	return true;
}

struct uv *uv_create(const struct uv_ops *ops, void *opaque, const struct uv_config *config)
{
	struct uv *uv;
	int error;

	if (!ops->storage || !ops->translate_home || !ops->translate_guest ||
	    !ops->translate_guest_home ||
	    !config->storage_end || config->storage_end % PAGE_SIZE ||
	    config->storage_end > MAX_STORAGE || config->max_configs > UV_CONFIGS_MAX ||
	    config->max_cpus > UV_CPUS_MAX || config->max_assoc_secrets > UV_ASSOC_SECRETS_MAX ||
	    config->max_retr_secrets > UV_RETR_SECRETS_MAX || (config->features & ~UV_FEATURES) ||
	    (config->header_versions & ~UV_HEADER_VERSIONS)) {
		errno = EINVAL;
		return NULL;
	}
	shards_start();
	error = locked_start();
	if (error) {
		errno = error;
		return NULL;
	}
	if (!start_gcrypt()) {
		errno = ENOTSUP;
		return NULL;
	}
	uv = calloc(1, sizeof(*uv));
	if (!uv)
		return NULL;
	uv->ops = *ops;
	uv->opaque = opaque;
	uv->nr_frames = config->storage_end >> PAGE_SHIFT;
	uv->base_len = base_storage_len(uv->nr_frames);
	uv->max_configs = config->max_configs ? config->max_configs : DEFAULT_CONFIGS;
	uv->max_cpus = config->max_cpus ? config->max_cpus : DEFAULT_CPUS;
	uv->refuse_below_2g = config->refuse_below_2g;
	uv->features = config->features;
	uv->header_versions = config->header_versions;
	uv->max_assoc_secrets = config->max_assoc_secrets;
	uv->max_retr_secrets = config->max_retr_secrets;
	uv->secret_types = store_types(uv);
	commands_prepare(uv);
	query_prepare(uv);
	uv->slots = calloc(uv->max_configs, sizeof(*uv->slots));
	error = uv->slots ? keyring_load(&uv->keyring, config) : ENOMEM;
	if (error) {
		uv_destroy(uv);
		errno = error;
		return NULL;
	}
	return uv;
}

static void forget_configs(struct uv *uv)
{
	unsigned int i;

	for (i = 0; i < uv->max_configs; i++)
		if (uv->slots[i] && uv->slots[i]->config)
			slot_clear(uv->slots[i]);
}

/*
 * The pages are the host's again. What it did not know is cleared; what was shared the
 * host keeps, but its guest must not reach it any more.
 */
static void reset_pages(struct uv *uv, const uint64_t *pages, size_t nr)
{
	size_t i;

	protect(uv, pages, nr, true);
	for (i = 0; i < nr; i++) {
		frame_entry *frame = &uv->frames[pages[i] >> PAGE_SHIFT];

		if (frame_state(*frame) != FRAME_SHARED && frame_state(*frame) != FRAME_PINNED) {
			memset(storage(uv, pages[i], PAGE_SIZE), 0, PAGE_SIZE);
			written(uv, pages[i], PAGE_SIZE);
		}
		atomic_store_explicit(frame, FRAME_ACCESSIBLE, memory_order_release);
	}
	protect(uv, pages, nr, false);
}

/* Of what there is; what has been done stays counted. */
static void forget_counts(struct uv *uv)
{
	unsigned int i, state;

	for (i = 0; i < NR_SHARDS; i++) {
		for (state = 0; state <= FRAME_STATE_MASK; state++)
			atomic_store(&uv->count[i].frames[state], 0);
		atomic_store(&uv->count[i].configs, 0);
		atomic_store(&uv->count[i].cpus, 0);
	}
}

/* The base storage comes last: it says what is hidden. */
bool uv_reset(struct uv *uv)
{
	uint64_t i, k, base_pages = uv->base_len >> PAGE_SHIFT, pages[BATCH_PAGES];
	frame_entry *frames;
	size_t nr = 0;

	if (!gate_try_write(&uv->gate))
		return false;
	frames = atomic_load(&uv->frames);
	if (!frames)
		goto out;
	forget_configs(uv);
	for (i = 0; i < uv->nr_frames; i++) {
		uint64_t absolute = i << PAGE_SHIFT;

		if (frames[i] == FRAME_ACCESSIBLE ||
		    (absolute >= uv->base_origin && absolute - uv->base_origin < uv->base_len))
			continue;
		pages[nr++] = absolute;
		if (nr == BATCH_PAGES) {
			reset_pages(uv, pages, nr);
			nr = 0;
		}
	}
	reset_pages(uv, pages, nr);
	memset((void *)frames, 0, uv->base_len);
	written(uv, uv->base_origin, uv->base_len);
	atomic_store_explicit(&uv->frames, NULL, memory_order_release);
	for (i = 0; i < base_pages; i += BATCH_PAGES) {
		for (k = 0; k < BATCH_PAGES; k++)
			pages[k] = uv->base_origin + ((i + k) << PAGE_SHIFT);
		protect(uv, pages, BATCH_PAGES, false);
	}
	forget_counts(uv);
out:
	gate_end_write(&uv->gate);
	return true;
}

void uv_destroy(struct uv *uv)
{
	unsigned int i;

	if (!uv)
		return;
	if (uv->slots) {
		forget_configs(uv);
		for (i = 0; i < uv->max_configs; i++)
			free(uv->slots[i]);
		free(uv->slots);
	}
	keyring_free(&uv->keyring);
	free(uv);
}
