/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Software ultravisor: the only public header.
 *
 * An ultravisor guards the storage and the registers of protected guests on
 * IBM Z. This library is its firmware side: it keeps an entry for every page
 * of the machine, executes ultravisor calls, and says which accesses are
 * refused. It knows nothing about the machine that it runs in except for the
 * callbacks in struct uv_ops; several instances can exist side by side.
 *
 * Parallelism. Every function except uv_create() and uv_destroy() may be
 * called from several threads at once. No call ever waits for another call:
 * whatever is in use elsewhere makes the call answer "busy" (UV_CC_BUSY,
 * UV_ENTER_BUSY), and the caller tries again. The machine may therefore stop
 * its CPUs from inside a callback without risking a deadlock.
 *
 * Addresses and lengths are in bytes. A page is 4096 bytes. "Absolute" is an
 * address of the machine's storage; "guest" is an address in the space that
 * the configuration's ASCE describes.
 */
#ifndef ULTRAVISOR_H
#define ULTRAVISOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UV_PAGE_SIZE		4096u

/* Size of the header that starts every control block. */
#define UV_HEADER_LEN		8u

/* No control block that this ultravisor reads or writes is longer. */
#define UV_BLOCK_MAX		0x200u

/* No ultravisor has more configurations at a time, no configuration more CPUs. */
#define UV_CONFIGS_MAX		65535u
#define UV_CPUS_MAX		256u

/* No secret store has room for more secrets of each kind. */
#define UV_ASSOC_SECRETS_MAX	1024u
#define UV_RETR_SECRETS_MAX	128u

/* Program interruption codes that uv_access() answers. */
#define UV_PGM_SECURE_ACCESS	0x3d	/* host touched a secure page */
#define UV_PGM_NONSECURE_ACCESS	0x3e	/* guest page must be imported first */
#define UV_PGM_VIOLATION	0x3f	/* page belongs to somebody else */

/* Condition codes of the instruction, and two that only guest calls have. */
enum uv_cc {
	UV_CC_DONE	= 0,
	UV_CC_ERROR	= 1,
	UV_CC_BUSY	= 2,
	UV_CC_PARTIAL	= 3,
	/*
	 * Guest call only. Nothing was done: the host has pinned the page
	 * that the guest wants to unshare. Intercept with an ultravisor-call
	 * notification; the guest executes the instruction again afterwards.
	 */
	UV_CC_INTERCEPT	= 4,
	/*
	 * Guest call only. Nothing was done: a guest page that the call needs is
	 * not in storage. Present UV_PGM_NONSECURE_ACCESS for it to the host;
	 * the guest executes the instruction again afterwards.
	 */
	UV_CC_IMPORT	= 5,
};

/* Results of address translation. */
enum uv_xlat {
	UV_XLAT_OK = 0,
	UV_XLAT_REAL_SPACE,	/* the home-space ASCE is a real-space one */
	UV_XLAT_FAILED,		/* no valid or no permitted translation */
	UV_XLAT_INVALID,	/* the address is not valid at all */
	UV_XLAT_ABSENT,		/* a table of the guest is not in storage */
};

