// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The secret store of a configuration: what its owner added, in the order of adding.
 *
 * It lies in the configuration's variable storage, behind the entries of guest
 * pages: tags of all accepted requests, an entry for each secret that has an index,
 * two pages for each value that is longer than a key. It dies with the configuration.
 */
#include "uv.h"

#define TAGS_PER_PAGE		(PAGE_SIZE / GCM_TAG_LEN)
#define SECRETS_PER_PAGE	(PAGE_SIZE / sizeof(struct secret))
#define PAGES_PER_VALUE		(SECRET_VALUE_MAX / PAGE_SIZE)

/* Requests that leave nothing but their tag: null, update of the CCK. */
#define OTHER_REQUESTS		112

static uint64_t pages_for(uint64_t nr, uint64_t per_page)
{
	return (nr + per_page - 1) / per_page;
}

static unsigned int store_max_requests(const struct uv *uv)
{
	return uv->max_assoc_secrets + uv->max_retr_secrets + OTHER_REQUESTS;
}

static uint64_t store_tag_pages(const struct uv *uv)
{
	return pages_for(store_max_requests(uv), TAGS_PER_PAGE);
}

static uint64_t store_secret_pages(const struct uv *uv)
{
	return pages_for(uv->max_assoc_secrets + uv->max_retr_secrets, SECRETS_PER_PAGE);
}

/* What QUERY announces; without room for a type there is no such type. */
uint64_t store_types(const struct uv *uv)
{
	return SECRET_TYPE_BIT(SECRET_NULL) | SECRET_TYPE_BIT(SECRET_UPDATE_CCK) |
	       (uv->max_assoc_secrets ? SECRET_TYPE_BIT(SECRET_ASSOCIATION) : 0) |
	       (uv->max_retr_secrets ? SECRET_TYPE_BIT(SECRET_PLAINTEXT) : 0);
}

uint64_t store_pages(const struct uv *uv)
{
	return store_tag_pages(uv) + store_secret_pages(uv) +
	       uv->max_retr_secrets * PAGES_PER_VALUE;
}

/* NULL: donated storage was overwritten. */
static void *store_page(struct uv *uv, const struct config *config, uint64_t index)
{
	uint64_t page = var_page(uv, config, guest_entry_pages(config->len) + index);

	return page ? storage(uv, page, PAGE_SIZE) : NULL;
}

static uint8_t *store_tag(struct uv *uv, const struct config *config, unsigned int nr)
{
	uint8_t *page = store_page(uv, config, nr / TAGS_PER_PAGE);

	return page ? page + nr % TAGS_PER_PAGE * GCM_TAG_LEN : NULL;
}

static struct secret *store_secret(struct uv *uv, const struct config *config, unsigned int nr)
{
	struct secret *page = store_page(uv, config, store_tag_pages(uv) + nr / SECRETS_PER_PAGE);

	return page ? page + nr % SECRETS_PER_PAGE : NULL;
}

/* Part @part of the value that retrievable secret @nr has, a page each. */
static uint8_t *store_value(struct uv *uv, const struct config *config, unsigned int nr,
			    unsigned int part)
{
	return store_page(uv, config, store_tag_pages(uv) + store_secret_pages(uv) +
				      nr * PAGES_PER_VALUE + part);
}

/* Copy from or to the value of a retrievable secret. */
static bool store_value_copy(struct uv *uv, const struct config *config, unsigned int nr,
			     void *buf, size_t len, bool write)
{
	uint8_t *at = buf;
	unsigned int part;

	for (part = 0; len; part++) {
		size_t piece = len < PAGE_SIZE ? len : PAGE_SIZE;
		uint8_t *there = store_value(uv, config, nr, part);

		if (!there)
			return false;
		memcpy(write ? there : at, write ? at : there, piece);
		at += piece;
		len -= piece;
	}
	return true;
}

static unsigned int store_nr_secrets(const struct store *store)
{
	return store->nr_assoc + store->nr_retrievable;
}

/* What was read back from donated storage is within what there can be. */
static bool store_is_sound(const struct uv *uv, const struct store *store)
{
	return store->nr_assoc <= uv->max_assoc_secrets &&
	       store->nr_retrievable <= uv->max_retr_secrets &&
	       store->nr_requests <= store_max_requests(uv);
}

