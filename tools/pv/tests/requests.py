#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""An independent reader of attestation and add-secret requests: written from the
formats' description alone, on top of python3-cryptography. It opens them with the
host's private key, as the ultravisor does, and answers attestation requests."""

import argparse
import hashlib
import hmac
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def demand(condition, words):
    if not condition:
        sys.exit(f"requests.py: {words}")


def read(path):
    with open(path, "rb") as f:
        return f.read()


def number(data, offset, size=4):
    return int.from_bytes(data[offset:offset + size], "big")


def open_slots(data, owner_at, slots_at, count, key):
    """The key that is wrapped for the holder of `key`"""
    mine = key.public_key().public_numbers()
    digest = hashlib.sha256(mine.x.to_bytes(80, "big") + mine.y.to_bytes(80, "big")).digest()
    slots = [data[slots_at + 80 * i:slots_at + 80 * (i + 1)] for i in range(count)]
    slot = [s for s in slots if s[:32] == digest]
    demand(len(slot) == 1, f"{len(slot)} slots for this key")
    owner = ec.EllipticCurvePublicNumbers(number(data, owner_at, 80), number(data, owner_at + 80, 80),
                                          ec.SECP521R1()).public_key()
    wrapping = hashlib.sha256(key.exchange(ec.ECDH(), owner) + b"\0\0\0\1").digest()
    return AESGCM(wrapping).decrypt(bytes(12), slot[0][32:], None), digest


def header_tags(path):
    """PLD, ALD, TLD and tag of a header"""
    h = read(path)
    demand(h[:8] == b"IBMSecEx", "no header")
    size = number(h, 12)
    return h[224:416], h[size - 16:size]


def exchange_parts(path):
    d = read(path)
    demand(d[:8] == b"pvattest" and number(d, 8) == 0x100, "no exchange file")
    demand(number(d, 12) == len(d) and not any(d[16:24]), "length of the exchange file")
    parts = []
    for i in range(5):
        size, offset = struct.unpack_from(">II", d, 24 + 8 * i)
        demand(not offset or 64 <= offset <= len(d) - size, "a part lies outside")
        parts.append((size, d[offset:offset + size] if offset else None))
    return parts


class Arcb:
    def __init__(self, data, key):
        demand(not any(data[:8]) and number(data, 8) == 0x100, "magic or version")
        demand(number(data, 12) == len(data), "length")
        demand(not any(data[28:39]) and not any(data[40:44]) and not any(data[60:64]), "reserved")
        demand(number(data, 0x38) == 1, "algorithm")
        self.flags = number(data, 0x30, 8)
        self.nonce_flag = self.flags >> 62 & 1
        area = number(data, 0x2c)
        demand(area == (0x50 if self.nonce_flag else 0x40), "size of the encrypted area")
        count = data[0x27]
        end = 0xe0 + 80 * count
        demand(end + area + 16 == len(data), "parts and length")
        self.arpk, self.host_hash = open_slots(data, 0x40, 0xe0, count, key)
        plain = AESGCM(self.arpk).decrypt(data[16:28], data[end:], data[:end])
        self.key, self.nonce = plain[:64], plain[64:]


def arcb(a):
    parts = exchange_parts(a.file)
    request = Arcb(parts[0][1], load_pem_private_key(read(a.key), None))
    demand(request.arpk == read(a.arpk), "the request key is another one")
    demand(request.flags == int(a.flags, 16), f"flags {request.flags:x}")
    sizes = {2: 32, 3: 32, 4: 64, 5: 320}
    want = sum(n for bit, n in sizes.items() if request.flags >> (63 - bit) & 1)
    demand([p[0] for p in parts[1:3]] == [64, want], "expected sizes")
    demand(not any(p[1] for p in parts[1:]), "a request with an answer")


