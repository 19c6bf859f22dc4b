// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Host keys: private P-521 keys, read by GnuTLS, used by libgcrypt. GnuTLS leaves parts of
 * the text of PEM in memory, so that is decoded here.
 */
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <nettle/base64.h>
#include <stdlib.h>

#include "uv.h"

#define COORD_PAD	(POINT_LEN / 2 - COORD_LEN)

/* GnuTLS writes integers with or without leading zero bytes. */
static bool put_coord(uint8_t *to, const gnutls_datum_t *from)
{
	const unsigned char *data = from->data;
	unsigned int size = from->size;

	while (size && !*data) {
		data++;
		size--;
	}
	if (size > COORD_LEN)
		return false;
	memset(to, 0, COORD_LEN);
	memcpy(to + COORD_LEN - size, data, size);
	return true;
}

static void free_secret(gnutls_datum_t *datum)
{
	if (datum->data)
		wipe(datum->data, datum->size);
	gnutls_free(datum->data);
}

static int use_key(struct host_key *key, gnutls_x509_privkey_t parsed)
{
	gnutls_datum_t x = { 0 }, y = { 0 }, k = { 0 };
	uint8_t point[POINT_LEN] = { 0 }, secret[COORD_LEN];
	gnutls_ecc_curve_t curve;
	int error = EKEYREJECTED;

	if (gnutls_x509_privkey_export_ecc_raw(parsed, &curve, &x, &y, &k))
		return EKEYREJECTED;
	if (curve == GNUTLS_ECC_CURVE_SECP521R1 && put_coord(point + COORD_PAD, &x) &&
	    put_coord(point + COORD_LEN + 2 * COORD_PAD, &y) && put_coord(secret, &k)) {
		gcry_md_hash_buffer(GCRY_MD_SHA256, key->hash, point, sizeof(point));
		locked_begin();
		error = gcry_sexp_build(&key->private, NULL,
					"(private-key (ecc (curve \"NIST P-521\")(d %b)))",
					COORD_LEN, secret) ? ENOMEM : 0;
		locked_end();
	}
	wipe(secret, sizeof(secret));
	gnutls_free(x.data);
	gnutls_free(y.data);
	free_secret(&k);
	return error;
}

/*
 * The key of a PEM file, decoded; other things may stand before it. @der is locked memory, and
 * empty if there is no key.
 */
static int decode_pem(const struct uv_key *from, gnutls_datum_t *der)
{
	static const char label[] = "PRIVATE KEY-----";
	const char *text = from->data, *end = text + from->len, *begin;
	struct base64_decode_ctx base64;
	size_t len = BASE64_DECODE_LENGTH(from->len);

	*der = (gnutls_datum_t) { 0 };
	begin = memmem(text, from->len, label, strlen(label));
	if (!begin)
		return 0;
	begin += strlen(label);
	end = memchr(begin, '-', (size_t)(end - begin));
	if (!end)
		return 0;
	der->data = locked_alloc(len);
	if (!der->data)
		return ENOMEM;
	base64_decode_init(&base64);
	if (base64_decode_update(&base64, &len, der->data, (size_t)(end - begin), begin) &&
	    base64_decode_final(&base64))
		der->size = len;
	wipe(&base64, sizeof(base64));
	return 0;
}

static int load_key(struct host_key *key, const struct uv_key *from, bool backup)
{
	gnutls_datum_t der = { (unsigned char *)from->data, from->len }, pem;
	gnutls_x509_privkey_t parsed;
	int error = decode_pem(from, &pem);

	key->backup = backup;
	if (error)
		return error;
	error = ENOMEM;
	if (!gnutls_x509_privkey_init(&parsed)) {
		error = EKEYREJECTED;
		if (!gnutls_x509_privkey_import2(parsed, pem.size ? &pem : &der,
						 GNUTLS_X509_FMT_DER, NULL, 0))
			error = use_key(key, parsed);
		gnutls_x509_privkey_deinit(parsed);
	}
	locked_free(pem.data);
	return error;
}

/* Return: 0, ENOMEM, or EKEYREJECTED. The keyring can be freed in any case. */
int keyring_load(struct keyring *keyring, const struct uv_config *config)
{
	size_t i, nr = config->nr_host_keys + config->nr_backup_keys;
	int error = 0;

	if (!nr)
		return 0;
	keyring->keys = calloc(nr, sizeof(*keyring->keys));
	if (!keyring->keys)
		return ENOMEM;
	for (i = 0; i < nr && !error; i++) {
		bool backup = i >= config->nr_host_keys;

		error = load_key(&keyring->keys[i],
				 backup ? &config->backup_keys[i - config->nr_host_keys] :
					  &config->host_keys[i], backup);
		keyring->nr++;
	}
	return error;
}

void keyring_free(struct keyring *keyring)
{
	size_t i;

	for (i = 0; i < keyring->nr; i++)
		gcry_sexp_release(keyring->keys[i].private);
	free(keyring->keys);
}

static bool on_curve(const uint8_t point[POINT_LEN])
{
	static const uint8_t zeroes[COORD_PAD];
	gcry_mpi_t x = NULL, y = NULL;
	gcry_mpi_point_t p = NULL;
	gcry_ctx_t curve = NULL;
	bool good = false;

	if (memcmp(point, zeroes, COORD_PAD) != 0 ||
	    memcmp(point + POINT_LEN / 2, zeroes, COORD_PAD) != 0)
		return false;
	if (!gcry_mpi_ec_new(&curve, NULL, "NIST P-521") &&
	    !gcry_mpi_scan(&x, GCRYMPI_FMT_USG, point + COORD_PAD, COORD_LEN, NULL) &&
	    !gcry_mpi_scan(&y, GCRYMPI_FMT_USG, point + COORD_LEN + 2 * COORD_PAD, COORD_LEN,
			   NULL)) {
		p = gcry_mpi_point_set(NULL, x, y, GCRYMPI_CONST_ONE);
		good = gcry_mpi_ec_curve_point(p, curve);
	}
	gcry_mpi_point_release(p);
	gcry_mpi_release(x);
	gcry_mpi_release(y);
	gcry_ctx_release(curve);
	return good;
}

/* The X coordinate that both sides of the exchange can compute. */
enum ecdh keyring_ecdh(const struct host_key *key, const uint8_t point[POINT_LEN],
		       uint8_t shared[COORD_LEN])
{
	uint8_t encoded[1 + 2 * COORD_LEN];
	gcry_sexp_t data = NULL, result = NULL, value;
	enum ecdh answer = ECDH_NO_MEMORY;
	const char *bytes;
	size_t len = 0;

	if (!on_curve(point))
		return ECDH_BAD_POINT;
	encoded[0] = 4;		/* uncompressed */
	memcpy(encoded + 1, point + COORD_PAD, COORD_LEN);
	memcpy(encoded + 1 + COORD_LEN, point + COORD_LEN + 2 * COORD_PAD, COORD_LEN);
	locked_begin();
	if (gcry_sexp_build(&data, NULL, "(enc-val (ecdh (e %b)))", (int)sizeof(encoded),
			    encoded) ||
	    gcry_pk_decrypt(&result, data, key->private))
		goto out;
	value = gcry_sexp_find_token(result, "value", 0);
	bytes = gcry_sexp_nth_data(value ? value : result, value ? 1 : 0, &len);
	if (bytes && len == sizeof(encoded)) {
		memcpy(shared, bytes + 1, COORD_LEN);
		answer = ECDH_OK;
	}
	gcry_sexp_release(value);
out:
	gcry_sexp_release(result);
	gcry_sexp_release(data);
	locked_end();
	return answer;
}
