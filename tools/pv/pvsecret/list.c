// SPDX-License-Identifier: GPL-2.0
/*
 * pvsecret list: in the guest, what secrets its store has.
 */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/report.h"
#include "pvsecret.h"

#define COMMAND		"pvsecret list"

static void help(void)
{
	printf("Usage: " COMMAND " [OPTIONS] [OUTPUT]\n\n"
	       "Shows the secrets in this guest's store, without their values.\n\n"
	       "      --format text|yaml|json|bin  [text]\n\n"
	       "For tests:\n"
	       "      --x-result FILE              the list from this file in place of /dev/uv\n");
}

static void list_text(FILE *to, const struct store_list *list)
{
	size_t i, j;

	fprintf(to, "%zu secret%s\n", list->count, list->count == 1 ? "" : "s");
	for (i = 0; i < list->count; i++) {
		const struct store_entry *entry = &list->entries[i];
		char name[16];

		fprintf(to, "\n%u %s:\n  ", be16toh(entry->index),
			store_type_name(be16toh(entry->type), name));
		for (j = 0; j < SECRET_ID_SIZE; j++)
			fprintf(to, "%02x", entry->id[j]);
		fputc('\n', to);
	}
}

static void list_report(FILE *to, const struct store_list *list, enum report_format format)
{
	struct report report;
	size_t i;

	report_begin(&report, to, format);
	report_number(&report, "total_number_secrets", list->total);
	report_open(&report, "secrets", true);
	for (i = 0; i < list->count; i++) {
		const struct store_entry *entry = &list->entries[i];
		char name[16];

		report_item(&report);
		report_number(&report, "index", be16toh(entry->index));
		report_text(&report, "type", store_type_name(be16toh(entry->type), name));
		report_number(&report, "length", be32toh(entry->size));
		report_hex(&report, "id", entry->id, SECRET_ID_SIZE);
		report_item_end(&report);
	}
	report_close(&report, true);
	report_end(&report);
}

static int list_print(const struct store_list *list, const char *output, const char *format_name,
		      enum report_format format)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to;
	int rc = -1;

	if (!strcmp(format_name, "bin"))
		return output_save(output, 0666, list->raw.data,
				   16 + list->count * sizeof(struct store_entry));
	to = open_memstream(&text, &size);
	if (!to) {
		pv_perror("cannot make the list");
		return -1;
	}
	if (format == REPORT_TEXT)
		list_text(to, list);
	else
		list_report(to, list, format);
	if (fclose(to))
		pv_perror("cannot make the list");
	else
		rc = output_save(output, 0666, text, size);
	free(text);
	return rc;
}

int cmd_list(int argc, char **argv)
{
	const char *format_name = "text", *file = NULL, *output;
	const struct tool_option options[] = {
		{ "format", 'f', .text = &format_name },
		{ "x-result", .in = &file },
		{ 0 }
	};
	const struct command_line line = {
		COMMAND, help, options, NULL, PV_EXIT_USAGE, 0, 1, NULL
	};
	enum report_format format = REPORT_TEXT;
	struct store_list list;
	int rc = options_take(argc, argv, &line);

	if (rc >= 0)
		return rc;
	if (strcmp(format_name, "bin") != 0 &&
	    report_parse_format(format_name, true, true, &format))
		return options_wrong(&line);
	output = optind < argc ? argv[optind] : "-";
	if (options_check_files(&line, NULL, output) || store_load(&list, file))
		return PV_EXIT_ERROR;
	rc = list_print(&list, output, format_name, format);
	store_free(&list);
	return rc ? PV_EXIT_ERROR : PV_EXIT_OK;
}