/**
 * struct uv_ops - what the ultravisor needs from the machine
 * @storage: host pointer to @len bytes of storage at @absolute, contiguous in
 *	the host, or NULL when any byte of it is not storage. @len is at most two
 *	pages, except for the base storage, which is asked for in one piece.
 *	Pointers stay valid until uv_destroy() returns. Called often: make it
 *	fast. Ranges that start at or above the configured end of storage are
 *	never asked for.
 * @written: the ultravisor changed storage that the host or a guest can see or
 *	execute afterwards; drop translated code. Called while the range is
 *	still hidden from everybody. May be NULL.
 * @translate_home: translate a home-space virtual address (a real address when
 *	DAT is off) of CPU @cpu, for reading or writing. *@absolute is only
 *	looked at after UV_XLAT_OK.
 * @translate_guest: translate @vaddr through the ASCE of a configuration,
 *	honouring protection. Anything but UV_XLAT_OK means "not mapped".
 * @translate_guest_home: translate a home-space virtual address (a real address
 *	when DAT is off) of the guest that CPU @cpu runs to a guest address, by the
 *	guest's own tables, honouring its protection. UV_XLAT_ABSENT: *@guest is in
 *	the page of a table that has to be imported first.
 * @protect: with @hidden, @count pages are about to change their content or their owner,
 *	and uv_access() refuses them to everybody already. When this returns, no CPU, of
 *	the host or of any guest, and no device may reach any of them through an older
 *	translation, nor through one that was decided by an uv_access() which began before
 *	this was called. Always called before the library touches the content.
 *	Without @hidden, the pages have become accessible to somebody again: to be undone
 *	is only what the machine did beside asking uv_access(). No older translation is
 *	wrong then. May be NULL (no TLBs).
 * @in_use: does a device still work on page @absolute? New accesses to it have been
 *	refused (see uv_access()) since before this is called. Such a page does not
 *	become protected; the call tells the host to come back. May be NULL: never.
 * @running_cpus: number of CPUs that are not stopped, for INITIALIZE. NULL: 1.
 * @random: fill @buf with random bytes for keys. Returns false when it can
 *	not; the call then ends with an error and nothing has changed.
 *
 * Callbacks run in the thread that made the call and must not call back into
 * the library, except for uv_access(), which may be called from anywhere.
 */
struct uv_ops {
	void *(*storage)(void *opaque, uint64_t absolute, uint64_t len);
	void (*written)(void *opaque, uint64_t absolute, uint64_t len);
	enum uv_xlat (*translate_home)(void *opaque, unsigned int cpu, uint64_t vaddr,
				       bool write, uint64_t *absolute);
	enum uv_xlat (*translate_guest)(void *opaque, uint64_t asce, uint64_t vaddr,
					bool write, uint64_t *absolute);
	enum uv_xlat (*translate_guest_home)(void *opaque, unsigned int cpu, uint64_t vaddr,
					     bool write, uint64_t *guest);
	void (*protect)(void *opaque, const uint64_t *pages, size_t count, bool hidden);
	bool (*in_use)(void *opaque, uint64_t absolute);
	unsigned int (*running_cpus)(void *opaque);
	bool (*random)(void *opaque, void *buf, size_t len);
};

/*
 * Feature indications, bit 0 leftmost. Miscellaneous (bit 0): importing a page
 * that another guest shares takes it away from that guest. Hosts export such a
 * page first where the bit is off.
 */
#define UV_FEATURE_MISC		(1ull << 63)
#define UV_FEATURES		UV_FEATURE_MISC

/* Versions of image headers: bit n, leftmost is 0, is version (n + 1) * 0x100. */
#define UV_HEADER_VERSION_1	(1ull << 63)
#define UV_HEADER_VERSIONS	UV_HEADER_VERSION_1

/* A private P-521 key, PKCS#8 or SEC1, as PEM or DER. */
struct uv_key {
	const void *data;
	size_t len;
};

/**
 * struct uv_config - what kind of ultravisor
 * @storage_end: first absolute address above all storage; page aligned
 * @max_configs: protected guests at a time, at most UV_CONFIGS_MAX; 0: 4095
 * @max_cpus: CPUs of a guest, at most UV_CPUS_MAX; 0: 248
 * @refuse_below_2g: INITIALIZE refuses base storage below 2 GiB
 * @features: feature indications that this ultravisor has and QUERY shows, any
 *	of UV_FEATURES; without one it behaves as machines that lack it do
 * @header_versions: versions of image headers that it accepts and QUERY shows,
 *	any of UV_HEADER_VERSIONS; with none no image can be started
 * @max_assoc_secrets: association secrets that a guest's secret store has room for, at
 *	most UV_ASSOC_SECRETS_MAX; 0: the type is not offered
 * @max_retr_secrets: secrets that the guest can retrieve, at most UV_RETR_SECRETS_MAX; 0:
 *	the type is not offered. Each costs 8 KiB
 *	of every configuration
 * @host_keys: private host keys; an image opens with any of them
 * @backup_keys: private backup host keys; an image opens with one of them only
 *	if its header allows backup host keys
 *
 * The structure and the keys are copied; the caller may free them.
 */
