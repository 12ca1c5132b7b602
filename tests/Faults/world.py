#!/usr/bin/env python3
"""Two machines that went on apart.

world.py tasks VAULT N            N tasks in several stages, written into a vault
world.py agent VAULT AGENT        what an agent does to them: claims, drafts, edits, new mail
world.py owner VAULT              what the owner does meanwhile: edits, moves, notes, new tasks; some of the same tasks, some of the same words
"""

import hashlib
import os
import sys

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
WAITING, PENDING, DONE = "Needs_Action/email", "Pending_Approval/email", "Done/2026-11"


def name(title):
    digest = hashlib.sha256(title.encode()).digest()
    return title.replace(" ", "-") + "-" + "".join(ALPHABET[b & 31] for b in digest[:16]) + ".md"


def text(title, draft=""):
    section = f"## Draft\n\n{draft}\n\n" if draft else ""
    return (f"---\ntask: email/1\naccount: main\nsubject: {title}\npriority: low\n---\n\n# {title}\n\n{section}"
            f"## Original\n\n> Dear Anna, this is {title}.\n> Can you help?\n")


def write(vault, folder, title, content=None):
    os.makedirs(os.path.join(vault, folder), exist_ok=True)
    with open(os.path.join(vault, folder, name(title)), "w", encoding="utf-8") as file:
        file.write(content or text(title))


def edit(vault, folder, title, old, new):
    path = os.path.join(vault, folder, name(title))
    with open(path, encoding="utf-8") as file:
        content = file.read()
    assert old in content, (title, old)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content.replace(old, new))


def move(vault, title, old, new):
    os.makedirs(os.path.join(vault, new), exist_ok=True)
    os.rename(os.path.join(vault, old, name(title)), os.path.join(vault, new, name(title)))


def tasks(vault, count):
    for n in range(count):
        folder = (WAITING, WAITING, PENDING, DONE)[n % 4]
        write(vault, folder, f"task {n}", text(f"task {n}", "Dear you, yes." if folder != WAITING else ""))


def agent(vault, me):
    for n in range(0, 20, 4):
        move(vault, f"task {n}", WAITING, PENDING)
        edit(vault, PENDING, f"task {n}", "## Original", f"## Draft\n\nThe agent's draft of {n}.\n\n## Original")
    for n in range(20, 40, 4):
        move(vault, f"task {n}", WAITING, f"In_Progress/{me}")
        edit(vault, f"In_Progress/{me}", f"task {n}", "priority: low", f"priority: low\nclaimed_by: {me}\nclaim: \"nonce{n}\"")
    for n in range(40, 60, 4):
        edit(vault, WAITING, f"task {n}", "priority: low", "priority: high")
    for n in range(10):
        write(vault, WAITING, f"news {n}")


def owner(vault):
    # The same tasks, other parts: merged. Task 4's draft would be two versions of one part.
    for n in (0, 20, 40):
        edit(vault, WAITING, f"task {n}", f"# task {n}", f"# task {n}\n\nA note of the owner's.")
    edit(vault, WAITING, "task 4", "## Original", "## Draft\n\nThe owner's own words.\n\n## Original")
    for n in range(2, 22, 4):
        edit(vault, PENDING, f"task {n}", "Dear you, yes.", "Dear you, the owner says yes.")
    for n in range(22, 42, 4):
        move(vault, f"task {n}", PENDING, "Rejected/email")
    for n in range(42, 62, 4):
        move(vault, f"task {n}", PENDING, WAITING)
    for n in range(5, 15):
        write(vault, WAITING, f"news {n}")


if __name__ == "__main__":
    what, arguments = sys.argv[1], sys.argv[2:]
    {"tasks": lambda v, n: tasks(v, int(n)), "agent": agent, "owner": owner}[what](*arguments)
