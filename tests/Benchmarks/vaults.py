#!/usr/bin/env python3
"""Fills a vault: vaults.py VAULT OPEN DONE [FROM]. OPEN tasks wait or are drafted; DONE are finished, 2,000 in each of the last months and the newest in the one before this. FROM: the first number."""
import datetime
import hashlib
import os
import sys

vault, waiting, done = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
first = int(sys.argv[4]) if len(sys.argv) > 4 else 0
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
MONTH = 2000


def write(folder, number):
    title = f"offer for oak table {number}"
    digest = hashlib.sha256(title.encode()).digest()
    os.makedirs(os.path.join(vault, folder), exist_ok=True)
    with open(os.path.join(vault, folder, title.replace(" ", "-") + "-" + "".join(ALPHABET[b & 31] for b in digest[:16]) + ".md"), "w", encoding="utf-8") as file:
        file.write(f"---\ntask: email/1\naction: mail.send/1\naccount: main\nfrom: anna@werkstatt.example\nto: [customer{number}@mail.example]\nsubject: {title}\nmail_id: {digest.hex()}@mail.example\n"
                   f"priority: low\n---\n\n# {title}\n\n## Draft\n\nDear customer {number},\n\nthank you. The table is {number} cm wide.\n\nAnna Berg\n\n## Original\n\n"
                   + "".join(f"> Line {line} of what customer {number} wrote about {digest[line % 32]} things.\n" for line in range(20)))


for number in range(first, first + waiting):
    write("Pending_Approval/email", number)
today = datetime.date.today().replace(day=1)
for number in range(done):
    back = 1 + number // MONTH
    month = today.month - 1 - back
    write(f"Done/{today.year + month // 12}-{month % 12 + 1:02}", first + waiting + number)
