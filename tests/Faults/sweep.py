#!/usr/bin/env python3
"""Lets one sync fail at its system calls, one after the other, and looks at what is left.

sweep.py BIN WORLD kill|EIO|ENOSPC [POINTS]

WORLD holds here/, there/ and a bare repository, made by the story: two machines that went on apart. For each point (a system call, and how many of them a thread has made)
`cloudagent sync` runs in a copy of `here` and is killed there, or told there that the disk failed (ENOSPC: from there on). Afterwards both machines sync undisturbed, as they would by
themselves. Then both vaults and the remote must hold, byte for byte, what they hold where nothing failed; the repositories must be sound, and nothing may be left over.

POINTS: how many, chosen by PLATINUM_SEED; without it all. ONLY=call:n replays one, ONLY=call all of that call. The last line is "N points, N did not come up, N broken".
"""

import collections
import concurrent.futures
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time

CHANGING = ["write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "ftruncate",
            "fallocate", "chmod", "fchmod", "utimensat"]
CALLS = {"kill": CHANGING + ["openat", "getdents64", "flock", "fcntl"], "EIO": CHANGING + ["openat"], "ENOSPC": ["write", "pwrite64", "fsync", "renameat2", "rename", "mkdir", "link", "fallocate"]}
# Exit codes of the program: remarks are for the owner (here: two versions of one draft), and nothing was left undone.
WELL, REMARKS, LOCKED = 0, 3, 11


class Machines:
    """A copy of the world in a place of its own, made anew for each trial."""

    what, program, command, rounds = "sync", "cloudagent", ["sync"], ("here", "there", "here")
    parts = ("here", "there", "remote.git", "mail")
    # A remote at another address would be another remote.
    addressed = ("here/vault.toml", "there/vault.toml", "here/state/git/config", "there/state/git/config")

    def __init__(self, programs, world, number):
        self.programs, self.root, self.remarks, self.usual = programs, os.path.join(world, f"w{number}"), set(), set()
        self.template, self.now = os.path.join(self.root, "template"), os.path.join(self.root, "now")
        os.makedirs(self.template)
        for part in self.parts:
            shutil.copytree(os.path.join(world, part), os.path.join(self.template, part), symlinks=True)
        for file in self.addressed:
            path = os.path.join(self.template, file)
            with open(path, encoding="utf-8") as stream:
                content = stream.read()
            assert world in content, file
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(content.replace(world + "/", self.now + "/"))

    def fresh(self):
        shutil.rmtree(self.now, ignore_errors=True)
        self.remarks = set()
        subprocess.run(["cp", "-a", "--reflink=auto", self.template, self.now], check=True)

    def called(self, machine, *before):
        """The command line and the environment."""
        command = [*before, os.path.join(self.programs, self.program), "--config", os.path.join(self.now, machine, "vault.toml")]
        return command, {**os.environ, "HOME": os.path.join(self.now, machine, "home"), "NO_COLOR": "1"}

    def sync(self, machine, *before):
        command, environment = self.called(machine, *before)
        return subprocess.run([*command, *self.command], env=environment, capture_output=True, text=True, errors="replace", timeout=120, check=False)

    def sync_well(self, machine):
        # For a moment the lock of the one that was killed may still be there.
        for _ in range(50):
            done = self.sync(machine)
            if done.returncode != LOCKED:
                break
            time.sleep(0.1)
        if done.returncode not in (WELL, REMARKS):
            raise Broken(f"{machine}'s {self.what}, undisturbed, ended with {done.returncode}: {done.stdout}{done.stderr}")
        self.remarks.update(line for line in done.stderr.splitlines() if not re.fullmatch(r"nothing to do|\d+ [a-z ]+(, \d+ [a-z ]+)*", line))

    def settle(self):
        for machine in self.rounds:
            self.sync_well(machine)

    def picture(self):
        """What must be the same however it came to it."""
        return self.vault("here")

    def vault(self, machine):
        """Path to digest, of every file; a temporary one counts as a file that should not be there."""
        found, top = {}, os.path.join(self.now, machine, "vault")
        for folder, _, files in os.walk(top):
            for file in files:
                path = os.path.join(folder, file)
                with open(path, "rb") as stream:
                    found[os.path.relpath(path, top)] = hashlib.sha256(stream.read()).hexdigest()
        return found

    def remote(self):
        bare = os.path.join(self.now, "remote.git")
        found = {}
        tree = git(bare, "ls-tree", "-r", "-z", "main")
        blobs = [entry.split("\t") for entry in tree.split("\0") if entry]
        batch = subprocess.run(["git", "-C", bare, "cat-file", "--batch"], input="".join(b[0].split()[2] + "\n" for b in blobs).encode(), capture_output=True, check=True).stdout
        at = 0
        for _, path in blobs:
            end = batch.index(b"\n", at)
            size = int(batch[at:end].split()[2])
            found[path] = hashlib.sha256(batch[end + 1:end + 1 + size]).hexdigest()
            at = end + size + 2
        return found

    def check(self, reference, how):
        for what, found in (("the vault here", self.vault("here")), ("the vault there", self.vault("there")), ("the remote", self.remote())):
            compare(what, found, reference)
        self.check_repositories(how)

    def check_repositories(self, how):
        for repository in ("remote.git", "here/state/git", "there/state/git"):
            git(os.path.join(self.now, repository), "fsck", "--strict", "--no-dangling")
        # Where removing it is what failed, a file may stay until the next push; it is in nobody's way.
        left = [f for repository in ("here/state/git", "remote.git") if how == "kill" for f in git_leftovers(os.path.join(self.now, repository))]
        if left:
            raise Broken(f"left over: {left}")


