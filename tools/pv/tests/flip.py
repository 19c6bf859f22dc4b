#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""flip.py IN OUT STATUS STATUS COMMAND...: for every 31st byte of IN, writes it to
OUT with one bit changed and demands that COMMAND ends with one of the two statuses;
then with every 97th length that is shorter."""

import subprocess
import sys


def main():
    source, target = sys.argv[1:3]
    statuses = [int(s) for s in sys.argv[3:5]]
    command = sys.argv[5:]
    with open(source, "rb") as f:
        data = f.read()

    def run(changed, what):
        with open(target, "wb") as f:
            f.write(changed)
        status = subprocess.run(command, capture_output=True).returncode
        if status not in statuses:
            sys.exit(f"{what}: status {status}")

    for i in range(0, len(data), 31):
        changed = bytearray(data)
        changed[i] ^= 1 << i % 8
        run(changed, f"byte {i}")
    for size in range(0, len(data), 97):
        run(data[:size], f"cut to {size}")


if __name__ == "__main__":
    main()
