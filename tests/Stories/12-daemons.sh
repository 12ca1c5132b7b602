#!/usr/bin/env bash
# Both programs run as daemons. Mail wakes the one by IDLE, its push reaches the other; a signal ends them in time.
source "$(dirname "$0")/lib.sh"
title "day and night"
certificate_make; imap_up; smtp_up; remote_up
two_machines
# Nothing may happen by a timer on the cloud's side: IDLE and the debounce have to do.
setting cloud poll '"1h"'
setting cloud interval '"1h"'

start cloud run
start owner run
idles() { grep -q . "$WORLD/log/cloud" && alive "$(cat "$WORLD/pid/cloud")"; }
check "both run"                                wait_until 10 idles
sleep 2
deliver "$(mail gmail-en)"
began=$(date +%s%N)
check "a mail is drafted and pushed"            wait_until 15 shows can-you-repair tip Pending_Approval
took=$((($(date +%s%N) - began) / 1000000))
check "by IDLE, in under 5 s ($took ms)"        [ "$took" -lt 5000 ]
id=$(task cloud can-you-repair-an-oak-table) || true
check "the owner's machine has it by itself"    wait_until 20 in_stage owner "$id" Pending_Approval
check "commands work beside the daemon: edit"   fill owner "$id"
check "and approve"                             approve owner "$id"
began=$(date +%s%N)
check "it is sent by itself"                    wait_until 20 sent_is 1
took=$((($(date +%s%N) - began) / 1000000))
say "approve to accepted took $took ms"
check "Done here"                               wait_until 10 in_stage owner "$id" Done
deliver "$(mail apple-fr)"
check "the next mail wakes it again"            wait_until 15 shows rendez-vous tip Pending_Approval

say "the mail server goes away and comes back"
imap_down; sleep 1; imap_up
deliver "$(mail thunderbird-es)"
check "the daemon lives"                        alive "$(cat "$WORLD/pid/cloud")"
check "and drafts"                              wait_until 90 shows factura tip Pending_Approval

say "idle costs nothing"
sleep 3
before=$(tip_commit)
ticks() { local f; read -ra f < "/proc/$(cat "$WORLD/pid/cloud")/stat" || return 0; echo $((f[13] + f[14])); }
little() { local now; now=$(ticks); echo "from '$1' to '$now' ticks"; [[ -n $1 && -n $now ]] && ((now - $1 < 25)); }
used=$(ticks)
sleep 5
check "no commit"                               sees "$before" tip_commit
check "no busy loop"                            little "$used"
# What no file stands for; what the turns needed has gone back.
held() { awk '/^Anonymous:/ { print $2 }' "/proc/$(cat "$WORLD/pid/cloud")/smaps_rollup"; }
check "under 10 MB of memory ($(held) KB)"      [ "$(held)" -lt 10240 ]

say "SIGTERM"
ends_in_time() {
    local pid code=0 began=$SECONDS
    pid=$(cat "$WORLD/pid/$1")
    kill -TERM "$pid"
    wait "$pid" || code=$?
    echo "ended with $code after $((SECONDS - began)) s"
    ((SECONDS - began < 5)) && [[ $code == 0 || $code == 130 ]]
}
check "the cloud ends within 5 s"               ends_in_time cloud
check "the owner's machine too"                 ends_in_time owner
# Most of a start's time went into reading each of them a second time.
STRACE=(strace -f -qq -e trace=openat -o "$WORLD/log/opened")
check "no lock is left: a turn works"           exits 0 on cloud run --once
STRACE=()
check "the system's authorities are read once"  sees '"/etc/ssl/certs/ca-certificates.crt"' bash -c "grep -o '\"/etc/ssl/certs/[^\"]*\"' '$WORLD/log/opened'"
end
