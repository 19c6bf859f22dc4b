// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ultravisor calls: the command table, and the way from a control block to a
 * handler and back.
 */
#include "uv.h"

enum caller { HOST = 1, GUEST = 2 };

/*
 * What a handler finds in the call. EXCLUSIVE: no other call for the same
 * configuration is under way.
 */
enum target {
	TARGET_NONE		= 0,
	TARGET_CONFIG		= 1,
	TARGET_CPU		= 2,
	EXCLUSIVE		= 4,
	TARGET_CONFIG_EXCLUSIVE	= TARGET_CONFIG | EXCLUSIVE,
	TARGET_CPU_EXCLUSIVE	= TARGET_CPU | EXCLUSIVE,
};

/*
 * @facility: bit in the list that QUERY shows
 * @min, @max: bytes that a block must have, and that are read and written
 * @callers: who may issue it; for anybody else it is an unknown command
 * @init: needs an initialised ultravisor
 * @handle: offset of the handle in the block; guest calls have none
 * @states: states in which the configuration must be
 */
struct command {
	uint16_t code;
	uint8_t facility;
	uint16_t min, max;
	uint8_t callers;
	bool init;
	uint8_t target;
	uint8_t handle;
	uint32_t states;
	int (*handler)(struct call *call);
	const char *name;
};

#define QUERY_MIN_LEN		0xa8

