#!/usr/bin/env python3
"""What `verify` is measured on: verify.py WORLD tasks FIRST COUNT | log LINES AGENT

tasks   mails that the owner has moved to Approved, ready to be signed and sent: each to somebody else, so that no conversation is too fast
log     a cloud's log of so many lines beside the logs that are there, ten to a segment, a file for each thousand segments: chained as the program chains
"""
import hashlib
import json
import os
import sys

world, command, *rest = sys.argv[1:]
vault = os.path.join(world, "owner", "vault")
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def name(n):
    digest = int.from_bytes(hashlib.sha256(b"bench %d" % n).digest()[:10], "big")
    return f"offer-{n}-" + "".join(ALPHABET[(digest >> shift) & 31] for shift in range(75, -1, -5))


if command == "tasks":
    first, count = map(int, rest)
    text = "\n\n".join(f"This is paragraph {p} of an answer that somebody has read before it went out." for p in range(8))
    for n in range(first, first + count):
        path = os.path.join(vault, "Approved", "email", name(n) + ".md")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"""---
task: email/1
received: 2026-11-01T08:00:00Z
action: mail.send/1
account: main
from: Anna Berg <anna@werkstatt.example>
to:
  - Customer {n} <customer{n}@kunde{n}.example>
cc: []
bcc: []
subject: "Re: offer {n}"
in_reply_to: q{n}@kunde{n}.example
references:
  - q{n}@kunde{n}.example
---
# Re: offer {n}

## Draft

Dear Customer,

{text}

Kind regards
Anna Berg

## Original

> What would it cost?
""")
elif command == "log":
    lines, agent = int(rest[0]), rest[1]
    folder = os.path.join(vault, "Logs", agent)
    os.makedirs(folder, exist_ok=True)
    previous, said, number, day, out = "0" * 64, 0, 0, 0, None
    while said < lines:
        number += 1
        if (number - 1) % 1000 == 0:
            day += 1
            out = open(os.path.join(folder, f"2026-10-{day:02}.jsonl"), "wb")
        segment = json.dumps({"segment": number, "agent": agent, "previous": previous}, separators=(",", ":")) + "\n"
        for _ in range(min(10, lines - said)):
            said += 1
            at = f"2026-10-{day:02}T{number % 24:02}:{said % 60:02}:00+00:00"
            segment += json.dumps({"at": at, "agent": agent, "event": "task.drafted", "task": name(said), "detail": {"from": "Needs_Action/email", "why": "a line as long as lines are"}}, separators=(",", ":")) + "\n"
        octets = segment.encode()
        previous = hashlib.sha256(octets).hexdigest()
        out.write(octets)
    print(number)
else:
    sys.exit(f"no such command: {command}")
