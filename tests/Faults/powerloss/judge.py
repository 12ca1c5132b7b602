#!/usr/bin/env python3
"""Says whether a disk holds what was acknowledged before the power went, and whether all ends well from there.

judge.py BIN DISK IMAGE CUT

To be run in a mount namespace of its own: IMAGE, a file system, is mounted on DISK, where it lay in the virtual machine. CUT is a JSON file: "before" and "after", the pictures of the
last acknowledgement before the cut and of the next one (path to SHA-256; null where there is none), and "exact": nothing was asked for between the first and the cut.
Ends with 0, or with 2 and says what is wrong.
"""

import collections
import email
import hashlib
import json
import os
import re
import subprocess
import sys

TASK = re.compile(r"(owner|cloud)/vault/([A-Z][A-Za-z_]+)/(?:[^/]+/)?([a-z0-9-]+-[0-9a-z]{16})\.md")
STAGES = ["Needs_Action", "In_Progress", "Pending_Approval", "Approved", "Rejected", "Done", "Quarantine"]
# What each machine may find out anew: what it last saw of the vault's files, of the remote and of the mailbox.
FOUND_ANEW = re.compile(r"(owner|cloud)/state/([a-z]+\.lock|stat-cache|sync\.json|mail/main)")
TEMPORARY = ".platinum-"
FSCK = {"ext4": ["e2fsck", "-fn"], "btrfs": ["btrfs", "check", "--readonly"]}
# Both machines, as often as it takes for each to hear of what the other does with what it has heard.
ROUNDS = ("owner", "cloud", "owner", "cloud", "owner")


class Broken(Exception):
    """Something that must hold does not."""


