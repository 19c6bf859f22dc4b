/* SPDX-License-Identifier: GPL-2.0 */
/* Results in YAML or JSON, one key a line, see report.c */
#ifndef PV_REPORT_H
#define PV_REPORT_H

#include <stdio.h>

#include "pv.h"

enum report_format { REPORT_TEXT, REPORT_YAML, REPORT_JSON };

struct report {
	FILE *to;
	enum report_format format;	/* YAML or JSON */
	unsigned int depth;
	bool begun;			/* something stands before at this depth */
	bool item;			/* what comes next is the first key of a list's item */
};

/* A name as users give it: "yaml", "json", and where it makes sense "text" or "human" */
int report_parse_format(const char *text, bool yaml, bool plain, enum report_format *format);

/* The outermost map */
void report_begin(struct report *report, FILE *to, enum report_format format);
void report_end(struct report *report);
/* A map, or with @list a list of maps, below @key */
void report_open(struct report *report, const char *key, bool list);
void report_close(struct report *report, bool list);
/* An item of a list, itself a map */
void report_item(struct report *report);
void report_item_end(struct report *report);

void report_text(struct report *report, const char *key, const char *text);
/* "0x" and two digits a byte */
void report_hex(struct report *report, const char *key, const uint8_t *data, size_t size);
void report_number(struct report *report, const char *key, uint64_t number);
void report_bool(struct report *report, const char *key, bool value);

/*
 * The value of a key in what these functions have written, either format. Returns
 * a string for free(), NULL if there is none.
 */
char *report_find(const char *text, const char *key);

#endif /* PV_REPORT_H */
