#!/usr/bin/env bash
# One cycle of sync, beside git's command line doing the same in a clone of the same vault, remote a path. git syncs to the disk what it writes, as we do (core.fsync=all).
source "$(dirname "$0")/lib.sh"
FEW=${FEW:-1000} FILES=${FILES:-10000} OLD=${OLD:-100000}
title "a cycle of sync"
bare_repository
mkdir -p "$WORLD/mail"/{cur,new,tmp}
machine owner local outbox="maildir:$WORLD/sent" imap=no
on owner init "$WORLD/owner/vault" --remote "$REMOTE" > "$WORLD/log/init" 2>&1
on owner run --once > "$WORLD/log/owner-first" 2>&1
machine cloud cloud inbox="maildir:$WORLD/mail" imap=no
export LIMIT=1200

# joined DONE: the vault has so many finished tasks more, in the remote and in git's clone too.
joined() {
    python3 "$BENCHMARKS/vaults.py" "$WORLD/cloud/vault" "$@" && on cloud sync > "$WORLD/log/filled" 2>&1 \
        && rm -rf "$WORLD/by-git" && git clone -q "$BARE" "$WORLD/by-git" && git -C "$WORLD/by-git" config user.name x && git -C "$WORLD/by-git" config user.email x@x.example \
        && git -C "$WORLD/by-git" config core.fsync all && git -C "$WORLD/by-git" status > "$WORLD/log/status"
}
program() { echo "env HOME=$WORLD/cloud/home $BIN/cloudagent --config $WORLD/cloud/vault.toml"; }
git="git -C $WORLD/by-git"
note=$(printf '%s/Plans/email/note.md' "$WORLD/cloud/vault")
# Neither takes the other's change: git's goes to a branch of its own.
by_git_idle="sh -c '$git fetch -q && $git add -A && $git status -s && $git push -q origin +HEAD:refs/heads/bench'"
by_git_change="sh -c 'date +%N > $WORLD/by-git/note.md && $git fetch -q && $git add -A && $git commit -qm x && $git push -q origin +HEAD:refs/heads/bench'"
by_us_change="sh -c 'date +%N > $note && $(program) sync'"

# cpu PID: nanoseconds of processor time of all its threads.
cpu() { cat /proc/"$1"/task/*/schedstat | awk '{ sum += $1 } END { printf "%d\n", sum }'; }
# daemon_idle: milliseconds of processor time that a running daemon takes for a cycle with nothing to do; it waits for nothing else, the remote being a path.
daemon_idle() {
    setting cloud interval '"1s"'
    start cloud run
    local pid before seconds=15
    pid=$(cat "$WORLD/pid/cloud")
    sleep 5
    before=$(cpu "$pid")
    sleep "$seconds"
    awk -v a="$before" -v b="$(cpu "$pid")" -v n="$seconds" 'BEGIN { print (b - a) / 1e6 / n }'
    stop cloud
    setting cloud interval '"2s"'
}
# daemon_change REF: milliseconds from a file's change until a reference moves, with a running daemon that does not wait for a burst to end.
daemon_change() {
    setting cloud interval '"1h"'
    setting cloud debounce '"0s"'
    start cloud run
    local n taken=()
    sleep 4
    for ((n = 0; n <= RUNS; n++)); do
        taken+=("$(python3 - "$note" "$1" <<'PY'
import sys, time
note, ref = sys.argv[1:]
before = open(ref).read()
began = time.perf_counter()
open(note, "w").write(str(time.time_ns()))
while open(ref).read() == before:
    time.sleep(0.0005)
    if time.perf_counter() - began > 60: sys.exit("never came")
print((time.perf_counter() - began) * 1000)
PY
)")
        sleep 1
    done
    stop cloud
    setting cloud interval '"2s"'
    setting cloud debounce '"1s"'
    median "${taken[@]:1}"
}

theirs_main=$BARE/refs/heads/main our_main=$WORLD/cloud/state/git/refs/heads/main

say "$FEW files"
check "the vault is made"             exits 0 on cloud run --once
mkdir -p "$WORLD/cloud/vault/Plans/email"
check "and filled"                    joined 200 $((FEW - 200))
few=$(daemon_change "$our_main")

say "$FILES files"
check "more of them"                  joined 800 $((FILES - FEW - 800)) "$FEW"
{ read -r ours ours_mb; read -r theirs theirs_mb; } < <(measure "$RUNS" "$(program) sync" "$by_git_idle")
row "nothing to do: the daemon's cycle (processor)" "$(daemon_idle)" ms 0.1 "git fetch, add, status, push" "$theirs"
row "nothing to do: cloudagent sync" "$ours" ms 0.5 "git fetch, add, status, push" "$theirs"
row "nothing to do: resident at most" "$ours_mb" MB - "git's largest" "$theirs_mb"
{ read -r ours _; read -r theirs _; } < <(measure "$RUNS" "$by_us_change" "$by_git_change")
row "one change: from the file to the remote, daemon" "$(daemon_change "$theirs_main")" ms 0.4 "git fetch, add, commit, push" "$theirs"
row "one change: cloudagent sync" "$ours" ms - "git fetch, add, commit, push" "$theirs"

say "as the months go by: $OLD files"
check "so many"                       joined 0 $((OLD - FILES)) "$FILES"
{ read -r ours _; read -r theirs _; } < <(measure "$RUNS" "$by_us_change" "$by_git_change")
row "one change, push included: daemon" "$(daemon_change "$theirs_main")" ms 0.25 "git fetch, add, commit, push" "$theirs"
row "one change, push included: cloudagent sync" "$ours" ms - "git fetch, add, commit, push" "$theirs"
row "one change, until it is committed: daemon" "$(daemon_change "$our_main")" ms 2 "with $FEW files" "$few"
end
