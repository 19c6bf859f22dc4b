#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""An independent reader of protected images: written from the format's
description alone, on top of python3-cryptography, and knowing nothing of
pvimg's sources. It checks everything that the ultravisor checks, and more."""

import argparse
import hashlib
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key

PAGE = 4096
MARK = 0xc000		# where other tools look first
PARMS = 0x11008		# stage 1's parameter block, see Documentation/pvimg.rst


def demand(condition, words):
    if not condition:
        sys.exit(f"image.py: {words}")


def number(data, offset, size=8):
    return int.from_bytes(data[offset:offset + size], "big")


def zero(data, begin, end, words):
    demand(not any(data[begin:end]), f"{words} is not zero")


class Image:
    def __init__(self, path):
        with open(path, "rb") as f:
            self.data = f.read()
        d = self.data
        demand(len(d) % PAGE == 0, "not whole pages")
        demand(number(d, 0) == 0x0008000180011000, "short PSW at 0")
        zero(d, 8, MARK, "the area below the mark")
        demand(d[MARK:MARK + 8] == b"SeImgLnx", "mark")
        demand(struct.unpack_from(">QIQ", d, MARK + 8) ==
               (PARMS + number(d, PARMS), 1, PARMS + number(d, PARMS + 16)), "what the mark says")
        zero(d, MARK + 28, 0x10000, "the area between mark and stage 1")
        zero(d, 0x10400, 0x11000, "the area of a kernel's parameters")
        self.header_addr = PARMS + number(d, PARMS)
        self.header_size = number(d, PARMS + 8)
        self.ipib_addr = PARMS + number(d, PARMS + 16)
        self.read_ipib()
        self.read_header()

    def read_ipib(self):
        b = self.ipib = self.data[self.ipib_addr:self.ipib_addr + PAGE]
        demand(self.ipib_addr % PAGE == 0, "IPIB alignment")
        count = number(b, 116, 4)
        size = 136 + 24 * count
        demand(number(b, 0, 4) == size, "IPIB length")
        demand(b[7] == 1 and b[111] == 1, "IPIB version")
        demand(number(b, 8, 4) == size - 8, "IPIB block length")
        demand(b[12] == 5, "IPIB type")
        for begin, end in ((4, 7), (13, 111), (112, 116), (120, 136), (size, PAGE)):
            zero(b, begin, end, f"IPIB bytes {begin} to {end}")
        self.components = []
        for i in range(count):
            comp = struct.unpack_from(">QQQ", b, 136 + 24 * i)
            demand(comp[1] % PAGE == 0 and comp[2] % PAGE == 0 and comp[2], "component size")
            demand(comp[0] >> 48 == i, "component number in the tweak prefix")
            self.components.append(comp)
        for (p0, a0, s0), (p1, a1, _) in zip(self.components, self.components[1:]):
            demand(a0 + s0 <= a1, "components do not ascend")
            demand(p0 < p1, "tweak prefixes do not ascend")
        demand(self.components[0][1] >= self.header_addr + self.header_size, "overlap")
        demand(self.components[-1][1] + self.components[-1][2] == len(self.data), "file size")

    def read_header(self):
        h = self.header = self.data[self.header_addr:self.header_addr + self.header_size]
        demand(self.header_addr % PAGE == 0, "header alignment")
        demand(h[:8] == b"IBMSecEx", "header magic")
        demand(number(h, 8, 4) == 0x100, "header version")
        demand(number(h, 12, 4) == len(h) <= 2 * PAGE, "header size")
        zero(h, 28, 32, "header reserved")
        self.slots = number(h, 32)
        self.area_size = number(h, 40)
        self.pages = number(h, 48)
        self.pcf = number(h, 56)
        demand(self.area_size == 128, "encrypted area size")
        demand(416 + 80 * self.slots + 128 + 16 == len(h), "header size and contents")
        zero(h, 64, 78, "padding of X")
        zero(h, 144, 158, "padding of Y")

    def digests(self):
        pld, ald, tld = hashlib.sha512(), hashlib.sha512(), hashlib.sha512()
        count = 0
        for prefix, addr, size in self.components:
            pld.update(self.data[addr:addr + size])
            for offset in range(0, size, PAGE):
                ald.update(struct.pack(">Q", addr + offset))
                tld.update(struct.pack(">QQ", prefix, offset))
                count += 1
        demand(count == self.pages, "number of pages")
        demand(pld.digest() == self.header[224:288], "page list digest")
        demand(ald.digest() == self.header[288:352], "address list digest")
        demand(tld.digest() == self.header[352:416], "tweak list digest")

    def open(self, key):
        numbers = key.public_key().public_numbers()
        mine = hashlib.sha256(numbers.x.to_bytes(80, "big") +
                              numbers.y.to_bytes(80, "big")).digest()
        h = self.header
        slots = [h[416 + 80 * i:496 + 80 * i] for i in range(self.slots)]
        slot = [s for s in slots if s[:32] == mine]
        demand(len(slot) == 1, f"{len(slot)} slots for this key")
        customer = ec.EllipticCurvePublicNumbers(
            number(h, 64, 80), number(h, 144, 80), ec.SECP521R1()).public_key()
        shared = key.exchange(ec.ECDH(), customer)
        demand(len(shared) == 66, "shared secret")
        wrapping = hashlib.sha256(shared + b"\0\0\0\1").digest()
        try:
            self.header_key = AESGCM(wrapping).decrypt(bytes(12), slot[0][32:], None)
            end = 416 + 80 * self.slots
            area = AESGCM(self.header_key).decrypt(h[16:28], h[end:], h[:end])
        except InvalidTag:
            sys.exit("image.py: wrong GCM tag")
        self.cck, self.image_key = area[:32], area[32:96]
        self.psw_mask, self.psw_addr, self.scf = struct.unpack(">QQQ", area[96:120])
        zero(area, 120, 128, "end of the encrypted area")

    def plain(self, comp):
        prefix, addr, size = comp
        if self.pcf >> (63 - 35) & 1:
            return self.data[addr:addr + size]
        out = []
        for offset in range(0, size, PAGE):
            xts = Cipher(algorithms.AES(self.image_key),
                         modes.XTS(struct.pack(">QQ", prefix, offset))).decryptor()
            out.append(xts.update(self.data[addr + offset:addr + offset + PAGE]))
        return b"".join(out)

    def flat(self):
        """Memory as the guest finds it after the transition: components in
        plain, everything else zero; and a PSW by which a machine without an
        ultravisor starts it."""
        memory = bytearray(len(self.data))
        for comp in self.components:
            memory[comp[1]:comp[1] + comp[2]] = self.plain(comp)
        demand(self.psw_addr < 1 << 31, "start address")
        struct.pack_into(">Q", memory, 0, self.psw_mask | 1 << 51 | self.psw_addr)
        return memory


