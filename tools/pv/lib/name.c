// SPDX-License-Identifier: GPL-2.0
/*
 * Names in certificates: which are the same, and which may sign host keys.
 */
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "trust.h"

/* Whose signing keys are believed if the user does not name somebody else */
#define MAKER			"International Business Machines Corporation"
#define MAKER_UNIT_END		"Key Signing Service"

/* Is the text of this entry `want`, or with `end` does it end in that? */
static bool name_entry_is(const X509_NAME_ENTRY *entry, const char *want, bool end)
{
	size_t size = strlen(want);
	unsigned char *text = NULL;
	int len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry));
	bool same = false;

	if (len >= 0 && (size_t)len >= size && (end || (size_t)len == size))
		same = !memcmp(text + len - size, want, size);
	OPENSSL_free(text);
	return same;
}

static bool name_maker_entry(const X509_NAME_ENTRY *entry, int nid)
{
	switch (nid) {
	case NID_countryName:
		return name_entry_is(entry, "US", false);
	case NID_stateOrProvinceName:
		return name_entry_is(entry, "New York", false);
	case NID_localityName:
		/* The company has moved from the one to the other. */
		return name_entry_is(entry, "Poughkeepsie", false) ||
		       name_entry_is(entry, "Armonk", false);
	case NID_organizationName:
	case NID_commonName:
		return name_entry_is(entry, MAKER, false);
	case NID_organizationalUnitName:
		return name_entry_is(entry, MAKER_UNIT_END, true);
	default:
		return false;
	}
}

/* Each part once, the state may be absent, nothing else. */
static bool name_is_maker(const X509_NAME *name)
{
	static const int needed[] = { NID_countryName, NID_localityName, NID_organizationName,
				      NID_organizationalUnitName, NID_commonName };
	int i, count = X509_NAME_entry_count(name);
	size_t n;

	for (i = 0; i < count; i++) {
		const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
		int nid = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));

		if (!name_maker_entry(entry, nid) || X509_NAME_get_index_by_NID(name, nid, i) >= 0)
			return false;
	}
	for (n = 0; n < ARRAY_SIZE(needed); n++)
		if (X509_NAME_get_index_by_NID(name, needed[n], -1) < 0)
			return false;
	return true;
}

static X509_NAME *name_without_locality(const X509_NAME *name)
{
	X509_NAME *copy = X509_NAME_dup(name);
	int at = copy ? X509_NAME_get_index_by_NID(copy, NID_localityName, -1) : -1;

	if (at >= 0)
		X509_NAME_ENTRY_free(X509_NAME_delete_entry(copy, at));
	return copy;
}

bool name_same(const X509_NAME *a, const X509_NAME *b)
{
	X509_NAME *c, *d;
	bool same;

	if (!X509_NAME_cmp(a, b))
		return true;
	if (!name_is_maker(a) || !name_is_maker(b))
		return false;
	c = name_without_locality(a);
	d = name_without_locality(b);
	same = c && d && !X509_NAME_cmp(c, d);
	X509_NAME_free(c);
	X509_NAME_free(d);
	return same;
}

bool name_signs_host_keys(const X509_NAME *name, const char *signer)
{
	int at;

	if (!signer)
		return name_is_maker(name);
	at = X509_NAME_get_index_by_NID(name, NID_organizationName, -1);
	return at >= 0 && X509_NAME_get_index_by_NID(name, NID_organizationName, at) < 0 &&
	       name_entry_is(X509_NAME_get_entry(name, at), signer, false);
}

const char *signer_text(const char *signer)
{
	return signer ? signer : MAKER;
}

char *name_text(const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	char *data;
	long size;

	if (bio && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0) {
		size = BIO_get_mem_data(bio, &data);
		text = strndup(data, (size_t)size);
	}
	BIO_free(bio);
	return text;
}
