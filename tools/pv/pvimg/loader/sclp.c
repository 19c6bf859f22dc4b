// SPDX-License-Identifier: GPL-2.0
/*
 * Stage 1: text on the consoles of the service processor (SCLP): the ASCII
 * (VT220) one and the line-mode one. A machine has none, one or both.
 */
#include "stage1.h"

#define SCLP_WRITE_EVENT_DATA	0x00760005
#define SCLP_WRITE_EVENT_MASK	0x00780005

#define SCLP_RC_DONE		0x0020

#define EVENT_MESSAGE		0x02	/* line mode */
#define EVENT_ASCII		0x1a	/* VT220 */
#define EVENT_MASK(type)	(1U << (32 - (type)))

#define MDB_TYPE		1
#define MDB_TAG			0xd4c4c240	/* "MDB " in EBCDIC */
#define MDB_REVISION		1
#define OBJECT_GENERAL		1
#define OBJECT_TEXT		4
#define LINE_END_OF_TEXT	0x1000

#define CC_BUSY			2

struct sccb {
	uint16_t length;
	uint8_t function;
	uint8_t control[3];
	uint16_t response;
	uint8_t data[4096 - 8];
} __attribute__((packed));

struct event_mask {
	uint16_t reserved;
	uint16_t mask_length;
	uint32_t program_receives;
	uint32_t program_sends;
	uint32_t sclp_receives;
	uint32_t sclp_sends;
} __attribute__((packed));

struct event {
	uint16_t length;
	uint8_t type;
	uint8_t flags;
	uint16_t reserved;
} __attribute__((packed));

struct mdb {
	uint16_t length;
	uint16_t type;
	uint32_t tag;
	uint32_t revision;
} __attribute__((packed));

/* A general object tells who speaks; everything in it may be zero. */
struct general_object {
	uint16_t length;
	uint16_t type;
	uint8_t data[60];
} __attribute__((packed));

struct text_object {
	uint16_t length;
	uint16_t type;
	uint16_t line_flags;
	uint8_t alarm;
	uint8_t reserved[3];
} __attribute__((packed));

static struct sccb sccb __attribute__((aligned(4096)));

/* ASCII 0x20 to 0x7e in EBCDIC, code page 037 */
static const uint8_t ebcdic[] = {
	0x40, 0x5a, 0x7f, 0x7b, 0x5b, 0x6c, 0x50, 0x7d,
	0x4d, 0x5d, 0x5c, 0x4e, 0x6b, 0x60, 0x4b, 0x61,
	0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7,
	0xf8, 0xf9, 0x7a, 0x5e, 0x4c, 0x7e, 0x6e, 0x6f,
	0x7c, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7,
	0xc8, 0xc9, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6,
	0xd7, 0xd8, 0xd9, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6,
	0xe7, 0xe8, 0xe9, 0xba, 0xe0, 0xbb, 0xb0, 0x6d,
	0x79, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
	0x88, 0x89, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96,
	0x97, 0x98, 0x99, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6,
	0xa7, 0xa8, 0xa9, 0xc0, 0x4f, 0xd0, 0xa1,
};

static void clear_sccb(void)
{
	uint8_t *p = (uint8_t *)&sccb;
	size_t i;

	for (i = 0; i < sizeof(sccb); i++)
		p[i] = 0;
}

/* Returns 0 when the command was done; its answer is in the SCCB then. */
static int service_call(uint32_t command)
{
	unsigned int cc;

	do {
		/* SERVICE CALL, which the assembler does not know by name */
		asm volatile(".insn	rre,0xb2200000,%[command],%[sccb]\n\t"
			     "ipm	%[cc]\n\t"
			     "srl	%[cc],28"
			     : [cc] "=&d" (cc)
			     : [command] "d" (command), [sccb] "a" (&sccb)
			     : "cc", "memory");
	} while (cc == CC_BUSY);
	if (cc)
		return -1;
	wait_service_signal();
	return sccb.response == SCLP_RC_DONE ? 0 : -1;
}

static void print_ascii(const char *text)
{
	struct event *event = (struct event *)sccb.data;
	char *out = (char *)(event + 1);
	char *end = (char *)(&sccb + 1);

	clear_sccb();
	while (*text && out < end)
		*out++ = *text++;
	event->length = out - (char *)event;
	event->type = EVENT_ASCII;
	sccb.length = out - (char *)&sccb;
	service_call(SCLP_WRITE_EVENT_DATA);
}

/* One text object a line; a line that no longer fits is left out. */
static void print_lines(const char *text)
{
	struct event *event = (struct event *)sccb.data;
	struct mdb *mdb = (struct mdb *)(event + 1);
	struct general_object *general = (struct general_object *)(mdb + 1);
	uint8_t *out = (uint8_t *)(general + 1);
	uint8_t *end = (uint8_t *)(&sccb + 1);

	clear_sccb();
	general->length = sizeof(*general);
	general->type = OBJECT_GENERAL;
	while (*text) {
		struct text_object *line = (struct text_object *)out;
		const char *eol = text;

		while (*eol && *eol != '\n')
			eol++;
		if (end - out < (long)sizeof(*line) + (eol - text))
			break;
		line->type = OBJECT_TEXT;
		line->line_flags = LINE_END_OF_TEXT;
		for (out = (uint8_t *)(line + 1); text < eol; text++)
			*out++ = *text >= ' ' && *text <= '~' ? ebcdic[*text - ' '] : ebcdic[0];
		line->length = out - (uint8_t *)line;
		if (*text)
			text++;
	}
	mdb->length = out - (uint8_t *)mdb;
	mdb->type = MDB_TYPE;
	mdb->tag = MDB_TAG;
	mdb->revision = MDB_REVISION;
	event->length = out - (uint8_t *)event;
	event->type = EVENT_MESSAGE;
	sccb.length = out - (uint8_t *)&sccb;
	service_call(SCLP_WRITE_EVENT_DATA);
}

void sclp_print(const char *text)
{
	struct event_mask *mask = (struct event_mask *)sccb.data;
	uint32_t receives, sends;

	clear_sccb();
	mask->mask_length = sizeof(mask->program_sends);
	mask->program_sends = EVENT_MASK(EVENT_ASCII) | EVENT_MASK(EVENT_MESSAGE);
	sccb.length = sizeof(sccb) - sizeof(sccb.data) + sizeof(*mask);
	if (service_call(SCLP_WRITE_EVENT_MASK))
		return;
	receives = mask->sclp_receives;
	sends = mask->sclp_sends;
	if (sends & EVENT_MASK(EVENT_ASCII))
		print_ascii(text);
	if (receives & EVENT_MASK(EVENT_MESSAGE))
		print_lines(text);
}
