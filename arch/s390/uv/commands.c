// SPDX-License-Identifier: GPL-2.0
/*
 * Words for the numbers of the ultravisor interface.
 */
#include <linux/array_size.h>
#include "uv.h"

/* In the order of debugfs */
const struct uv_command uv_commands[UV_SLOTS] = {
	[UV_SLOT_QUI] = { UVC_CMD_QUI, "query" },
	[UV_SLOT_QUERY_KEYS] = { UVC_CMD_QUERY_KEYS, "query keys" },
	[UV_SLOT_INIT_UV] = { UVC_CMD_INIT_UV, "initialize" },
	[UV_SLOT_CREATE_SEC_CONF] = { UVC_CMD_CREATE_SEC_CONF, "create configuration" },
	[UV_SLOT_DESTROY_SEC_CONF] = { UVC_CMD_DESTROY_SEC_CONF, "destroy configuration" },
	[UV_SLOT_DESTROY_SEC_CONF_FAST] = { UVC_CMD_DESTROY_SEC_CONF_FAST,
					    "destroy configuration fast" },
	[UV_SLOT_CREATE_SEC_CPU] = { UVC_CMD_CREATE_SEC_CPU, "create CPU" },
	[UV_SLOT_DESTROY_SEC_CPU] = { UVC_CMD_DESTROY_SEC_CPU, "destroy CPU" },
	[UV_SLOT_CONV_TO_SEC_STOR] = { UVC_CMD_CONV_TO_SEC_STOR, "import" },
	[UV_SLOT_CONV_FROM_SEC_STOR] = { UVC_CMD_CONV_FROM_SEC_STOR, "export" },
	[UV_SLOT_DESTR_SEC_STOR] = { UVC_CMD_DESTR_SEC_STOR, "destroy page" },
	[UV_SLOT_SET_SEC_CONF_PARAMS] = { UVC_CMD_SET_SEC_CONF_PARAMS, "set parameters" },
	[UV_SLOT_UNPACK_IMG] = { UVC_CMD_UNPACK_IMG, "unpack" },
	[UV_SLOT_VERIFY_IMG] = { UVC_CMD_VERIFY_IMG, "verify" },
	[UV_SLOT_CPU_RESET] = { UVC_CMD_CPU_RESET, "CPU reset" },
	[UV_SLOT_CPU_RESET_INITIAL] = { UVC_CMD_CPU_RESET_INITIAL, "initial CPU reset" },
	[UV_SLOT_PREPARE_RESET] = { UVC_CMD_PREPARE_RESET, "prepare reset" },
	[UV_SLOT_CPU_RESET_CLEAR] = { UVC_CMD_CPU_RESET_CLEAR, "clear CPU reset" },
	[UV_SLOT_CPU_SET_STATE] = { UVC_CMD_CPU_SET_STATE, "set CPU state" },
	[UV_SLOT_SET_UNSHARE_ALL] = { UVC_CMD_SET_UNSHARE_ALL, "unshare all" },
	[UV_SLOT_PIN_PAGE_SHARED] = { UVC_CMD_PIN_PAGE_SHARED, "pin shared" },
	[UV_SLOT_UNPIN_PAGE_SHARED] = { UVC_CMD_UNPIN_PAGE_SHARED, "unpin shared" },
	[UV_SLOT_DUMP_INIT] = { UVC_CMD_DUMP_INIT, "dump initialize" },
	[UV_SLOT_DUMP_CONF_STOR_STATE] = { UVC_CMD_DUMP_CONF_STOR_STATE, "dump storage state" },
	[UV_SLOT_DUMP_CPU] = { UVC_CMD_DUMP_CPU, "dump CPU" },
	[UV_SLOT_DUMP_COMPLETE] = { UVC_CMD_DUMP_COMPLETE, "dump complete" },
	[UV_SLOT_SET_SHARED_ACCESS] = { UVC_CMD_SET_SHARED_ACCESS, "share" },
	[UV_SLOT_REMOVE_SHARED_ACCESS] = { UVC_CMD_REMOVE_SHARED_ACCESS, "unshare" },
	[UV_SLOT_RETR_ATTEST] = { UVC_CMD_RETR_ATTEST, "attest" },
	[UV_SLOT_ADD_SECRET] = { UVC_CMD_ADD_SECRET, "add secret" },
	[UV_SLOT_LIST_SECRETS] = { UVC_CMD_LIST_SECRETS, "list secrets" },
	[UV_SLOT_LOCK_SECRETS] = { UVC_CMD_LOCK_SECRETS, "lock secrets" },
	[UV_SLOT_RETR_SECRET] = { UVC_CMD_RETR_SECRET, "retrieve secret" },
};

/**
 * uv_cmd_name - a command in words
 * @cmd: UVC_CMD_*
 *
 * Return: a constant string, of one command each
 */
const char *uv_cmd_name(u16 cmd)
{
	for (unsigned int slot = UV_SLOT_OTHER + 1; slot < UV_SLOTS; slot++) {
		if (uv_commands[slot].cmd == cmd)
			return uv_commands[slot].name;
	}
	return "unknown command";
}

