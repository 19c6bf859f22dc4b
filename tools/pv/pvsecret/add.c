// SPDX-License-Identifier: GPL-2.0
/*
 * pvsecret add: in the guest, hands a request to the ultravisor.
 */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "../lib/device.h"
#include "pvsecret.h"

#define COMMAND		"pvsecret add"

static void help(void)
{
	printf("Usage: " COMMAND " REQUEST\n\n"
	       "Has the ultravisor add the secret of a request to this guest's store.\n\n"
	       "For tests:\n"
	       "      --x-list FILE  add nothing, and look into this list in place of the store\n");
}

/* A store may hold several secrets of one ID; by ID or name only the first is found. */
static void add_warn_of_same_id(const struct bytes *request, const char *list_file)
{
	const struct asrcb_head *head = (const struct asrcb_head *)request->data;
	const struct secret_head *secret = (const struct secret_head *)
		(request->data + sizeof(*head) + head->slots * sizeof(struct key_slot));
	unsigned int type = be16toh(secret->type);
	struct store_list list;
	size_t i, same = 0;

	/* These are not kept in the store. */
	if (type == SECRET_NULL || type == SECRET_UPDATE_CCK || store_load(&list, list_file))
		return;
	for (i = 0; i < list.count; i++)
		same += !memcmp(list.entries[i].id, secret->id, sizeof(secret->id));
	store_free(&list);
	if (same > 1)
		pv_warn("the store now has %zu secrets with this ID; 'pvsecret retrieve' finds the "
			"first, the others only by --inform idx", same);
}

static int add(const char *path, const char *list_file)
{
	struct device_answer answer = { .rc = DEVICE_DONE };
	struct bytes request;
	int rc = 0;

	if (asrcb_load(path, &request))
		return -1;
	if (!list_file)
		rc = device_call(DEVICE_ADD_SECRET, request.data, request.size, &answer);
	if (!rc && answer.rc != DEVICE_DONE) {
		device_refused(DEVICE_ADD_SECRET, &answer);
		rc = -1;
	}
	if (!rc)
		add_warn_of_same_id(&request, list_file);
	secret_free(request.data);
	return rc;
}

int cmd_add(int argc, char **argv)
{
	const char *list_file = NULL;
	const struct tool_option options[] = {
		{ "x-list", .in = &list_file },
		{ 0 }
	};
	const struct command_line line = {
		COMMAND, help, options, NULL, PV_EXIT_USAGE, 1, 1, "one request is needed"
	};
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		return rc;
	return add(argv[optind], list_file) ? PV_EXIT_ERROR : PV_EXIT_OK;
}
