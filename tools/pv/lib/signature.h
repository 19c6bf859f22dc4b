/* SPDX-License-Identifier: GPL-2.0 */
/* Signatures on certificates and revocation lists, see signature.c */
#ifndef PV_SIGNATURE_H
#define PV_SIGNATURE_H

#include <gnutls/x509.h>
#include <stdbool.h>

/* Neither looks at names, dates or what the issuer may sign. */
bool cert_signed_by(gnutls_x509_crt_t cert, gnutls_x509_crt_t issuer);
bool crl_signed_by(gnutls_x509_crl_t crl, gnutls_x509_crt_t issuer);

#endif /* PV_SIGNATURE_H */