/* Is there room for one more secret of @type, or for a request that leaves none? */
bool store_has_room(const struct uv *uv, const struct store *store, uint16_t type)
{
	if (store->nr_requests >= store_max_requests(uv))
		return false;
	if (type == SECRET_ASSOCIATION)
		return store->nr_assoc < uv->max_assoc_secrets;
	return type != SECRET_PLAINTEXT || store->nr_retrievable < uv->max_retr_secrets;
}

/*
 * Enter an accepted request, for which there is room.
 * @secret: what is listed of it; NULL: nothing
 * @value: secret->len bytes
 * @tag: of the request
 *
 * Return: false, donated storage was overwritten; nothing has changed that counts.
 */
bool store_add(struct uv *uv, struct config *config, const struct secret *secret, void *value,
	       const uint8_t tag[GCM_TAG_LEN])
{
	struct store *store = &config->store;
	uint8_t *to = store_is_sound(uv, store) ? store_tag(uv, config, store->nr_requests) : NULL;
	struct secret *entry;

	if (!to)
		return false;
	memcpy(to, tag, GCM_TAG_LEN);
	if (secret) {
		entry = store_secret(uv, config, store_nr_secrets(store));
		if (!entry)
			return false;
		*entry = *secret;
		if (secret->type == SECRET_ASSOCIATION) {
			memcpy(entry->key, value, sizeof(entry->key));
			store->nr_assoc++;
		} else {
			entry->value = store->nr_retrievable;
			if (!store_value_copy(uv, config, entry->value, value, secret->len, true))
				return false;
			store->nr_retrievable++;
		}
	}
	store->nr_requests++;
	return true;
}

/* For attestation: all tags and the lock. HASH_LOST: donated storage was overwritten. */
enum hashed store_hash(struct uv *uv, const struct config *config, uint8_t hash[SHA512_LEN])
{
	const struct store *store = &config->store;
	const uint8_t locked = store->locked;
	unsigned int nr, left = store->nr_requests;
	bool ok = true;
	gcry_md_hd_t md;

	if (!store_is_sound(uv, store))
		return HASH_LOST;
	if (gcry_md_open(&md, GCRY_MD_SHA512, 0))
		return HASH_NO_MEMORY;
	for (nr = 0; left && ok; nr += TAGS_PER_PAGE) {
		unsigned int here = left < TAGS_PER_PAGE ? left : TAGS_PER_PAGE;
		const uint8_t *tags = store_tag(uv, config, nr);

		ok = tags;
		if (ok)
			gcry_md_write(md, tags, here * GCM_TAG_LEN);
		left -= here;
	}
	gcry_md_write(md, &locked, sizeof(locked));
	memcpy(hash, gcry_md_read(md, GCRY_MD_SHA512), SHA512_LEN);
	gcry_md_close(md);
	return ok ? HASH_OK : HASH_LOST;
}

int cmd_lock_secrets(struct call *call)
{
	if (call->config->store.locked)
		return fail(call, RC_LOCK_LOCKED, RRC_NONE);
	call->config->store.locked = true;
	return UV_CC_DONE;
}

enum list_field {
	LIST_START	= 0x1e,
	LIST_AREA	= 0x20,
};

enum page_field {
	PAGE_NR		= 0x00,
	PAGE_NR_ALL	= 0x02,
	PAGE_NEXT	= 0x04,
	PAGE_ENTRIES	= 0x10,
};

enum entry_field {
	ENTRY_INDEX	= 0x00,
	ENTRY_TYPE	= 0x02,
	ENTRY_LEN	= 0x04,
	ENTRY_ID	= 0x10,
	ENTRY_SIZE	= 0x30,
};

#define ENTRIES_LISTED	((PAGE_SIZE - PAGE_ENTRIES) / ENTRY_SIZE)

