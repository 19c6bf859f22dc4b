// SPDX-License-Identifier: GPL-2.0
/*
 * Names of files, collected from options that may be given more than once.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pv.h"

static int name_list_take(struct name_list *list, char *name)
{
	char **names = name ? reallocarray(list->names, list->count + 1, sizeof(*names)) : NULL;

	if (!names) {
		pv_perror("no memory for a name");
		free(name);
		return -1;
	}
	names[list->count++] = name;
	list->names = names;
	return 0;
}

int name_list_add(struct name_list *list, const char *name)
{
	return name_list_take(list, strdup(name));
}

int name_list_add_files(struct name_list *list, const char *names)
{
	const char *comma;

	/* A file may have a comma in its name. */
	while ((comma = strchr(names, ',')) && access(names, F_OK)) {
		if (comma > names && name_list_take(list, strndup(names, (size_t)(comma - names))))
			return -1;
		names = comma + 1;
	}
	return *names ? name_list_add(list, names) : 0;
}

void name_list_free(struct name_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->names[i]);
	free(list->names);
	list->names = NULL;
	list->count = 0;
}
