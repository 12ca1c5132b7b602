#!/usr/bin/env python3
"""An IMAP server that lies. It speaks enough of RFC 3501 for a client that reads, and takes no word of the protocol for granted: what it says wrong today stands in FOLDER/lie (read at each command).

    imap_liar.py PORT FOLDER TLS

Mails are FOLDER/*.eml, numbered in the order of their names; the number that a name begins with is its UID. Everything that a client says goes to FOLDER/said, a line each, with a number for each
connection. The lies, several at once, a line each, NAME or NAME=VALUE:

    greeting=WORDS, login=WORDS, examine=WORDS, search=WORDS, fetch=WORDS, idle=WORDS, noop=WORDS    that answer instead (BYE closes)
    no-fetch=UID             NO to every FETCH of it            drop-fetch=UID      the connection ends at its body
    ghost=UID                SEARCH names it, FETCH does not    silent=VERB         no answer at all
    validity=N, validity=    another UIDVALIDITY, or none       uidnext=N, uidnext= another UIDNEXT, or none
    exists=N                 of the mailbox                     size=N, size=       RFC822.SIZE, or none
    disorder                 UIDs backwards, each twice         chatter             EXPUNGE, EXISTS, FETCH of other mails and nonsense between everything
    other-uid                a FETCH answers for another UID    nil                 NIL for whatever may be one
    literal=N                a body that is announced so long   line                a line without an end
    forever                  a body that goes on and on         plain               starts without TLS, offers STARTTLS
    inject=WORDS             sent with the OK to STARTTLS       strip               no STARTTLS, NO to it
"""
import glob
import os
import re
import socket
import ssl
import sys
import threading
import time

PORT, FOLDER, TLS = int(sys.argv[1]), sys.argv[2], sys.argv[3]
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
CONTEXT.load_cert_chain(f"{TLS}/server.pem", f"{TLS}/server.key")
count = 0
lock = threading.Lock()


def lies():
    with open(f"{FOLDER}/lie", encoding="ascii") as file:
        return dict(line.partition("=")[::2] for line in file.read().split("\n") if line)


def mails():
    found = {}
    for path in sorted(glob.glob(f"{FOLDER}/*.eml")):
        with open(path, "rb") as file:
            found[int(os.path.basename(path).split("-")[0])] = file.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return found


