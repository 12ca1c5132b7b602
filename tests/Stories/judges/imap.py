"""What Dovecot says about the mailbox. imap.py PORT CA USER PASSWORD COMMAND...

count MAILBOX              how many mails
flags MAILBOX MESSAGE-ID   the flags of the mail with this Message-ID, sorted
fetch MAILBOX MESSAGE-ID   the mail itself
thread MESSAGE-ID...       `together` where Dovecot's THREAD puts these mails of INBOX and Sent into one thread, the first being its root
append MAILBOX FILE        puts a mail there; append-old: as of 30 days ago; append-answered: answered already
"""
import imaplib
import re
import ssl
import sys
import time

port, ca, user, password, command, *rest = sys.argv[1:]
imap = imaplib.IMAP4_SSL("127.0.0.1", int(port), ssl_context=ssl.create_default_context(cafile=ca))
imap.login(user, password)


def ok(answer):
    kind, data = answer
    if kind != "OK":
        sys.exit(f"the server says {kind}: {data}")
    return data


def find(message_id):
    return ok(imap.search(None, "HEADER", "Message-ID", f'"{message_id}"'))[0].split()


if command == "count":
    print(int(ok(imap.select(rest[0], readonly=True))[0]))
elif command == "flags":
    ok(imap.select(rest[0], readonly=True))
    for number in find(rest[1]):
        data = ok(imap.fetch(number, "(FLAGS)"))[0]
        print(" ".join(sorted(f.decode() for f in imaplib.ParseFlags(data) if f != rb"\Recent")))
elif command == "fetch":
    ok(imap.select(rest[0], readonly=True))
    (number,) = find(rest[1])
    sys.stdout.buffer.write(ok(imap.fetch(number, "(BODY.PEEK[])"))[0][1])
elif command.startswith("append"):
    flags = r"(\Seen \Answered)" if command == "append-answered" else r"(\Seen)"
    when = imaplib.Time2Internaldate(time.time() - 30 * 86400) if command == "append-old" else None
    with open(rest[1], "rb") as f:
        ok(imap.append(rest[0], flags, when, f.read()))
elif command == "thread":
    # THREAD works on one mailbox: a scratch one gets a copy of both sides.
    imap.delete("Judge")
    ok(imap.create("Judge"))
    for box in ("INBOX", "Sent"):
        if int(ok(imap.select(box, readonly=True))[0]):
            ok(imap.copy("1:*", "Judge"))
    ok(imap.select("Judge", readonly=True))
    numbers = []
    for message_id in rest:
        found = find(message_id)
        if len(found) != 1:
            sys.exit(f"{len(found)} mails with Message-ID {message_id}")
        numbers.append(found[0].decode())
    threads = ok(imap.thread("REFERENCES", "UTF-8", "ALL"))[0].decode()
    # Top-level threads are the parenthesized groups at depth one.
    depth, current, groups = 0, "", []
    for c in threads:
        if c == "(":
            depth += 1
        if depth:
            current += c
        if c == ")":
            depth -= 1
            if depth == 0:
                groups.append(re.findall(r"\d+", current))
                current = ""
    ok(imap.close())
    imap.delete("Judge")
    mine = [g for g in groups if numbers[0] in g]
    if len(mine) == 1 and set(numbers) <= set(mine[0]) and mine[0][0] == numbers[0]:
        print("together")
    else:
        sys.exit(f"apart: {threads}, looked for {numbers}")
else:
    sys.exit(f"no such command: {command}")
imap.logout()
