// SPDX-License-Identifier: GPL-2.0
/*
 * The list of secrets that a guest has.
 */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "../lib/device.h"
#include "pvsecret.h"

#define STORE_LIST_SIZE	0x8000	/* whole pages; more than any store lists */

struct store_head {
	uint16_t count;		/* of the entries that follow */
	uint16_t total;
	uint16_t next;
	uint16_t reserved6;
	uint64_t reserved8;
};
static_assert(sizeof(struct store_head) == 0x10, "list of secrets");
static_assert(sizeof(struct store_entry) == 0x30, "list of secrets");

int store_parse(struct store_list *list, const char *path)
{
	const struct store_head *head = (const struct store_head *)list->raw.data;

	if (list->raw.size < sizeof(*head) ||
	    be16toh(head->count) > (list->raw.size - sizeof(*head)) / sizeof(struct store_entry)) {
		pv_error("'%s' is no list of secrets, or cut", path);
		return -1;
	}
	list->entries = (const struct store_entry *)(head + 1);
	list->count = be16toh(head->count);
	list->total = be16toh(head->total);
	return 0;
}

static int store_from_device(struct store_list *list)
{
	struct device_answer answer;

	list->raw.data = secret_alloc(STORE_LIST_SIZE);
	list->raw.size = STORE_LIST_SIZE;
	if (!list->raw.data ||
	    device_call(DEVICE_LIST_SECRETS, list->raw.data, STORE_LIST_SIZE, &answer))
		return -1;
	if (answer.rc == DEVICE_MORE) {
		pv_warn("there are more secrets than the list has");
	} else if (answer.rc != DEVICE_DONE) {
		device_refused(DEVICE_LIST_SECRETS, &answer);
		return -1;
	}
	return 0;
}

int store_load(struct store_list *list, const char *path)
{
	int rc;

	*list = (struct store_list){ 0 };
	rc = path ? input_load(path, STORE_LIST_SIZE, &list->raw) : store_from_device(list);
	if (!rc)
		rc = store_parse(list, path ? path : "/dev/uv");
	if (rc)
		store_free(list);
	return rc;
}

void store_free(struct store_list *list)
{
	secret_free(list->raw.data);
	*list = (struct store_list){ 0 };
}

const char *store_type_name(unsigned int type, char buf[16])
{
	const struct secret_kind *kind = secret_kind(type);

	if (kind)
		return kind->name;
	snprintf(buf, 16, "0x%04x", type & 0xffff);
	return buf;
}