def git(repository, *arguments):
    done = subprocess.run(["git", "-C", repository, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Broken(f"git {' '.join(arguments)} in {repository}: {done.stdout}{done.stderr}")
    return done.stdout


class World:
    """Both machines, the remote and the outbox, as they lie on one disk."""

    def __init__(self, programs, top):
        self.programs, self.top = programs, top

    def path(self, *parts):
        return os.path.join(self.top, *parts)

    def files(self, *tops):
        """Path to content. Temporary files are nobody's."""
        found = {}
        for top in tops or ("owner/vault", "cloud/vault", "owner/state", "cloud/state", "outbox"):
            for folder, folders, files in os.walk(self.path(top)):
                folders[:] = [f for f in folders if os.path.join(folder, f) not in (self.path("owner/state/git"), self.path("cloud/state/git"))]
                for file in files:
                    if not file.startswith(TEMPORARY):
                        with open(os.path.join(folder, file), "rb") as stream:
                            found[os.path.relpath(os.path.join(folder, file), self.top)] = stream.read()
        return found

    def tip(self):
        try:
            return git(self.path("remote.git"), "rev-parse", "--verify", "-q", "refs/heads/main").strip()
        except Broken:
            return None

    def remote(self):
        """Path to SHA-256 of what the remote's main branch holds."""
        found = {}
        for entry in git(self.path("remote.git"), "ls-tree", "-r", "-z", "main").split("\0"):
            if entry:
                about, path = entry.split("\t")
                content = subprocess.run(["git", "-C", self.path("remote.git"), "cat-file", "blob", about.split()[2]], capture_output=True, check=True).stdout
                found[path] = sha256(content)
        return found

    def run(self, machine, *arguments):
        program = "localagent" if machine == "owner" else "cloudagent"
        environment = {**os.environ, "HOME": self.path(machine, "home"), "NO_COLOR": "1"}
        command = [os.path.join(self.programs, program), "--config", self.path(machine, "vault.toml"), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", timeout=120, check=False)
        if done.returncode != 0:
            raise Broken(f"{machine}: {' '.join(arguments)} ended with {done.returncode}: {done.stdout}{done.stderr}")


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def stages(paths):
    """(machine, task) to the stages in which it lies."""
    found = collections.defaultdict(list)
    for path in paths:
        match = TASK.fullmatch(path)
        if match and match[2] in STAGES:
            found[match[1], match[3]].append(match[2])
    return found


def is_whole(path, content):
    """Under its final name a file is never empty or torn."""
    if TASK.fullmatch(path):
        return content.startswith(b"---\n") and content.endswith(b"\n") and b"\0" not in content and b"\n---\n" in content
    if path.endswith(".jsonl") and "/Logs/" in path:
        return content.endswith(b"\n") and all(isinstance(json.loads(line), dict) for line in content.splitlines())
    return "/vault/" not in path or (len(content) > 0 and b"\0" not in content)


def after_the_cut(world, cut):
    """Everything that was acknowledged is there, before any program has run again."""
    before, after = cut["before"] or {}, cut["after"]
    files = world.files()
    digests = {path: sha256(content) for path, content in files.items()}
    torn = [path for path, content in files.items() if not is_whole(path, content)]
    if torn:
        raise Broken(f"not whole: {torn[:5]}")

    # A file that nobody was about to change is there as it was; where nothing was asked for since, that is each of them.
    lost = [path for path, digest in before.items() if path != "main" and not FOUND_ANEW.fullmatch(path)
            and (cut["exact"] or (after and after.get(path) == digest)) and digests.get(path) != digest]
    if lost:
        raise Broken(f"acknowledged and not there: {[(p, 'other words' if p in digests else 'missing') for p in lost[:5]]}")
    if cut["exact"]:
        more = [path for path in digests if path not in before and TASK.fullmatch(path)]
        if more:
            raise Broken(f"moved away, and there again: {more[:5]}")

    # One that was on its way is where it was, where it went, or on the way.
    now, then = stages(files), stages(after or {})
    for (machine, task), (stage,) in stages(before).items():
        there, to = now.get((machine, task), []), then.get((machine, task), [stage])[0]
        way = {stage, to} | ({"In_Progress", "Approved"} if to != stage else set())
        if not there or not set(there) <= way or len(there) > (1 if to == stage else 2):
            raise Broken(f"{machine}'s {task} was in {stage}, was to be in {to} next, and is in {there or 'no stage'}")

    if "main" in before:
        git(world.path("remote.git"), "fsck", "--strict", "--no-dangling")
        if not world.tip():
            raise Broken("the remote has no main branch")
        git(world.path("remote.git"), "merge-base", "--is-ancestor", before["main"], "main")


def log_lines(files):
    """What was told in the logs, sealed or still open."""
    return {line for path, content in files.items() if "/Logs/" in path or re.fullmatch(r"\w+/state/audit/\w+\.jsonl", path)
            for line in content.split(b"\n")[:-1] if b'"segment"' not in line}


def chains_hold(files):
    """Each segment names the one before it."""
    for path, content in files.items():
        match = re.fullmatch(r"(owner/vault/Logs/[^/]+/)(\d+)\.jsonl", path)
        previous = match and files.get(f"{match[1]}{int(match[2]) - 1:08}.jsonl")
        if previous and sha256(previous) not in content.split(b"\n")[0].decode():
            raise Broken(f"{path} does not name the segment before it")


def sent(files):
    """The Message-IDs that went out for each task: its hash stands in the mail's marker."""
    found = collections.defaultdict(list)
    for path, content in files.items():
        if re.match(r"outbox/(new|cur)/", path):
            mail = email.message_from_bytes(content)
            found[mail["X-Platinum-Task"].split(".")[0]].append(mail["Message-ID"].strip("<>"))
    return found


def in_the_end(world, cut, mails, told):
    """Both machines and the remote agree; each mail is one task; what was approved was sent once; no word of anybody's is lost."""
    before, after, files = cut["before"] or {}, cut["after"], world.files()
    owner, cloud = ({os.path.relpath(p, f"{m}/vault"): sha256(c) for p, c in files.items() if p.startswith(f"{m}/vault/")} for m in ("owner", "cloud"))
    for what, found in (("the cloud's vault", cloud), ("the remote", world.remote())):
        if found != owner:
            raise Broken(f"{what} and the owner's vault differ: {sorted(set(found.items()) ^ set(owner.items()))[:5]}")
    git(world.path("remote.git"), "fsck", "--strict", "--no-dangling")

    tasks = {task: there for (machine, task), there in stages(files).items() if machine == "owner"}
    wrong = {task: there for task, there in tasks.items() if len(there) > 1 or there[0] not in ("Pending_Approval", "Rejected", "Done")}
    if wrong or len(tasks) != mails:
        raise Broken(f"{len(tasks)} tasks of {mails} mails; not at rest: {wrong}")
    for (machine, task), (stage,) in stages(before).items():
        wanted = "Done" if stage == "Approved" else stage
        if wanted in ("Rejected", "Done") and tasks[task] != [wanted]:
            raise Broken(f"{machine}'s {task} was acknowledged as {stage} and is in {tasks[task]}")
    changed = [path for path, digest in before.items() if path.startswith("owner/vault/") and TASK.fullmatch(path) and after and after.get(path) == digest
               and path in files and sha256(files[path]) != digest]
    if changed:
        raise Broken(f"other words than those acknowledged: {changed[:5]}")

    went = sent(files)
    if any(len(times) > 1 for times in went.values()):
        raise Broken(f"sent more than once: {dict(went)}")
    done = {path[-19:-3]: content.decode() for path, content in files.items() if path.startswith("owner/vault/Done/")}
    if set(went) != set(done) or any(not re.search(f'^outgoing_id: "?{went[task][0]}"?$', content, re.M) for task, content in done.items()):
        raise Broken(f"sent is {dict(went)}, done is {sorted(done)}")
    if told - log_lines(files):
        raise Broken(f"told in the log before and not there any more: {sorted(told - log_lines(files))[:3]}")
    chains_hold(files)


def main():
    programs, disk, image, cut = sys.argv[1:5]
    with open(cut, encoding="utf-8") as file:
        cut = json.load(file)
    # The journal is replayed as it is on a machine that comes up again.
    subprocess.run(["mount", "-o", "loop", image, disk], check=True)
    world = World(programs, disk)
    try:
        after_the_cut(world, cut)
        told = log_lines(world.files())
        if not cut["before"]:
            world.run("owner", "init", world.path("owner/vault"))
        for machine in ROUNDS:
            world.run(machine, "run", "--once")
        in_the_end(world, cut, cut["mails"], told)
    except Broken as problem:
        print(str(problem)[:3000])
        sys.exit(2)
    finally:
        subprocess.run(["umount", disk], check=True)
    # What the log was replayed to was a sound file system: where it was not, the replay is wrong.
    subprocess.run([*FSCK[os.environ["FS"]], image], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
