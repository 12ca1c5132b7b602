#!/usr/bin/env python3
"""Reads from a trace whether a power cut could take back what a sync holds true.

durable.py BIN WORLD [POINTS]

WORLD as for sweep.py. A sync is killed where it writes, renames or syncs in the vault, and then runs again. Over both runs together:
  1. no file gets its name before its content was synced;
  2. the vault's reference, which says that the files are in place, moves only when every folder in which a name appeared or went has been synced since;
  3. the same holds when the second run has ended.
Otherwise a file could be gone after a power cut, and the next sync would take that for the owner's doing.

POINTS: how many, chosen by PLATINUM_SEED; without it all. Where a folder is synced for the last time is always among them: nothing later in the same sync makes up for that.
ONLY=call:n replays one.
"""

import collections
import os
import random
import re
import shutil
import sys

import sweep

CALLS = ["renameat2", "rename", "mkdir", "fsync", "write", "pwrite64", "openat"]
DEADLY = ["renameat2", "mkdir", "fsync", "pwrite64"]
REFERENCE, TEMPORARY = "refs/platinum/vault", ".platinum-"


def events(trace):
    """(thread, call, arguments, result) of each call that was finished; one that another thread interrupted is put together again."""
    begun = {}
    with open(trace, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            thread, _, text = line.rstrip("\n").partition(" ")
            text = text.strip()
            if text.endswith("<unfinished ...>"):
                begun[thread] = text[: -len("<unfinished ...>")]
                continue
            resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", text)
            if resumed:
                text = begun.pop(thread, "") + resumed.group(1)
            match = re.match(r"(\w+)\((.*)\)\s+= (\S+)", text)
            if match:
                yield thread, *match.groups()
    for thread, text in begun.items():
        yield thread, text.split("(")[0], text.partition("(")[2], "?"


def paths(call, arguments):
    """The files that a call is about."""
    if call in ("renameat2", "rename", "mkdir", "openat"):
        return re.findall(r'"((?:[^"\\]|\\.)*)"', arguments)[:2]
    return re.findall(r"^\d+<([^>]*)>", arguments)[:1]


class Disk:
    """What the disk may not know yet."""

    def __init__(self, vault):
        self.vault, self.contents, self.names = vault, set(), {}

    def holds(self, path):
        return path == self.vault or path.startswith(self.vault + "/")

    def read(self, trace):
        for _, call, arguments, result in events(trace):
            about = paths(call, arguments)
            if result.startswith("-") or result == "?" or not about:
                continue
            if call == "rename" and about[-1].endswith("/" + REFERENCE):
                self.settled("when the vault's reference moved")
            if not self.holds(about[-1]):
                continue
            if call in ("write", "pwrite64") or (call == "openat" and "O_CREAT" in arguments):
                self.contents.add(about[-1])
            elif call == "fsync":
                self.contents.discard(about[0])
                self.names.pop(about[0], None)
            elif call == "mkdir":
                self.names[os.path.dirname(about[0])] = about[0]
            elif call in ("rename", "renameat2"):
                self.renamed(*about)

    def renamed(self, source, target):
        if source in self.contents and not self.is_temporary(target):
            raise sweep.Broken(f"{target} got its name before its content was synced")
        for path in (source, target):
            if not self.is_temporary(path):
                self.names[os.path.dirname(path)] = path

    @staticmethod
    def is_temporary(path):
        return os.path.basename(path).startswith(TEMPORARY)

    def settled(self, when):
        if self.names:
            raise sweep.Broken(f"{when}, {len(self.names)} folders were not synced, such as that of {next(iter(self.names.values()))}")
        files = [p for p in self.contents if not self.is_temporary(p)]
        if files:
            raise sweep.Broken(f"{when}, {len(files)} files were not synced, such as {files[0]}")


def traced(machines, *inject):
    trace = os.path.join(machines.root, "trace")
    done = machines.sync("here", "strace", "-f", "-y", "-qq", "-o", trace, "-e", "trace=" + ",".join(CALLS), "-e", "signal=none", *inject)
    return trace, done


def trial(machines, call, number):
    """Returns False where the sync came to its end before."""
    machines.fresh()
    disk = Disk(os.path.join(machines.now, "here", "vault"))
    trace, done = traced(machines, "-e", f"inject={call}:signal=SIGKILL:when={number}")
    disk.read(trace)
    died = done.returncode in (-9, 137)
    trace, done = traced(machines)
    if done.returncode not in (sweep.WELL, sweep.REMARKS):
        raise sweep.Broken(f"the sync after it ended with {done.returncode}: {done.stdout}{done.stderr}")
    disk.read(trace)
    disk.settled("after the second sync")
    return died


def points_of(machines):
    """An undisturbed sync keeps the rules too; the points are its calls in the vault."""
    machines.fresh()
    disk = Disk(os.path.join(machines.now, "here", "vault"))
    trace, _ = traced(machines)
    disk.read(trace)
    disk.settled("after an undisturbed sync")
    made, found, last = collections.Counter(), set(), {}
    for thread, call, arguments, _ in events(trace):
        made[thread, call] += 1
        about = paths(call, arguments)
        if call in DEADLY and about and disk.holds(about[-1]):
            found.add((call, made[thread, call]))
            if call == "fsync" and os.path.isdir(about[0]):
                last[about[0]] = (call, made[thread, call])
    return sorted(found), sorted(set(last.values()))


def main():
    world = os.path.abspath(sys.argv[2])
    machines = sweep.Machines(os.path.abspath(sys.argv[1]), world, "durable")
    wanted = int(sys.argv[3]) if len(sys.argv) > 3 else None
    seed = int(os.environ.get("PLATINUM_SEED") or random.SystemRandom().randrange(10**6))
    broken, silent = 0, 0
    try:
        points, last = points_of(machines)
    except sweep.Broken as problem:
        sys.exit(f"BROKEN without any death: {problem}")
    print(f"{len(points)} points at which a sync can die in the vault")
    call, _, number = os.environ.get("ONLY", "").partition(":")
    if number:
        points = [(call, int(number))]
    elif call:
        points = [p for p in points if p[0] == call]
    elif wanted and wanted < len(points):
        others = [p for p in points if p not in last]
        points = sorted(last + random.Random(seed).sample(others, min(len(others), max(0, wanted - len(last)))))
        print(f"{len(points)} of them, PLATINUM_SEED={seed}")
    for call, number in points:
        try:
            silent += not trial(machines, call, number)
        except sweep.Broken as problem:
            broken += 1
            print(f"BROKEN at ONLY={call}:{number}: {problem}", flush=True)
    shutil.rmtree(machines.root)
    print(f"{len(points)} points, {silent} did not come up, {broken} broken")
    sys.exit(1 if not points or broken or silent * 4 > len(points) else 0)


if __name__ == "__main__":
    main()