static const struct command commands[] = {
	{ CMD_QUERY, 0, QUERY_MIN_LEN, QUERY_LEN, HOST | GUEST, false,
	  TARGET_NONE, 0, 0, cmd_query, "query" },
	{ CMD_QUERY_KEYS, 34, QUERY_KEYS_LEN, QUERY_KEYS_LEN, HOST, false,
	  TARGET_NONE, 0, 0, cmd_query_keys, "query-keys" },
	{ CMD_INITIALIZE, 1, 0x48, 0x48, HOST, false,
	  TARGET_NONE, 0, 0, cmd_initialize, "initialize" },
	{ CMD_CREATE_CONFIG, 2, 0x80, 0x80, HOST, true,
	  TARGET_NONE, 0, 0, cmd_create_config, "create-configuration" },
	{ CMD_DESTROY_CONFIG, 3, 0x40, 0x40, HOST, true,
	  TARGET_CONFIG_EXCLUSIVE, 0x18, IN_ANY, cmd_destroy_config, "destroy-configuration" },
	{ CMD_DESTROY_CONFIG_FAST, 23, 0x48, 0x48, HOST, true,
	  TARGET_CONFIG_EXCLUSIVE, 0x18, IN_ANY, cmd_destroy_config,
	  "destroy-configuration-fast" },
	{ CMD_CREATE_CPU, 4, 0x60, 0x60, HOST, true,
	  TARGET_CONFIG_EXCLUSIVE, 0x20, IN_ANY_ALIVE, cmd_create_cpu, "create-cpu" },
	{ CMD_DESTROY_CPU, 5, 0x40, 0x40, HOST, true,
	  TARGET_CPU_EXCLUSIVE, 0x18, IN_ANY, cmd_destroy_cpu, "destroy-cpu" },
	{ CMD_IMPORT, 6, 0x28, 0x28, HOST, true,
	  TARGET_CONFIG, 0x18, IN_ANY_ALIVE, cmd_import, "import-page" },
	{ CMD_EXPORT, 7, 0x20, 0x20, HOST, true,
	  TARGET_NONE, 0, 0, cmd_export, "export-page" },
	{ CMD_DESTROY_PAGE, 12, 0x20, 0x20, HOST, true,
	  TARGET_NONE, 0, 0, cmd_export, "destroy-page" },
	{ CMD_SET_PARAMETERS, 11, 0x50, 0x50, HOST, true,
	  TARGET_CONFIG_EXCLUSIVE, 0x18, IN(CONFIG_CREATED), cmd_set_parameters,
	  "set-parameters" },
	{ CMD_UNPACK, 13, 0x50, 0x50, HOST, true,
	  TARGET_CONFIG, 0x18, IN(CONFIG_LOADING), cmd_unpack, "unpack-page" },
	{ CMD_VERIFY, 14, 0x40, 0x40, HOST, true,
	  TARGET_CONFIG_EXCLUSIVE, 0x18, IN(CONFIG_LOADING), cmd_verify, "verify-image" },
	{ CMD_CPU_RESET, 15, 0x40, 0x40, HOST, true,
	  TARGET_CPU, 0x18, IN_ANY_ALIVE, cmd_cpu_reset, "cpu-reset" },
	{ CMD_CPU_RESET_INITIAL, 16, 0x40, 0x40, HOST, true,
	  TARGET_CPU, 0x18, IN_ANY_ALIVE, cmd_cpu_reset, "cpu-reset-initial" },
	{ CMD_PREPARE_RESET, 18, 0x40, 0x40, HOST, true,
	  TARGET_CONFIG_EXCLUSIVE, 0x18, IN(CONFIG_VERIFIED) | IN(CONFIG_DUMPING),
	  cmd_prepare_reset, "prepare-reset" },
	{ CMD_CPU_RESET_CLEAR, 19, 0x40, 0x40, HOST, true,
	  TARGET_CPU, 0x18, IN_ANY_ALIVE, cmd_cpu_reset, "cpu-reset-clear" },
	{ CMD_CPU_SET_STATE, 17, 0x50, 0x50, HOST, true,
	  TARGET_CPU, 0x18, IN_ANY_ALIVE, cmd_cpu_set_state, "set-cpu-state" },
	{ CMD_UNSHARE_ALL, 20, 0x40, 0x40, HOST, true,
	  TARGET_CONFIG_EXCLUSIVE, 0x18, IN_ANY_ALIVE, cmd_unshare_all, "unshare-all" },
	{ CMD_PIN, 21, 0x20, 0x20, HOST, true,
	  TARGET_NONE, 0, 0, cmd_pin, "pin-shared-page" },
	{ CMD_UNPIN, 22, 0x28, 0x28, HOST, true,
	  TARGET_CONFIG, 0x18, IN_ANY_ALIVE, cmd_unpin, "unpin-shared-page" },
	{ CMD_DUMP_INIT, 24, 0x40, 0x40, HOST, true,
	  TARGET_CONFIG_EXCLUSIVE, 0x18, IN(CONFIG_VERIFIED), cmd_dump_init, "dump-init" },
	{ CMD_DUMP_STORAGE_STATE, 25, 0x50, 0x50, HOST, true,
	  TARGET_CONFIG_EXCLUSIVE, 0x18, IN(CONFIG_DUMPING), cmd_dump_storage_state,
	  "dump-storage-state" },
	{ CMD_DUMP_CPU, 26, 0x50, 0x50, HOST, true,
	  TARGET_CPU, 0x18, IN(CONFIG_DUMPING), cmd_dump_cpu, "dump-cpu" },
	{ CMD_DUMP_COMPLETE, 27, 0x50, 0x50, HOST, true,
	  TARGET_CONFIG_EXCLUSIVE, 0x18, IN(CONFIG_DUMPING), cmd_dump_complete,
	  "dump-complete" },
	{ CMD_SHARE, 8, 0x30, 0x30, GUEST, true,
	  TARGET_CONFIG, 0, IN(CONFIG_VERIFIED), cmd_share, "share-page" },
	{ CMD_UNSHARE, 9, 0x30, 0x30, GUEST, true,
	  TARGET_CONFIG, 0, IN(CONFIG_VERIFIED), cmd_share, "unshare-page" },
	{ CMD_ATTEST, 28, 0x188, 0x188, GUEST, true,
	  TARGET_CONFIG, 0, IN(CONFIG_VERIFIED), cmd_attest, "attest" },
	{ CMD_ADD_SECRET, 29, 0x48, 0x48, GUEST, true,
	  TARGET_CONFIG_EXCLUSIVE, 0, IN(CONFIG_VERIFIED) | IN(CONFIG_DUMPING), cmd_add_secret,
	  "add-secret" },
	{ CMD_LIST_SECRETS, 30, 0x48, 0x48, GUEST, true,
	  TARGET_CONFIG, 0, IN(CONFIG_VERIFIED), cmd_list_secrets, "list-secrets" },
	{ CMD_LOCK_SECRETS, 31, 0x40, 0x40, GUEST, true,
	  TARGET_CONFIG_EXCLUSIVE, 0, IN(CONFIG_VERIFIED), cmd_lock_secrets, "lock-secrets" },
	{ CMD_RETRIEVE_SECRET, 33, 0x48, 0x48, GUEST, true,
	  TARGET_CONFIG, 0, IN(CONFIG_VERIFIED), cmd_retrieve_secret, "retrieve-secret" },
};

#define NR_COMMANDS	(sizeof(commands) / sizeof(commands[0]))
_Static_assert(NR_COMMANDS <= UV_MAX_COMMANDS, "statistics have room for every command");

unsigned int command_count(void)
{
	return NR_COMMANDS;
}

uint16_t command_code(unsigned int index)
{
	return commands[index].code;
}

const char *command_name(unsigned int index)
{
	return commands[index].name;
}

