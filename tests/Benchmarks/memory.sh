#!/usr/bin/env bash
# What a daemon's memory does while a large vault is synced a thousand times: anonymous memory (what no other process shares and no file backs) between the cycles and at most.
source "$(dirname "$0")/lib.sh"
FILES=${FILES:-50000} CYCLES=${CYCLES:-1000}
title "memory over $CYCLES cycles with $FILES files"
bare_repository
mkdir -p "$WORLD/mail"/{cur,new,tmp}
machine owner local outbox="maildir:$WORLD/sent" imap=no
machine cloud cloud inbox="maildir:$WORLD/mail" imap=no
on owner init "$WORLD/owner/vault" --remote "$REMOTE" > "$WORLD/log/init" 2>&1
on owner run --once > "$WORLD/log/owner-first" 2>&1
export LIMIT=1200
check "the vault is made"      exits 0 on cloud run --once
check "and filled"             python3 "$BENCHMARKS/vaults.py" "$WORLD/cloud/vault" 1000 $((FILES - 1000))
check "and pushed"             exits 0 on cloud sync
setting cloud interval '"1s"'
setting cloud debounce '"0s"'
setting cloud poll '"1h"'

# git in a clone of the same: the most that its processes have at once while one file more is added.
git clone -q "$BARE" "$WORLD/by-git"
git -C "$WORLD/by-git" status > "$WORLD/log/status"
git=$(python3 - "$WORLD/by-git" <<'PY'
import pathlib, subprocess, sys
most = 0
for command in (["status"], ["add", "-A"]):
    pathlib.Path(sys.argv[1], "note.md").write_text("x")
    process = subprocess.Popen(["git", "-C", sys.argv[1], *command], stdout=subprocess.DEVNULL)
    while process.poll() is None:
        try:
            fields = dict(line.split(":", 1) for line in open(f"/proc/{process.pid}/smaps_rollup").readlines()[1:])
        except (OSError, ValueError):
            continue
        most = max(most, int(fields.get("Anonymous", "0").split()[0]))
print(most / 1024)
PY
)

say "each cycle: a task is edited, and the remote has it"
start cloud run
sleep 10
# A line "CYCLE MB", and at the end the most that was seen at any time, and how many cycles there were in all.
python3 - "$(cat "$WORLD/pid/cloud")" "$(find "$WORLD/cloud/vault/Pending_Approval" -name '*.md' | sort | head -n 1)" "$BARE/refs/heads/main" "$CYCLES" > "$WORLD/log/memory" <<'PY'
import os, sys, threading, time
pid, task, ref, cycles = *sys.argv[1:4], int(sys.argv[4])
most = {}
cycle = 0


def anonymous():
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Anonymous:")) / 1024


def tip():
    with open(ref) as file:
        return file.read()


def watch():
    while True:
        most[cycle] = max(most.get(cycle, 0), anonymous())
        time.sleep(0.02)


def at_rest():
    """Between two cycles: the least of three seconds, since one of the idle cycles may just be under way."""
    least = anonymous()
    for _ in range(60):
        time.sleep(0.05)
        least = min(least, anonymous())
    return least


print(0, at_rest(), flush=True)
threading.Thread(target=watch, daemon=True).start()
with open(task) as file:
    text = file.read()
began = time.monotonic()
for cycle in range(1, cycles + 1):
    before = tip()
    with open(task + ".new", "w") as file:
        file.write(f"{text}> Line {cycle}, {time.time_ns()}\n")
    os.replace(task + ".new", task)
    end = time.monotonic() + 60
    while tip() == before:
        time.sleep(0.002)
        if time.monotonic() > end:
            sys.exit(f"cycle {cycle} never came")
    if cycle in (10, 100, 500, 1000) or cycle == cycles:
        print(cycle, at_rest(), flush=True)
print("seconds", time.monotonic() - began)
time.sleep(60)
print("idle", at_rest())
print("most", max(most.values()))
print("usual", sorted(most.values())[len(most) // 2])
print("above", sum(m > 24 for m in most.values()), "cycles:", *[f"{c}:{m:.1f}" for c, m in sorted(most.items()) if m > 24])
PY
check "it still runs"          alive "$(cat "$WORLD/pid/cloud")"
value() { awk -v name="$1" '$1 == name { print $2 }' "$WORLD/log/memory"; }
for cycle in 0 10 100 500 1000; do
    ((cycle > CYCLES)) || row "cloudagent, $FILES files: anonymous after $cycle cycles" "$(value $cycle)" MB 24 "git status, git add at most" "$git"
done
row "after a minute of idle cycles more" "$(value idle)" MB 24 "git status, git add at most" "$git"
row "at most, in the middle of a cycle" "$(value most)" MB 24 "git status, git add at most" "$git"
row "at most, in the middle of a usual cycle" "$(value usual)" MB 24 "git status, git add at most" "$git"
say "$(grep '^above' "$WORLD/log/memory")"
row "growth from cycle 100 to $CYCLES" "$(awk -v a="$(value 100)" -v b="$(value "$CYCLES")" 'BEGIN { print b - a }')" MB 1 "after 100 cycles" "$(value 100)"
say "a cycle took $(awk -v s="$(value seconds)" -v n="$CYCLES" 'BEGIN { printf "%.0f ms", s * 1000 / n }'); the remote has $(find "$BARE/objects/pack" -name '*.pack' | wc -l) packs"
end
