#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""best.py MIB NAME COMMAND...: runs it five times and tells the best."""

import os
import subprocess
import sys
import time

mib, name, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
real, cpu = [], []
for _ in range(5):
    before, start = os.times(), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    real.append(time.monotonic() - start)
    after = os.times()
    cpu.append(after.children_user + after.children_system -
               before.children_user - before.children_system)
print(f"{name:8} {mib} MiB: {mib / min(real):6.0f} MiB/s  "
      f"({min(real):.2f} s elapsed, {min(cpu):.2f} s of CPU time)")