struct uv_config {
	uint64_t storage_end;
	unsigned int max_configs;
	unsigned int max_cpus;
	bool refuse_below_2g;
	uint64_t features;
	uint64_t header_versions;
	unsigned int max_assoc_secrets;
	unsigned int max_retr_secrets;
	const struct uv_key *host_keys;
	size_t nr_host_keys;
	const struct uv_key *backup_keys;
	size_t nr_backup_keys;
};

struct uv;

/**
 * uv_create() - make an ultravisor, not initialised
 * @ops: callbacks; copied
 * @opaque: first argument of every callback
 * @config: see there
 *
 * Return: the ultravisor, or NULL with errno EINVAL (a mandatory callback is
 * missing, a limit is out of range, or a feature or header version is asked for
 * that this ultravisor does not have), ENOMEM, ENOTSUP (libgcrypt too old),
 * EPERM (the process may not lock UV_LOCKED_MIN bytes of memory, see RLIMIT_MEMLOCK) or
 * EKEYREJECTED (a host key is not a private P-521 key).
 */
struct uv *uv_create(const struct uv_ops *ops, void *opaque, const struct uv_config *config);

/* Bytes that a process must be allowed to lock. */
#define UV_LOCKED_MIN	(128u << 10)

/**
 * uv_locked_alloc() - memory for a host key on its way to uv_create()
 * @len: bytes, less than 64 KiB
 *
 * It is neither swapped out nor written into core dumps.
 *
 * Return: zeroes, which uv_locked_free() wipes and frees; or NULL with errno EPERM (see
 * uv_create()) or ENOMEM.
 */
void *uv_locked_alloc(size_t len);
void uv_locked_free(void *memory);

/**
 * uv_reset() - power-on reset or load clear
 * @uv: the ultravisor
 *
 * Clears every donated and every secure page and makes it visible, forgets all
 * configurations, and leaves the ultravisor not initialised.
 * Host keys, statistics and injected faults stay. No secure CPU may be running:
 * the machine stops its CPUs first, and they leave (uv_cpu_leave()).
 *
 * Return: false when a call is in progress elsewhere; try again.
 */
bool uv_reset(struct uv *uv);

/**
 * uv_destroy() - free an ultravisor; nothing may use it any more
 * @uv: the ultravisor or NULL
 *
 * Does not touch the machine's storage: call uv_reset() first if the storage
 * goes on being used.
 */
void uv_destroy(struct uv *uv);

/**
 * uv_host_check() - decide on the header of a host's control block
 * @uv: the ultravisor
 * @header: the first 8 bytes of the block, big-endian; rc and rrc are set when
 *	the answer is not 0
 * @block_len: bytes of the block (header included) that uv_host_call() reads
 *	and writes, at most UV_BLOCK_MAX; set when the answer is 0
 *
 * Return: 0 to go on, or UV_CC_ERROR: store the header back and set cc 1.
 * rc: 2 unknown command, 3 not initialised, 5 block too short.
 */
int uv_host_check(struct uv *uv, uint8_t header[UV_HEADER_LEN], uint32_t *block_len);

/**
 * uv_host_call() - execute a call issued by the host
 * @uv: the ultravisor
 * @cpu: the machine's CPU; passed on to @translate_home
 * @block: the control block, big-endian as in storage; updated in place
 * @len: bytes in @block, as uv_host_check() said
 *
 * The header is checked again: it may have changed in storage meanwhile.
 * The machine copies @block back whatever the answer, except for UV_CC_BUSY,
 * which leaves it unchanged. A call that answers UV_CC_BUSY has had no effect at all;
 * one that has done part of its work answers UV_CC_PARTIAL.
 *
 * Return: UV_CC_DONE, UV_CC_ERROR, UV_CC_BUSY or UV_CC_PARTIAL.
 */
int uv_host_call(struct uv *uv, unsigned int cpu, void *block, uint32_t len);

/* The same two steps for a call issued by a protected guest. */
int uv_guest_check(struct uv *uv, uint8_t header[UV_HEADER_LEN], uint32_t *block_len);

/**
 * uv_guest_call() - execute a call issued by a protected guest
 * @uv: the ultravisor
 * @cpu: the machine's CPU; passed on to @translate_guest_home
 * @config: handle of the guest's configuration
 * @block: the control block, big-endian; updated in place
 * @len: bytes in @block, as uv_guest_check() said
 * @missing: set with UV_CC_IMPORT to the guest address of the page that is meant
 *
 * Attestation and adding a secret take milliseconds, the other calls that a guest can
 * make microseconds.
 *
 * Return: as uv_host_call(), or UV_CC_INTERCEPT or UV_CC_IMPORT, both with
 * @block unchanged.
 */
