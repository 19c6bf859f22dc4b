#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""interrupt.py SIGNAL FOLDER COMMAND...: starts COMMAND, sends SIGNAL as soon as a
temporary file is in FOLDER, and demands that it dies of that signal without a core.
Where FOLDER is "-": as soon as COMMAND waits for something."""

import os
import resource
import signal
import subprocess
import sys
import time


def has_temporary(folder):
    return any(n.startswith(".pv") for n in os.listdir(folder))


def waits(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "S"


def main():
    number = getattr(signal, "SIG" + sys.argv[1])
    folder = sys.argv[2]
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    process = subprocess.Popen(sys.argv[3:], start_new_session=True,
                               preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
    end = time.monotonic() + 60
    while not (waits(process.pid) if folder == "-" else has_temporary(folder)):
        if time.monotonic() > end or process.poll() is not None:
            sys.exit("no temporary file was seen, or it did not wait")
        time.sleep(0.002)
    if os.path.exists(os.path.join(folder, "out")):
        sys.exit("a half-written output is visible")
    process.send_signal(number)
    _, status = os.waitpid(process.pid, 0)
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != number:
        sys.exit(f"did not die of the signal: status {status:#x}")
    if os.WCOREDUMP(status):
        sys.exit("has dumped core")


if __name__ == "__main__":
    main()
