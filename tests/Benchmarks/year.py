#!/usr/bin/env python3
"""A year, day by day, on the two published programs: year.py WORLD DAYS ARCHIVE(yes|no). WORLD holds the machines that year.sh made.

Each day 200 mails come, 40 of them from customers. The cloud's machine has four turns and the owner's two; between these two the owner answers: of 40 drafts 34 are approved,
most of them by moving the file, 4 are rejected and 2 are left lying for good. Prints a line a month, and at the end lines "NAME VALUE".
"""
import datetime
import pathlib
import statistics
import sys
import time

from office import Office

world, days, archive = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "yes"
MAILS = 200
MB = 1024 * 1024
bare = world / "remote/vault.git"
office = Office(world, world / "mail", datetime.datetime(datetime.date.today().year + 1, 1, 1, tzinfo=datetime.timezone.utc))


def cloud(hour):
    """A quarter of the day's mails has come. None stays in the maildir: what came in the last ten minutes is read again after a restart, and here these are half a year."""
    office.at(hour)
    office.deliver(MAILS // 4)
    office.program("cloud", "run", "--once")
    for file in (office.inbox / "new").iterdir():
        file.unlink()


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
        note.write_text(f"{office.now} {n}\n", encoding="utf-8")
        began = time.perf_counter()
        office.program("cloud", "sync")
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
office.program("owner", "init", f"{world}/owner/vault", "--remote", f"{bare}")
office.owner(0)
office.program("cloud", "run", "--once")
first = look()
line("before the first day", first)
for day in range(days):
    if day > 0:
        office.now += datetime.timedelta(days=1)
    if office.now.day == 1 and day > 0:
        office.at(0)
        line(f"{office.now:%F}", look())
        if archive:
            office.program("owner", "archive", "--before", f"{office.now - datetime.timedelta(days=32):%Y-%m}") # the month before last
    cloud(6)
    office.owner(8)
    office.answer()
    cloud(11)
    cloud(15)
    office.owner(18)
    cloud(22)
office.owner(23)
last = look()
line("at the end", last)
for name, value in last.items():
    print(name, value)
print("first_change_ms", first["change_ms"])
for name, value in office.did.items():
    print(name, value)
