#!/usr/bin/env python3
"""The owner's editor: fills every blank of a draft; where there is no draft yet, writes one. Writes by replacing the file, as many editors do."""
import os
import re
import sys

BLANK = re.compile(r"\{\{.*?\}\}", re.S)
OWN = "Thank you for your mail. Yes, Thursday at ten suits us well, and I am looking forward to it."

path = sys.argv[-1]
with open(path, encoding="utf-8", newline="") as f:
    text = f.read()

# A letter that is the owner's to answer may have no heading for a draft yet.
if "\n## Draft" not in text and "\n## Original" in text:
    text = text.replace("\n## Original", "\n## Draft\n\n## Original", 1)

# Only the draft is the owner's to write: a quoted mail may hold braces too.
head = re.search(r"^## Draft[ \t]*\n", text, re.M)
tail = re.compile(r"^## Original", re.M).search(text, head.end()) if head else None
start, end = (head.end(), tail.start() if tail else len(text)) if head else (0, len(text))
draft = text[start:end]
if draft.strip():
    draft = BLANK.sub("Thursday at ten", draft)
else:
    draft = f"\n{OWN}\n\n" if head else f"{OWN}\n"

temporary = path + ".owner"
with open(temporary, "w", encoding="utf-8", newline="") as f:
    f.write(text[:start] + draft + text[end:])
os.replace(temporary, path)
