#!/usr/bin/env python3
"""alerts.py PORT FOLDER: stands in for ntfy, Slack, a webhook and a dead-man's switch: every request is a file FOLDER/N-NAME.json, NAME being the first part of its path. While FOLDER/broken exists it answers 500."""

import http.server
import json
import pathlib
import sys

FOLDER = pathlib.Path(sys.argv[2])
count = 0


class Taker(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        global count
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        broken = (FOLDER / "broken").exists()
        if not broken:
            count += 1
            said = {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body}
            (FOLDER / f"{count:03d}-{self.path.split('/')[1]}.json").write_text(json.dumps(said))
        self.send_response(500 if broken else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = answer

    def log_message(self, *_):
        return


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Taker).serve_forever()
