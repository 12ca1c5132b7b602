#!/usr/bin/env python3
"""Puts what a dead process can leave in a repository there, and looks whether the next sync gets over it by itself.

planted.py BIN WORLD

WORLD as for sweep.py. What lies in our own git directory is nobody else's and must heal. In a remote that is a path another git may be at work: its lock, while it is young, is left
alone, said, and nothing is lost by waiting; marked as left by a push of ours, or old, it is removed.
"""

import os
import shutil
import sys
import time

import sweep

TRY_AGAIN = 75
GIT, BARE = "here/state/git", "remote.git"
LOCKS = ["HEAD.lock", "config.lock", "packed-refs.lock", "refs/heads/main.lock", "refs/platinum/vault.lock", "refs/remotes/origin/main.lock"]
EMPTIED = ["HEAD", "config", "refs/heads/main", "refs/platinum/vault", "refs/remotes/origin/main", "../stat-cache", "../sync.json"]
BEGUN = ["objects/pack/pack_git2_0123456789abcdef", "objects/tmp_object_git2_0123456789abcdef", "objects/streamed_git2_0123456789abcdef"]


def put(machines, path, content=b"PACK\0\0\0\2half", age=0):
    path = os.path.join(machines.now, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    os.utime(path, (time.time() - age,) * 2)


def heals(machines, reference):
    machines.settle()
    machines.check(reference, "kill")


def waits(machines, reference):
    """Said with the exit code for what passes by itself; whatever was done here stays here, and goes out once the lock is gone."""
    done = machines.sync("here")
    if done.returncode != TRY_AGAIN or "lock" not in done.stderr:
        raise sweep.Broken(f"ended with {done.returncode}: {done.stdout}{done.stderr}")
    os.remove(os.path.join(machines.now, BARE, "refs/heads/main.lock"))
    heals(machines, reference)
    return next(line for line in done.stderr.splitlines() if "lock" in line)


def cases():
    for lock in LOCKS:
        yield f"{GIT}/{lock}", heals, [(f"{GIT}/{lock}", b"")]
    for file in BEGUN:
        yield f"{GIT}/{file}", heals, [(f"{GIT}/{file}",)]
        yield f"{BARE}/{file}, of a push that died", heals, [(f"{BARE}/{file}",), (f"{BARE}/platinum-push.lock", b"pushing\n")]
    for file in EMPTIED:
        yield f"{os.path.normpath(f'{GIT}/{file}')} is empty", heals, [(f"{GIT}/{file}", b"")]
    lock = f"{BARE}/refs/heads/main.lock"
    yield f"{lock}, of a push that died", heals, [(lock, b""), (f"{BARE}/platinum-push.lock", b"pushing\n")]
    yield f"{lock}, an hour old", heals, [(lock, b"", 3600)]
    yield f"{lock}, young", waits, [(lock, b"")]


def main():
    machines = sweep.Machines(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), "planted")
    machines.fresh()
    machines.settle()
    reference = machines.vault("here")
    planted = broken = 0
    for what, holds, files in cases():
        machines.fresh()
        for file in files:
            put(machines, *file)
        planted += 1
        try:
            said = holds(machines, reference)
            if said:
                print(f"{what}: {said}")
        except sweep.Broken as problem:
            broken += 1
            print(f"BROKEN with {what}: {str(problem)[:600]}", flush=True)
    shutil.rmtree(machines.root)
    print(f"{planted} planted, {broken} broken")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
