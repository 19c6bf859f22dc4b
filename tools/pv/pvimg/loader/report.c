// SPDX-License-Identifier: GPL-2.0
/*
 * Stage 1: says in words why a guest could not become protected.
 */
#include "stage1.h"

/* The VMM's commands, as the upper 16 bits of a refused start name them. */
enum pv_command {
	PV_NONE			= 0,	/* the VMM gives no details */
	PV_SET_SEC_PARMS	= 2,
	PV_UNPACK		= 3,
	PV_VERIFY		= 4,
};

struct text {
	char *buf;
	size_t size;
	size_t len;
};

struct reason {
	uint16_t command;
	uint16_t rc;
	uint16_t rrc;
	const char *words;
};

/* rc and rrc of the ultravisor's commands that a user can do something about */
static const struct reason reasons[] = {
	{ PV_SET_SEC_PARMS, 0x104, 0x01,
	  "the image's header has a version that this host does not know" },
	{ PV_SET_SEC_PARMS, 0x106, 0x30,
	  "the image asks for a plaintext control flag that this host does not know" },
	{ PV_SET_SEC_PARMS, 0x108, 0x05, "the image was not made for this host's key" },
	{ PV_SET_SEC_PARMS, 0x108, 0x0b, "the image's customer key is not valid" },
	{ PV_SET_SEC_PARMS, 0x108, 0x34, "the image was not made for this host's backup key" },
	{ PV_SET_SEC_PARMS, 0x109, 0x00,
	  "the image asks for a secret control flag that this host does not know" },
	{ PV_SET_SEC_PARMS, 0x10a, 0x31, "the image's header has a wrong length" },
	{ PV_SET_SEC_PARMS, 0x10a, 0x39, "the image's encrypted area has a wrong size" },
	{ PV_SET_SEC_PARMS, 0x10a, 0x40, "the image's header has no key slot" },
	{ PV_VERIFY, 0x102, 0x1a, "the image's pages are not where its header wants them" },
	{ PV_VERIFY, 0x102, 0x1b, "the image's contents were changed" },
	{ PV_VERIFY, 0x102, 0x1c, "the image's tweaks were changed" },
	{ PV_VERIFY, 0x102, 0x1d, "the image's number of pages was changed" },
};

/* Return codes of DIAGNOSE 0x308 itself */
static const struct reason diag_reasons[] = {
	{ 0, 0x0102, 0, "no configuration was stored" },
	{ 0, 0x0402, 0, "the IPL parameter block is not valid" },
	{ 0, 0x0902, 0, "there is no configuration for a protected guest" },
	{ 0, 0x0a02, 0, "this virtual machine's configuration does not permit it" },
};

static void put(struct text *t, const char *s)
{
	while (*s && t->len + 1 < t->size)
		t->buf[t->len++] = *s++;
	t->buf[t->len] = '\0';
}

static void put_hex(struct text *t, uint64_t value, int digits)
{
	static const char hex[] = "0123456789abcdef";
	char s[19] = "0x";
	int i;

	for (i = 0; i < digits; i++)
		s[2 + i] = hex[(value >> (4 * (digits - 1 - i))) & 0xf];
	s[2 + digits] = '\0';
	put(t, s);
}

static const char *words_for(const struct reason *table, size_t n,
			     uint16_t command, uint16_t rc, uint16_t rrc)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (table[i].command == command && table[i].rc == rc && table[i].rrc == rrc)
			return table[i].words;
	return NULL;
}

static void put_diag_rc(struct text *t, uint16_t rc)
{
	const char *words = words_for(diag_reasons,
				      sizeof(diag_reasons) / sizeof(diag_reasons[0]), 0, rc, 0);

	put(t, "DIAGNOSE 0x308 rc ");
	put_hex(t, rc, 4);
	if (words) {
		put(t, ": ");
		put(t, words);
	}
	put(t, "\n");
}

static const char *command_name(uint16_t command)
{
	switch (command) {
	case PV_SET_SEC_PARMS:
		return "SET_SEC_PARMS";
	case PV_UNPACK:
		return "UNPACK";
	case PV_VERIFY:
		return "VERIFY";
	default:
		return "an unknown command";
	}
}

size_t report_no_facility(char *buf, size_t size)
{
	struct text t = { buf, size, 0 };

	put(&t, "Secure unpack facility is not available\n");
	put(&t, "The host must be started with prot_virt=1, ");
	put(&t, "and this virtual machine needs a CPU model with 'unpack'.\n");
	return t.len;
}

size_t report_set_failed(char *buf, size_t size, uint64_t rc)
{
	struct text t = { buf, size, 0 };

	put(&t, "The protected guest's parameters were refused\n");
	put_diag_rc(&t, rc);
	return t.len;
}

/*
 * The return code of a failed start is packed: command, rrc, rc of the command
 * and, in the lowest 16 bits, the return code of the DIAGNOSE. An old VMM sets
 * only the latter.
 */
size_t report_start_failed(char *buf, size_t size, uint64_t rc)
{
	struct text t = { buf, size, 0 };
	uint16_t command = rc >> 48;
	uint16_t cmd_rrc = rc >> 32;
	uint16_t cmd_rc = rc >> 16;
	const char *words = words_for(reasons, sizeof(reasons) / sizeof(reasons[0]),
				      command, cmd_rc, cmd_rrc);

	put(&t, "The guest could not be started in protected mode\n");
	if (command != PV_NONE) {
		put(&t, command_name(command));
		put(&t, " failed, rc ");
		put_hex(&t, cmd_rc, 4);
		put(&t, " rrc ");
		put_hex(&t, cmd_rrc, 4);
		if (words) {
			put(&t, ": ");
			put(&t, words);
		}
		put(&t, "\n");
	}
	put_diag_rc(&t, rc);
	return t.len;
}

size_t report_program_check(char *buf, size_t size, unsigned int code)
{
	struct text t = { buf, size, 0 };

	put(&t, "Program interruption in the boot loader of the protected image, code ");
	put_hex(&t, code, 4);
	put(&t, "\n");
	return t.len;
}