int uv_guest_call(struct uv *uv, unsigned int cpu, uint64_t config, void *block, uint32_t len,
		  uint64_t *missing);

/**
 * uv_access() - may this page be touched?
 * @uv: the ultravisor
 * @absolute: address of the storage that is going to be touched
 * @config: configuration handle when a protected guest touches it, 0 for the
 *	host, its channel programs and its unprotected guests
 * @guest: the guest address that led to @absolute; ignored for the host
 * @write: the access is a store
 *
 * Takes no lock and costs a few nanoseconds. A page on which a call is at work
 * is refused, with a code that makes the host wait for that call by a call of
 * its own, which answers busy.
 *
 * What a machine guarantees: a translation that it bases on an answer of 0 does not
 * outlive a protect() with @hidden for that page, and is used for this configuration
 * and this guest address only. A refusal holds for the one access; the next one asks
 * again.
 *
 * Return: 0 or UV_PGM_SECURE_ACCESS, UV_PGM_NONSECURE_ACCESS,
 * UV_PGM_VIOLATION.
 */
int uv_access(struct uv *uv, uint64_t absolute, uint64_t config, uint64_t guest, bool write);

/* Operating states of a secure CPU, as SET CPU STATE numbers them. */
enum uv_operating {
	UV_CPU_OPERATING	= 1,
	UV_CPU_STOPPED		= 2,
	UV_CPU_CHECK_STOP	= 3,
};

/* May the host make a CPU operate that is stopped, and where does it begin? */
enum uv_start {
	UV_START_FRESH	= 0,	/* created or reset, initially at least: only by a load */
	/*
	 * Its configuration was reset: not before a reset of its own. Or the host reset it
	 * in the middle of an instruction: its guest starts it, and it is completed.
	 */
	UV_START_HELD	= 1,
	UV_START_ALLOWED = 2,	/* loaded, or started by a CPU of the guest: where it is */
	UV_START_SHORT_PSW = 3,	/* loaded: with the short PSW at guest absolute 0 */
};

/* A 128-bit vector register: [0] is the leftmost doubleword (the FPR). */
struct uv_vr {
	uint64_t d[2];
};

/**
 * struct uv_cpu_state - everything that is hidden of a secure CPU; host-endian
 * @epoch: difference of the guest's TOD clock to the machine's
 * @gbea: breaking-event address
 * @operating: enum uv_operating
 * @start: enum uv_start. The machine sets UV_START_ALLOWED when a CPU of the
 *	guest starts or restarts this one, and when it has taken the short PSW
 * @number: CPU address inside the configuration; cannot be changed
 * @pending: for the machine: an instruction that is not complete, if [0] is not
 *	zero; resets clear it, except for a CPU reset by the host
 * @machine: for the machine: anything else that must survive
 */
struct uv_cpu_state {
	uint64_t gprs[16];
	uint32_t acrs[16];
	struct uv_vr vrs[32];
	uint64_t crs[16];
	uint64_t psw_mask;
	uint64_t psw_addr;
	uint64_t cpu_timer;
	uint64_t clock_comparator;
	uint64_t epoch;
	uint64_t gbea;
	uint64_t pp;
	uint32_t fpc;
	uint32_t prefix;
	uint32_t todpr;
	uint8_t operating;
	uint8_t start;
	uint16_t number;
	uint64_t pending[4];
	uint64_t machine[16];
};

enum uv_enter {
	UV_ENTER_OK = 0,
	UV_ENTER_BUSY,		/* in use elsewhere; try again */
	UV_ENTER_CONFIG,	/* not the handle of a configuration */
	UV_ENTER_CPU,		/* not the handle of a CPU of this configuration */
	UV_ENTER_STATE_DESC,	/* CPU was created with another state description */
	UV_ENTER_NOT_VERIFIED,	/* image not verified, or being dumped or destroyed */
	UV_ENTER_STOPPED,	/* CPU is not in the operating state */
	UV_ENTER_RESET,		/* the guest asked for a reset that the host has not done */
};

