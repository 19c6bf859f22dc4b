/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command codes, response codes (rc) and response reason codes (rrc).
 *
 * Codes above the line "our own choice" in each group are those that public
 * software relies on or that are known from its documentation. The others
 * stand for conditions whose code on real machines is not public; they are
 * chosen so that they collide with no known one.
 */
#ifndef UV_CODES_H
#define UV_CODES_H

enum command_code {
	CMD_QUERY		= 0x0001,
	CMD_QUERY_KEYS		= 0x0002,
	CMD_INITIALIZE		= 0x000f,
	CMD_CREATE_CONFIG	= 0x0100,
	CMD_DESTROY_CONFIG	= 0x0101,
	CMD_DESTROY_CONFIG_FAST	= 0x0102,
	CMD_CREATE_CPU		= 0x0120,
	CMD_DESTROY_CPU		= 0x0121,
	CMD_IMPORT		= 0x0200,
	CMD_EXPORT		= 0x0201,
	CMD_DESTROY_PAGE	= 0x0202,
	CMD_SET_PARAMETERS	= 0x0300,
	CMD_UNPACK		= 0x0301,
	CMD_VERIFY		= 0x0302,
	CMD_CPU_RESET		= 0x0310,
	CMD_CPU_RESET_INITIAL	= 0x0311,
	CMD_PREPARE_RESET	= 0x0320,
	CMD_CPU_RESET_CLEAR	= 0x0321,
	CMD_CPU_SET_STATE	= 0x0330,
	CMD_UNSHARE_ALL		= 0x0340,
	CMD_PIN			= 0x0341,
	CMD_UNPIN		= 0x0342,
	CMD_DUMP_INIT		= 0x0400,
	CMD_DUMP_STORAGE_STATE	= 0x0401,
	CMD_DUMP_CPU		= 0x0402,
	CMD_DUMP_COMPLETE	= 0x0403,
	CMD_SHARE		= 0x1000,
	CMD_UNSHARE		= 0x1001,
	CMD_ATTEST		= 0x1020,
	CMD_ADD_SECRET		= 0x1031,
	CMD_LIST_SECRETS	= 0x1033,
	CMD_LOCK_SECRETS	= 0x1034,
	CMD_RETRIEVE_SECRET	= 0x1035,
};

enum response_code {
	/* any command */
	RC_EXECUTED		= 0x0001,
	RC_COMMAND		= 0x0002,	/* unknown, or not for this caller */
	RC_STATE		= 0x0003,	/* not initialised; configuration not ready */
	RC_LENGTH		= 0x0005,	/* control block too short */
	RC_CONFIG_HANDLE	= 0x0020,
	RC_CPU_HANDLE		= 0x0021,
	RC_HOME_REAL_SPACE	= 0x0030,
	RC_HOME_TRANSLATION	= 0x0031,
	RC_HOME_ADDRESS		= 0x0032,
	/* any command: our own choice */
	RC_NO_RANDOM		= 0x0040,	/* no randomness for a key or nonce */
	RC_NO_MEMORY		= 0x0041,	/* the library is out of memory */
	RC_METADATA		= 0x0042,	/* donated storage was overwritten */
	RC_BROKEN		= 0x8042,	/* the same: the configuration must be destroyed */

	RC_QUERY_MORE		= 0x0100,	/* block filled, there is more to tell */

	RC_INIT_DONE		= 0x0101,
	RC_INIT_CPUS		= 0x0102,
	RC_INIT_LEN		= 0x0103,
	RC_INIT_ORIGIN		= 0x0104,
	RC_INIT_RANGE		= 0x0105,
	RC_INIT_BELOW_2G	= 0x0108,

	RC_CONFIG_ORIGIN	= 0x0101,	/* MSO */
	RC_CONFIG_LEN		= 0x0102,	/* MSO + MSL */
	RC_CONFIG_ASCE_USED	= 0x0104,
	RC_CONFIG_ASCE		= 0x0105,
	RC_CONFIG_BASE		= 0x0108,	/* base storage not accessible */
	RC_CONFIG_LOWCORE	= 0x0109,	/* base storage in lowcore */
	RC_CONFIG_NO_SCA	= 0x010c,
	RC_CONFIG_SCA		= 0x010d,	/* SCA not accessible */
	/* our own choice */
	RC_CONFIG_FLAGS		= 0x0103,
	RC_CONFIG_LIMIT		= 0x0106,	/* no more configurations */
	RC_CONFIG_VAR		= 0x010a,	/* variable storage not accessible */
	RC_CONFIG_VAR_ALIGN	= 0x010b,

	/* destroy configuration: our own choice */
	RC_DESTROY_CPUS		= 0x0101,
	/* fast destroy: hosts tolerate this code */
	RC_DESTROY_FAST_CPUS	= 0x0104,

	RC_CPU_NUMBER		= 0x0103,
	RC_CPU_DUPLICATE	= 0x0104,
	RC_CPU_STORAGE		= 0x0105,
	RC_CPU_LOWCORE		= 0x0106,
	RC_CPU_STATE_DESC	= 0x0107,
	/* set CPU state: our own choice */
	RC_CPU_OPERATING	= 0x0101,	/* no such operating state */
	RC_CPU_NOT_RESET	= 0x0102,	/* load: not stopped, or not reset since it ran */
	RC_CPU_NOT_STARTED	= 0x0103,	/* operating: neither loaded nor started by its guest */

