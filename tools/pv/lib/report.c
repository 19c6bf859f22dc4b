// SPDX-License-Identifier: GPL-2.0
/*
 * Results for programs to read: YAML or JSON with one key a line, which is also
 * all that report_find() has to know.
 */
#include "report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int report_parse_format(const char *text, bool yaml, bool plain, enum report_format *format)
{
	if (!strcmp(text, "json"))
		*format = REPORT_JSON;
	else if (yaml && !strcmp(text, "yaml"))
		*format = REPORT_YAML;
	else if (plain && (!strcmp(text, "text") || !strcmp(text, "human")))
		*format = REPORT_TEXT;
	else
		goto unknown;
	return 0;
unknown:
	pv_error("--format: '%s' is none of%s%s json", text, yaml ? " yaml" : "",
		 plain ? " text" : "");
	return -1;
}

static void report_line(struct report *report)
{
	unsigned int i;

	if (report->format == REPORT_JSON) {
		if (report->begun)
			fputc(',', report->to);
		fputc('\n', report->to);
	}
	for (i = 0; i < report->depth; i++)
		fputs("  ", report->to);
	report->begun = true;
}

/* One string of either format; JSON's escapes are YAML's in double quotes. */
static void report_string(struct report *report, const char *text)
{
	const unsigned char *p;

	fputc('"', report->to);
	for (p = (const unsigned char *)text; *p; p++) {
		if (*p == '"' || *p == '\\')
			fprintf(report->to, "\\%c", *p);
		else if (*p < ' ' || *p == 0x7f)
			fprintf(report->to, "\\u%04x", *p);
		else
			fputc(*p, report->to);
	}
	fputc('"', report->to);
}

static void report_key(struct report *report, const char *key)
{
	/* In YAML the first key of an item stands behind its dash. */
	if (report->item) {
		report->item = false;
		report->begun = true;
	} else {
		report_line(report);
	}
	if (report->format == REPORT_JSON) {
		report_string(report, key);
		fputs(": ", report->to);
	} else {
		fprintf(report->to, "%s:", key);
	}
}

static void report_value_end(struct report *report)
{
	if (report->format == REPORT_YAML)
		fputc('\n', report->to);
}

void report_begin(struct report *report, FILE *to, enum report_format format)
{
	*report = (struct report){ .to = to, .format = format };
	if (format == REPORT_JSON) {
		fputc('{', to);
		report->depth = 1;
	}
}

void report_end(struct report *report)
{
	if (report->format == REPORT_JSON)
		fputs("\n}\n", report->to);
}

void report_open(struct report *report, const char *key, bool list)
{
	report_key(report, key);
	if (report->format == REPORT_JSON)
		fputc(list ? '[' : '{', report->to);
	else
		fputc('\n', report->to);
	report->depth++;
	report->begun = false;
}

void report_close(struct report *report, bool list)
{
	report->depth--;
	if (report->format == REPORT_JSON) {
		unsigned int i;

		fputc('\n', report->to);
		for (i = 0; i < report->depth; i++)
			fputs("  ", report->to);
		fputc(list ? ']' : '}', report->to);
	}
	report->begun = true;
}

void report_item(struct report *report)
{
	report_line(report);
	if (report->format == REPORT_JSON) {
		fputc('{', report->to);
	} else {
		fputs("- ", report->to);
		report->item = true;
	}
	report->depth++;
	report->begun = false;
}

void report_item_end(struct report *report)
{
	report_close(report, false);
}

static void report_space(struct report *report)
{
	if (report->format == REPORT_YAML)
		fputc(' ', report->to);
}

void report_text(struct report *report, const char *key, const char *text)
{
	report_key(report, key);
	report_space(report);
	report_string(report, text);
	report_value_end(report);
}

void report_hex(struct report *report, const char *key, const uint8_t *data, size_t size)
{
	size_t i;

	report_key(report, key);
	report_space(report);
	fputs("\"0x", report->to);
	for (i = 0; i < size; i++)
		fprintf(report->to, "%02x", data[i]);
	fputc('"', report->to);
	report_value_end(report);
}

void report_number(struct report *report, const char *key, uint64_t number)
{
	report_key(report, key);
	report_space(report);
	fprintf(report->to, "%" PRIu64, number);
	report_value_end(report);
}

void report_bool(struct report *report, const char *key, bool value)
{
	report_key(report, key);
	report_space(report);
	fputs(value ? "true" : "false", report->to);
	report_value_end(report);
}

char *report_find(const char *text, const char *key)
{
	size_t size = strlen(key);
	const char *line;

	for (line = text; line; line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
		const char *p = line + strspn(line, " -\t{\"'");
		const char *end;

		if (strncmp(p, key, size) != 0)
			continue;
		p += size;
		p += strspn(p, "\"'");
		if (*p != ':')
			continue;
		p += 1 + strspn(p + 1, " \t\"'");
		end = p + strcspn(p, "\"'\r\n,} ");
		return strndup(p, (size_t)(end - p));
	}
	return NULL;
}
