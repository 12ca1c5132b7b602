#!/usr/bin/env bash
# A vault of 1,000 tasks, which the agent makes itself out of 1,000 mails: how long that takes, how much memory is held, how soon it is looked through.
source "$(dirname "$0")/lib.sh"
COUNT=${COUNT:-1000}
title "a vault of $COUNT tasks"
bare_repository
machine cloud cloud inbox="maildir:$WORLD/incoming" imap=no
machine owner local outbox="maildir:$WORLD/sent" imap=no
on owner init "$WORLD/owner/vault" --remote "$REMOTE" > "$WORLD/log/init" 2>&1
on owner run --once > "$WORLD/log/owner-first" 2>&1
python3 "$BENCHMARKS/mails.py" "$WORLD/incoming" "$COUNT"
# Nothing by a timer: what a daemon holds after its first turn is looked at.
for name in cloud owner; do defaults $name; setting $name interval '"1h"'; setting $name poll '"1h"'; done

holds() { [[ $(find "$WORLD/$1/vault/Pending_Approval" -name '*.md' | wc -l) == "$COUNT" ]]; }
pushed() { [[ $(tip Pending_Approval | wc -l) == "$COUNT" ]]; }

say "$COUNT mails become $COUNT drafts, pushed"
began=$(now)
start cloud run
cloud=$(cat "$WORLD/pid/cloud")
check "all are drafted and pushed"  wait_until 300 pushed
took=$(($(now) - began))
check "the cloud comes to rest"     wait_until 60 rests "$cloud"
printf 'x\n%.0s' {1..200} > "$WORLD/line"
# What durability alone costs on this disk: as many files written and synced one after the other.
fsyncs=$(python3 - "$WORLD/fsync" "$COUNT" <<'PY'
import os, sys, time
os.mkdir(sys.argv[1])
began = time.perf_counter()
for n in range(int(sys.argv[2])):
    with open(f"{sys.argv[1]}/{n}", "wb") as f:
        f.write(b"x" * 4000)
        f.flush()
        os.fsync(f.fileno())
print((time.perf_counter() - began) * 1000)
PY
)
row "cloudagent: $COUNT mails to $COUNT pushed drafts" "$took" ms - "$COUNT files written and fsynced" "$fsyncs"
taking=("$(memory "$cloud" Anonymous)" "$(memory "$cloud" Rss)" "$(memory "$cloud" VmHWM)")
stop cloud
began=$(now)
start owner run
owner=$(cat "$WORLD/pid/owner")
check "the owner's machine has all" wait_until 120 holds owner
row "localagent: $COUNT drafts pulled" $(($(now) - began)) ms - "$COUNT files written and fsynced" "$fsyncs"
check "it comes to rest"            wait_until 60 rests "$owner"
pulling=("$(memory "$owner" Anonymous)" "$(memory "$owner" Rss)" "$(memory "$owner" VmHWM)")
stop owner

say "memory; beside it a Python interpreter that sleeps"
python3 -c 'import time; time.sleep(600)' &
running python $!
sleep 0.3
python_anonymous=$(memory $! Anonymous) python_rss=$(memory $! Rss)
stop python
memory_rows() { # PROGRAM LIMITS-OF-ANONYMOUS-AND-RSS WHEN ANONYMOUS RSS PEAK
    row "$1: anonymous, $4" "$5" MB "$2" "python3, sleeping" "$python_anonymous"
    row "$1: resident, $4" "$6" MB "$3" "python3, sleeping" "$python_rss"
    row "$1: resident at most, $4" "$7" MB - "python3, sleeping" "$python_rss"
}
memory_rows cloudagent - - "after $COUNT mails were taken in" "${taking[@]}"
memory_rows localagent - - "after $COUNT tasks were pulled" "${pulling[@]}"

# What came into a maildir in the last ten minutes is read again after a restart. The mails of an ordinary restart are older: none is there now.
mv "$WORLD/incoming" "$WORLD/taken"
python3 "$BENCHMARKS/mails.py" "$WORLD/incoming" 0

# first_turn NAME: starts the daemon RUNS times; medians after the first turn.
first_turn() {
    local anonymous=() rss=() peak=() n pid
    for ((n = 0; n < RUNS; n++)); do
        start "$1" run
        pid=$(cat "$WORLD/pid/$1")
        sleep 1
        wait_until 30 rests "$pid"
        anonymous+=("$(memory "$pid" Anonymous)") rss+=("$(memory "$pid" Rss)") peak+=("$(memory "$pid" VmHWM)")
        stop "$1"
    done
    echo "$(median "${anonymous[@]}") $(median "${rss[@]}") $(median "${peak[@]}")"
}
read -ra these <<< "$(first_turn cloud)"
memory_rows cloudagent 10 24 "after a turn over $COUNT tasks" "${these[@]}"
read -ra these <<< "$(first_turn owner)"
memory_rows localagent 14 32 "after a turn over $COUNT tasks" "${these[@]}"

say "thirty turns more, one a second"
for name in cloud owner; do
    setting $name interval '"1s"'
    start $name run
    pid=$(cat "$WORLD/pid/$name")
    sleep 31
    memory_rows "$(basename "$(readlink "/proc/$pid/exe")")" - - "after 30 turns" "$(memory "$pid" Anonymous)" "$(memory "$pid" Rss)" "$(memory "$pid" VmHWM)"
    stop $name
    setting $name interval '"1h"'
done

say "from the start to the end of the first scan; beside it git status in a work tree of the same files"
git -C "$WORLD" clone -q "$BARE" "$WORLD/tree"
setting cloud remote '""'
setting owner remote '""'
on cloud run --once > "$WORLD/log/alone" 2>&1
on owner run --once > "$WORLD/log/alone" 2>&1
as() { echo "env HOME=$WORLD/$1/home $BIN/$2 --config $WORLD/$1/vault.toml"; }
measure $((RUNS * 4)) "git -C $WORLD/tree status" "$BIN/cloudagent --version" "$(as cloud cloudagent) status" "$(as cloud cloudagent) run --once" \
    "$(as owner localagent) status" "$(as owner localagent) run --once" "git --version" > "$WORLD/log/scan"
mapfile -t lines < "$WORLD/log/scan"
git=${lines[0]%% *}
row "cloudagent --version: its start alone" "${lines[1]%% *}" ms - "git --version" "${lines[6]%% *}"
row "cloudagent status" "${lines[2]%% *}" ms 60 "git status" "$git"
row "cloudagent run --once, no remote, nothing new" "${lines[3]%% *}" ms 60 "git status" "$git"
row "localagent status" "${lines[4]%% *}" ms 60 "git status" "$git"
row "localagent run --once, no remote, nothing new" "${lines[5]%% *}" ms - "git status" "$git"
row "cloudagent status: resident at most" "${lines[2]##* }" MB - "git status" "${lines[0]##* }"
on cloud run --once --json | jq -c '{milliseconds}'
on owner run --once --json | jq -c '{milliseconds}'
end
