// SPDX-License-Identifier: GPL-2.0-or-later
/* Console, results, signals between CPUs. */
#include "bare.h"

static unsigned int failed;

void *memset(void *to, int c, size_t len)
{
	uint8_t *p = to;

	while (len--)
		*p++ = c;
	return to;
}

void *memcpy(void *to, const void *from, size_t len)
{
	const uint8_t *q = from;
	uint8_t *p = to;

	while (len--)
		*p++ = *q++;
	return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
	const uint8_t *p = a, *q = b;

	for (; len--; p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}

unsigned int sclp(uint32_t command, uint64_t sccb)
{
	unsigned int cc;

	asm volatile("	.insn	rre,0xb2200000,%1,%2\n"
		     "	ipm	%0\n"
		     "	srl	%0,28\n"
		     : "=d" (cc) : "d" (command), "a" (sccb) : "cc", "memory");
	return cc;
}

/* One write-event-data block with one message for the ASCII console. */
struct message {
	uint16_t length;
	uint8_t function;
	uint8_t control[3];
	uint16_t response;
	uint16_t event_length;
	uint8_t event_type;
	uint8_t event_flags;
	uint16_t reserved;
	char text[256];
} __attribute__((packed));

#define SCLP_WRITE_EVENT_DATA	0x00760005
#define SCLP_EVENT_ASCII	0x1a

static struct message message __attribute__((aligned(4096)));

void say(const char *text)
{
	size_t len = 0;

	while (text[len] && len < sizeof(message.text)) {
		message.text[len] = text[len];
		len++;
	}
	message.event_type = SCLP_EVENT_ASCII;
	message.event_flags = 0;
	message.event_length = 6 + len;
	message.length = 8 + message.event_length;
	message.function = 0;
	sclp(SCLP_WRITE_EVENT_DATA, (uint64_t)&message);
}

void say_hex(uint64_t value)
{
	char text[17];
	int i;

	for (i = 15; i >= 0; i--, value >>= 4)
		text[i] = "0123456789abcdef"[value & 15];
	text[16] = 0;
	say(text);
}

void result(const char *name, bool passed, uint64_t number)
{
	if (!passed) {
		say("not ");
		failed++;
	}
	say("ok - ");
	say(name);
	if (!passed) {
		say(" # ");
		say_hex(number);
	}
	say("\n");
}

void equal(const char *name, uint64_t have, uint64_t want)
{
	result(name, have == want, have);
}

void finish(void)
{
	/* The machine powers off at a disabled wait whose address ends in fff. */
	static const uint64_t power_off[2] = { 0x0002000180000000, 0xfff };

	unsigned int number;

	/* The machine goes on while any CPU does. */
	for (number = 1; sigp(number, SIGP_STOP, 0, NULL) != SIGP_NOT_OPERATIONAL; number++)
		;
	say(failed ? "openuv: exit status 1\n" : "openuv: exit status 0\n");
	for (;;)
		asm volatile("lpswe %0" : : "Q" (power_off));
}

void unexpected(unsigned int code, uint64_t address)
{
	say("unexpected program interruption ");
	say_hex(code);
	say(" at ");
	say_hex(address);
	say("\n");
	result("no unexpected program interruption", false, code);
	finish();
}

uint64_t teid(void)
{
	uint64_t value;

	asm volatile("lg %0,0xa8(%%r0)" : "=d" (value));
	return value;
}

bool facility(unsigned int bit)
{
	uint64_t list[4] = { 0 };
	register uint64_t r0 asm("0") = 3;

	asm volatile("stfle %1" : "+d" (r0), "=Q" (list) : : "cc", "memory");
	return list[bit / 64] >> (63 - bit % 64) & 1;
}

unsigned int sigp(unsigned int cpu, unsigned int order, uint64_t parameter, uint64_t *status)
{
	register uint64_t r2 asm("2") = 0;
	register uint64_t r3 asm("3") = parameter;
	unsigned int cc;

	do {
		asm volatile("	sigp	%1,%3,0(%4)\n"
			     "	ipm	%0\n"
			     "	srl	%0,28\n"
			     : "=d" (cc), "+d" (r2) : "d" (r3), "d" ((uint64_t)cpu), "a" (order)
			     : "cc", "memory");
	} while (cc == 2);
	if (status)
		*status = r2;
	return cc;
}

void fetch(void *at)
{
	asm volatile("lg %%r0,0(%0)" : : "a" (at) : "0", "memory");
}

void second_start(void (*main)(void))
{
	extern uint8_t second_lowcore[];

	/* Its new PSWs are those of this CPU. */
	asm volatile("mvc 0x1a0(0x60,%0),0x1a0(%%r0)" : : "a" (second_lowcore) : "memory");
	second_main = main;
	sigp(1, SIGP_RESTART, 0, NULL);
}

uint64_t clock_us(void)
{
	uint64_t tod;

	asm volatile("stck %0" : "=Q" (tod) : : "cc");
	return tod >> 12;
}