/* The list that tells a caller which calls are installed: bit 0 leftmost. */
void command_facilities(bool guest, uint8_t list[32])
{
	unsigned int i;

	memset(list, 0, 32);
	for (i = 0; i < NR_COMMANDS; i++)
		if (commands[i].callers & (guest ? GUEST : HOST))
			list[commands[i].facility / 8] |= 0x80 >> commands[i].facility % 8;
}

void commands_prepare(struct uv *uv)
{
	unsigned int i;

	for (i = 0; i < NR_COMMANDS; i++)
		uv->command_at[commands[i].code >> 8][commands[i].code & 0xff] = i + 1;
}

static const struct command *find_command(const struct uv *uv, uint16_t code)
{
	unsigned int group = code >> 8, number = code & 0xff;
	unsigned int at = group < CODE_GROUPS && number < CODES_PER_GROUP ?
			  uv->command_at[group][number] : 0;

	return at ? &commands[at - 1] : NULL;
}

/* The checks that the header alone decides; their order is architected. */
static uint16_t check_header(struct uv *uv, const uint8_t *header, enum caller caller,
			     const struct command **command)
{
	const struct command *found = find_command(uv, get_be16(header + 2));

	if (!found || !(found->callers & caller))
		return RC_COMMAND;
	if (found->init && !atomic_load_explicit(&uv->frames, memory_order_acquire))
		return RC_STATE;
	/* ATTEST has one length; all others may be longer than we know them. */
	if (get_be16(header) < found->min ||
	    (found->code == CMD_ATTEST && get_be16(header) != found->min))
		return RC_LENGTH;
	*command = found;
	return 0;
}

static void answer(uint8_t *header, uint16_t rc, uint16_t rrc)
{
	put_be16(header + 4, rc);
	put_be16(header + 6, rrc);
}

static uint32_t bytes_used(const struct command *command, const uint8_t *header)
{
	uint16_t len = get_be16(header);

	return len < command->max ? len : command->max;
}

static int check(struct uv *uv, uint8_t *header, enum caller caller, uint32_t *block_len)
{
	const struct command *command;
	uint16_t rc = check_header(uv, header, caller, &command);

	if (rc) {
		answer(header, rc, RRC_NONE);
		count_add(uv, rejected, 1);
		return UV_CC_ERROR;
	}
	*block_len = bytes_used(command, header);
	return 0;
}

#define INJECT_COUNT		0xffffffull
#define INJECT_RC_SHIFT		24
#define INJECT_RRC_SHIFT	40
#define INJECT_CC_SHIFT		56

/* The next calls of a command are answered as a test wants it. */
static bool injected(struct call *call, unsigned int index, int *cc)
{
	_Atomic uint64_t *injection = &call->uv->inject[index];
	uint64_t now = atomic_load_explicit(injection, memory_order_relaxed);

	while (now & INJECT_COUNT)
		if (atomic_compare_exchange_weak(injection, &now, now - 1)) {
			*cc = (int)(now >> INJECT_CC_SHIFT);
			call->rc = now >> INJECT_RC_SHIFT & 0xffff;
			call->rrc = now >> INJECT_RRC_SHIFT & 0xffff;
			count_add(call->uv, injected, 1);
			return true;
		}
	return false;
}

/* Only what ends it can still be done to a broken configuration. */
static int find_broken(struct call *call, const struct command *command, uint64_t handle)
{
	struct slot *slot = call->uv->slots[HANDLE_SLOT(handle) - 1];

	if (command->handler != cmd_destroy_config)
		return fail(call, RC_BROKEN, RRC_NONE);
	if (!gate_try_write(&slot->gate))
		return UV_CC_BUSY;
	call->slot = slot;
	call->config = slot->config;
	if (slot->config && slot->broken && slot->handle == handle)
		return UV_CC_DONE;
	return fail(call, RC_CONFIG_HANDLE, RRC_NONE);
}

/* Is there storage of that CPU which is none? */
static bool cpu_is_lost(const struct call *call, unsigned int number)
{
	return number < call->uv->max_cpus && call->config->cpus[number] &&
	       !cpu_at(call->uv, call->config, number);
}