class Client(threading.Thread):
    def __init__(self, raw, number):
        super().__init__(daemon=True)
        self.wire, self.number, self.tls = raw, number, False

    def note(self, words):
        with lock, open(f"{FOLDER}/said", "a", encoding="latin-1") as file:
            file.write(f"{self.number} {'tls' if self.tls else 'plain'} {words}\n")

    def say(self, words):
        self.wire.sendall(words if isinstance(words, bytes) else words.encode("latin-1") + b"\r\n")

    def secure(self):
        self.wire = CONTEXT.wrap_socket(self.wire, server_side=True)
        self.tls = True
        self.lines = self.wire.makefile("rb")

    def run(self):
        try:
            self.note("connected")
            if "plain" in lies():
                self.lines = self.wire.makefile("rb")
            else:
                self.secure()
            self.talk()
        except (OSError, ValueError) as error:
            self.note(f"ended: {error!r}"[:100])
        finally:
            self.wire.close()

    def talk(self):
        greeting = lies().get("greeting", "* OK [CAPABILITY IMAP4rev1 IDLE LITERAL+" + (" STARTTLS" if "plain" in lies() and "strip" not in lies() else "") + " AUTH=PLAIN SASL-IR] here")
        self.say(greeting)
        if "BYE" in greeting:
            return
        while line := self.lines.readline():
            tag, _, rest = line.decode("latin-1").strip().partition(" ")
            self.note("AUTHENTICATE ..." if rest.upper().startswith(("AUTHENTICATE", "LOGIN")) else f"{tag} {rest}"[:200])
            if self.command(tag, rest, rest.upper().replace("UID ", "")) is False:
                return

    def command(self, tag, rest, upper):
        lie, verb = lies(), upper.split(" ")[0]
        if lie.get("silent", "").upper() == verb:
            time.sleep(3600)
        words = lie.get({"AUTHENTICATE": "login", "EXAMINE": "examine"}.get(verb, verb.lower()))
        if words is not None and verb in ("LOGIN", "AUTHENTICATE", "EXAMINE", "SEARCH", "FETCH", "IDLE", "NOOP"):
            bye = words.startswith("BYE")
            self.say(f"* {words}" if bye else f"{tag} {words}")
            return not bye
        if "line" in lie and verb in ("SEARCH", "FETCH"):
            self.say(b"* OK " + b"x")
            while True:
                self.say(b"y" * 65536)
        if "chatter" in lie and verb not in ("AUTHENTICATE", "CAPABILITY", "STARTTLS"):
            self.say("* 77 EXISTS\r\n* 1 EXPUNGE\r\n* 500 FETCH (FLAGS (\\Seen) UID 900)\r\n* 3 RECENT\r\n* OK [ALERT] nonsense\r\n* FLAGS ()\r\n* XYZZY what (is) this")
        getattr(self, "do_" + verb.lower().replace("starttls", "tls"), self.ok)(tag, rest, lie)
        return verb != "LOGOUT"

    def ok(self, tag, rest, lie):
        self.say(f"{tag} OK done")

    def do_noop(self, tag, rest, lie):
        self.say(f"* {lie.get('exists', len(mails()))} EXISTS\r\n{tag} OK done")

    def do_capability(self, tag, rest, lie):
        self.say(f"* CAPABILITY IMAP4rev1 IDLE LITERAL+ AUTH=PLAIN SASL-IR\r\n{tag} OK done")

    def do_tls(self, tag, rest, lie):
        if "strip" in lie:
            return self.say(f"{tag} NO never")
        injected = lie.get("inject", "")
        self.say(f"{tag} OK begin" + (f"\r\n{injected}" if injected else ""))
        self.secure()
        return None

    def do_list(self, tag, rest, lie):
        name = "NIL" if "nil" in lie else "INBOX"
        self.say(f'* LIST () {"NIL" if "nil" in lie else chr(34) + "/" + chr(34)} {name}\r\n{tag} OK done')

    def do_examine(self, tag, rest, lie):
        validity, following = lie.get("validity", "4711"), lie.get("uidnext", str(max(mails(), default=0) + 1))
        self.say(f"* {lie.get('exists', len(mails()))} EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Answered \\Seen)")
        if validity:
            self.say(f"* OK [UIDVALIDITY {validity}] it is")
        if following:
            self.say(f"* OK [UIDNEXT {following}] next")
        self.say(f"{tag} OK [READ-ONLY] examined")

    def numbers(self, rest):
        """The UIDs of a set that there are."""
        there, wanted = sorted(set(mails()) | set(self.ghosts())), set()
        for part in re.search(r"(?:UID|FETCH) ([\d:*,]+)", rest.upper()).group(1).split(","):
            low, _, high = part.partition(":")
            low, high = int(low), (max(there, default=0) if high == "*" else int(high or low))
            wanted |= {u for u in there if min(low, high) <= u <= max(low, high)}
        return sorted(wanted)

    @staticmethod
    def ghosts():
        return [int(u) for u in lies().get("ghost", "").split(",") if u]

    def do_search(self, tag, rest, lie):
        found = self.numbers(rest) if "UID " in rest.upper()[4:] else sorted(set(mails()) | set(self.ghosts()))
        if "disorder" in lie:
            found = [u for u in reversed(found) for _ in range(2)]
        self.say(f"* SEARCH {' '.join(map(str, found))}".rstrip() + f"\r\n{tag} OK done")

    def do_fetch(self, tag, rest, lie):
        there = mails()
        for uid in (reversed(self.numbers(rest)) if "disorder" in lie else self.numbers(rest)):
            if uid in there and not self.give(uid, there[uid], sorted(there).index(uid) + 1, rest, lie, tag):
                return
        self.say(f"{tag} OK done")

    def give(self, uid, mail, number, rest, lie, tag):
        body = re.search(r"BODY\.PEEK\[(HEADER)?\](?:<(\d+)\.(\d+)>)?", rest.upper())
        if str(uid) in lie.get("no-fetch", "").split(",") and body:
            self.say(f"{tag} NO [SERVERBUG] cannot give it")
            return False
        told = 900 if "other-uid" in lie else uid
        if not body:
            size = lie.get("size", str(len(mail)))
            parts = f"UID {told} FLAGS ()" + (" INTERNALDATE NIL" if "nil" in lie else f' INTERNALDATE "{time.strftime("%d-%b-%Y %H:%M:%S +0000", time.gmtime())}"') + (f" RFC822.SIZE {size}" if size else "")
            for _ in range(2 if "disorder" in lie else 1):
                self.say(f"* {number} FETCH ({parts})")
            return True
        if str(uid) in lie.get("drop-fetch", "").split(","):
            self.say(f"* {number} FETCH (UID {told} BODY[]<0> {{{len(mail)}}}".encode() + b"\r\n" + mail[:40])
            self.wire.shutdown(socket.SHUT_RDWR)
            return False
        if body.group(1):
            mail = mail.split(b"\r\n\r\n")[0] + b"\r\n\r\n"
        at, most = int(body.group(2) or 0), int(body.group(3) or len(mail))
        piece, section = mail[at:at + most], f"BODY[{body.group(1) or ''}]<{at}>"
        if "nil" in lie:
            self.say(f"* {number} FETCH (UID {told} {section} NIL)")
            return True
        if "literal" in lie or "forever" in lie:
            self.say(f"* {number} FETCH (UID {told} {section} {{{lie.get('literal', 2147483647)}}}".encode() + b"\r\n")
            while "forever" in lie:
                self.say(b"z" * 65536)
            self.say(piece)
            time.sleep(3600)
        self.say(f"* {number} FETCH (UID {told} {section} {{{len(piece)}}}".encode() + b"\r\n" + piece + b")\r\n")
        return True

    def do_idle(self, tag, rest, lie):
        self.say("+ idling")
        if "chatter" in lie:
            self.say("* 77 EXISTS")
        self.lines.readline()
        self.say(f"{tag} OK done")


with socket.create_server(("127.0.0.1", PORT)) as listener:
    while True:
        accepted, _ = listener.accept()
        count += 1
        Client(accepted, count).start()
