#!/usr/bin/env python3
"""Lets the sending of one approved mail fail anywhere, and looks at what the world received.

fence.py BIN WORLD [CALLS STEPS ERRORS FULL]

WORLD holds alone/ (no remote, one recipient) and owner/ with remote.git (three recipients), made by the story: machines on which one mail is approved; the SMTP server writes what it delivered into
WORLD/world. `localagent run --once` is killed at one of its system calls, or told there that the disk failed, or from there on that it is full, or a proxy before the SMTP server kills it, cuts, delays or answers in the server's place
at one of the steps of a mail; of every few, the turn after it is killed too. The copy in Sent is the program's own, or the server's: at once, late, with another Message-ID; or Sent is away. Then turns
go on undisturbed, in which the times to wait are over at once, until the task is Done or the owner is asked. What must hold:

  the world has one copy for each recipient at most; Done means exactly one; a copy that lies in Sent is found; who is asked is asked for a reason, and nothing goes out while nobody has answered;
  after the owner's answer the world has exactly one.

CALLS, STEPS, ERRORS, FULL: how many of each, chosen by PLATINUM_SEED; without them all. ONLY=machine/kind/at/what/sent replays one. The last line is "N runs, ... broken".
"""

import collections
import json
import os
import queue
import random
import shutil
import subprocess
import sys
import threading
import time

import sweep
from desk import AWAY, FAILED, OWN, SENT, Desk, World

ROUNDS, SETTLING = 8, 30
RECIPIENTS = {"alone": 1, "owner": 3}
# To die before a call that changes nothing outside the process is to die before the next one that does.
CALLS = sweep.CALLS["kill"] + ["socket", "connect", "sendto", "sendmsg", "recvfrom", "recvmsg", "shutdown", "close"]
Case = collections.namedtuple("Case", "machine kind at what sent")


def steps(machine):
    """(step, action): everything that a proxy can do to a client, from the greeting to the goodbye."""
    recipients = [f"RCPT {n}" for n in range(1, RECIPIENTS[machine] + 1)]
    for verb in ("EHLO", "AUTH", "MAIL", *recipients, "DATA", "QUIT"):
        for action in ("kill", "cut", "delay", "421"):
            yield f"before {verb}", action
        for action in ("kill", "cut", "delay"):
            yield f"after {verb}", action
        if verb not in ("EHLO", "AUTH", "QUIT"):
            yield f"before {verb}", "451"
            yield f"before {verb}", "550"
    for action in ("kill", "cut", "delay", "421"):
        yield "greeting", action
        yield "dot", action
    for step in ("content", "middle", "accepted", "told"):
        for action in ("kill", "cut", "delay"):
            yield step, action
    yield from (("dot", "451"), ("dot", "550"), ("accepted", "half"))


def calls(desk, kind):
    """(call, n) of an undisturbed turn, at which it can be killed, or told that the disk failed."""
    desk.begin("trace", OWN)
    trace = os.path.join(desk.root, "trace")
    code, said = desk.run(*desk.command, before=("strace", "-f", "-qq", "-o", trace, "-e", "trace=" + ",".join("?" + c for c in (CALLS if kind == "call" else sweep.CALLS[kind])), "-e", "signal=none"))
    if code != sweep.WELL or desk.stage() != "Done":
        raise sweep.Broken(f"the undisturbed turn ended with {code}: {said}")
    return sweep.counted(trace, lambda call, line: call != "openat" or kind == "call" or desk.now in line)