/**
 * uv_cpu_enter() - load a secure CPU to run it
 * @uv: the ultravisor
 * @config: configuration handle, from the state description
 * @cpu: CPU handle, from the state description
 * @sd: absolute address of the state description
 * @state: filled with the CPU's state
 *
 * After UV_ENTER_OK the CPU is running and stays so until uv_cpu_leave(); its
 * configuration cannot be destroyed meanwhile.
 *
 * Return: enum uv_enter; @state is untouched unless UV_ENTER_OK.
 */
enum uv_enter uv_cpu_enter(struct uv *uv, uint64_t config, uint64_t cpu, uint64_t sd,
			   struct uv_cpu_state *state);

/**
 * uv_cpu_leave() - store a secure CPU that was loaded with uv_cpu_enter()
 * @uv: the ultravisor
 * @cpu: CPU handle
 * @state: what to store
 *
 * Never busy: the CPU belongs to the caller. Ignored if the ultravisor was
 * reset since uv_cpu_enter().
 */
void uv_cpu_leave(struct uv *uv, uint64_t cpu, const struct uv_cpu_state *state);

/**
 * uv_cpu_modify() - look at or change a CPU that is not running
 * @uv: the ultravisor
 * @config: configuration handle
 * @number: CPU address inside the configuration
 * @modify: changes the state; true to store it
 * @arg: passed to @modify
 *
 * For SIGP orders that the ultravisor interprets itself (set prefix, restart,
 * start, resets).
 *
 * Return: UV_ENTER_OK; UV_ENTER_BUSY (running or in use), UV_ENTER_CONFIG,
 * UV_ENTER_CPU (no such CPU).
 */
enum uv_enter uv_cpu_modify(struct uv *uv, uint64_t config, unsigned int number,
			    bool (*modify)(struct uv_cpu_state *state, void *arg), void *arg);

/**
 * uv_cpu_ask() - leave word with a CPU, which may be running
 * @uv: the ultravisor
 * @config: configuration handle
 * @number: CPU address inside the configuration
 *
 * For what a SIGP order wants of a CPU that only the host can stop: the CPU finds it by
 * uv_cpu_asked(). Resets of the CPU take it back.
 *
 * Return: as uv_cpu_modify(), but not UV_ENTER_BUSY for a running CPU.
 */
enum uv_enter uv_cpu_ask(struct uv *uv, uint64_t config, unsigned int number);

/* Was word left with this CPU, which is running? If @take it is gone then. */
bool uv_cpu_asked(struct uv *uv, uint64_t cpu, bool take);

/* Each does what the one before does, too. */
enum uv_reset {
	UV_RESET_NORMAL,	/* no instruction is pending any more */
	UV_RESET_INITIAL,	/* PSW, control registers, clocks, prefix */
	UV_RESET_CLEAR,		/* registers that programs use */
};

/**
 * uv_cpu_reset() - reset the state of a CPU that is not running
 * @state: what uv_cpu_modify() lets change
 * @reset: how far
 *
 * The CPU is stopped afterwards.
 */
void uv_cpu_reset(struct uv_cpu_state *state, enum uv_reset reset);

/**
 * uv_guest_reset() - the guest asks for a reset of itself
 * @uv: the ultravisor
 * @cpu: handle of the CPU that asks; it is running
 * @reset: what becomes of the CPU: UV_RESET_INITIAL or UV_RESET_CLEAR
 *
 * From now on no CPU of the configuration is entered (UV_ENTER_RESET) before the host
 * has stopped all of them, then ended all sharing, prepared the reset, reset a CPU so,
 * and loaded one.
 */
void uv_guest_reset(struct uv *uv, uint64_t cpu, enum uv_reset reset);

#define UV_KEPT			8

/**
 * uv_keep() - what the machine keeps of a configuration, the same for all CPUs
 * @uv: the ultravisor
 * @cpu: handle of a CPU that is running
 * @kept: what to keep, of which [0] is not zero; replaced if something is kept already
 *
 * Kept until the configuration is destroyed. No two CPUs run for the first time at
 * once, as the first one starts the others.
 */
void uv_keep(struct uv *uv, uint64_t cpu, uint64_t kept[UV_KEPT]);

