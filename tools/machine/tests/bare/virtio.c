// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A virtio disk, the first channel device, is told to use protected storage:
 * each part of a request in turn, in a secure page and in a donated one, also
 * one that was accessible when the device got to know it. The disk reads as
 * zeros, slowly; zeros in the ultravisor's own table would make pages accessible.
 */
#include "queue.h"
#include "secure.h"

#define DISK_READ	0
#define DISK_WRITE	1
#define SECTOR		512
#define NOT_DONE	0xff
#define UNTOUCHED	0xee

#define LIMIT_US	5000000

struct header {
	uint32_t type;
	uint32_t priority;
	uint64_t sector;
};

/* Where the parts of a request are; each has a page of its own. */
enum part { DESC, AVAIL, USED, HEADER, DATA, STATUS, INDICATORS, NR_PARTS };

static const char *const part_names[NR_PARTS] = {
	"descriptors", "available ring", "used ring", "request header", "data", "status byte",
	"indicators",
};

/* As many as the device takes for a request; a table of them is a request, too. */
#define MANY		1024
#define TABLE_PAGE	48	/* guest pages 48 to 51 */
#define MANY_PAGE	52

#define FIRST_PAGE	32	/* guest pages 32 to 38 are for the parts */
#define TARGET_PAGE	40	/* secure all the time */

static uint8_t *part[NR_PARTS];
static uint64_t handle;

/* The ultravisor's entry for the target page, in donated storage. */
static uint8_t *table_entry(void)
{
	return (uint8_t *)HIGH + ((uint64_t)guest_frame(TARGET_PAGE) / PAGE) * 8;
}

static void reset_device(void)
{
	queue_start(part[DESC], part[AVAIL], part[USED], part[INDICATORS]);
}

static bool accessible(const void *page)
{
	return (uint64_t)page < HIGH && (uint64_t)page / PAGE !=
	       (uint64_t)guest_frame(TARGET_PAGE) / PAGE;
}

/* Writes request number @nr as far as storage can be written. */
static void prepare(unsigned int nr, uint32_t type)
{
	struct avail *avail = (struct avail *)part[AVAIL];

	if (accessible(part[HEADER]))
		*(struct header *)part[HEADER] = (struct header) {
			.type = __builtin_bswap32(type),
		};
	if (accessible(part[DESC])) {
		queue_describe(part[DESC], 0, part[HEADER], sizeof(struct header), DESC_NEXT);
		queue_describe(part[DESC], 1, part[DATA], SECTOR,
			 DESC_NEXT | (type == DISK_READ ? DESC_WRITE : 0));
		queue_describe(part[DESC], 2, part[STATUS], 1, DESC_WRITE);
	}
	if (accessible(part[STATUS]))
		*part[STATUS] = NOT_DONE;
	if (accessible(part[DATA]))
		memset(part[DATA], UNTOUCHED, SECTOR + 1);
	if (accessible(part[AVAIL])) {
		avail->ring[nr % QUEUE_SIZE] = 0;
		avail->index = __builtin_bswap16(nr + 1);
	}
}

/* Waits for the status byte; what the device does after it is done, too, then. */
static bool completed(void)
{
	uint64_t start = clock_us();

	while (*(volatile uint8_t *)part[STATUS] == NOT_DONE)
		if (clock_us() - start > LIMIT_US)
			return false;
	return !device_is_broken();
}

static void parts_in_accessible_pages(void)
{
	unsigned int i;

	for (i = 0; i < NR_PARTS; i++) {
		part[i] = guest_frame(FIRST_PAGE + i);
		memset(part[i], 0, PAGE);
	}
}

static void works(void)
{
	struct used *used;

	parts_in_accessible_pages();
	reset_device();
	prepare(0, DISK_READ);
	queue_notify();
	result("a request in accessible storage completes", completed(), *part[STATUS]);
	used = (struct used *)part[USED];
	equal("it is in the used ring", used->index, __builtin_bswap16(1));
	equal("its data was stored", part[DATA][0] | part[DATA][SECTOR - 1], 0);
	equal("and no more", part[DATA][SECTOR], UNTOUCHED);
	equal("the indicator was set", *(uint64_t *)part[INDICATORS], 1);
}

static char text[128];

static const char *name(const char *what, enum part which, const char *where)
{
	const char *const words[] = { what, part_names[which], where };
	unsigned int i, len = 0;
	const char *p;

	for (i = 0; i < 3; i++)
		for (p = words[i]; *p && len < sizeof(text) - 1; p++)
			text[len++] = *p;
	text[len] = 0;
	return text;
}

/* The device does what it can without the part that is out of its reach. */
static void outcome(enum part which, const char *where)
{
	switch (which) {
	case AVAIL:
		result(name("device sees no request: ", which, where), !device_is_broken(), 0);
		break;
	case USED:
	case INDICATORS:
		result(name("device completes alone: ", which, where), completed(), *part[STATUS]);
		break;
	default:
		result(name("device breaks: ", which, where), device_is_broken(), 0);
		break;
	}
}

static void refused(enum part which, uint8_t *at, uint32_t type, const char *where)
{
	parts_in_accessible_pages();
	part[which] = at;
	reset_device();
	prepare(0, type);
	queue_notify();
	outcome(which, where);
	if (which == HEADER || which == STATUS)
		equal("no data was stored", part[DATA][0], UNTOUCHED);
	refusal_is_counted(name("", which, where));
	equal("the page is as protected as before", catch(fetch, guest_frame(TARGET_PAGE)),
	      PGM_SECURE_ACCESS);
}