class Trial:
    def __init__(self, number, desk, case, world, second):
        self.number, self.desk, self.case, self.world, self.second = number, desk, case, world, second
        self.recipients = RECIPIENTS[case.machine]
        self.answered = ""

    def run(self):
        """(came up, how it ended, by what answer of the owner's)"""
        came_up = self.disturb()
        if self.second:
            self.injected(*self.second, "signal=SIGKILL")
        ended = self.settle()
        self.judge(ended)
        if ended == "asked":
            self.resolve()
        return came_up, ended, self.answered

    def disturb(self):
        desk, case = self.desk, self.case
        if case.kind == "step":
            desk.begin(self.number, case.sent, (case.at, case.what))
            desk.configure(case.sent == AWAY)
            desk.run(*desk.command)
            desk.fault = None
            return desk.came_up
        desk.begin(self.number, case.sent)
        desk.configure(case.sent == AWAY)
        code, trace = self.injected(case.at, case.what, "signal=SIGKILL" if case.kind == "call" else f"error={case.kind}")
        if case.kind == "call":
            return code in (-9, 137)
        with open(trace, encoding="utf-8", errors="replace") as lines:
            return any("(INJECTED)" in line for line in lines)

    def injected(self, call, number, action):
        trace = os.path.join(self.desk.root, "trace")
        code, _ = self.desk.run(*self.desk.command, before=("strace", "-f", "-qq", "-o", trace, "-e", f"trace={call}", "-e", "signal=none", "-e", f"inject={call}:{action}:when={number}{'+' if action == 'error=ENOSPC' else ''}"))
        return code, trace

    def settle(self):
        """Undisturbed turns until nothing more can happen by itself."""
        desk, asked = self.desk, 0
        self.offered = desk.was_offered()
        for _ in range(ROUNDS):
            stage = desk.stage()
            if stage == "Done":
                return "done"
            if stage == "Pending_Approval":
                return "back"
            asked += desk.phase() == "unknown"
            if asked == 3:
                return "asked"
            if asked > 0:
                desk.save_late()
            desk.skip_waiting()
            # A mail that the server would not take yet, or Sent that is away, is a reason to say so.
            desk.turn(FAILED)
            desk.configure()
        raise sweep.Broken(f"after {ROUNDS} turns it is neither done nor asked: {desk.path()}\n{desk.text()[:1200]}")

    def copies(self):
        """How many transactions brought it to the world; what the server took has to arrive there first."""
        end = time.monotonic() + SETTLING
        while len(self.world.of(self.number)) < self.desk.accepted * self.recipients:
            if time.monotonic() > end:
                raise sweep.Broken(f"the server took {self.desk.accepted} for {self.recipients} and delivered {self.world.of(self.number)}")
            time.sleep(0.05)
        got = self.world.of(self.number)
        each = collections.Counter(recipient for _, recipient in got)
        if len({transaction for transaction, _ in got}) > 1 or any(n > 1 for n in each.values()):
            raise sweep.Broken(f"DUPLICATE: {got}")
        if got and len(each) != self.recipients:
            raise sweep.Broken(f"only some received it: {got}")
        return len({transaction for transaction, _ in got})

    def judge(self, ended):
        desk, case, copies = self.desk, self.case, self.copies()
        if ended == "done":
            self.judge_done(copies)
        elif ended == "back":
            if copies > 0:
                raise sweep.Broken("it was sent, and the owner is told that it was not")
            if case.what != "550":
                raise sweep.Broken(f"it came back without a reason: {desk.text()[:1200]}")
        else:
            if not desk.asks():
                raise sweep.Broken("its phase is unknown, and 'list' does not say so")
            if not self.offered:
                raise sweep.Broken(f"the owner is asked about what was never offered: {desk.text()[:1200]}")
            if desk.in_sent() > 0:
                raise sweep.Broken("the owner is asked, although a copy lies in Sent")
            if case.kind == "step" and case.what in ("delay", "451", "421", "550") and not self.second:
                raise sweep.Broken(f"the owner is asked, although the server had answered: {desk.text()[:1200]}")

    def judge_done(self, copies):
        if copies != 1:
            raise sweep.Broken(f"SILENT DROP: it is Done, and the world has {copies}")
        saved = self.desk.in_sent()
        if self.case.sent == OWN and saved != 1 and "not_filed:" not in self.desk.text() and self.answered != "--sent":
            raise sweep.Broken(f"{saved} copies in Sent")
        if saved > 1:
            raise sweep.Broken(f"{saved} copies in Sent")

    def resolve(self):
        """The owner looks, or asks the customer, and says what became of it."""
        desk, before = self.desk, self.copies()
        self.answered = "--sent" if before else "--send-again"
        desk.well("resolve", desk.id, self.answered)
        if not before:
            if desk.stage() != "Pending_Approval":
                raise sweep.Broken(f"to be sent again, it lies in {desk.path()}")
            digest = json.loads(desk.well("show", desk.id, "--json"))["digest"]
            desk.well("approve", desk.id, "--digest", digest)
        for _ in range(3):
            desk.skip_waiting()
            desk.turn()
            if desk.stage() == "Done":
                break
        else:
            raise sweep.Broken(f"the owner's answer {self.answered} left it in {desk.path()}")
        self.judge_done(self.copies())


