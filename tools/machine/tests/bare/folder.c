// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A shared folder (9P2000.L), the first channel device, is told to use protected storage
 * for a request, its reply and what it reads. There is a file in it, "file"; reading is
 * done by threads of its own and is delayed, at most so many requests a second.
 */
#include "queue.h"
#include "uvc.h"

enum {
	TLOPEN = 12, TVERSION = 100, TATTACH = 104, TWALK = 110, TREAD = 116,
};

#define NO_TAG		0xffff
#define NONE		0xffffffff
#define MSIZE		8192
#define HEADER		7	/* size, type, tag */
#define READ_HEADER	(HEADER + 4)
#define ROOT		1	/* numbers of ours, for the folder and the file */
#define FILE		2

#define LIMIT_US	20000000

enum part { REQUEST, REPLY, DATA, NR_PARTS };

#define FIRST_PAGE	32	/* guest pages 32 to 34 are for the parts */
#define TARGET_PAGE	40	/* secure all the time */

static struct descriptor desc[QUEUE_SIZE] __attribute__((aligned(16)));
static struct avail avail __attribute__((aligned(2)));
static struct used used __attribute__((aligned(4)));
static uint8_t *part[NR_PARTS];
static uint8_t message[64];
static unsigned int length;

/* Numbers are little-endian. */
static void put(uint64_t value, unsigned int bytes)
{
	for (; bytes; bytes--, value >>= 8)
		message[length++] = value;
}

static void put_text(const char *text)
{
	unsigned int len = 0;

	while (text[len])
		len++;
	put(len, 2);
	memcpy(message + length, text, len);
	length += len;
}

static void begin(uint8_t type)
{
	length = 4;
	put(type, 1);
	put(type == TVERSION ? NO_TAG : 0, 2);
}

/* Sends the message from where requests are, if that can be written. */
static void send(bool readable)
{
	uint16_t nr = __builtin_bswap16(avail.index);
	unsigned int end = length;

	length = 0;
	put(end, 4);
	if (readable) {
		memcpy(part[REQUEST], message, end);
		memset(part[REPLY], 0, HEADER);
	}
	queue_describe(desc, 0, part[REQUEST], end, DESC_NEXT);
	queue_describe(desc, 1, part[REPLY], READ_HEADER, DESC_WRITE | DESC_NEXT);
	queue_describe(desc, 2, part[DATA], PAGE, DESC_WRITE);
	avail.ring[nr % QUEUE_SIZE] = 0;
	avail.index = __builtin_bswap16(nr + 1);
	queue_notify();
}

/* The type of the reply is one more than that of the request. */
static bool answered(void)
{
	uint64_t start = clock_us();

	while (*(volatile uint16_t *)&used.index != avail.index)
		if (clock_us() - start > LIMIT_US)
			return false;
	return part[REPLY][4] == message[4] + 1;
}

static bool ask(void)
{
	send(true);
	return answered();
}

static void restart(void)
{
	unsigned int i;

	for (i = 0; i < NR_PARTS; i++)
		part[i] = guest_frame(FIRST_PAGE + i);
	memset(&avail, 0, sizeof(avail));
	memset(&used, 0, sizeof(used));
	queue_start(desc, &avail, &used, NULL);
}

static void message_version(void)
{
	begin(TVERSION);
	put(MSIZE, 4);
	put_text("9P2000.L");
}

static void message_read(void)
{
	begin(TREAD);
	put(FILE, 4);
	put(0, 8);
	put(PAGE, 4);
}

/* Up to a file that can be read. */
static bool open_file(void)
{
	message_version();
	if (!ask())
		return false;
	begin(TATTACH);
	put(ROOT, 4);
	put(NONE, 4);
	put_text("");
	put_text("");
	put(0, 4);
	if (!ask())
		return false;
	begin(TWALK);
	put(ROOT, 4);
	put(FILE, 4);
	put(1, 2);
	put_text("file");
	if (!ask())
		return false;
	begin(TLOPEN);
	put(FILE, 4);
	put(0, 4);
	return ask();
}

static void works(void)
{
	restart();
	result("a file is opened", open_file(), part[REPLY][4]);
	memset(part[DATA], 0, PAGE);
	message_read();
	result("and read", ask(), part[REPLY][4]);
	equal("its content", memcmp(part[DATA], "content\n", 8), 0);
}

static const char *const names[NR_PARTS][2] = {
	{ "the folder breaks: request, secure", "the folder breaks: request, donated" },
	{ "the folder breaks: reply, secure", "the folder breaks: reply, donated" },
	{ "the folder breaks: data, secure", "the folder breaks: data, donated" },
};

static void refused(enum part which, uint8_t *at, bool donated)
{
	restart();
	result("a file is opened", open_file(), part[REPLY][4]);
	part[which] = at;
	message_read();
	send(which == DATA);
	result(names[which][donated], device_is_broken(), 0);
	refusal_is_counted(names[which][donated]);
	equal("the page is as protected as before", catch(fetch, guest_frame(TARGET_PAGE)),
	      PGM_SECURE_ACCESS);
}

/* What a thread reads into cannot become protected meanwhile. */
static void buffer_in_use(uint64_t handle)
{
	uint16_t rc;

	works();
	message_read();
	send(true);
	equal("import of a buffer in use: cc 1", import_page(handle, FIRST_PAGE + DATA, &rc), 1);
	equal("import of a buffer in use: rc 10a, not mapped", rc, 0x10a);
	result("the request completes", answered(), part[REPLY][4]);
	equal("import after that", import_page(handle, FIRST_PAGE + DATA, NULL), 0);
	export_page(guest_frame(FIRST_PAGE + DATA), NULL);
}

int main(void)
{
	uint8_t *target = guest_frame(TARGET_PAGE);
	uint8_t *entry = (uint8_t *)HIGH + (uint64_t)target / PAGE * 8;
	unsigned int i;
	uint64_t handle;

	handle = device_beside_guest(TARGET_PAGE);
	if (!handle)
		return 0;
	works();
	for (i = 0; i < NR_PARTS; i++) {
		refused(i, target, false);
		refused(i, entry, true);
	}
	buffer_in_use(handle);
	equal("export", export_page(target, NULL), 0);
	works();
	return 0;
}
