// SPDX-License-Identifier: GPL-2.0
/*
 * Control flags by name.
 */
#include "pv.h"

const struct control_flag pcf_flags[] = {
	{ 34, "dump", "dumping by the host is allowed" },
	{ PCF_NO_COMPONENT_ENCRYPTION, NULL, "the components are not encrypted" },
	{ 56, "pckmo-dea", "PCKMO may encrypt DEA and TDEA keys" },
	{ 57, "pckmo-aes", "PCKMO may encrypt AES keys" },
	{ 58, "pckmo-ecc", "PCKMO may encrypt ECC keys" },
	{ 59, "pckmo-hmac", "PCKMO may encrypt HMAC keys" },
	{ 62, "backup-target-keys", "backup host keys may be used" },
};
const size_t pcf_flags_count = ARRAY_SIZE(pcf_flags);

const struct control_flag scf_flags[] = {
	{ 1, "cck-extension-secret", "secrets are only accepted with the extension secret" },
	{ 2, "cck-update", "the CCK may be updated" },
};
const size_t scf_flags_count = ARRAY_SIZE(scf_flags);
