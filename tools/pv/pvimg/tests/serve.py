#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""serve.py FOLDER PORT-FILE LOG: serves the folder by HTTP, tells its port, and logs
what was asked for. What hostile servers do: /moved and /local point to signer.crl, here
and as a file, /circle to itself, /flood never ends, /stalled never begins."""

import functools
import http.server
import os
import sys
import time


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[3], "a", encoding="ascii") as f:
            f.write(self.path + "\n")
        places = {
            "/moved": "/signer.crl",
            "/local": "file://" + os.path.abspath(os.path.join(sys.argv[1], "signer.crl")),
            "/circle": "/circle",
        }
        if self.path in places:
            self.send_response(302)
            self.send_header("Location", places[self.path])
            self.end_headers()
        elif self.path == "/flood":
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(bytes(1 << 20))
        elif self.path == "/stalled":
            time.sleep(100)
        else:
            super().do_GET()

    def handle(self):
        try:
            super().handle()
        except OSError:     # the other side has had enough
            pass

    def log_message(self, *_):
        pass


def main():
    http.server.ThreadingHTTPServer.daemon_threads = True
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=sys.argv[1]))
    with open(sys.argv[2] + ".new", "w", encoding="ascii") as f:
        f.write(str(server.server_port))
    os.rename(sys.argv[2] + ".new", sys.argv[2])
    server.serve_forever()


if __name__ == "__main__":
    main()