def answer(a):
    """What the ultravisor would answer: measurement, UID, additional data"""
    request = Arcb(exchange_parts(a.file)[0][1], load_pem_private_key(read(a.key), None))
    user = read(a.user) if a.user else b""
    uid = bytes.fromhex(a.uid)
    additional = b""
    if request.flags >> 61 & 1:
        additional += request.host_hash
    if request.flags >> 60 & 1:
        additional += request.host_hash
    if request.flags >> 59 & 1:
        tags = b"".join(read(s)[-16:] for s in a.secret)
        additional += hashlib.sha512(tags + (b"\1" if a.locked else b"\0")).digest()
    lists, tag = header_tags(a.hdr)
    message = (lists + tag + uid + struct.pack(">HHI", len(user), 0, len(additional)) + user +
               request.nonce + additional)
    with open(a.out, "wb") as f:
        f.write(hmac.new(request.key, message, hashlib.sha512).digest() + uid + additional)


def asrcb(a):
    d = read(a.file)
    demand(d[:6] == b"asrcbM" and number(d, 6, 2) == a.user_kind, "magic")
    demand(number(d, 8) == 0x100 and number(d, 12) == len(d), "version or length")
    demand(not any(d[28:39]) and not any(d[40:44]) and not any(d[0x118:0x218]), "reserved")
    demand(number(d, 0x30, 8) == int(a.flags, 16), "flags")
    lists, tag = header_tags(a.hdr)
    demand(d[0x38:0xf8] == lists and d[0xf8:0x108] == tag, "it is for another image")
    demand(d[0x108:0x118] == bytes.fromhex(a.uid), "configuration UID")
    if a.user:
        demand(d[0x218:0x418].startswith(read(a.user)), "user data")
    else:
        demand(not any(d[0x218:0x418]), "user data")
    count = d[0x27]
    head = 0x4b8 + 80 * count
    end = head + (16 if a.type == 1 else 48)
    kind, size = struct.unpack_from(">HI", d, head + 2)
    demand(not any(d[head:head + 2]) and not any(d[head + 8:head + 16]), "secret header")
    demand(kind == a.type, f"type {kind}")
    demand(end + size + 32 + 16 == len(d) and number(d, 0x2c) == size + 32, "lengths")
    if a.type != 1:
        demand(d[head + 16:end] == bytes.fromhex(a.id), "ID")
    key, _ = open_slots(d, 0x418, 0x4b8, count, load_pem_private_key(read(a.key), None))
    try:
        plain = AESGCM(key).decrypt(d[16:28], d[end:], d[:end])
    except InvalidTag:
        sys.exit("requests.py: wrong tag")
    value = read(a.value) if a.value else b""
    if a.type == 3:
        value = struct.pack(">H", len(value)) + value
        value += bytes(-len(value) % 16)
    demand(a.no_value or plain[:-32] == value, "value")
    extension = read(a.extension) if a.extension else bytes(32)
    if a.cck:
        extension = HKDF(hashes.SHA512(), 32, tag, b"IBM Z Ultravisor Add-Secret").derive(read(a.cck))
    demand(plain[-32:] == extension, "extension secret")


def main():
    p = argparse.ArgumentParser()
    commands = p.add_subparsers(required=True)
    c = commands.add_parser("arcb")
    c.set_defaults(run=arcb)
    c.add_argument("--arpk", required=True)
    c.add_argument("--flags", required=True)
    c2 = commands.add_parser("answer")
    c2.set_defaults(run=answer)
    c2.add_argument("--out", required=True)
    c2.add_argument("--uid", default="00112233445566778899aabbccddeeff")
    c2.add_argument("--secret", action="append", default=[])
    c2.add_argument("--locked", action="store_true")
    c3 = commands.add_parser("asrcb")
    c3.set_defaults(run=asrcb)
    c3.add_argument("--type", type=lambda n: int(n, 16), required=True)
    c3.add_argument("--id", default="00" * 32)
    c3.add_argument("--value")
    c3.add_argument("--no-value", action="store_true")
    c3.add_argument("--extension")
    c3.add_argument("--cck")
    c3.add_argument("--uid", default="00" * 16)
    c3.add_argument("--flags", default="0")
    c3.add_argument("--user-kind", type=int, default=0)
    for parser in (c, c2, c3):
        parser.add_argument("file")
        parser.add_argument("--key", required=True)
    for parser in (c2, c3):
        parser.add_argument("--hdr", required=True)
        parser.add_argument("--user")
    a = p.parse_args()
    a.run(a)


if __name__ == "__main__":
    main()
