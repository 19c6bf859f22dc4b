#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""terminal.py FOLDER COMMAND...: runs COMMAND with a terminal as standard error, stops it
for more than a second when the image that it makes in FOLDER has begun to fill, prints
what the terminal got."""

import os
import pty
import signal
import subprocess
import sys
import time

# Behind what is plain; zero until the components are written
OFFSET = 0x20000


def has_begun(folder):
    for name in os.listdir(folder):
        if name.startswith(".pv"):
            with open(os.path.join(folder, name), "rb") as f:
                f.seek(OFFSET)
                return any(f.read(16))
    return False


def main():
    ours, theirs = pty.openpty()
    process = subprocess.Popen(sys.argv[2:], stderr=theirs)
    os.close(theirs)
    end = time.monotonic() + 60
    while not has_begun(sys.argv[1]):
        if time.monotonic() > end or process.poll() is not None:
            sys.exit("no image was begun")
        time.sleep(0.002)
    process.send_signal(signal.SIGSTOP)
    time.sleep(1.1)
    process.send_signal(signal.SIGCONT)
    while True:
        try:
            got = os.read(ours, 4096)
        except OSError:     # the other end is closed
            break
        if not got:
            break
        os.write(1, got)
    sys.exit(process.wait())


if __name__ == "__main__":
    main()
