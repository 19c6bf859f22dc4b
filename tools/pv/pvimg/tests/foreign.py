#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""foreign.py IN OUT [mark]: an image of ours as another tool lays it out: the IPL
parameter block in the last, partial page of the file, with the length of a page,
0xe0 bytes of a first block and no version. With `mark`, where it is stands at
0xc000; without, nothing does."""

import struct
import sys

PARMS = 0x11008
MARK = 0xc000


def main():
    with open(sys.argv[1], "rb") as f:
        d = bytearray(f.read())
    at = PARMS + int.from_bytes(d[PARMS + 16:PARMS + 24], "big")
    count = int.from_bytes(d[at + 116:at + 120], "big")
    block = d[at:at + 136 + 24 * count]
    d[at:at + 4096] = bytes(4096)
    struct.pack_into(">I", block, 0, 4096)
    struct.pack_into(">I", block, 8, 0xe0)
    block[111] = 0
    struct.pack_into(">Q", d, PARMS + 16, len(d) - PARMS)
    struct.pack_into(">Q", d, MARK + 20, len(d))
    if len(sys.argv) < 4:
        d[MARK:MARK + 28] = bytes(28)
    with open(sys.argv[2], "wb") as f:
        f.write(d + block)


if __name__ == "__main__":
    main()
