#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Checks what the ultravisor encrypted, with OpenSSL and nothing of ours.

verify.py page KEY GFN COUNTER TAG PLAIN ENCRYPTED: an exported page
verify.py sealed CCK FILE OUT: a sealed page of a dump; its data go to OUT

Keys, tag: hexadecimal. The last three of page, FILE and OUT are file names.
"""
import hashlib
import subprocess
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def read(name):
    with open(name, 'rb') as file:
        return file.read()


def page(key, gfn, counter, tag, plain, encrypted):
    nonce = int(gfn).to_bytes(5, 'big') + int(counter).to_bytes(6, 'big') + b'\0'
    sealed = AESGCM(bytes.fromhex(key)).encrypt(nonce, read(plain), None)
    assert sealed[:4096] == read(encrypted), 'ciphertext'
    assert sealed[4096:4096 + 14] == bytes.fromhex(tag), 'tag'
    # GCM encrypts in counter mode that starts at 2: the openssl command can do that.
    command = subprocess.run(['openssl', 'enc', '-aes-256-ctr', '-nopad', '-K', key, '-iv',
                              (nonce + b'\0\0\0\2').hex(), '-in', plain],
                             check=True, capture_output=True)
    assert command.stdout == read(encrypted), 'openssl enc'


def sealed(cck, name, out):
    area = read(name)
    salt, nonce = area[28:40], area[16:28]
    key = hashlib.sha256(bytes.fromhex(cck) + b'openuv dump 1\0' + salt).digest()
    with open(out, 'wb') as file:
        file.write(AESGCM(key).decrypt(nonce, area[40:], area[:40]))


{'page': page, 'sealed': sealed}[sys.argv[1]](*sys.argv[2:])
