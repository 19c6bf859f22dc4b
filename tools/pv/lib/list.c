// SPDX-License-Identifier: GPL-2.0
/*
 * Names of files, collected from options that may be given more than once.
 */
#include <stdlib.h>

#include "pv.h"

int name_list_add(struct name_list *list, const char *name)
{
	const char **names = reallocarray(list->names, list->count + 1, sizeof(*names));

	if (!names) {
		pv_perror("%s", name);
		return -1;
	}
	names[list->count++] = name;
	list->names = names;
	return 0;
}

void name_list_free(struct name_list *list)
{
	free(list->names);
	list->names = NULL;
	list->count = 0;
}
