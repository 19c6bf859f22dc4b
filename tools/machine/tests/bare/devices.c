// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices and service instructions do not get around the protection.
 * Needs a channel device, the first subchannel.
 */
#include "channel.h"
#include "uvc.h"

#define CCW_SENSE_ID	0xe4
#define CCW_READ_STATUS	0x72
#define CCW_INDIRECT	0x04

#define TEID_VALID	0x4
#define SIGP_STORE_ADDITIONAL_STATUS 0x17

static void channel(uint64_t handle, uint8_t *secure)
{
	static struct ccw ccw;
	static uint64_t list;
	static uint8_t sense[64] __attribute__((aligned(8)));
	struct ccw *inside = (struct ccw *)(guest_frame(20));

	equal("subchannel can be enabled", channel_enable(), 0);
	ccw = (struct ccw) { .command = CCW_SENSE_ID, .flags = CCW_SUPPRESS_LENGTH, .count = 32,
			     .address = (uint64_t)sense };
	equal("sense ID into accessible storage: no check", channel_program((uint64_t)&ccw), 0);
	equal("sense ID has stored", sense[0], 0xff);
	ccw.address = (uint64_t)secure;
	equal("sense ID into a secure page: channel-program check",
	      channel_program((uint64_t)&ccw), CHANNEL_PROGRAM_CHECK);
	refusal_is_counted("sense ID into a secure page");
	/* A list of addresses: one that leads into the page, one that is in it. */
	sense[0] = 0;
	list = (uint64_t)sense;
	ccw.flags |= CCW_INDIRECT;
	ccw.address = (uint64_t)&list;
	equal("sense ID by indirect address: no check", channel_program((uint64_t)&ccw), 0);
	equal("sense ID has stored by indirect address", sense[0], 0xff);
	list = (uint64_t)secure;
	equal("sense ID by indirect address into a secure page: channel-program check",
	      channel_program((uint64_t)&ccw), CHANNEL_PROGRAM_CHECK);
	refusal_is_counted("sense ID by indirect address");
	ccw.address = (uint64_t)secure;
	equal("indirect addresses in a secure page: channel-program check",
	      channel_program((uint64_t)&ccw), CHANNEL_PROGRAM_CHECK);
	refusal_is_counted("indirect addresses in a secure page");
	ccw = (struct ccw) { .command = CCW_READ_STATUS, .count = 1,
			     .address = (uint64_t)secure };
	equal("virtio status into a secure page: channel-program check",
	      channel_program((uint64_t)&ccw), CHANNEL_PROGRAM_CHECK);
	refusal_is_counted("virtio status into a secure page");
	*inside = ccw;
	import_page(handle, 20, NULL);
	equal("channel program in a secure page: channel-program check",
	      channel_program((uint64_t)inside), CHANNEL_PROGRAM_CHECK);
	refusal_is_counted("channel program in a secure page");
}

static void read_sccb(void *sccb)
{
	sclp(0x00020001, (uint64_t)sccb);
}

static void diag_308_store(void *block)
{
	register uint64_t r2 asm("2") = (uint64_t)block;
	register uint64_t r4 asm("4") = 6;

	asm volatile("diag %0,%1,0x308" : "+d" (r2) : "d" (r4) : "3", "cc", "memory");
}

static void diag_308_set(void *block)
{
	register uint64_t r2 asm("2") = (uint64_t)block;
	register uint64_t r4 asm("4") = 5;

	asm volatile("diag %0,%1,0x308" : "+d" (r2) : "d" (r4) : "3", "cc", "memory");
}

#define IO(name, code) \
	static void name(void *page) \
	{ \
		register uint64_t r0 asm("0") = 0; \
		register uint64_t r1 asm("1") = SUBCHANNEL; \
\
		asm volatile(code : "+d" (r0), "+d" (r1) : "a" (page) : "cc", "memory"); \
	}

IO(store_subchannel, "stsch 0(%2)")
IO(modify_subchannel, "msch 0(%2)")
IO(start_subchannel, "ssch 0(%2)")
IO(test_subchannel, "tsch 0(%2)")
IO(store_report, "stcrw 0(%2)")
IO(test_pending, "tpi 0(%2)")
IO(subchannel_call, ".insn rre,0xb25f0000,%2,0")
IO(store_information, "llilh %0,0x1000\nlghi %1,1\noill %0,1\nstsi 0(%2)")
IO(store_facilities, "stfle 0(%2)")
IO(store_cpu_id, "stidp 0(%2)")
IO(store_cpu_address, "stap 0(%2)")

/* They use QEMU's own way into virtual storage, not that of loads and stores. */
static void io_instructions(uint8_t *secure)
{
	static const struct {
		const char *name;
		void (*execute)(void *page);
	} instructions[] = {
		{ "STORE SUBCHANNEL", store_subchannel },
		{ "MODIFY SUBCHANNEL", modify_subchannel },
		{ "START SUBCHANNEL", start_subchannel },
		{ "TEST SUBCHANNEL", test_subchannel },
		{ "STORE CHANNEL REPORT WORD", store_report },
		{ "TEST PENDING INTERRUPTION", test_pending },
		{ "CHANNEL SUBSYSTEM CALL", subchannel_call },
		{ "STORE SYSTEM INFORMATION", store_information },
		{ "STORE FACILITY LIST EXTENDED", store_facilities },
		{ "STORE CPU ID", store_cpu_id },
		{ "STORE CPU ADDRESS", store_cpu_address },
	};
	static const uint64_t all_classes = 0xff000000;
	static struct ccw ccw;
	unsigned int i;

	/* Something that can be tested for. */
	asm volatile("lctlg %%c6,%%c6,%0" : : "Q" (all_classes));
	ccw = (struct ccw) { .command = CCW_SENSE_ID, .flags = CCW_SUPPRESS_LENGTH, .count = 1,
			     .address = (uint64_t)&i };
	channel_start((uint64_t)&ccw);
	for (i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++) {
		unsigned int code = catch(instructions[i].execute, secure);

		result(instructions[i].name, code == PGM_SECURE_ACCESS &&
		       (teid() & ~0xffbul) == ((uint64_t)secure | TEID_VALID), code);
	}
	equal("what was pending is still", channel_program((uint64_t)&ccw), 0);
}

static void additional_status(uint8_t *secure)
{
	uint64_t status;

	equal("SIGP store additional status into a secure page: status stored",
	      sigp(1, SIGP_STORE_ADDITIONAL_STATUS, (uint64_t)secure, &status), 1);
	equal("its status: invalid parameter", status & 0xffffffff, 0x100);
	refusal_is_counted("SIGP store additional status");
}

int main(void)
{
	uint64_t handle;
	uint8_t *secure;

	if (!uv_start()) {
		result("ultravisor starts", false, 0);
		return 0;
	}
	handle = guest_create();
	secure = guest_frame(6);
	import_page(handle, 6, NULL);
	channel(handle, secure);
	equal("service-call block in a secure page: program interruption",
	      catch(read_sccb, secure), PGM_SECURE_ACCESS);
	equal("its TEID", teid() & ~0xffful, (uint64_t)secure);
	refusal_is_counted("service-call block in a secure page");
	equal("diagnose 308 store into a secure page: program interruption",
	      catch(diag_308_store, secure), PGM_SECURE_ACCESS);
	refusal_is_counted("diagnose 308 store into a secure page");
	equal("diagnose 308 set from a secure page: program interruption",
	      catch(diag_308_set, secure), PGM_SECURE_ACCESS);
	refusal_is_counted("diagnose 308 set from a secure page");
	io_instructions(secure);
	additional_status(secure);
	return 0;
}