static int find_target(struct call *call, const struct command *command, uint64_t handle)
{
	bool cpu = command->target & TARGET_CPU, exclusive = command->target & EXCLUSIVE;
	struct slot *slot = NULL;
	enum slot_result found;
	int cc = UV_CC_DONE;

	/* A CPU's handle names the slot of its configuration. */
	found = cpu ? slot_by_owner(call->uv, HANDLE_SLOT(handle), exclusive, &slot) :
		      slot_get(call->uv, handle, exclusive, &slot);
	if (found == SLOT_BUSY)
		return UV_CC_BUSY;
	if (found == SLOT_BROKEN)
		return find_broken(call, command, handle);
	if (found == SLOT_NONE)
		return fail(call, cpu ? RC_CPU_HANDLE : RC_CONFIG_HANDLE, RRC_NONE);
	call->slot = slot;
	call->config = slot->config;
	if (cpu) {
		struct cpu *target = cpu_of(call->uv, call->config, handle);

		if (!target)
			cc = fail(call, cpu_is_lost(call, HANDLE_CPU(handle) - 1) ?
				  RC_METADATA : RC_CPU_HANDLE, RRC_NONE);
		else if (!cpu_try_use(target))
			cc = UV_CC_BUSY;
		else
			call->cpu = target;
	}
	if (cc == UV_CC_DONE && !(command->states & IN(call->config->state)))
		cc = fail(call, RC_STATE, RRC_NONE);
	return cc;
}

static int run(struct call *call, const struct command *command, uint64_t guest_config)
{
	int cc = UV_CC_DONE;

	if (injected(call, (unsigned int)(command - commands), &cc))
		return cc;
	if (command->target != TARGET_NONE)
		cc = find_target(call, command,
				 call->guest ? guest_config : field(call, command->handle));
	if (cc == UV_CC_DONE)
		cc = command->handler(call);
	/* What was found to be overwritten is not used again. */
	if (cc == UV_CC_ERROR && call->rc == RC_METADATA && call->slot) {
		call->slot->broken = true;
		call->rc = RC_BROKEN;
	}
	if (call->cpu)
		cpu_end_use(call->cpu);
	if (call->slot)
		slot_put(call->slot, command->target & EXCLUSIVE);
	return cc;
}

static int execute(struct call *call, uint64_t guest_config)
{
	const struct command *command = NULL;
	struct uv *uv = call->uv;
	bool alone, got;
	uint16_t rc;
	int cc;

	if (call->len < UV_HEADER_LEN)
		return UV_CC_ERROR;
	/* INITIALIZE changes what every other call takes for granted. */
	alone = get_be16(call->block + 2) == CMD_INITIALIZE;
	got = alone ? gate_try_write(&uv->gate) : gate_try_read(&uv->gate);
	if (!got)
		return UV_CC_BUSY;

	rc = check_header(uv, call->block, call->guest ? GUEST : HOST, &command);
	if (!rc && call->len < bytes_used(command, call->block))
		rc = RC_LENGTH;
	if (rc) {
		answer(call->block, rc, RRC_NONE);
		count_add(uv, rejected, 1);
		cc = UV_CC_ERROR;
	} else {
		call->code = command->code;
		call->len = bytes_used(command, call->block);
		call->rc = RC_EXECUTED;
		cc = run(call, command, guest_config);
		if (cc <= UV_CC_PARTIAL)
			count_add(uv, cc[command - commands][cc], 1);
		if (cc != UV_CC_BUSY && cc <= UV_CC_PARTIAL)
			answer(call->block, call->rc, call->rrc);
	}
	if (alone)
		gate_end_write(&uv->gate);
	else
		gate_end_read(&uv->gate);
	return cc;
}

int uv_host_check(struct uv *uv, uint8_t header[UV_HEADER_LEN], uint32_t *block_len)
{
	return check(uv, header, HOST, block_len);
}

int uv_guest_check(struct uv *uv, uint8_t header[UV_HEADER_LEN], uint32_t *block_len)
{
	return check(uv, header, GUEST, block_len);
}

int uv_host_call(struct uv *uv, unsigned int cpu, void *block, uint32_t len)
{
	struct call call = { .uv = uv, .machine_cpu = cpu, .block = block, .len = len };

	return execute(&call, 0);
}

int uv_guest_call(struct uv *uv, unsigned int cpu, uint64_t config, void *block, uint32_t len,
		  uint64_t *missing)
{
	struct call call = {
		.uv = uv, .machine_cpu = cpu, .guest = true, .block = block, .len = len,
	};
	int cc = execute(&call, config);

	*missing = call.missing;
	return cc;
}

bool uv_inject(struct uv *uv, uint16_t code, unsigned int cc, uint16_t rc, uint16_t rrc,
	       unsigned int count)
{
	const struct command *command = find_command(uv, code);

	if (!command || cc > UV_CC_PARTIAL)
		return false;
	if (count > INJECT_COUNT)
		count = INJECT_COUNT;
	atomic_store(&uv->inject[command - commands],
		     count | (uint64_t)rc << INJECT_RC_SHIFT | (uint64_t)rrc << INJECT_RRC_SHIFT |
		     (uint64_t)cc << INJECT_CC_SHIFT);
	return true;
}
