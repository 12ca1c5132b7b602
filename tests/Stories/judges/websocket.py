"""Opens a web socket by TLS and says how the server took it: the status line's code, the port that answered, and whether octets came back.

    websocket.py HOST CA PATH
"""

import base64
import hashlib
import os
import socket
import ssl
import sys

host, authority, path = sys.argv[1:4]
key = base64.b64encode(os.urandom(16)).decode()
context = ssl.create_default_context(cafile=authority)
with context.wrap_socket(socket.create_connection((host, 443), timeout=10), server_hostname=host) as connection:
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        data = connection.recv(4096)
        if not data:
            break
        answer += data
    lines = answer.decode("latin-1").split("\r\n")
    headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:])}
    accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
    echo = b""
    if headers.get("sec-websocket-accept") == accept:
        frame = os.urandom(64)
        connection.sendall(frame)
        while len(echo) < len(frame) and (data := connection.recv(4096)):
            echo += data
        echo = b"echo" if echo == frame else b"garbled"
    print(lines[0].split(" ")[1], headers.get("x-port", "-"), echo.decode() or "-")
