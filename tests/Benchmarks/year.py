#!/usr/bin/env python3
"""A year, day by day, on the two published programs: year.py WORLD DAYS ARCHIVE(yes|no). WORLD holds the machines that year.sh made.

Each day 200 mails come, 40 of them from customers. The cloud's machine has four turns and the owner's two; between these two the owner answers: of 40 drafts 34 are approved,
most of them by moving the file, 4 are rejected and 2 are left lying for good. Prints a line a month, and at the end lines "NAME VALUE".
"""
import collections
import datetime
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import time

import mails

world, days, archive = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "yes"
BIN = os.environ["BIN"]
MAILS, DRAFTS = 200, 40
MB = 1024 * 1024
inbox, bare = world / "mail", world / "remote/vault.git"
pending, approved, rejected = (world / "owner/vault" / stage / "email" for stage in ("Pending_Approval", "Approved", "Rejected"))
chance = random.Random(2)
now = datetime.datetime(datetime.date.today().year + 1, 1, 1, tzinfo=datetime.timezone.utc)
left, did = set(), collections.Counter()


def program(machine, *arguments):
    """Runs a machine's program under the simulated clock, to its end."""
    name = "localagent" if machine == "owner" else "cloudagent"
    # Only the time of day is another: files keep the kernel's stamps, and a wait takes as long as ever.
    clock = {"LD_PRELOAD": os.environ["FAKETIME_LIBRARY"], "FAKETIME": now.strftime("@%Y-%m-%d %H:%M:%S"), "TZ": "UTC", "NO_FAKE_STAT": "1", "DONT_FAKE_MONOTONIC": "1"}
    done = subprocess.run([f"{BIN}/{name}", "--config", world / machine / "vault.toml", *arguments], env=os.environ | clock | {"HOME": str(world / machine / "home")},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    with open(world / "log" / machine, "a", encoding="utf-8") as log:
        log.write(f"{now:%F %T} {' '.join(arguments)}\n{done.stderr}")
    if done.returncode != 0:
        sys.exit(f"{now:%F %T} {name} {' '.join(arguments)}: ended with {done.returncode}: {done.stderr}")
    return done.stdout


def robot(number, date):
    """A mail that wants no answer: a newsletter, a list's, a program's."""
    kind = number % 3
    mail = mails.email.message.EmailMessage(policy=mails.email.policy.SMTP)
    mail["From"] = (f"Trade news <news{number % 50}@shop.example>", f"Member <member{number % 200}@guild.example>", f"Shop <no-reply@shop{number % 30}.example>")[kind]
    mail["To"] = ("anna@werkstatt.example", "joiners@guild.example", "anna@werkstatt.example")[kind]
    mail["Subject"] = ("What is new: {}", "Re: Which glue for ash? ({})", "Your parcel {} is on its way")[kind].format(number)
    mail["Date"] = mails.email.utils.format_datetime(date)
    mail["Message-ID"] = f"<robot.{number}@shop.example>"
    for header in ({"List-Unsubscribe": "<https://shop.example/u>", "Precedence": "bulk"}, {"List-Id": "<joiners.guild.example>"}, {"Auto-Submitted": "auto-generated"})[kind].items():
        mail[header[0]] = header[1]
    mail.set_content("".join(f"Line {line} of mail {number}, about {chance.randrange(10 ** 9)} things.\n" for line in range(chance.randrange(5, 60))))
    return mail


def at(hour):
    global now
    now = now.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60))


