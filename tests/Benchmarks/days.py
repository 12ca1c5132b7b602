#!/usr/bin/env python3
"""Simulated days of a daemon in a control group: days.py WORLD MAILDIR DAYS MAILS LIMIT_MB. WORLD holds the machines that days.sh made.

Prints a line a day, and at the end lines "NAME VALUE"; megabytes are of anonymous memory, which nothing but a swap could take back.
"""
import datetime
import os
import pathlib
import re
import signal
import statistics
import struct
import subprocess
import sys
import threading
import time

from office import BIN, Office

world, maildir, days, count, limit = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), *map(int, sys.argv[3:6])
MB = 1024 * 1024
began = time.monotonic()


class Group:
    """A control group with so much memory and no swap: below our own where the memory controller is of version 1 (cgroups(7)), else at the top."""

    def __init__(self, megabytes):
        own = [line.split(":")[2].strip() for line in open("/proc/self/cgroup") if ":memory:" in line]
        self.path = pathlib.Path(f"/sys/fs/cgroup/memory{own[0]}" if own else "/sys/fs/cgroup", f"platinum-days-{os.getpid()}")
        self.path.mkdir()
        self.limit, self.events, self.anonymous, no_swap = ("memory.limit_in_bytes", "memory.oom_control", "rss", "memory.memsw.limit_in_bytes") if own else ("memory.max", "memory.events", "anon", "memory.swap.max")
        (self.path / self.limit).write_text(f"{megabytes}M")
        (self.path / no_swap).write_text(f"{megabytes}M" if own else "0")

    def enter(self):
        (self.path / "cgroup.procs").write_text(str(os.getpid()))

    def held(self):
        return int(re.search(rf"^{self.anonymous} (\d+)$", (self.path / "memory.stat").read_text(), re.M).group(1)) / MB

    def kills(self):
        return int(re.search(r"^oom_kill (\d+)$", (self.path / self.events).read_text(), re.M).group(1))


def anonymous(pid):
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Anonymous:")) / 1024


def ticks(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])


most, asking = {"group": 0.0, "own": 0.0}, threading.Lock()


def watch():
    while daemon.poll() is None:
        try:
            held, own = group.held(), anonymous(daemon.pid)
        except (OSError, StopIteration):
            break # it has ended
        with asking:
            most["group"], most["own"] = max(most["group"], held), max(most["own"], own)
        time.sleep(0.02)


def taken():
    """What was held at most since this was asked last."""
    with asking:
        now = dict(most)
        most["group"], most["own"] = 0.0, 0.0
    return now


def fail(why):
    print("kills", group.kills())
    sys.exit(f"{office.now:%F %T}: {why}")


def rest(seconds, before=None):
    """Waits until the daemon has used the processor (since BEFORE) and then not for two seconds."""
    end = time.monotonic() + seconds
    last, since = ticks(daemon.pid), time.monotonic()
    while time.monotonic() - since < 2 or (before is not None and last - before < 5):
        time.sleep(0.1)
        if daemon.poll() is not None:
            fail(f"cloudagent ended with {daemon.returncode}")
        if time.monotonic() > end:
            fail("cloudagent does not come to rest")
        now = ticks(daemon.pid)
        if now - last > 1 or (now != last and time.monotonic() - since < 0.5):
            since = time.monotonic()
        last = now


def at(hour):
    office.at(hour)
    offset = office.now - datetime.datetime.now(datetime.timezone.utc)
    with open(world / "clock", "r+b") as clock:
        clock.write(struct.pack("<q", round(offset.total_seconds())))


office = Office(world, maildir, datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1))
office.left = {file.name for file in office.pending.glob("*.md")}
(world / "clock").write_bytes(bytes(8))
at(1)
group = Group(limit)
with open(world / "log/cloud", "w", encoding="utf-8") as log:
    daemon = subprocess.Popen([f"{BIN}/cloudagent", "--config", world / "cloud/vault.toml", "run"], env=os.environ | {"LD_PRELOAD": str(world / "clock.so"), "CLOCK_AHEAD": str(world / "clock"), "TZ": "UTC", "HOME": str(world / "cloud/home")},
                              stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=group.enter)
(world / "pid/cloud").write_text(str(daemon.pid))
threading.Thread(target=watch, daemon=True).start()
try:
    while "works on" not in (world / "log/cloud").read_text(encoding="utf-8"):
        time.sleep(0.2)
        if daemon.poll() is not None:
            fail(f"cloudagent ended with {daemon.returncode}")
    joined = taken()
    print(f"joined in {time.monotonic() - began:.0f} s, with {joined['group']:.1f} MB at most, {joined['own']:.1f} of them cloudagent's", flush=True)
    rest(300)
    rests, groups, highest, high = [], [], 0.0, 0.0
    for day in range(days):
        office.now += datetime.timedelta(days=1)
        for quarter, hour in enumerate((6, 11, 15, 22)):
            at(hour)
            before = ticks(daemon.pid)
            part = day * 4 + quarter
            office.deliver(count * (part + 1) // (days * 4) - count * part // (days * 4))
            rest(120, before)
            if quarter == 0:
                office.program("owner", "run", "--once")
                office.answer(by_command=False)
            if quarter == 2:
                office.program("owner", "run", "--once")
        rest(60)
        day_most = taken()
        rests.append(anonymous(daemon.pid))
        groups.append(group.held())
        highest, high = max(highest, day_most["group"]), max(high, day_most["own"])
        print(f"{office.now:%F}: {office.did['mails']} mails; at rest {rests[-1]:.1f} MB, with ssh {groups[-1]:.1f}; at most {day_most['own']:.1f}, with all {day_most['group']:.1f}; kills {group.kills()}; {time.monotonic() - began:.0f} s", flush=True)
    office.program("owner", "run", "--once")
    rest(60)
    # The first days fill what is kept for good; after them it should stand.
    later = list(enumerate(rests))[len(rests) // 4:]
    slope = statistics.linear_regression(*zip(*later)).slope * 1024 if len(later) > 1 else 0
    for name, value in {"kills": group.kills(), "first_rest": rests[0], "first_group": groups[0], "last_rest": rests[-1], "last_group": groups[-1], "join_most": joined["group"], "join_own": joined["own"],
                        "most": highest, "own": high, "slope": slope, "approved": office.did["approved"]}.items():
        print(name, value)
    daemon.send_signal(signal.SIGTERM)
    if daemon.wait(30) != 0:
        fail(f"cloudagent ended with {daemon.returncode}")
finally:
    if daemon.poll() is None:
        daemon.kill()
        daemon.wait()
    for _ in range(50):
        try:
            group.path.rmdir()
            break
        except OSError:
            time.sleep(0.1) # its ssh is about to end
