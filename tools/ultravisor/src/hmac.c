// SPDX-License-Identifier: GPL-2.0-or-later
/* HMAC-SHA-512 over several spans of bytes. */
#include "uv.h"

/* Return: false when the library has no memory. */
bool hmac_sha512(const void *key, size_t key_len, const struct span *spans, size_t nr,
		 uint8_t mac[SHA512_LEN])
{
	gcry_md_hd_t md;
	size_t i;
	bool ok;

	locked_begin();
	if (gcry_md_open(&md, GCRY_MD_SHA512, GCRY_MD_FLAG_HMAC)) {
		locked_end();
		return false;
	}
	ok = !gcry_md_setkey(md, key, key_len);
	for (i = 0; i < nr && ok; i++)
		gcry_md_write(md, spans[i].data, spans[i].len);
	if (ok)
		memcpy(mac, gcry_md_read(md, GCRY_MD_SHA512), SHA512_LEN);
	gcry_md_close(md);
	locked_end();
	return ok;
}
