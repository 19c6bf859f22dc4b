/* SPDX-License-Identifier: GPL-2.0 */
/* pvsecret: one file for each command, and the guest's list of secrets */
#ifndef PVSECRET_H
#define PVSECRET_H

#include "../lib/options.h"
#include "../lib/secret.h"

int cmd_create(int argc, char **argv);
int cmd_add(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_lock(int argc, char **argv);
int cmd_retrieve(int argc, char **argv);
int cmd_verify(int argc, char **argv);

/* store.c: the list as the ultravisor gives it, in its byte order */
struct store_entry {
	uint16_t index;
	uint16_t type;
	uint32_t size;		/* of what retrieving gives */
	uint64_t reserved;
	uint8_t id[SECRET_ID_SIZE];
};
struct store_list {
	struct bytes raw;
	const struct store_entry *entries;
	size_t count;
	size_t total;		/* in the store */
};
/* From /dev/uv, or from the file if @path is not NULL. Freed by store_free(). */
int store_load(struct store_list *list, const char *path);
int store_parse(struct store_list *list, const char *path);
void store_free(struct store_list *list);
/* "association" and so on; a number if the type is not known */
const char *store_type_name(unsigned int type, char buf[16]);

#endif /* PVSECRET_H */
