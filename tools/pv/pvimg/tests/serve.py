#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""serve.py FOLDER PORT-FILE LOG: serves the folder by HTTP, tells its port, and logs
what was asked for."""

import functools
import http.server
import os
import sys


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[3], "a", encoding="ascii") as f:
            f.write(self.path + "\n")
        super().do_GET()

    def log_message(self, *_):
        pass


def main():
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=sys.argv[1]))
    with open(sys.argv[2] + ".new", "w", encoding="ascii") as f:
        f.write(str(server.server_port))
    os.rename(sys.argv[2] + ".new", sys.argv[2])
    server.serve_forever()


if __name__ == "__main__":
    main()