class Broken(Exception):
    """Something that must hold does not."""


def git(repository, *arguments):
    done = subprocess.run(["git", "-C", repository, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Broken(f"git {' '.join(arguments)} in {repository}: {done.stdout}{done.stderr}")
    return done.stdout


def git_leftovers(repository):
    for folder, _, files in os.walk(repository):
        for file in files:
            if (file.endswith(".lock") and file != "platinum-push.lock") or "_git2_" in file:
                yield os.path.join(folder, file)


def compare(what, found, reference):
    found = {p: d for p, d in found.items() if not re.match(r"(.*/)?\.platinum-", p) or p.count("/") == 0}
    wrong = [f"{p} is missing" for p in reference if p not in found] + [f"{p} should not be there" for p in found if p not in reference]
    wrong += [f"{p} differs" for p in reference if p in found and found[p] != reference[p]]
    if wrong:
        raise Broken(f"{what}: {len(wrong)} wrong: " + "; ".join(sorted(wrong)[:5]))


def points_of(machines, how):
    """(call, n) for each call that a thread makes in an undisturbed sync. Errors come from the disk of this world: what the program needs to begin at all is not among them."""
    machines.fresh()
    trace = os.path.join(machines.root, "trace")
    done = machines.sync("here", "strace", "-f", "-qq", "-o", trace, "-e", "trace=" + ",".join("?" + c for c in CALLS[how]), "-e", "signal=none")
    if done.returncode not in (WELL, REMARKS):
        raise Broken(f"the undisturbed {machines.what} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return counted(trace, lambda call, line: call != "openat" or how == "kill" or machines.now in line)


def counted(trace, wanted=lambda call, line: True):
    """(call, n): strace counts for each call and thread, and so are they named."""
    made, points = collections.Counter(), set()
    with open(trace, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            match = re.match(r"(\d+) +(\w+)\(", line)
            if not match:
                continue
            made[match.groups()] += 1
            if wanted(match[2], line):
                points.add((match[2], made[match.groups()]))
    return sorted(points)


def chosen(points, wanted, chance):
    """Of a rare kind (a point's first part) as many as of a frequent one, as far as it goes: most writes are alike."""
    some = set()
    left = {kind: chance.sample(own, len(own)) for kind in sorted({p[0] for p in points}) for own in [[p for p in points if p[0] == kind]]}
    while len(some) < min(wanted, len(points)):
        for kind in sorted(left):
            if left[kind] and len(some) < wanted:
                some.add(left[kind].pop())
    return sorted(some)


def trial(machines, how, call, number, reference):
    """Returns False where the call was made less often this time."""
    machines.fresh()
    action = "signal=SIGKILL" if how == "kill" else f"error={how}"
    when = f"{number}+" if how == "ENOSPC" else str(number)
    trace = os.path.join(machines.root, "trace")
    shown = ["-y"] if call in ("fsync", "fdatasync") else []
    done = machines.sync("here", "strace", "-f", *shown, "-qq", "-o", trace, "-e", f"trace={call}", "-e", "signal=none", "-e", f"inject={call}:{action}:when={when}")
    well = done.returncode in (WELL, REMARKS)
    if how == "kill":
        if done.returncode in (-9, 137):
            up = True
        elif well:
            up = False
        else:
            raise Broken(f"ended with {done.returncode} instead of being killed: {done.stdout}{done.stderr}")
    else:
        with open(trace, encoding="utf-8", errors="replace") as lines:
            failed = [line for line in lines if "(INJECTED)" in line]
        up = len(failed) > 0
        if call == "openat" and not all(machines.now in line for line in failed):
            return False
        if done.returncode < 0 or done.returncode > 100 or "Unhandled" in done.stderr or "   at " in done.stderr:
            raise Broken(f"it crashed with {done.returncode}: {done.stdout}{done.stderr}")
        # What was not synced may be lost, and syncing it again would say otherwise. An object of git's is written anew, into another file and the folder (git_odb_write, which then streams it).
        if up and well and call in ("fsync", "fdatasync") and not re.search(r"/objects/(tmp_object_git2_|[0-9a-f]{2}>)", failed[0]):
            raise Broken(f"{failed[0].strip()}, and it said that all went well")
        if well:
            # A file that could not be read was named: it waits here, and the rest went on.
            told = set(re.findall(r"^warning: sync: (.+?\.md): Input/output error .*it stays on this machine$", done.stderr, re.MULTILINE))
            here, there = ({path: digest for path, digest in found.items() if path not in told} for found in (machines.vault("here"), machines.remote()))
            compare("it said that all went well, and the remote", there, here)
    machines.settle()
    machines.check(reference, how)
    if machines.remarks - machines.usual:
        raise Broken(f"a person was told: {sorted(machines.remarks - machines.usual)}")
    return up


def main(kind=Machines):
    programs, world, how = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]
    wanted = int(sys.argv[4]) if len(sys.argv) > 4 else None
    seed = int(os.environ.get("PLATINUM_SEED") or random.SystemRandom().randrange(10**6))
    workers = [kind(programs, world, f"{kind.what}-{how}{n}") for n in range(2)]

    first = workers[0]
    first.fresh()
    first.settle()
    reference = first.picture()
    first.check(reference, how)
    for machines in workers:
        machines.usual = first.remarks
    call, _, number = os.environ.get("ONLY", "").partition(":")
    if number:
        points = [(call, int(number))]
    else:
        points = [p for p in points_of(first, how) if call in ("", p[0])]
        made = collections.Counter(call for call, _ in points)
        print(f"{len(reference)} files; {len(points)} points at which a {kind.what} can {'die' if how == 'kill' else 'fail'}: " + ", ".join(f"{c} {t}" for c, t in sorted(made.items())))
        if wanted and wanted < len(points):
            points = chosen(points, wanted, random.Random(seed))
            print(f"{len(points)} of them, PLATINUM_SEED={seed}")

    free, told = list(workers), threading.Lock()
    silent, broken = [], []

    def one(point):
        with told:
            machines = free.pop()
        try:
            if not trial(machines, how, *point, reference):
                silent.append(point)
        except (Broken, subprocess.SubprocessError, OSError) as problem:
            with told:
                broken.append(point)
                print(f"BROKEN at {how}, again with ONLY={point[0]}:{point[1]} PLATINUM_SEED={seed} KEEP=1: {str(problem)[:1500]}", flush=True)
            if os.environ.get("KEEP"):
                shutil.copytree(machines.now, os.path.join(world, f"broken-{how}-{point[0]}-{point[1]}"), symlinks=True, dirs_exist_ok=True)
        finally:
            with told:
                free.append(machines)

    with concurrent.futures.ThreadPoolExecutor(len(workers)) as pool:
        list(pool.map(one, points))
    for machines in workers:
        shutil.rmtree(machines.root)
    print(f"{len(points)} points, {len(silent)} did not come up, {len(broken)} broken")
    # Chance moves work between threads, so that a few points are never reached; where many are not, this shows nothing.
    sys.exit(1 if broken or len(silent) * 4 > len(points) else 0)


if __name__ == "__main__":
    main()
