"""What the SMTP server delivered: world.py FOLDER COMMAND...

messages        how many different mails by Message-ID; fails where one was accepted in two transactions
to WORDS        recipients of the envelope of the mail whose subject holds WORDS, sorted, one a line
id WORDS        its Message-ID
file WORDS      a file that holds it, as the recipient got it
"""
import email
import email.policy
import pathlib
import re
import sys

folder, command, *rest = sys.argv[1:]
mails = []
for path in sorted(pathlib.Path(folder).glob("*.eml")):
    mails.append((path, email.message_from_bytes(path.read_bytes(), policy=email.policy.default)))


def queue_id(mail):
    """The server's own number for one accepted DATA."""
    return re.search(r"\bid ([0-9a-f]+)", mail["Received"]).group(1)


def chosen():
    found = [(p, m) for p, m in mails if rest[0] in m["Subject"]]
    if not found:
        sys.exit("the world has no such mail")
    if len({m["Message-ID"] for _, m in found}) > 1:
        sys.exit("several mails hold these words")
    return found


if command == "messages":
    transactions = {}
    for _, mail in mails:
        transactions.setdefault(str(mail["Message-ID"]), set()).add(queue_id(mail))
    twice = [i for i, t in transactions.items() if len(t) > 1]
    print(f"accepted twice: {twice}" if twice else len(transactions))
elif command == "to":
    print("\n".join(sorted(m["X-Story-Recipient"] for _, m in chosen())))
elif command == "id":
    print(chosen()[0][1]["Message-ID"])
elif command == "file":
    print(chosen()[0][0])
else:
    sys.exit(f"no such command: {command}")