def cases(desks, wanted, chance):
    """What is tried: (kind, at, what) of each machine, each with one of the ways to Sent; where all are wanted, each step with all of them."""
    found = []
    for machine in RECIPIENTS:
        desk = desks[machine].get()
        points = {"call": calls(desk, "call"), "step": sorted(steps(machine)), "EIO": calls(desk, "EIO"), "ENOSPC": calls(desk, "ENOSPC")}
        desks[machine].put(desk)
        for (kind, own), most in zip(points.items(), wanted):
            made = collections.Counter(p[0] for p in own)
            print(f"{machine}: {len(own)} points of kind {kind}: " + ", ".join(f"{c} {n}" for c, n in sorted(made.items())), flush=True)
            ways = [(*point, sent) for point in own for sent in (SENT if kind == "step" else chance.sample(SENT, 1))]
            if most is not None:
                ways = sweep.chosen(ways, (most + 1) // 2, chance)
            found += [Case(machine, kind, at, what, sent) for at, what, sent in ways]
    chance.shuffle(found)
    return found


def main():
    programs, top = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    wanted = [int(n) for n in sys.argv[3:7]] or [None] * 4
    seed = int(os.environ.get("PLATINUM_SEED") or random.SystemRandom().randrange(10**6))
    chance, world, only = random.Random(seed), World(os.path.join(top, "world")), os.environ.get("ONLY")
    desks, workers = {machine: queue.Queue() for machine in RECIPIENTS}, int(os.environ.get("JOBS") or 2)
    for machine, free in desks.items():
        for number in range(workers):
            free.put(Desk(programs, top, machine, number))
    if only:
        machine, kind, at, what, sent = only.split("/")
        todo = [Case(machine, kind, at, what if kind == "step" else int(what), sent)]
    else:
        todo = cases(desks, wanted, chance)
    kills = [(c.at, c.what) for c in todo if c.kind == "call"]
    seconds = [chance.choice(kills) if kills and chance.random() < 0.25 else None for _ in todo]
    print(f"{len(todo)} runs, PLATINUM_SEED={seed}", flush=True)
    told, ends, silent, broken, left = threading.Lock(), collections.Counter(), 0, set(), queue.Queue()
    for trial in enumerate(zip(todo, seconds)):
        left.put(trial)

    def work():
        nonlocal silent
        while True:
            try:
                number, (case, second) = left.get_nowait()
            except queue.Empty:
                return
            desk = desks[case.machine].get()
            try:
                came_up, ended, answered = Trial(number, desk, case, world, second).run()
                with told:
                    silent += not came_up
                    ends[f"{ended} {answered}".strip()] += 1
            except (sweep.Broken, subprocess.SubprocessError, OSError, AssertionError) as problem:
                with told:
                    broken.add(number)
                    print(f"BROKEN, again with ONLY='{'/'.join(map(str, case))}' PLATINUM_SEED={seed}{f', then killed at {second}' if second else ''}: {str(problem)[:2500]}", flush=True)
                if os.environ.get("KEEP"):
                    shutil.copytree(desk.now, os.path.join(top, f"broken-{number}"), symlinks=True, dirs_exist_ok=True)
            desks[case.machine].put(desk)
            if (number + 1) % 100 == 0:
                print(f"  {number + 1}: {dict(ends)}, {len(broken)} broken", flush=True)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # What the server still had in its hands when its trial was judged.
    twice = [number for number, case in enumerate(todo) if len({t for t, _ in world.of(number)}) > 1]
    broken.update(twice)
    print(f"{len(todo)} runs: {', '.join(f'{n} {how}' for how, n in sorted(ends.items()))}; {silent} did not come up, {len(twice)} accepted twice, {len(broken)} broken")
    sys.exit(1 if broken or silent * 4 > len(todo) else 0)


if __name__ == "__main__":
    main()