def padded(data):
    return data + bytes(-len(data) % PAGE)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("image")
    p.add_argument("--key", required=True)
    p.add_argument("--kernel", required=True)
    p.add_argument("--cmdline")
    p.add_argument("--initrd")
    p.add_argument("--pcf", default="0xe0")
    p.add_argument("--psw")
    p.add_argument("--scf", default="0")
    p.add_argument("--header-key")
    p.add_argument("--image-key")
    p.add_argument("--cck")
    p.add_argument("--flat")
    a = p.parse_args()

    image = Image(a.image)
    image.digests()
    image.open(load_pem_private_key(read(a.key), None))
    demand(image.pcf == int(a.pcf, 0), f"pcf is {image.pcf:#x}")
    demand(image.scf == int(a.scf, 0), f"scf is {image.scf:#x}")
    mask, address = (int(n, 0) for n in a.psw.split(",")) if a.psw else (
        0x180000000, image.components[-1][1])
    demand(image.psw_mask == mask, "PSW mask")
    for path, key in ((a.header_key, image.header_key), (a.image_key, image.image_key),
                      (a.cck, image.cck)):
        demand(not path or read(path) == key, f"{path} was not used")
    for key in (image.header_key, image.image_key[:32], image.image_key[32:], image.cck):
        demand(key not in image.data, "a key stands in the image")

    want = [read(a.kernel)]
    if a.cmdline is not None:
        want.append(a.cmdline.encode() + b"\0")
    if a.initrd:
        want.append(read(a.initrd))
    demand(len(image.components) == len(want) + 1, "number of components")
    for i, data in enumerate(want):
        demand(image.plain(image.components[i]) == padded(data), f"component {i} differs")
    demand(image.psw_addr == address, "start address")
    if a.flat:
        with open(a.flat, "wb") as f:
            f.write(image.flat())


if __name__ == "__main__":
    main()
