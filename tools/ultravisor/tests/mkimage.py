#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Images for the tests, made with OpenSSL and nothing of ours.

mkimage.py FOLDER: host keys, and for every image NAME.hdr (the header) and
NAME.pages: for each page u64 guest address, u64 tweak prefix, u64 offset (all
big-endian), 4096 bytes as in the image, 4096 bytes as the guest sees them.
"""
import hashlib
import os
import struct
import subprocess
import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PCF_DUMP, PCF_PLAIN, PCF_BACKUP = 1 << 29, 1 << 28, 1 << 1
PSW = (0x0000000180000000, 0x12340)


def new_key(folder, name):
    """A P-521 key from the openssl command, as PEM and as DER."""
    pem = os.path.join(folder, name + '.pem')
    subprocess.run(['openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt',
                    'ec_paramgen_curve:P-521', '-out', pem], check=True, capture_output=True)
    subprocess.run(['openssl', 'pkey', '-in', pem, '-outform', 'DER', '-out',
                    os.path.join(folder, name + '.der')], check=True)
    with open(pem, 'rb') as file:
        return serialization.load_pem_private_key(file.read(), None)


def never_there(folder, name, secret):
    """What a test looks for in memory. It must not be in memory for that, so it is inverted."""
    with open(os.path.join(folder, name + '.inverted'), 'wb') as file:
        file.write(bytes(0xff ^ byte for byte in secret))


def point(key):
    numbers = key.public_key().public_numbers()
    return numbers.x.to_bytes(80, 'big') + numbers.y.to_bytes(80, 'big')


def slot(host, customer, header_key):
    shared = customer.exchange(ec.ECDH(), host.public_key())
    wrapping = hashlib.sha256(shared + b'\0\0\0\1').digest()
    return (hashlib.sha256(point(host)).digest() +
            AESGCM(wrapping).encrypt(bytes(12), header_key, None))


def xts(key, tweak, data):
    encryptor = Cipher(algorithms.AES(key), modes.XTS(tweak)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def image(folder, name, hosts, customer, *, components=((0x10000, 3), (0x40000, 2)), pcf=0,
          scf=0, items=0, key=None, cck=None, nep=0):
    header_key, image_key = os.urandom(32), key or os.urandom(64)
    pld, ald, tld = hashlib.sha512(), hashlib.sha512(), hashlib.sha512()
    pages = b''
    for number, (address, count) in enumerate(components):
        prefix = number << 48 | int.from_bytes(os.urandom(6), 'big')
        for i in range(count):
            plain = os.urandom(4096)
            tweak = struct.pack('>QQ', prefix, i * 4096)
            stored = plain if pcf & PCF_PLAIN else xts(image_key, tweak, plain)
            guest = struct.pack('>Q', address + i * 4096)
            pld.update(stored)
            ald.update(guest)
            tld.update(tweak)
            pages += guest + tweak + stored + plain
            nep += 1
    # The same slot again costs no exchange.
    made = {host: slot(host, customer, header_key) for host in set(hosts)}
    slots = b''.join(made[host] for host in hosts)
    iv = os.urandom(12)
    area = struct.pack('>32s64sQQQII', cck or os.urandom(32), image_key, *PSW, scf, items, 0)
    size = 416 + len(slots) + len(area) + 16
    aad = struct.pack('>8sII12sIQQQQ160s64s64s64s', b'IBMSecEx', 0x100, size, iv, 0,
                      len(hosts), len(area), nep, pcf, point(customer), pld.digest(),
                      ald.digest(), tld.digest()) + slots
    with open(os.path.join(folder, name + '.hdr'), 'wb') as file:
        file.write(aad + AESGCM(header_key).encrypt(iv, area, aad))
    with open(os.path.join(folder, name + '.pages'), 'wb') as file:
        file.write(pages)


def main(folder):
    host, second, backup = (new_key(folder, name) for name in ('host', 'second', 'backup'))
    subprocess.run(['openssl', 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out',
                    os.path.join(folder, 'p256.pem')], check=True)
    subprocess.run(['openssl', 'genpkey', '-algorithm', 'RSA', '-out',
                    os.path.join(folder, 'rsa.pem')], check=True, capture_output=True)
    customer = ec.generate_private_key(ec.SECP521R1())
    strangers = [ec.generate_private_key(ec.SECP521R1()) for _ in range(40)]
    cck = bytes(range(32))

    never_there(folder, 'scalar', host.private_numbers().private_value.to_bytes(66, 'big'))
    with open(os.path.join(folder, 'host.pem'), 'rb') as file:
        never_there(folder, 'scalar-text', file.read().splitlines()[2])
    never_there(folder, 'shared', customer.exchange(ec.ECDH(), host.public_key()))
    image(folder, 'one', [host], customer)
    image(folder, 'second', strangers[:2] + [second], customer, pcf=0xe0)
    # The largest number of slots that two pages have room for.
    image(folder, 'many', strangers[:40] + [host], customer)
    image(folder, 'full', strangers[:40] + strangers[:40] + [host] * 15, customer)
    # 1 MiB less 16 bytes: one more slot is too many.
    image(folder, 'widest', strangers[:1] * 13099 + [host], customer)
    image(folder, 'too-wide', strangers[:1] * 13100 + [host], customer)
    image(folder, 'stranger', strangers[:3], customer)
    image(folder, 'backup', [backup], customer, pcf=PCF_BACKUP)
    image(folder, 'backup-refused', [backup], customer)
    image(folder, 'plain', [host], customer, pcf=PCF_PLAIN)
    image(folder, 'dump', [host], customer, pcf=PCF_DUMP, cck=cck)
    empty_cck = os.urandom(32)
    never_there(folder, 'cck', empty_cck)
    image(folder, 'empty', [host], customer, components=(), cck=empty_cck)
    # Secret control flags: bit 0 is unknown, 1 demands a derived extension secret, 2 lets
    # the customer communication key be exchanged; 1 and 2 exclude each other.
    image(folder, 'scf', [host], customer, scf=1 << 63)
    image(folder, 'scf-both', [host], customer, scf=3 << 61)
    image(folder, 'extension', [host], customer, scf=1 << 62, cck=cck, components=())
    image(folder, 'update', [host], customer, scf=1 << 61, cck=cck, components=(), pcf=PCF_DUMP)
    image(folder, 'all-flags', [host], customer, pcf=0xf0 | PCF_DUMP, components=())
    image(folder, 'backup-empty', [backup], customer, pcf=PCF_BACKUP, components=())
    image(folder, 'items', [host], customer, items=1)
    image(folder, 'nep', [host], customer, nep=1)
    image(folder, 'large', [host], customer, components=((0x100000, 600),))


if __name__ == '__main__':
    main(sys.argv[1])
