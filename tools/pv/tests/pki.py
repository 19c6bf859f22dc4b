#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Makes every certificate, key and revocation list of the tests in a folder."""

import base64
import datetime
import os
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.utcnow()
DAY = datetime.timedelta(days=1)
PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER
MAKER = "International Business Machines Corporation"
UNIT = "IBM Z Host Key Signing Service"


def name(cn, org=None, unit=None):
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, cn)]
    if org:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, org))
    if unit:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit))
    return x509.Name(parts)


def put(path, data):
    with open(path, "wb") as f:
        f.write(data)


class Entity:
    """A certificate and its key, signed by `issuer` (None: by itself)."""

    def __init__(self, subject, issuer=None, ca=False, begin=-1, end=365, key=None,
                 sign_key=None, issuer_name=None):
        self.key = key or ec.generate_private_key(ec.SECP384R1())
        self.subject = subject
        builder = (x509.CertificateBuilder().subject_name(subject)
                   .issuer_name(issuer_name or (issuer or self).subject)
                   .public_key(self.key.public_key())
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(NOW + begin * DAY).not_valid_after(NOW + end * DAY))
        if ca:
            builder = builder.add_extension(x509.BasicConstraints(True, None), True)
        signer = sign_key or (issuer.key if issuer else self.key)
        self.cert = builder.sign(signer, hashes.SHA512())

    def save(self, path):
        put(path + ".crt", self.cert.public_bytes(PEM))
        return self

    def save_key(self, path):
        put(path + ".key", self.key.private_bytes(
            PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return self

    def crl(self, path, revoked=(), begin=-1, end=30, sign_key=None, issuer_name=None):
        builder = (x509.CertificateRevocationListBuilder()
                   .issuer_name(issuer_name or self.subject)
                   .last_update(NOW + begin * DAY).next_update(NOW + end * DAY))
        for entity in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(entity.cert.serial_number)
                .revocation_date(NOW - DAY).build())
        put(path + ".crl", builder.sign(sign_key or self.key, hashes.SHA512()).public_bytes(PEM))


def der(tag, *content):
    content = b"".join(content)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def strange_crl(signer, path, revoked):
    """A list that begins with a serial number of 80 bytes, far more than there may be."""
    def time(when):
        return der(0x17, when.strftime("%y%m%d%H%M%SZ").encode())

    def entry(number):
        size = number.bit_length() // 8 + 1
        return der(0x30, der(0x02, number.to_bytes(size, "big")), time(NOW - DAY))

    ecdsa_with_sha512 = der(0x30, bytes.fromhex("06082a8648ce3d040304"))
    body = der(0x30, der(0x02, b"\x01"), ecdsa_with_sha512, signer.subject.public_bytes(),
               time(NOW - DAY), time(NOW + 30 * DAY),
               der(0x30, entry(1 << 632), entry(revoked.cert.serial_number)))
    signature = signer.key.sign(body, ec.ECDSA(hashes.SHA512()))
    text = base64.encodebytes(der(0x30, body, ecdsa_with_sha512, der(0x03, b"\0", signature)))
    put(path + ".crl", b"-----BEGIN X509 CRL-----\n" + text + b"-----END X509 CRL-----\n")


def host(issuer=None, **more):
    return Entity(name("host key"), issuer, key=ec.generate_private_key(ec.SECP521R1()), **more)


def main():
    os.chdir(sys.argv[1])
    root = Entity(name("Root"), ca=True).save("root")
    inter = Entity(name("Intermediate"), root, ca=True).save("inter")
    signer = Entity(name(MAKER, MAKER, UNIT), inter).save("signer")
    Entity(name(MAKER, MAKER, UNIT), inter).save("signer-successor")
    other_root = Entity(name("Other root"), ca=True).save("other-root")

    good = host(signer).save("host").save_key("host")
    put("host.der", good.cert.public_bytes(DER))
    host(signer).save("host2").save_key("host2")
    host(signer, begin=-20, end=-1).save("expired")
    host(signer, begin=10, end=20).save("future")
    revoked = host(signer).save("revoked")
    host(signer, sign_key=ec.generate_private_key(ec.SECP384R1())).save("forged")
    host().save("self-signed").save_key("self-signed")

    # Signing keys that must not be believed
    stranger = Entity(name("Somebody", "Somebody else", UNIT), inter).save("stranger")
    host(stranger).save("host-stranger")
    old_signer = Entity(name(MAKER, MAKER, "Old " + UNIT), inter, begin=-20, end=-1)
    host(old_signer.save("old-signer")).save("host-old-signer")
    not_a_ca = Entity(name("Not a CA"), root).save("not-a-ca")
    bad_signer = Entity(name(MAKER, MAKER, "Bad " + UNIT), not_a_ca).save("bad-signer")
    host(bad_signer).save("host-bad-signer")
    old_inter = Entity(name("Old intermediate"), root, ca=True, begin=-20, end=-1)
    signer3 = Entity(name(MAKER, MAKER, "Third " + UNIT), old_inter.save("old-inter"))
    host(signer3.save("signer3")).save("host-old-inter")

    signer.crl("signer", [revoked])
    # The same signing key under the name that it had before
    moved = x509.Name([*signer.subject, x509.NameAttribute(NameOID.LOCALITY_NAME, "Elsewhere")])
    host(signer, issuer_name=moved).save("host-moved")
    signer.crl("moved", [revoked], issuer_name=moved)
    signer.crl("stale", [revoked], begin=-20, end=-1)
    signer.crl("forged", sign_key=ec.generate_private_key(ec.SECP384R1()))
    strange_crl(signer, "strange", revoked)
    inter.crl("inter-revokes", [signer])
    inter.crl("inter")
    root.crl("root-revokes", [inter])
    other_root.crl("other")

    Entity(name("P-256"), key=ec.generate_private_key(ec.SECP256R1())).save("p256").save_key("p256")
    Entity(name("RSA"), key=rsa.generate_private_key(65537, 2048)).save("rsa")
    os.mkdir("many")
    for i in range(96):
        host().save(f"many/{i:02}")


if __name__ == "__main__":
    main()
