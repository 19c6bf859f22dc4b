#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Checks what the ultravisor encrypted, with OpenSSL and nothing of ours.

verify.py page KEY GFN COUNTER NONCE PLAIN ENCRYPTED: an exported page
verify.py dump-page KEY NONCE COMPONENT PLAIN ENCRYPTED: one as a dump describes it
verify.py cpu|complete SEED CCK FILE OUT: sealed data of a dump; decrypted they go to OUT

Keys, nonces, seed, component: hexadecimal. PLAIN, ENCRYPTED, FILE and OUT: file names.
"""
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def read(name):
    with open(name, 'rb') as file:
        return file.read()


def xts(key, tweak, plain, encrypted):
    cipher = Cipher(algorithms.AES(bytes.fromhex(key)), modes.XTS(tweak)).encryptor()
    assert cipher.update(read(plain)) == read(encrypted), 'ciphertext'


def page(key, gfn, counter, nonce, plain, encrypted):
    xts(key, int(gfn).to_bytes(5, 'big') + int(counter).to_bytes(6, 'big') + bytes.fromhex(nonce),
        plain, encrypted)


def dump_page(key, nonce, component, plain, encrypted):
    tweak = bytes(a | b for a, b in zip(bytes.fromhex(nonce), bytes.fromhex(component)))
    xts(key, tweak, plain, encrypted)


def unseal(seed, cck, name, out, iv, sealed, tag):
    area = read(name)
    key = HKDF(hashes.SHA512(), 32, bytes.fromhex(seed), b'IBM Z Ultravisor Dump').derive(
        bytes.fromhex(cck))
    data = AESGCM(key).decrypt(area[iv:iv + 12], area[sealed:tag + 16], area[:sealed])
    assert not any(area[tag + 16:]), 'rest of the area'
    with open(out, 'wb') as file:
        file.write(area[:sealed] + data)


{'page': page, 'dump-page': dump_page,
 'cpu': lambda *args: unseal(*args, 8, 32, 1552),
 'complete': lambda *args: unseal(*args, 80, 96, 272)}[sys.argv[1]](*sys.argv[2:])
