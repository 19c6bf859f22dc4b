#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""seeds.py VECTORS FOLDER: a corpus to begin with, from the vectors. The first byte
of a file chooses the parser, see parsers.c."""

import os
import sys


def main():
    source, target = sys.argv[1:3]
    os.makedirs(target, exist_ok=True)
    for name in os.listdir(source):
        with open(os.path.join(source, name), "rb") as f:
            data = f.read()
        for parser in range(8):
            with open(os.path.join(target, f"{name}-{parser}"), "wb") as f:
                f.write(bytes([parser]) + data)


if __name__ == "__main__":
    main()
