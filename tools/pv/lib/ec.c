// SPDX-License-Identifier: GPL-2.0
/*
 * Keys on the curve NIST P-521, and the agreement between the customer's key
 * and a host's that wraps the header key. The arithmetic is libgcrypt's.
 */
#include <gcrypt.h>
#include <string.h>

#include "pv.h"

#define CURVE		"NIST P-521"

/* Numbers up to 66 bytes, right-aligned in a field of `size` bytes */
static int number_out(gcry_mpi_t n, uint8_t *buf, size_t size)
{
	size_t len = 0;

	if (gcry_mpi_print(GCRYMPI_FMT_USG, NULL, 0, &len, n) || len > size)
		return -1;
	memset(buf, 0, size - len);
	return gcry_mpi_print(GCRYMPI_FMT_USG, buf + size - len, len, NULL, n) ? -1 : 0;
}

/* libgcrypt wants a scalar in secure memory for its constant-time ladder. */
static gcry_mpi_t secret_number(const uint8_t *buf, size_t size)
{
	gcry_mpi_t n = NULL;
	uint8_t *copy = secret_alloc(size);

	if (!copy)
		return NULL;
	memcpy(copy, buf, size);
	if (gcry_mpi_scan(&n, GCRYMPI_FMT_USG, copy, size, NULL))
		n = NULL;
	secret_free(copy);
	return n;
}

static gcry_mpi_point_t point_in(const struct ec_public *public)
{
	gcry_mpi_t x = NULL, y = NULL;
	gcry_mpi_point_t point = NULL;

	if (!gcry_mpi_scan(&x, GCRYMPI_FMT_USG, public->x, COORD_SIZE, NULL) &&
	    !gcry_mpi_scan(&y, GCRYMPI_FMT_USG, public->y, COORD_SIZE, NULL))
		point = gcry_mpi_point_set(NULL, x, y, GCRYMPI_CONST_ONE);
	gcry_mpi_release(x);
	gcry_mpi_release(y);
	return point;
}

static int ec_failed(void)
{
	pv_error("elliptic curve computation failed (%s)", CURVE);
	return -1;
}

/* scalar times point, or times the generator if point is NULL */
static int multiply(gcry_mpi_t scalar, gcry_mpi_point_t point, struct ec_public *result)
{
	gcry_mpi_point_t generator = NULL, product = gcry_mpi_point_new(0);
	gcry_mpi_t x = gcry_mpi_snew(P521_SIZE * 8), y = gcry_mpi_snew(P521_SIZE * 8);
	gcry_ctx_t ctx = NULL;
	int rc = -1;

	if (gcry_mpi_ec_new(&ctx, NULL, CURVE))
		goto out;
	if (!point) {
		generator = gcry_mpi_ec_get_point("g", ctx, 1);
		point = generator;
	}
	if (!point || !gcry_mpi_ec_curve_point(point, ctx))
		goto out;
	gcry_mpi_ec_mul(product, scalar, point, ctx);
	if (gcry_mpi_ec_get_affine(x, y, product, ctx))
		goto out;
	if (number_out(x, result->x, COORD_SIZE) || number_out(y, result->y, COORD_SIZE))
		goto out;
	rc = 0;
out:
	gcry_mpi_release(x);
	gcry_mpi_release(y);
	gcry_mpi_point_release(product);
	gcry_mpi_point_release(generator);
	gcry_ctx_release(ctx);
	return rc;
}

int ec_generate(struct ec_secret *secret, struct ec_public *public)
{
	gcry_sexp_t params = NULL, key = NULL;
	gcry_mpi_t d = NULL;
	int rc = -1;

	if (!gcry_sexp_build(&params, NULL, "(genkey (ecc (curve %s)))", CURVE) &&
	    !gcry_pk_genkey(&key, params) &&
	    !gcry_sexp_extract_param(key, "private-key", "d", &d, NULL) &&
	    !number_out(d, secret->d, sizeof(secret->d)) &&
	    !multiply(d, NULL, public))
		rc = 0;
	gcry_mpi_release(d);
	gcry_sexp_release(key);
	gcry_sexp_release(params);
	return rc ? ec_failed() : 0;
}

int ec_check(const struct ec_public *public)
{
	gcry_mpi_point_t point = point_in(public);
	gcry_ctx_t ctx = NULL;
	int rc = -1;

	if (point && !gcry_mpi_ec_new(&ctx, NULL, CURVE))
		rc = gcry_mpi_ec_curve_point(point, ctx) ? 0 : 1;
	gcry_ctx_release(ctx);
	gcry_mpi_point_release(point);
	return rc < 0 ? ec_failed() : rc;
}

/*
 * SHA-256 over the shared point's X coordinate, 66 bytes, and a counter of 1:
 * the first block of the ANSI X9.63 key derivation function.
 */
int ec_wrap_key(const struct ec_secret *secret, const struct ec_public *peer,
		uint8_t key[AES256_KEY_SIZE])
{
	static const uint8_t counter[4] = { 0, 0, 0, 1 };
	gcry_mpi_t d = secret_number(secret->d, sizeof(secret->d));
	gcry_mpi_point_t point = point_in(peer);
	struct ec_public *shared = secret_alloc(sizeof(*shared));
	uint8_t *input = secret_alloc(P521_SIZE + sizeof(counter));
	int rc = -1;

	if (d && point && shared && input && !multiply(d, point, shared)) {
		memcpy(input, shared->x + COORD_SIZE - P521_SIZE, P521_SIZE);
		memcpy(input + P521_SIZE, counter, sizeof(counter));
		rc = sha256(input, P521_SIZE + sizeof(counter), key);
	}
	secret_free(input);
	secret_free(shared);
	gcry_mpi_point_release(point);
	gcry_mpi_release(d);
	return rc ? ec_failed() : 0;
}

int ec_hash(const struct ec_public *public, uint8_t digest[SHA256_SIZE])
{
	return sha256(public, sizeof(*public), digest);
}