int cmd_list_secrets(struct call *call)
{
	const struct store *store = &call->config->store;
	unsigned int start = get_be16(call->block + LIST_START), end, i;
	unsigned int all = store_nr_secrets(store);
	uint8_t page[PAGE_SIZE] = { 0 };
	struct guest_area area;
	int cc;

	cc = guest_area_find(call, &area, field(call, LIST_AREA), PAGE_SIZE, true, 0);
	if (cc != UV_CC_DONE)
		return cc;
	if (!store_is_sound(call->uv, store))
		return fail(call, RC_METADATA, RRC_NONE);
	if (start > all)
		start = all;
	end = all - start > ENTRIES_LISTED ? start + ENTRIES_LISTED : all;
	for (i = start; i < end; i++) {
		const struct secret *secret = store_secret(call->uv, call->config, i);
		uint8_t *entry = page + PAGE_ENTRIES + (i - start) * ENTRY_SIZE;

		if (!secret)
			return fail(call, RC_METADATA, RRC_NONE);
		put_be16(entry + ENTRY_INDEX, i);
		put_be16(entry + ENTRY_TYPE, secret->type);
		put_be32(entry + ENTRY_LEN, secret->len);
		memcpy(entry + ENTRY_ID, secret->id, sizeof(secret->id));
	}
	put_be16(page + PAGE_NR, end - start);
	put_be16(page + PAGE_NR_ALL, all);
	put_be16(page + PAGE_NEXT, end < all ? end : 0);
	cc = guest_write(call, &(struct guest_output){ &area, page }, 1);
	if (cc == UV_CC_DONE && end < all)
		return fail(call, RC_LIST_MORE, RRC_NONE);
	return cc;
}

enum retrieve_field {
	RETRIEVE_INDEX	= 0x18,
	RETRIEVE_LEN	= 0x1c,
	RETRIEVE_AREA	= 0x20,
};

int cmd_retrieve_secret(struct call *call)
{
	const struct store *store = &call->config->store;
	unsigned int index = get_be16(call->block + RETRIEVE_INDEX);
	uint8_t value[SECRET_VALUE_MAX];
	const struct secret *secret;
	struct guest_area area;
	int cc;

	if (!store_is_sound(call->uv, store))
		return fail(call, RC_METADATA, RRC_NONE);
	if (!store_nr_secrets(store))
		return fail(call, RC_RETRIEVE_EMPTY, RRC_NONE);
	if (index >= store_nr_secrets(store))
		return fail(call, RC_RETRIEVE_INDEX, RRC_NONE);
	secret = store_secret(call->uv, call->config, index);
	if (!secret || secret->len > SECRET_VALUE_MAX || secret->value >= call->uv->max_retr_secrets)
		return fail(call, RC_METADATA, RRC_NONE);
	if (secret->type != SECRET_PLAINTEXT)
		return fail(call, RC_RETRIEVE_TYPE, RRC_NONE);
	if (get_be(call->block + RETRIEVE_LEN, 4) < secret->len)
		return fail(call, RC_RETRIEVE_LEN, RRC_NONE);
	cc = guest_area_find(call, &area, field(call, RETRIEVE_AREA), secret->len, true,
			     RC_RETRIEVE_AREA);
	if (cc != UV_CC_DONE)
		return cc;
	if (store_value_copy(call->uv, call->config, secret->value, value, secret->len, false))
		cc = guest_write(call, &(struct guest_output){ &area, value }, 1);
	else
		cc = fail(call, RC_METADATA, RRC_NONE);
	wipe(value, secret->len);
	return cc;
}

/* What must hold of a store; NULL: it does. */
const char *store_check(struct uv *uv, const struct config *config)
{
	const struct store *store = &config->store;
	unsigned int i, nr_assoc = 0, nr_retrievable = 0;

	if (!store_is_sound(uv, store))
		return "a secret store has no more than there is room for";
	if (store->nr_requests < store_nr_secrets(store))
		return "every secret came with a request";
	if (store->nr_requests && !store->extended)
		return "the first request sets the extension secret";
	for (i = 0; i < store_nr_secrets(store); i++) {
		const struct secret *secret = store_secret(uv, config, i);

		if (!secret)
			return "the tables of a configuration lead to storage";
		if (secret->type == SECRET_ASSOCIATION && secret->len == sizeof(secret->key))
			nr_assoc++;
		else if (secret->type == SECRET_PLAINTEXT && secret->len <= SECRET_VALUE_MAX &&
			 secret->value == nr_retrievable)
			nr_retrievable++;
		else
			return "a secret has a type, its length and a value of its own";
	}
	if (nr_assoc != store->nr_assoc || nr_retrievable != store->nr_retrievable)
		return "a secret store counts the secrets of each type";
	return NULL;
}
