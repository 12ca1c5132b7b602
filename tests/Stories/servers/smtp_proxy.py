"""A proxy before the SMTP server, TLS on both sides, that can do something to the client at each step of a mail.

smtp_proxy.py PORT SERVER-PORT WORLD: what it does to the next mail stands in WORLD/proxy-mode:

pass              nothing
kill-after-250    the server has accepted the mail; the client process (its id is in WORLD/victim) dies before it hears so
hang-after-250    the server has accepted the mail; the connection is cut, nobody tells the client
kill-before-data  the client process dies when it has named the recipients and before the server hears DATA
451, 550          the server never sees the mail; the client is told so with this code after its final dot

After it has done it once the mode is `pass`.

Others bring their own `act` (tests/Faults/fence.py). The steps, in their order: "greeting"; "before VERB" and "after VERB" of each command, the server's answer being known after it and the client not
told; "content", the client's first line of it; "middle", half of it is with the server; "dot", the client has ended, the server does not know; "accepted", the server has answered; "told", the client was too.
"""
import os
import signal
import socket
import ssl
import sys
import threading


class Cut(Exception):
    """The client hears no more, nor does the server."""


def reply(stream):
    """One answer of the server, all its lines."""
    lines = b""
    while True:
        line = stream.readline()
        lines += line
        if len(line) < 4 or line[3:4] != b"-":
            return lines


class Conversation:
    """One connection. `act(step, conversation)` may return what the client is told instead of what the server would say, or raise Cut."""

    def __init__(self, client, upstream, act, rewrite, log):
        self.client, self.server, self.act, self.rewrite, self.log = client.makefile("rwb"), upstream.makefile("rwb"), act, rewrite, log
        self.answer, self.mail = b"", b""

    def tell(self, text):
        self.client.write(text)
        self.client.flush()

    def say(self, text):
        self.server.write(text)
        self.server.flush()

    def ask(self, text):
        self.say(text)
        self.answer = reply(self.server)
        return self.answer

    def step(self, name):
        return self.act(name, self)

    def run(self):
        self.answer = reply(self.server)
        self.tell(self.step("greeting") or self.answer)
        secret = False
        while line := self.client.readline():
            verb = "secret" if secret else line.split()[0].decode("ascii", "replace").upper() if line.split() else ""
            self.log("C:", line[:60] if verb not in ("AUTH", "secret") else b"...")
            told = self.step(f"before {verb}")
            if told is None:
                self.ask(line)
                # One way to hand over a mail is enough: DATA.
                self.answer = self.answer.replace(b"250-CHUNKING\r\n", b"")
                told = self.step(f"after {verb}") or self.answer
            secret = told.startswith(b"334")
            self.tell(told)
            if verb == "DATA" and told.startswith(b"354") and not self.content():
                return

    def content(self):
        """False where the client was gone before its final dot."""
        self.mail = self.client.readline()
        self.step("content")
        while (part := self.client.readline()) != b".\r\n":
            if not part:
                return False
            self.mail += part
        if self.rewrite:
            self.mail = self.rewrite(self.mail)
        half = self.mail[: len(self.mail) // 2]
        self.say(half)
        self.step("middle")
        told = self.step("dot")
        if told is None:
            answer = self.ask(self.mail[len(half):] + b".\r\n")
            self.log("S:", answer)
            told = self.step("accepted") or answer
            self.tell(told)
            self.step("told")
            return True
        # The server has half of a mail that it must never take for a whole one.
        self.tell(told)
        return False


class Proxy:
    """Listens until its process ends."""

    def __init__(self, port, server_port, tls, act, rewrite=None, log=lambda *words: None):
        self.server_port, self.act, self.rewrite, self.log = server_port, act, rewrite, log
        self.here = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.here.load_cert_chain(f"{tls}/server.pem", f"{tls}/server.key")
        self.there = ssl.create_default_context(cafile=f"{tls}/ca.pem")
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]

    def run(self):
        while True:
            accepted, _ = self.listener.accept()
            threading.Thread(target=self.connection, args=(accepted,), daemon=True).start()

    def connection(self, raw):
        try:
            with raw, self.here.wrap_socket(raw, server_side=True) as client, socket.create_connection(("127.0.0.1", self.server_port)) as plain, \
                    self.there.wrap_socket(plain, server_hostname="127.0.0.1") as upstream:
                Conversation(client, upstream, self.act, self.rewrite, self.log).run()
        except (OSError, Cut) as error:
            self.log("connection ended:", repr(error))


def by_file(world):
    """What stands in WORLD/proxy-mode, once."""
    def mode():
        with open(f"{world}/proxy-mode", encoding="ascii") as file:
            return file.read().strip()

    def done():
        with open(f"{world}/proxy-mode", "w", encoding="ascii") as file:
            file.write("pass\n")

    def kill():
        with open(f"{world}/victim", encoding="ascii") as file:
            os.kill(int(file.read()), signal.SIGKILL)
        done()
        raise Cut

    def act(step, _):
        if step == "before DATA" and mode() == "kill-before-data":
            kill()
        elif step == "dot" and mode() in ("451", "550"):
            told = mode().encode() + b" the story says no\r\n"
            done()
            return told
        elif step == "accepted" and mode() == "kill-after-250":
            kill()
        elif step == "accepted" and mode() == "hang-after-250":
            done()
            raise Cut
        return None

    return act


if __name__ == "__main__":
    Proxy(int(sys.argv[1]), int(sys.argv[2]), f"{sys.argv[3]}/tls", by_file(sys.argv[3]), log=lambda *words: print(*words, flush=True)).run()
