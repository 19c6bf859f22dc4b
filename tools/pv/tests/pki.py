#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""pki.py FOLDER [PORT]: makes every certificate, key and revocation list of the tests,
or those whose lists are fetched from that port."""

import base64
import datetime
import os
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
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


def maker(unit=UNIT, locality="Poughkeepsie", country="US", cn=MAKER, org=MAKER, more=()):
    """The subject of a signing key of the machines' maker"""
    parts = ((NameOID.COUNTRY_NAME, country), (NameOID.STATE_OR_PROVINCE_NAME, "New York"),
             (NameOID.LOCALITY_NAME, locality), (NameOID.ORGANIZATION_NAME, org),
             (NameOID.ORGANIZATIONAL_UNIT_NAME, unit), (NameOID.COMMON_NAME, cn), *more)
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])


def usage(*names):
    known = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{n: n in names for n in known}), True


def strange_extension():
    """Critical, and known to nobody"""
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\5\0"), True


def scope(**limits):
    """What limits a revocation list"""
    every = {"full_name": None, "relative_name": None, "only_contains_user_certs": False,
             "only_contains_ca_certs": False, "only_some_reasons": None, "indirect_crl": False,
             "only_contains_attribute_certs": False}
    return x509.IssuingDistributionPoint(**{**every, **limits}), True


def put(path, data):
    with open(path, "wb") as f:
        f.write(data)


def der(tag, *content):
    content = b"".join(content)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


# AlgorithmIdentifier of signatures, by what the key is and by the digest
ALGORITHMS = {
    "ec": {"sha512": "300a06082a8648ce3d040304", "sha1": "300906072a8648ce3d0401"},
    "rsa": {"sha512": "300d06092a864886f70d01010d0500", "sha1": "300d06092a864886f70d0101050500",
            "md5": "300d06092a864886f70d0101040500"},
}


def weakly_signed(body, key, digest):
    """`body`, which was to be signed with SHA-512, signed with a digest that newer
    versions of the library do not sign certificates with any more."""
    is_ec = isinstance(key, ec.EllipticCurvePrivateKey)
    known = ALGORITHMS["ec" if is_ec else "rsa"]
    strong, weak = (bytes.fromhex(known[name]) for name in ("sha512", digest.name))
    header = 2 + (body[1] & 0x7f if body[1] & 0x80 else 0)
    body = der(0x30, body[header:].replace(strong, weak, 1))
    how = [ec.ECDSA(digest)] if is_ec else [padding.PKCS1v15(), digest]
    return der(0x30, body, weak, der(0x03, b"\0", key.sign(body, *how)))


