#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""vectors.py FOLDER: what vectors.txt has, as files there."""

import os
import sys


def read():
    """Each one's name and content"""
    with open(os.path.join(os.path.dirname(__file__), 'vectors.txt'), encoding='ascii') as file:
        lines = [line.split() for line in file if not line.startswith('#')]
    return {name: bytes.fromhex(data) for name, data in lines}


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    for name, data in read().items():
        with open(os.path.join(sys.argv[1], name), 'wb') as file:
            file.write(data)


if __name__ == '__main__':
    main()
