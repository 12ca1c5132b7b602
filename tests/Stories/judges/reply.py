"""Whether a mail is a good reply to another, in the eyes of Python's `email`. reply.py ORIGINAL REPLY FROM "TO,..." "CC,..."

Threading, addresses, subject, plain text, quoted history below the answer, and the shape that other programs count on.
"""
import email
import email.policy
import email.utils
import re
import sys

original_file, reply_file, sender, to, cc = sys.argv[1:]
with open(original_file, "rb") as f:
    original = email.message_from_binary_file(f, policy=email.policy.default)
with open(reply_file, "rb") as f:
    octets = f.read()
reply = email.message_from_bytes(octets, policy=email.policy.default)
wrong = []


def must(what, is_so, seen=""):
    if not is_so:
        wrong.append(f"{what}: {seen}")


def addresses(header):
    return sorted(a.addr_spec.lower() for a in reply[header].addresses) if reply[header] else []


def listed(text):
    return sorted(a.lower() for a in text.split(",") if a)


original_id = str(original["Message-ID"]).strip()
references = str(reply["References"] or "").split()
must("In-Reply-To is the original's Message-ID", str(reply["In-Reply-To"]).strip() == original_id, reply["In-Reply-To"])
must("References ends with it", references[-1:] == [original_id], references)
must("References begins with the original's", references[:-1] == str(original["References"] or "").split(), references)
must("one Message-ID of a good shape", len(reply.get_all("Message-ID") or []) == 1
     and re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+>", str(reply["Message-ID"]).strip()), reply["Message-ID"])
must("From", addresses("From") == [sender], reply["From"])
must("To", addresses("To") == listed(to), reply["To"])
must("Cc", addresses("Cc") == listed(cc), reply["Cc"])
must("no Bcc travels", reply["Bcc"] is None)
date = email.utils.parsedate_to_datetime(reply["Date"])
must("Date has a zone", date.tzinfo is not None, reply["Date"])
bare = re.sub(r"^((re|aw|antw|rv|rép|wg|fw|fwd)\s*:\s*)+", "", original["Subject"].strip(), flags=re.I)
must("Subject is the original's with one prefix",
     re.fullmatch(r"(Re|AW|RE|Rép|RV): " + re.escape(bare), str(reply["Subject"]).strip()), reply["Subject"])
must("plain text", reply.get_content_type() == "text/plain", reply.get_content_type())
must("no defects", not reply.defects, reply.defects)
must("says its charset", reply.get_content_charset() in ("utf-8", "us-ascii"), reply["Content-Type"])
must("MIME-Version", str(reply["MIME-Version"]).strip() == "1.0", reply["MIME-Version"])
must("lines under 998 octets", all(len(line) <= 998 for line in octets.splitlines()))
header = octets.split(b"\n\n", 1)[0] if b"\r\n\r\n" not in octets else octets.split(b"\r\n\r\n", 1)[0]
must("header in ASCII", header.isascii())

text = reply.get_content()
lines = text.splitlines()
quoted = [i for i, line in enumerate(lines) if line.startswith(">")]
must("quoted history", quoted, text)
if quoted:
    own = "\n".join(lines[: quoted[0]])
    must("an answer above it", len(own.split()) > 10, own)
    must("nothing but quotes below", all(line.startswith(">") or not line.strip() for line in lines[quoted[0]:]), text)
    body = original.get_body(preferencelist=("plain", "html")).get_content()
    word = max(re.findall(r"\w{6,}", body), key=len)
    if "<html" not in body.lower():
        must(f"the original's words are in it ({word})", word in "\n".join(lines[quoted[0]:]))
must("no blank is left", "{{" not in text, text)
must("no replacement character", "\ufffd" not in text, text)

if wrong:
    print("\n".join(wrong))
    sys.exit(1)