class Entity:
    """A certificate and its key, signed by `issuer` (None: by itself)."""

    def __init__(self, subject, issuer=None, ca=False, begin=-1, end=365, key=None,
                 sign_key=None, issuer_name=None, extensions=(), digest=None):
        self.key = key or ec.generate_private_key(ec.SECP384R1())
        self.subject = subject
        builder = (x509.CertificateBuilder().subject_name(subject)
                   .issuer_name(issuer_name or (issuer or self).subject)
                   .public_key(self.key.public_key())
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(NOW + begin * DAY).not_valid_after(NOW + end * DAY))
        if ca:
            builder = builder.add_extension(x509.BasicConstraints(True, None), True)
        for extension in extensions:
            builder = builder.add_extension(*extension)
        signer = sign_key or (issuer.key if issuer else self.key)
        self.cert = builder.sign(signer, hashes.SHA512())
        if digest:
            self.cert = x509.load_der_x509_certificate(
                weakly_signed(self.cert.tbs_certificate_bytes, signer, digest))

    def save(self, path):
        put(path + ".crt", self.cert.public_bytes(PEM))
        return self

    def save_key(self, path):
        put(path + ".key", self.key.private_bytes(
            PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return self

    def key_id(self):
        return x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False

    def issuer_id(self):
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False

    def crl(self, path, revoked=(), begin=-1, end=30, sign_key=None, issuer_name=None,
            extensions=(), digest=None):
        builder = (x509.CertificateRevocationListBuilder()
                   .issuer_name(issuer_name or self.subject)
                   .last_update(NOW + begin * DAY).next_update(NOW + end * DAY))
        for entity in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(entity.cert.serial_number)
                .revocation_date(NOW - DAY).build())
        for extension in extensions:
            builder = builder.add_extension(*extension)
        made = builder.sign(sign_key or self.key, hashes.SHA512())
        if digest:
            made = x509.load_der_x509_crl(
                weakly_signed(made.tbs_certlist_bytes, sign_key or self.key, digest))
        put(path + ".crl", made.public_bytes(PEM))
        put(path + ".crl.der", made.public_bytes(DER))


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


def doubtful_lists(signer, other, revoked):
    """Lists that the signing key has signed, and that prove nothing"""
    signer.crl("future", [revoked], begin=2)
    signer.crl("misnamed", issuer_name=other.subject)
    signer.crl("critical", extensions=[strange_extension()])
    signer.crl("delta", extensions=[(x509.DeltaCRLIndicator(1), True)])
    signer.crl("attributes", extensions=[scope(only_contains_attribute_certs=True)])
    signer.crl("cas", extensions=[scope(only_contains_ca_certs=True)])
    signer.crl("reasons", extensions=[
        scope(only_some_reasons=frozenset([x509.ReasonFlags.key_compromise]))])
    signer.crl("indirect", extensions=[scope(indirect_crl=True)])
    signer.crl("elsewhere", extensions=[
        scope(full_name=[x509.UniformResourceIdentifier("http://localhost/part7.crl")])])
    signer.crl("users", extensions=[scope(only_contains_user_certs=True)])
    signer.crl("sha1", digest=hashes.SHA1())
    names = ("other.crl", "signer.crl")
    put("several.crl", b"".join(open(n, "rb").read() for n in names))


def doubtful_certs(root, inter, signer):
    for digest in (hashes.SHA1(), hashes.MD5()):
        weak = digest.name
        host(signer, digest=hashes.SHA1()).save("host-sha1")
        rsa_signer = Entity(maker(), inter, key=rsa.generate_private_key(65537, 2048))
        host(rsa_signer.save(weak + "-lists"), digest=digest).save("host-rsa-" + weak)
        rsa_signer.crl(weak + "-lists")
    weak_signer = Entity(maker(), inter, digest=hashes.SHA1()).save("signer-sha1")
    host(weak_signer).save("host-signer-sha1")
    weak_signer.crl("signer-sha1")
    weak_inter = Entity(name("Weak intermediate"), root, ca=True, digest=hashes.SHA1())
    below = Entity(maker(), weak_inter.save("inter-sha1")).save("signer-inter-sha1")
    host(below).save("host-inter-sha1")
    below.crl("signer-inter-sha1")
    weak_inter.crl("inter-sha1")
    small = Entity(maker(), inter, key=rsa.generate_private_key(65537, 1024)).save("signer-small")
    host(small).save("host-small")
    small.crl("signer-small")

    # The signing key's certificate was renewed, and the intermediate's
    Entity(maker(), inter, key=signer.key, begin=-20, end=-1).save("signer-expired")
    Entity(inter.subject, root, ca=True, key=inter.key, begin=-20, end=-1).save("inter-expired")

    # A signing key of the same name; key identifiers tell which it is
    first = Entity(maker(), inter)
    extensions = [first.key_id()]
    first = Entity(maker(), inter, key=first.key, extensions=extensions).save("signer-id")
    host(first, extensions=[first.issuer_id()]).save("host-id")
    wrong = Entity(maker(), inter)
    host(first, extensions=[wrong.issuer_id()]).save("host-wrong-id")
    first.crl("signer-id")

    host(signer, issuer_name=name("Somebody")).save("host-misnamed")
    host(signer, extensions=[strange_extension()]).save("host-critical")
    host(signer, extensions=[usage("key_cert_sign")]).save("host-usage")
    host(signer, extensions=[usage("key_agreement")]).save("host-agreement")
    bad = {
        "signer-critical": ({}, [strange_extension()]),
        "signer-usage": ({}, [usage("key_encipherment")]),
        "signer-locality": ({"locality": "Boeblingen"}, []),
        "signer-country": ({"country": "DE"}, []),
        "signer-cn": ({"cn": "International Business"}, []),
        "signer-org": ({"org": MAKER + " "}, []),
        "signer-no-locality": ({"locality": ""}, []),
        "signer-more": ({"more": [(NameOID.ORGANIZATIONAL_UNIT_NAME, UNIT)]}, []),
        "signer-unit": ({"unit": "Key Signing Service Customers"}, []),
    }
    for path, (changes, extensions) in bad.items():
        entity = Entity(maker(**changes), inter, extensions=extensions).save(path)
        host(entity).save("host-" + path)
        entity.crl(path)
    good = {
        "signer-armonk": ({"locality": "Armonk"}, []),
        "signer-signs": ({}, [usage("digital_signature")]),
        "signer-ca": ({}, [usage("key_cert_sign", "crl_sign")]),
    }
    for path, (changes, extensions) in good.items():
        entity = Entity(maker(**changes), inter, extensions=extensions).save(path)
        host(entity).save("host-" + path)
        entity.crl(path)
    two = b"".join(open(n, "rb").read() for n in ("host.crt", "host2.crt"))
    put("two.crt", two)
    put("half.crt", two[:-100])
    put("bundle.crt", b"".join(open(n, "rb").read() for n in ("signer.crt", "inter.crt")))


def fetched(port):
    """Certificates that say where their lists are, and in www what is there"""
    def at(name):
        point = x509.DistributionPoint(
            [x509.UniformResourceIdentifier(f"http://127.0.0.1:{port}/{name}")], None, None, None)
        return x509.CRLDistributionPoints([point]), False

    os.mkdir("www")
    root = Entity(name("Root"), ca=True).save("root")
    inter = Entity(name("Intermediate"), root, ca=True, extensions=[at("root.crl")]).save("inter")
    signer = Entity(maker(), inter, extensions=[at("inter.crl.der")]).save("signer")
    host(signer, extensions=[at("signer.crl")]).save("host")
    revoked = host(signer, extensions=[at("signer.crl")]).save("revoked")
    for where in ("missing", "page.html", "huge", "moved", "local", "circle", "flood", "stalled"):
        host(signer, extensions=[at(where)]).save(where)
    root.crl("www/root")
    inter.crl("www/inter")
    signer.crl("www/signer", [revoked])
    signer.crl("stale", begin=-20, end=-1)
    put("www/page.html", b"<html>Please log in</html>")
    with open("www/huge", "wb") as f:
        f.truncate(17 << 20)


def main():
    os.chdir(sys.argv[1])
    if len(sys.argv) > 2:
        fetched(int(sys.argv[2]))
        return
    root = Entity(name("Root"), ca=True).save("root")
    inter = Entity(name("Intermediate"), root, ca=True).save("inter")
    signer = Entity(maker(), inter).save("signer")
    Entity(maker(), inter).save("signer-successor")
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
    stranger.crl("stranger")
    old_signer = Entity(maker("Old " + UNIT), inter, begin=-20, end=-1)
    host(old_signer.save("old-signer")).save("host-old-signer")
    not_a_ca = Entity(name("Not a CA"), root).save("not-a-ca")
    bad_signer = Entity(maker("Bad " + UNIT), not_a_ca).save("bad-signer")
    host(bad_signer).save("host-bad-signer")
    old_inter = Entity(name("Old intermediate"), root, ca=True, begin=-20, end=-1)
    signer3 = Entity(maker("Third " + UNIT), old_inter.save("old-inter"))
    host(signer3.save("signer3")).save("host-old-inter")

    signer.crl("signer", [revoked])
    # The same signing key under the name that it had before
    moved = maker(locality="Armonk")
    host(signer, issuer_name=moved).save("host-moved")
    signer.crl("moved", [revoked], issuer_name=moved)
    signer.crl("stale", [revoked], begin=-20, end=-1)
    signer.crl("forged", sign_key=ec.generate_private_key(ec.SECP384R1()))
    strange_crl(signer, "strange", revoked)
    inter.crl("inter-revokes", [signer])
    inter.crl("inter")
    root.crl("root")
    root.crl("root-revokes", [inter])
    other_root.crl("other")

    doubtful_lists(signer, other_root, revoked)
    doubtful_certs(root, inter, signer)

    Entity(name("P-256"), key=ec.generate_private_key(ec.SECP256R1())).save("p256").save_key("p256")
    Entity(name("RSA"), key=rsa.generate_private_key(65537, 2048)).save("rsa")
    os.mkdir("many")
    for i in range(96):
        host().save(f"many/{i:02}")


if __name__ == "__main__":
    main()