static const struct uv_rc_word {
	u16 cmd;		/* 0: of any command */
	u16 rc;
	const char *text;
} uv_rc_words[] = {
	{ 0, UVC_RC_EXECUTED,		"executed" },
	{ 0, UVC_RC_INV_CMD,		"unknown command" },
	{ 0, UVC_RC_INV_STATE,		"not possible in this state" },
	{ 0, UVC_RC_INV_LEN,		"control block too short" },
	{ 0, UVC_RC_NO_RESUME,		"cannot be resumed" },
	{ 0, UVC_RC_INV_CONF_HANDLE,	"no such configuration" },
	{ 0, UVC_RC_INV_CPU_HANDLE,	"no such CPU" },
	{ 0, 0x0030,			"home space is a real space" },
	{ 0, 0x0031,			"host address cannot be translated" },
	{ 0, 0x0032,			"host address is not valid" },
	{ UVC_CMD_QUI, UVC_RC_MORE_DATA, "more data than fits" },
	{ UVC_CMD_INIT_UV, 0x0101,	"already initialized" },
	{ UVC_CMD_INIT_UV, 0x0102,	"more than one CPU is running" },
	{ UVC_CMD_INIT_UV, 0x0103,	"not enough storage" },
	{ UVC_CMD_INIT_UV, 0x0104,	"storage is not aligned" },
	{ UVC_CMD_INIT_UV, 0x0105,	"storage is out of range" },
	{ UVC_CMD_INIT_UV, 0x0108,	"storage must lie above 2 GiB" },
	{ UVC_CMD_CREATE_SEC_CONF, 0x0101, "origin of guest storage" },
	{ UVC_CMD_CREATE_SEC_CONF, 0x0102, "end of guest storage" },
	{ UVC_CMD_CREATE_SEC_CONF, 0x0105, "address space designation" },
	{ UVC_CMD_CREATE_SEC_CONF, 0x0108, "base storage inaccessible" },
	{ UVC_CMD_CREATE_SEC_CONF, 0x0109, "base storage overlaps a lowcore" },
	{ UVC_CMD_CREATE_SEC_CONF, 0x010c, "no system control area" },
	{ UVC_CMD_CREATE_SEC_CONF, 0x010d, "system control area inaccessible" },
	{ UVC_CMD_CREATE_SEC_CPU, 0x0103, "CPU number out of range" },
	{ UVC_CMD_CREATE_SEC_CPU, 0x0104, "CPU number in use" },
	{ UVC_CMD_CREATE_SEC_CPU, 0x0105, "storage inaccessible" },
	{ UVC_CMD_CREATE_SEC_CPU, 0x0106, "storage overlaps a lowcore" },
	{ UVC_CMD_CREATE_SEC_CPU, 0x0107, "state description" },
	{ UVC_CMD_CONV_TO_SEC_STOR, UVC_RC_PAGE_NOT_MAPPED, "page is not mapped" },
	{ UVC_CMD_UNPACK_IMG, UVC_RC_PAGE_NOT_MAPPED, "page is not mapped" },
	{ UVC_CMD_UNPIN_PAGE_SHARED, UVC_RC_PAGE_NOT_MAPPED, "page is not mapped" },
	{ UVC_CMD_DESTR_SEC_STOR, UVC_RC_DESTR_NOT_SECURE, "page is not secure" },
	{ UVC_CMD_SET_SEC_CONF_PARAMS, 0x0103, "image header inaccessible" },
	{ UVC_CMD_SET_SHARED_ACCESS, 0x0101, "bad address" },
	{ UVC_CMD_REMOVE_SHARED_ACCESS, 0x0101, "bad address" },
	{ UVC_CMD_LIST_SECRETS, UVC_RC_MORE_DATA, "more secrets than fit" },
	{ UVC_CMD_RETR_SECRET, 0x0102, "area for the secret inaccessible" },
	{ UVC_CMD_RETR_SECRET, UVC_RC_RETR_SECR_BUF_SMALL, "area for the secret too short" },
	{ UVC_CMD_RETR_SECRET, UVC_RC_RETR_SECR_STORE_EMPTY, "there are no secrets" },
	{ UVC_CMD_RETR_SECRET, UVC_RC_RETR_SECR_INV_IDX, "no such secret" },
	{ UVC_CMD_RETR_SECRET, UVC_RC_RETR_SECR_INV_SECRET, "not a secret to be retrieved" },
};

/**
 * uv_rc_text - a response code in words
 * @cmd: the command that it came from
 * @rc: the code; UVC_RC_NEED_DESTROY does not matter here
 *
 * Return: a constant string for the log
 */
const char *uv_rc_text(u16 cmd, u16 rc)
{
	rc &= ~UVC_RC_NEED_DESTROY;
	for (unsigned int i = 0; i < ARRAY_SIZE(uv_rc_words); i++) {
		const struct uv_rc_word *word = &uv_rc_words[i];

		if (word->rc == rc && (!word->cmd || word->cmd == cmd))
			return word->text;
	}
	return "reason not known";
}
