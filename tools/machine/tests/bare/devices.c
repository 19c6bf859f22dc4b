// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices and service instructions do not get around the protection.
 * Needs a channel device, the first subchannel.
 */
#include "channel.h"
#include "uvc.h"

#define CCW_SENSE_ID	0xe4

static void channel(uint64_t handle, uint8_t *secure)
{
	static struct ccw ccw;
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
	return 0;
}