def cloud(hour):
    """A quarter of the day's mails has come. None stays in the maildir: what came in the last ten minutes is read again after a restart, and here these are half a year."""
    at(hour)
    for _ in range(MAILS // 4):
        number = did["mails"]
        date = now - datetime.timedelta(seconds=chance.randrange(6 * 3600))
        mails.deliver(mails.customer(chance, number, date) if number % (MAILS // DRAFTS) == 0 else robot(number, date), inbox, number, date)
        did["mails"] += 1
    program("cloud", "run", "--once")
    for file in (inbox / "new").iterdir():
        file.unlink()


def owner(hour):
    at(hour)
    program("owner", "run", "--once")


def answer():
    """The owner goes through what is new."""
    for file in sorted(pending.glob("*.md")):
        if file.name in left:
            continue
        kind = did["answered"] % DRAFTS
        did["answered"] += 1
        if kind < 2:
            left.add(file.name)
        elif kind < 5:
            program("owner", "reject", file.stem, "--reason", "no job for us")
        elif kind == 5:
            file.rename(rejected / file.name)
        else:
            fill(file)
            did["approved"] += 1
            if kind < 8:
                program("owner", "approve", file.stem, "--digest", json.loads(program("owner", "show", file.stem, "--json"))["digest"])
            else:
                file.rename(approved / file.name)


def fill(file):
    """What only the owner knows comes into the draft's blanks; by replacing the file, as editors do."""
    head, draft, original = re.fullmatch(r"(.*\n## Draft\n)(.*)(\n## Original\n.*)", file.read_text(encoding="utf-8"), re.S).groups()
    new = file.with_suffix(".owner")
    new.write_text(head + re.sub(r"\{\{.*?\}\}", "Thursday at ten", draft, flags=re.S) + original, encoding="utf-8")
    new.replace(file)


def files(folder):
    return [file for file in folder.rglob("*") if file.is_file()]


def size(folder):
    return sum(file.stat().st_blocks * 512 for file in files(folder)) / MB


def is_open(file):
    return file.relative_to(world / "owner/vault").parts[0] not in ("Done", "Archive")


def one_change():
    """Milliseconds of a sync with one change in it, push included: a median."""
    taken = []
    note = world / "cloud/vault/Plans/email/note.md"
    note.parent.mkdir(parents=True, exist_ok=True)
    for n in range(5):
        note.write_text(f"{now} {n}\n", encoding="utf-8")
        began = time.perf_counter()
        program("cloud", "sync")
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def look():
    """What there is now; the names are those of the lines at the end."""
    logs = files(world / "owner/vault/Logs")
    found = {
        "open_files": sum(1 for file in files(world / "owner/vault") if is_open(file)), "done_files": len(files(world / "owner/vault/Done")),
        "logs": len(logs), "logs_mb": sum(file.stat().st_size for file in logs) / MB,
        "remote_mb": size(bare), "remote_packs": len(list((bare / "objects/pack").glob("*.pack"))), "remote_loose": len(list((bare / "objects").glob("??/*"))),
        "change_ms": one_change(),
    }
    for machine in ("cloud", "owner"):
        git = world / machine / "state/git"
        found |= {f"{machine}_git_mb": size(git), f"{machine}_packs": len(list((git / "objects/pack").glob("*.pack"))), f"{machine}_loose": len(list((git / "objects").glob("??/*"))),
                  f"{machine}_state_mb": size(world / machine / "state") - size(git)}
    return found


def line(words, found):
    print(f"{words}: {found['open_files']} open files, {found['done_files']} in Done, {found['logs']} logs ({found['logs_mb']:.1f} MB); "
          + "; ".join(f"{who} {found[who + mb]:.1f} MB, {found[who + '_packs']} packs, {found[who + '_loose']} loose" for who, mb in (("cloud", "_git_mb"), ("owner", "_git_mb"), ("remote", "_mb")))
          + f"; one change {found['change_ms']:.0f} ms; {time.perf_counter() - began:.0f} s", flush=True)


began = time.perf_counter()
program("owner", "init", f"{world}/owner/vault", "--remote", f"{bare}")
owner(0)
program("cloud", "run", "--once")
first = look()
line("before the first day", first)
for day in range(days):
    if day > 0:
        now += datetime.timedelta(days=1)
    if now.day == 1 and day > 0:
        at(0)
        line(f"{now:%F}", look())
        if archive:
            program("owner", "archive", "--before", f"{now - datetime.timedelta(days=32):%Y-%m}") # the month before last
    cloud(6)
    owner(8)
    answer()
    cloud(11)
    cloud(15)
    owner(18)
    cloud(22)
owner(23)
last = look()
line("at the end", last)
for name, value in last.items():
    print(name, value)
print("first_change_ms", first["change_ms"])
for name, value in did.items():
    print(name, value)