/* Rings that the device knew while they were accessible. */
static void ring_becomes_secure(enum part which)
{
	unsigned int page = FIRST_PAGE + which;

	parts_in_accessible_pages();
	reset_device();
	prepare(0, DISK_READ);
	queue_notify();
	result("first request completes", completed(), *part[STATUS]);
	prepare(1, DISK_READ);
	equal("ring becomes secure", import_page(handle, page, NULL), 0);
	queue_notify();
	if (which == USED)
		result("device completes alone", completed(), *part[STATUS]);
	else
		result(name("device breaks: ", which, " secure since"), device_is_broken(), 0);
	refusal_is_counted(name("", which, ", secure since the device knows it"));
	device_reset();
	export_page(part[which], NULL);
}

/* For a CPU of the guest, which is destroyed at once. */
static unsigned int donate(const void *page)
{
	static struct uvcb block;
	unsigned int cc;

	block = (struct uvcb) { .command = UVC_CREATE_CPU, .length = 0x60 };
	FIELD(&block, 0x20) = handle;
	FIELD(&block, 0x28) = (uint64_t)page;
	FIELD(&block, 0x38) = (uint64_t)guest_frame(FIRST_PAGE + NR_PARTS);
	cc = uvc(&block);
	if (!cc)
		uvc_call(&block, UVC_DESTROY_CPU, 0x40);
	return cc;
}

/* A buffer that a device is working on cannot become protected meanwhile. */
static void mapped_buffer(void)
{
	unsigned int page = FIRST_PAGE + DATA;
	uint16_t rc;

	parts_in_accessible_pages();
	reset_device();
	prepare(0, DISK_READ);
	queue_notify();
	equal("import of a buffer in use: cc 1", import_page(handle, page, &rc), 1);
	equal("import of a buffer in use: rc 10a, not mapped", rc, 0x10a);
	equal("a buffer in use is not donated: cc 2, busy", donate(part[DATA]), 2);
	result("the request completes", completed(), *part[STATUS]);
	equal("with its data", part[DATA][0], 0);
	equal("donation after that", donate(part[DATA]), 0);
	equal("import after that", import_page(handle, page, NULL), 0);
	export_page(part[DATA], NULL);
}

/*
 * As many requests as the queue holds, of as many parts as they can have, all in one
 * page: its import has to wait for the last one.
 */
static void buffer_mapped_many_times(void)
{
	struct descriptor *table = (struct descriptor *)guest_frame(TABLE_PAGE);
	uint8_t *data = guest_frame(MANY_PAGE);
	volatile struct used *used;
	struct avail *avail;
	unsigned int i;
	uint16_t rc;

	parts_in_accessible_pages();
	reset_device();
	avail = (struct avail *)part[AVAIL];
	used = (volatile struct used *)part[USED];
	queue_describe(part[DESC], 0, table, MANY * sizeof(*table), DESC_INDIRECT);
	queue_describe(table, 0, data + SECTOR, sizeof(struct header), DESC_NEXT);
	for (i = 1; i < MANY - 1; i++)
		queue_describe(table, i, data, SECTOR, DESC_NEXT | DESC_WRITE);
	queue_describe(table, i, data + 2 * SECTOR, 1, DESC_WRITE);
	avail->index = __builtin_bswap16(QUEUE_SIZE);
	queue_notify();
	equal("import of a buffer that is in use 65536 times: cc 1",
	      import_page(handle, MANY_PAGE, &rc), 1);
	equal("and rc 10a, not mapped", rc, 0x10a);
	for (uint64_t start = clock_us(); used->index != avail->index;)
		if (clock_us() - start > LIMIT_US)
			break;
	equal("all the requests complete", used->index, avail->index);
	equal("import after that", import_page(handle, MANY_PAGE, NULL), 0);
	export_page(data, NULL);
}

/* Adapter interruptions: a byte of indicators, and one that sums them up. */
static void adapter_indicators(uint8_t *secure, bool summary)
{
	static struct {
		uint64_t summary;
		uint64_t indicators;
		uint64_t bit;
		uint8_t isc;
	} __attribute__((packed, aligned(8))) area;

	parts_in_accessible_pages();
	/* A device that has indicators of its own is given no others. */
	queue_start(part[DESC], part[AVAIL], part[USED], NULL);
	area.indicators = (uint64_t)(summary ? part[INDICATORS] : secure);
	area.summary = (uint64_t)(summary ? secure : part[INDICATORS] + 8);
	equal("adapter indicators are set", device_command(CCW_SET_INDICATORS_ADAPTER, &area, 25), 0);
	prepare(0, DISK_READ);
	queue_notify();
	result("device completes alone", completed(), *part[STATUS]);
	refusal_is_counted(summary ? "summary indicator" : "adapter indicators");
	equal("the page is as protected as before", catch(fetch, secure), PGM_SECURE_ACCESS);
}

int main(void)
{
	uint8_t *secure = guest_frame(TARGET_PAGE);
	unsigned int i;

	handle = device_beside_guest(TARGET_PAGE);
	if (!handle)
		return 0;
	works();
	for (i = 0; i < NR_PARTS; i++) {
		refused(i, secure, DISK_READ, ", secure");
		refused(i, table_entry(), DISK_READ, ", donated");
	}
	refused(DATA, secure, DISK_WRITE, " to write, secure");
	refused(DATA, table_entry(), DISK_WRITE, " to write, donated");
	adapter_indicators(secure, false);
	adapter_indicators(secure, true);
	mapped_buffer();
	buffer_mapped_many_times();
	ring_becomes_secure(DESC);
	ring_becomes_secure(AVAIL);
	ring_becomes_secure(USED);
	equal("export", export_page(secure, NULL), 0);
	works();
	return 0;
}
