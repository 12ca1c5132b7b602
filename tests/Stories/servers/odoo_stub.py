"""What nginx sees of Odoo: the workers' port 8069, and 8072 for the event-driven process. Both answer with what they were asked, as JSON.

    odoo_stub.py ADDRESS

/web/session/…  a cookie session_id is set        /websocket  an upgrade is answered with 101, and what comes is sent back
/websocket/peek_notifications?wait=S  the answer comes after S seconds
"""

import base64
import hashlib
import http.server
import json
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit


class Odoo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        path = urlsplit(self.path)
        if self.headers.get("Upgrade", "").lower() == "websocket" and "upgrade" in self.headers.get("Connection", "").lower():
            return self.upgrade()
        time.sleep(float(parse_qs(path.query).get("wait", ["0"])[0]))
        answer = json.dumps({"port": self.server.server_port, "address": self.server.server_address[0], "path": self.path, "body": len(body), "headers": {k.lower(): v for k, v in self.headers.items()}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("X-Frame-Options", "DENY")
        if path.path.startswith("/web/session/"):
            self.send_header("Set-Cookie", "session_id=abc; Path=/")
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_GET

    def upgrade(self):
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.send_header("X-Port", str(self.server.server_port))
        self.end_headers()
        self.wfile.flush()
        self.close_connection = True
        while data := self.connection.recv(4096):
            self.connection.sendall(data)

    def log_message(self, *_):
        pass


for port in (8069, 8072):
    server = http.server.ThreadingHTTPServer((sys.argv[1], port), Odoo)
    threading.Thread(target=server.serve_forever).start()
