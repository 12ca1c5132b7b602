"""shadow.py MAIL OWNER RECIPIENT...: whether a mail that was sent in shadow mode is addressed to its owner alone, and says whom it was for."""
import email
import email.policy
import pathlib
import sys

file, owner, *recipients = sys.argv[1:]
mail = email.message_from_bytes(pathlib.Path(file).read_bytes(), policy=email.policy.default)
wrong = []
if [a.addr_spec for a in mail["To"].addresses] != [owner]:
    wrong.append(f"To: {mail['To']}")
for header in ("Cc", "Bcc", "Reply-To", "Resent-To", "Resent-Cc", "Resent-Bcc"):
    if mail[header] is not None:
        wrong.append(f"{header}: {mail[header]}")
if not str(mail["Subject"]).startswith("[shadow, for "):
    wrong.append(f"Subject: {mail['Subject']}")
for recipient in recipients:
    if recipient not in str(mail["X-Platinum-Shadow"]):
        wrong.append(f"{recipient} is not in X-Platinum-Shadow: {mail['X-Platinum-Shadow']}")
if recipients and recipients[0] not in str(mail["Subject"]):
    wrong.append(f"the subject does not say whom it was for: {mail['Subject']}")
if mail["X-Story-Recipient"] != owner:
    wrong.append(f"the envelope names {mail['X-Story-Recipient']}")
sys.exit("\n".join(wrong) or 0)