	RC_IMPORT_NOT_MAPPED	= 0x010a,	/* the host makes it present and retries */
	/* import and unpack: our own choice */
	RC_IMPORT_ADDRESS	= 0x0101,	/* not a page of the guest */
	RC_IMPORT_STORAGE	= 0x0102,	/* translates to no storage */
	RC_IMPORT_DONATED	= 0x0103,	/* frame is donated storage */
	RC_IMPORT_OWNER		= 0x0104,	/* frame is of another configuration, or of none */
	RC_IMPORT_REMAPPED	= 0x0105,	/* frame is another page of this guest */
	RC_IMPORT_TWO_FRAMES	= 0x0106,	/* guest page is in another frame */
	RC_IMPORT_INTEGRITY	= 0x0107,	/* content changed, moved or replayed */
	RC_IMPORT_DESTROYED	= 0x0108,	/* host destroyed the guest page */
	RC_IMPORT_SEEN		= 0x0109,	/* unpack: guest page exists already */

	/* export, destroy page, pin: our own choice */
	RC_PAGE_ADDRESS		= 0x0101,	/* not the address of a page of storage */
	RC_PAGE_DONATED		= 0x0103,
	RC_PAGE_NOT_SHARED	= 0x0104,	/* pin */
	RC_PAGE_COUNTER		= 0x0105,	/* export: nonces of this page used up */
	RC_PAGE_HAS_CPUS	= 0x0106,	/* destroy: its configuration has CPUs */

	/* unpin: our own choice */
	RC_UNPIN_ADDRESS	= 0x0101,
	RC_UNPIN_NOT_PINNED	= 0x0104,

	RC_PARMS_HEADER		= 0x0103,	/* header not accessible */
	RC_PARMS_VERSION	= 0x0104,
	RC_PARMS_PCF		= 0x0106,
	RC_PARMS_KEY		= 0x0108,
	RC_PARMS_SCF		= 0x0109,
	RC_PARMS_SIZE		= 0x010a,
	/* our own choice */
	RC_PARMS_INTEGRITY	= 0x0105,	/* header does not decrypt */

	RC_VERIFY_IMAGE		= 0x0102,

	/* dump: our own choice */
	RC_DUMP_FORBIDDEN	= 0x0101,	/* image does not allow dumping */
	RC_DUMP_ADDRESS		= 0x0102,	/* not a MiB of the guest */
	RC_DUMP_AREA		= 0x0103,	/* dump area not accessible */

	RC_SHARE_ADDRESS	= 0x0101,

	RC_ATTEST_TOKEN		= 0x0101,	/* continuation token */
	RC_ATTEST_USER_LEN	= 0x0102,
	RC_ATTEST_REQUEST	= 0x0103,	/* request not accessible */
	RC_ATTEST_MEASUREMENT	= 0x0104,	/* area not accessible */
	RC_ATTEST_ADDITIONAL	= 0x0105,	/* area not accessible */
	RC_ATTEST_VERSION	= 0x0106,
	RC_ATTEST_LEN		= 0x0107,
	RC_ATTEST_SLOTS		= 0x0108,
	RC_ATTEST_ENCRYPTED_LEN	= 0x0109,
	RC_ATTEST_FLAGS		= 0x010a,
	RC_ATTEST_ALGORITHM	= 0x010b,
	RC_ATTEST_OPEN		= 0x010c,	/* no slot of ours, wrong point, wrong tag */
	RC_ATTEST_MEASUREMENT_LEN = 0x010d,
	RC_ATTEST_ADDITIONAL_LEN = 0x010e,

	RC_ADD_LOCKED		= 0x0102,
	RC_ADD_REQUEST		= 0x0103,	/* request not accessible */
	RC_ADD_VERSION		= 0x0104,
	RC_ADD_LEN		= 0x0105,
	RC_ADD_SLOTS		= 0x0106,
	RC_ADD_FLAGS		= 0x0107,
	RC_ADD_OPEN		= 0x0108,	/* no slot of ours, wrong point, wrong tag */
	RC_ADD_TYPE		= 0x0109,
	RC_ADD_TYPE_LEN		= 0x010a,	/* length wrong for the type */
	RC_ADD_FULL		= 0x010b,
	/* our own choice: for another image or instance, or without the extension secret */
	RC_ADD_REFUSED		= 0x010c,
	RC_ADD_DUMPING		= 0x010d,

	RC_LOCK_LOCKED		= 0x0102,

	RC_LIST_MORE		= 0x0100,	/* page filled, there are more */

	RC_RETRIEVE_AREA	= 0x0102,	/* area not accessible */
	RC_RETRIEVE_LEN		= 0x0109,	/* area too small */
	RC_RETRIEVE_EMPTY	= 0x010f,
	RC_RETRIEVE_INDEX	= 0x0110,
	RC_RETRIEVE_TYPE	= 0x0111,	/* of a type that does not leave */
};

enum reason_code {
	RRC_NONE		= 0,
	RRC_VERSION		= 0x01,
	RRC_NO_SLOT_FOR_KEY	= 0x05,
	RRC_CUSTOMER_KEY	= 0x0b,
	RRC_ALD			= 0x1a,
	RRC_PLD			= 0x1b,
	RRC_TLD			= 0x1c,
	RRC_NEP			= 0x1d,
	RRC_PCF			= 0x30,
	RRC_HEADER_LEN		= 0x31,
	RRC_BACKUP_KEY		= 0x34,
	RRC_AREA_LEN		= 0x39,
	RRC_NO_SLOTS		= 0x40,
	/* our own choice */
	RRC_MAGIC		= 0x02,		/* with RC_PARMS_VERSION */
	RRC_SLOT_TAG		= 0x06,		/* with RC_PARMS_KEY: slot does not decrypt */
	RRC_IMAGE_KEY		= 0x01,		/* with RC_PARMS_INTEGRITY: key not usable */
	RRC_ITEMS		= 0x3a,		/* with RC_PARMS_SIZE: optional items */
};

#endif
