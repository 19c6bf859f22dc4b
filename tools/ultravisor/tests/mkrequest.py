#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Attestation and add-secret requests for the tests, made with OpenSSL and nothing of ours.

mkrequest.py FOLDER: NAME.req for the keys and images that mkimage.py has made there, and
what an ultravisor has to answer: NAME.STATE.want, the measurement and behind it the
additional data. STATE is that of the secret store: empty, locked, or added (null,
association and plain were added). The instance's UID is UID below.

vectors.txt are requests that another implementation made, and the keys for them; they
are written as they are, v-NAME.
"""
import hashlib
import hmac
import os
import struct
import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import vectors
from mkimage import never_there, point, slot

UID = bytes([5]) * 16
USER = bytes([7]) * 256
NONCE, IMAGE_KEY, REQUEST_KEY, STORE = 1 << 62, 1 << 61, 1 << 60, 1 << 59
ALL = NONCE | IMAGE_KEY | REQUEST_KEY | STORE
NO_DUMP = 1 << 63
NULL, ASSOCIATION, PLAINTEXT, UPDATE_CCK = 1, 2, 3, 0x16
# Types whose values leave as protected keys, and their lengths.
KEYS = {4: 0x10, 5: 0x18, 6: 0x20, 7: 0x20, 8: 0x40, 9: 0x40, 0xa: 0x80, 0x11: 0x20, 0x12: 0x30,
        0x13: 0x50, 0x14: 0x20, 0x15: 0x40}


class Header:
    """What requests are bound to."""
    def __init__(self, folder, name):
        with open(os.path.join(folder, name + '.hdr'), 'rb') as file:
            data = file.read()
        self.pld, self.ald, self.tld = data[224:288], data[288:352], data[352:416]
        self.tag, self.key_hash = data[-16:], data[416:448]


def measurement(key, header, uid, user, nonce, additional):
    data = (header.pld + header.ald + header.tld + header.tag + uid +
            struct.pack('>HHI', len(user), 0, len(additional)) + user + nonce + additional)
    return hmac.digest(key, data, 'sha512')


def check_formula():
    """Against values that others have published."""
    class Known:
        pld, ald, tld, tag = bytes([1]) * 64, bytes([2]) * 64, bytes([3]) * 64, bytes([4]) * 16
    key = bytes([0x41]) * 64
    assert measurement(key, Known, UID, b'', b'', b'')[:4].hex() == 'c5c34c93'
    assert measurement(key, Known, UID, USER, bytes([8]) * 16,
                       bytes([9]) * 128)[:4].hex() == '88794c62'


class Maker:
    def __init__(self, folder):
        self.folder = folder
        self.host, self.second, self.backup = (self.key(name)
                                               for name in ('host', 'second', 'backup'))
        self.stranger = ec.generate_private_key(ec.SECP521R1())
        self.owner = ec.generate_private_key(ec.SECP521R1())
        self.tags = {}

    def key(self, name):
        with open(os.path.join(self.folder, name + '.pem'), 'rb') as file:
            return serialization.load_pem_private_key(file.read(), None)

    def write(self, name, data):
        with open(os.path.join(self.folder, name), 'wb') as file:
            file.write(data)

    def slots(self, hosts, key):
        # The same slot again costs no exchange.
        made = {host: slot(host, self.owner, key) for host in set(hosts)}
        return b''.join(made[host] for host in hosts)

    def attest(self, name, flags, hosts=None, algorithm=1, header=None, key=None):
        hosts = hosts or [self.host]
        request_key, iv, key = os.urandom(32), os.urandom(12), key or os.urandom(64)
        nonce = os.urandom(16) if flags & NONCE else b''
        slots = self.slots(hosts, request_key)
        size = 0xe0 + len(slots) + len(key + nonce) + 16
        aad = struct.pack('>QII12s11sBIIQII', 0, 0x100, size, iv, b'', len(hosts), 0,
                          len(key + nonce), flags, algorithm, 0) + point(self.owner) + slots
        self.write(name + '.req', aad + AESGCM(request_key).encrypt(iv, key + nonce, aad))
        if header:
            self.want(name, flags, hosts, header, key, nonce)

    def want(self, name, flags, hosts, header, key, nonce):
        added = b''.join(self.tags[request] for request in ('null', 'association', 'plain'))
        for state, store in (('empty', b'\0'), ('locked', b'\1'), ('added', added + b'\0')):
            additional = b''
            if flags & IMAGE_KEY:
                additional += header.key_hash
            if flags & REQUEST_KEY:
                additional += hashlib.sha256(point(hosts[-1])).digest()
            if flags & STORE:
                additional += hashlib.sha512(store).digest()
            for user in b'', USER:
                self.write(f'{name}.{state}.{len(user)}.want',
                           measurement(key, header, UID, user, nonce, additional) + additional)

    def add(self, name, header, kind, value=b'', *, hosts=None, extension=bytes(32),
            uid=bytes(16), flags=0, length=None, ident=None, reserved=0, reserved2=0):
        hosts = hosts or [self.host]
        request_key, iv = os.urandom(32), os.urandom(12)
        slots = self.slots(hosts, request_key)
        secret = struct.pack('>HHIQ', reserved, kind, len(value) if length is None else length,
                             reserved2)
        if kind != NULL:
            secret += ident or (bytes(32) if kind == UPDATE_CCK
                                else hashlib.sha256(name.encode()).digest())
        encrypted = value + extension
        size = 0x4b8 + len(slots) + len(secret) + len(encrypted) + 16
        aad = struct.pack('>6sHII12s11sBIIQ64s64s64s16s16s256s512s', b'asrcbM', 0, 0x100, size,
                          iv, b'', len(hosts), 0, len(encrypted), flags, header.pld, header.ald,
                          header.tld, header.tag, uid, b'', b'') + point(self.owner)
        aad += slots + secret
        data = aad + AESGCM(request_key).encrypt(iv, encrypted, aad)
        self.tags[name] = data[-16:]
        self.write(name + '.req', data)
        if name == 'kept-secret':
            never_there(self.folder, 'value', value)
            never_there(self.folder, 'request-key', request_key)
            never_there(self.folder, 'request-shared',
                        self.owner.exchange(ec.ECDH(), self.host.public_key()))


def blob(data):
    """A plaintext secret: length, data, padding."""
    return struct.pack('>H', len(data)) + data + bytes(-(len(data) + 2) % 16)


def derived(cck, tag):
    prk = hmac.digest(tag, cck, 'sha512')
    return hmac.digest(prk, b'IBM Z Ultravisor Add-Secret\1', 'sha512')[:32]


def attestation(make, header):
    for name, flags in (('attest', 0), ('attest-nonce', NONCE), ('attest-image', IMAGE_KEY),
                        ('attest-request', REQUEST_KEY), ('attest-store', STORE),
                        ('attest-all', ALL)):
        make.attest(name, flags, header=header)
    make.attest('attest-second', ALL, [make.stranger, make.second], header=header)
    make.attest('attest-many', ALL, [make.stranger] * 254 + [make.host], header=header)
    make.attest('attest-stranger', NONCE, [make.stranger])
    make.attest('attest-backup', NONCE, [make.backup])
    make.attest('attest-firmware', ALL | 1 << 58)
    make.attest('attest-flag-0', NONCE | 1 << 63)
    make.attest('attest-algorithm', NONCE, algorithm=2)


def secrets(make, folder, header):
    null, key = b'', bytes([0x77]) * 32
    make.add('null', header, NULL)
    make.add('association', header, ASSOCIATION, key)
    make.add('kept-secret', header, ASSOCIATION, os.urandom(32))
    make.add('plain', header, PLAINTEXT, blob(b'what only the guest may know'))
    make.add('plain-empty', header, PLAINTEXT, blob(b''))
    make.add('plain-longest', header, PLAINTEXT, blob(bytes(i % 251 for i in range(0x1ffe))))
    make.add('longest', header, PLAINTEXT, blob(bytes(0x1ffe)),
             hosts=[make.stranger] * 254 + [make.host])
    for kind, length in KEYS.items():
        make.add(f'key-{kind}', header, kind, bytes(length))
    for kind in 0, 0xb, 0x10, 0x17, 0x3f, 0x40, 0xffff:
        make.add(f'type-{kind}', header, kind, key)
    make.add('null-16', header, NULL, bytes(16))
    for length in 0, 16, 48:
        make.add(f'association-{length}', header, ASSOCIATION, bytes(length))
        make.add(f'update-{length}', Header(folder, 'update'), UPDATE_CCK, bytes(length))
    make.add('plain-nothing', header, PLAINTEXT, null)
    make.add('plain-too-long', header, PLAINTEXT, bytes([0x1f, 0xff]) + bytes(0x200e))
    make.add('plain-odd', header, PLAINTEXT, blob(b'x' * 20)[:-8])
    make.add('plain-overrun', header, PLAINTEXT, bytes([0, 31]) + bytes(30))
    make.add('plain-underrun', header, PLAINTEXT, bytes([0, 14]) + bytes(30))
    make.add('length-more', header, ASSOCIATION, key, length=33)
    make.add('length-huge', header, ASSOCIATION, key, length=0xffffffff)
    make.add('reserved', header, ASSOCIATION, key, reserved=1)
    make.add('reserved2', header, ASSOCIATION, key, reserved2=1)
    make.add('flag', header, NULL, flags=1 << 62)
    make.add('extension-a', header, NULL, extension=bytes([0x5a]) * 32)
    make.add('extension-b', header, ASSOCIATION, key, extension=bytes([0x5a]) * 31 + b'\x5b')
    make.add('extension-c', header, ASSOCIATION, key, extension=bytes([0x5a]) * 32)
    make.add('instance', header, ASSOCIATION, key, uid=UID)
    make.add('other-instance', header, ASSOCIATION, key, uid=UID[:-1] + b'\4')
    for field in 'pld', 'ald', 'tld', 'tag':
        other = Header(folder, 'empty')
        setattr(other, field, getattr(other, field)[:-1] + b'!')
        make.add('other-' + field, other, ASSOCIATION, key)
    make.add('stranger', header, ASSOCIATION, key, hosts=[make.stranger])
    make.add('second', header, ASSOCIATION, key, hosts=[make.stranger, make.second])
    make.add('backup', header, NULL, hosts=[make.backup])
    make.add('backup-allowed', Header(folder, 'backup-empty'), NULL, hosts=[make.backup])
    make.add('update-refused', header, UPDATE_CCK, key)
    update = Header(folder, 'update')
    make.add('update', update, UPDATE_CCK, key)
    make.add('no-dump', update, NULL, flags=NO_DUMP)
    demands = Header(folder, 'extension')
    make.add('derived', demands, ASSOCIATION, key, extension=derived(bytes(range(32)), demands.tag))
    make.add('derived-not', demands, ASSOCIATION, key)
    make.add('derived-other', demands, ASSOCIATION, key, extension=derived(key, demands.tag))


def others(make):
    for name, data in vectors.read().items():
        # Attestation requests come in an exchange file, which says where they are.
        if data.startswith(b'pvattest'):
            size, offset = struct.unpack('>II', data[24:32])
            data = data[offset:offset + size]
        make.write('v-' + name, data)


def main(folder):
    check_formula()
    make = Maker(folder)
    header = Header(folder, 'empty')
    secrets(make, folder, header)
    attestation(make, header)
    others(make)


if __name__ == '__main__':
    main(sys.argv[1])
