#!/usr/bin/env python3
"""Cuts the power of a machine that has played its story, at many requests to its disk, and looks at what is left each time.

cuts.py BIN MACHINE DISK MIB MAILS [POINTS|all]

MACHINE is the folder of boot.sh, with `before`, the disk before the story, and `log`; DISK is where the file system of MIB MiB was mounted in the machine, and will be here; MAILS lie in the
mailbox. To be run in a mount namespace of its own (unshare -m), with FS=ext4 or FS=btrfs.

A point is a request of the log and what became of those since the last flush, which a disk may keep for itself: none of them reached it, all did, or some. Right behind each
acknowledgement, with none of them, is always among the points; POINTS more are chosen by PLATINUM_SEED; without it, all requests. No two stories make the same requests, so a point
can be replayed in a machine that was kept only (KEEP=1), with the same arguments and ONLY=REQUEST:none|all|some:SEED.
An acknowledgement whose name begins with UNSYNCED was made with syncing taken away: there the judge must say that it is lost (EXPECT=red: everywhere).
"""

import concurrent.futures
import json
import os
import random
import subprocess
import sys
import tempfile

import blocklog

# How the judge ends where something that was acknowledged is not there.
LOST = 2
HERE = os.path.dirname(os.path.abspath(__file__))


class Point:
    def __init__(self, at, which, seed, red=False):
        self.at, self.which, self.seed, self.red = at, which, seed, red

    def __str__(self):
        return f"ONLY={self.at}:{self.which}:{self.seed}"


def points_of(log, marks, wanted, seed):
    """In the order of the log."""
    everything_red = os.environ.get("EXPECT") == "red"
    only = os.environ.get("ONLY")
    if only:
        at, which, seed = only.split(":")
        return [Point(int(at), which, int(seed), any(m[0] == int(at) and m[1].startswith("UNSYNCED") for m in marks))]
    told = [Point(at, "none", 0, everything_red or name.startswith("UNSYNCED")) for at, name, _ in marks]
    if everything_red:
        return told
    end = max(at for at, name, _ in marks if not name.startswith("UNSYNCED"))
    writes = [n + 1 for n in range(end) if log.requests[n].length]
    chance = random.Random(seed)
    if wanted is None:
        # With none it is the disk as it was with all before the flush, but for what was acknowledged since.
        others = [Point(at, which, chance.randrange(10**6)) for at in writes for which in ("all", "some")]
    else:
        others = [Point(chance.choice(writes), chance.choice(["none", "all", "some", "some"]), chance.randrange(10**6)) for _ in range(wanted)]
    return sorted(told + others, key=lambda p: p.at)


class Trial:
    """One point: its disk, in memory, and the judge."""

    def __init__(self, programs, disk, mails, scratch):
        self.programs, self.disk, self.mails, self.scratch = programs, disk, mails, scratch

    def prepare(self, point, image, marks):
        before = [m for m in marks if m[0] <= point.at]
        after = [m for m in marks if m[0] > point.at]
        folder = tempfile.mkdtemp(dir=self.scratch)
        with open(os.path.join(folder, "image"), "wb") as file:
            file.write(image)
        with open(os.path.join(folder, "cut"), "w", encoding="utf-8") as file:
            json.dump({"before": before[-1][2] if before else None, "after": after[0][2] if after else None, "exact": bool(before) and before[-1][0] == point.at, "mails": self.mails}, file)
        return folder, before[-1][1] if before else "nothing"

    def judge(self, folder):
        try:
            done = subprocess.run(["unshare", "-m", sys.executable, os.path.join(HERE, "judge.py"), self.programs, self.disk, os.path.join(folder, "image"), os.path.join(folder, "cut")],
                                  capture_output=True, text=True, errors="replace", timeout=600, check=False)
            return done.returncode, (done.stdout + done.stderr).strip()
        finally:
            for file in ("image", "cut"):
                os.remove(os.path.join(folder, file))


def picture(lines):
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def main():
    programs, machine, disk, mib, mails = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
    wanted = int(sys.argv[6]) if len(sys.argv) > 6 and sys.argv[6] != "all" else None
    seed = int(os.environ.get("PLATINUM_SEED") or random.SystemRandom().randrange(10**6))
    scratch = os.path.join(machine, "scratch")
    os.makedirs(scratch, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "none", scratch], check=True)

    log = blocklog.Log(os.path.join(machine, "log"))
    marks = [(at, name, picture(lines)) for at, name, lines in blocklog.marks(log, mib << 20)]
    if not marks:
        sys.exit("no acknowledgement is in the log")
    points = points_of(log, marks, wanted, seed)
    flushes = sum(1 for r in log.requests if r.flags & blocklog.FLUSH)
    print(f"{len(log.requests)} requests, {flushes} of them flushes, {len(marks)} acknowledgements; {len(points)} points, PLATINUM_SEED={seed}", flush=True)

    trial, broken, red, done = Trial(programs, disk, mails, scratch), 0, 0, 0
    state = blocklog.Disk(log, os.path.join(machine, "before"))
    workers = os.cpu_count() or 1
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        waiting = []

        def settle(most):
            nonlocal broken, red, done
            while len(waiting) > most:
                point, name, result = waiting.pop(0)
                code, said = result.result()
                done += 1
                if done % 250 == 0:
                    print(f"... {done} points", flush=True)
                if point.red and code == LOST:
                    red += 1
                    print(f"red, as it must be, behind '{name}': {said[:200]}", flush=True)
                elif code != 0 or point.red:
                    broken += 1
                    print(f"BROKEN at {point}, behind '{name}': {said[:2000] or 'nothing was synced, and the judge did not notice'}", flush=True)

        for point in points:
            state.follow(point.at)
            image = state.cut(point.which, random.Random(point.seed), mib << 20)
            folder, name = trial.prepare(point, image, marks)
            waiting.append((point, name, pool.submit(trial.judge, folder)))
            settle(2 * workers)
        settle(0)
    print(f"{len(points)} points, {red} red as they must be, {broken} broken")
    sys.exit(1 if broken or not red and not os.environ.get("ONLY") else 0)


if __name__ == "__main__":
    main()
