#!/usr/bin/env python3
"""apt_proxy.py ADDRESS PORT CACHE: an HTTP proxy for apt in a machine that has no other way out. Packages are kept in CACHE, since a file in a pool never changes."""
import hashlib
import http.server
import os
import shutil
import sys
import urllib.error
import urllib.request

ADDRESS, PORT, CACHE = sys.argv[1], int(sys.argv[2]), sys.argv[3]


class Proxy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kept = os.path.join(CACHE, hashlib.sha256(self.path.encode()).hexdigest())
        if os.path.exists(kept):
            with open(kept, "rb") as body:
                return self.answer(body, os.path.getsize(kept))
        wanted = {name: self.headers[name] for name in ("If-Modified-Since",) if self.headers[name]}
        try:
            with urllib.request.urlopen(urllib.request.Request(self.path, headers=wanted), timeout=60) as got:
                if "/pool/" not in self.path:
                    return self.answer(got, got.headers["Content-Length"])
                fresh = f"{kept}.{os.getpid()}.{id(self)}"
                with open(fresh, "wb") as body:
                    shutil.copyfileobj(got, body)
                os.rename(fresh, kept)
        except urllib.error.HTTPError as error:
            self.send_response(error.code)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        with open(kept, "rb") as body:
            self.answer(body, os.path.getsize(kept))

    def answer(self, body, size):
        self.send_response(200)
        self.send_header("Content-Length" if size else "Connection", str(size) if size else "close")
        self.end_headers()
        shutil.copyfileobj(body, self.wfile)

    def log_message(self, format, *args):
        print(self.path, format % args, flush=True)

    protocol_version = "HTTP/1.1"


os.makedirs(CACHE, exist_ok=True)
http.server.ThreadingHTTPServer((ADDRESS, PORT), Proxy).serve_forever()
