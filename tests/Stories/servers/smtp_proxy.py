"""A proxy before the SMTP server, TLS on both sides. What it does to the next mail stands in WORLD/proxy-mode:

pass              nothing
kill-after-250    the server has accepted the mail; the client process (its id is in WORLD/victim) dies before it hears so
hang-after-250    the server has accepted the mail; the connection is cut, nobody tells the client
kill-before-data  the client process dies when it has named the recipients and before the server hears DATA
451, 550          the server never sees the mail; the client is told so with this code after its final dot

After it has done it once the mode is `pass`.
"""
import os
import signal
import socket
import ssl
import sys
import threading

listen_port, server_port, world = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]


def mode():
    with open(f"{world}/proxy-mode", encoding="ascii") as f:
        return f.read().strip()


def done():
    with open(f"{world}/proxy-mode", "w", encoding="ascii") as f:
        f.write("pass\n")


def kill():
    with open(f"{world}/victim", encoding="ascii") as f:
        os.kill(int(f.read()), signal.SIGKILL)
    done()


def reply(stream):
    """One answer of the server, all its lines."""
    lines = b""
    while True:
        line = stream.readline()
        lines += line
        if len(line) < 4 or line[3:4] != b"-":
            return lines


def serve(client, upstream):
    to_client, to_server = client.makefile("rwb"), upstream.makefile("rwb")

    def tell(text):
        to_client.write(text)
        to_client.flush()

    def ask(text):
        to_server.write(text)
        to_server.flush()
        return reply(to_server)

    tell(reply(to_server))
    in_auth = False
    while line := to_client.readline():
        if not in_auth:
            print("C:", line[:60] if not line.upper().startswith(b"AUTH") else b"AUTH ...", flush=True)
        if line.strip().upper() == b"DATA":
            if mode() == "kill-before-data":
                kill()
                return
            answer = ask(line)
            tell(answer)
            if not answer.startswith(b"354"):
                continue
            mail = b""
            while (part := to_client.readline()) != b".\r\n":
                if not part:
                    return
                mail += part
            if mode() in ("451", "550"):
                tell(mode().encode() + b" the story says no\r\n")
                done()
                return
            answer = ask(mail + b".\r\n")
            print("S:", answer, flush=True)
            if mode() == "kill-after-250":
                kill()
                return
            if mode() == "hang-after-250":
                done()
                return
            tell(answer)
        else:
            answer = ask(line)
            in_auth = answer.startswith(b"334")
            # One way to hand over a mail is enough: DATA.
            answer = answer.replace(b"250-CHUNKING\r\n", b"")
            tell(answer)


def connection(raw):
    try:
        client = here.wrap_socket(raw, server_side=True)
        upstream = there.wrap_socket(socket.create_connection(("127.0.0.1", server_port)), server_hostname="127.0.0.1")
        with client, upstream:
            serve(client, upstream)
    except OSError as error:
        print("connection ended:", error, flush=True)


here = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
here.load_cert_chain(f"{world}/tls/server.pem", f"{world}/tls/server.key")
there = ssl.create_default_context(cafile=f"{world}/tls/ca.pem")
listener = socket.create_server(("127.0.0.1", listen_port))
while True:
    accepted, _ = listener.accept()
    threading.Thread(target=connection, args=(accepted,), daemon=True).start()