/**
 * uv_sccb_keep() - the host begins to work on a service call of a guest
 * @uv: the ultravisor
 * @cpu: handle of the CPU that made the call; it is running
 * @sccb: guest address of the service-call control block
 *
 * The block cannot be taken before uv_sccb_answered(). A reset of the configuration
 * forgets it, and so does whatever ends the instruction without an answer: the CPU
 * leaves with no instruction pending, or is changed to have none.
 *
 * Return: false if there is such a call already.
 */
bool uv_sccb_keep(struct uv *uv, uint64_t cpu, uint64_t sccb);

/**
 * uv_sccb_answered() - the guest has the answer to its service call
 * @uv: the ultravisor
 * @cpu: handle of the CPU that made the call; it is running
 *
 * Any CPU of the configuration may take the interruption that follows.
 */
void uv_sccb_answered(struct uv *uv, uint64_t cpu);

/**
 * uv_sccb_take() - the service call of a guest ends
 * @uv: the ultravisor
 * @cpu: handle of the CPU that takes the interruption; it is running
 * @sccb: set to what uv_sccb_keep() was given
 *
 * Return: false if there is no such call, or no answer to it.
 */
bool uv_sccb_take(struct uv *uv, uint64_t cpu, uint64_t *sccb);

/**
 * struct uv_guest - what the machine has to know of a configuration to run it
 * @asce: leads from guest addresses to storage
 * @origin: lowest guest address (MSO)
 * @len: bytes of guest storage
 * @sca: absolute address of the system-control area
 * @flags: flags given at creation (bit 15: AP instructions, 14: AP interrupts,
 *	counted from the left of the halfword)
 * @pcf: plaintext control flags of the image, which say what PCKMO may do
 */
struct uv_guest {
	uint64_t asce;
	uint64_t origin;
	uint64_t len;
	uint64_t sca;
	uint64_t pcf;
	uint16_t flags;
};

/* Return: UV_ENTER_OK, UV_ENTER_BUSY or UV_ENTER_CONFIG. */
enum uv_enter uv_guest_info(struct uv *uv, uint64_t config, struct uv_guest *info);

#define UV_MAX_COMMANDS		40

/* A snapshot; while calls run, the numbers need not fit each other exactly. */
struct uv_stats {
	unsigned int nr_commands;
	struct {
		uint16_t code;
		const char *name;
		uint64_t cc[4];		/* answers with each condition code */
	} command[UV_MAX_COMMANDS];
	uint64_t rejected;		/* refused on the header alone */
	/* now */
	uint64_t configs;
	uint64_t cpus;
	uint64_t pages_secure;
	uint64_t pages_shared;		/* pinned ones not included */
	uint64_t pages_pinned;
	uint64_t pages_ownerless;
	uint64_t pages_donated;
	/* since uv_create() */
	uint64_t imports;		/* pages that became secure, unpacked ones not included */
	uint64_t exports;		/* secure pages encrypted */
	uint64_t destroys;
	uint64_t unpacks;
	uint64_t integrity_failures;	/* imports of changed, moved or replayed pages */
	uint64_t violations;		/* imports refused for the owner or the address */
	uint64_t injected;		/* calls answered by uv_inject() */
};

void uv_stats(struct uv *uv, struct uv_stats *stats);

/**
 * uv_inject() - let the next calls of a command answer as told, for tests
 * @uv: the ultravisor
 * @command: command code; one of host or guest
 * @cc: condition code, 0 to 3
 * @rc: response code
 * @rrc: response reason code
 * @count: how many calls; 0 ends it. Replaces what was injected before.
 *
 * The calls have no effect. They must still pass the check of the header.
 *
 * Return: false when there is no such command or @cc is out of range.
 */
bool uv_inject(struct uv *uv, uint16_t command, unsigned int cc, uint16_t rc, uint16_t rrc,
	       unsigned int count);

/**
 * uv_check_invariants() - walk all metadata and compare it
 * @uv: the ultravisor
 *
 * Takes time in proportion to the machine's storage.
 *
 * Return: NULL when everything fits, else the first invariant that does not
 * hold (a constant string); "busy" when a call is in progress.
 */
const char *uv_check_invariants(struct uv *uv);

#ifdef __cplusplus
}
#endif

#endif
