#!/usr/bin/env bash
# One sync of a vault that went on elsewhere too is killed at its system calls, and told at them that the disk is broken or full. Nothing is lost, nothing is doubled, and
# nobody is needed: the next sync ends where an undisturbed one ends. The points are chosen by PLATINUM_SEED; LONG=1: 1,000 tasks and many more points. TASKS, KILLS, ERRORS, FULL, POWER, TURNS: how many of each.
source "$(dirname "$0")/lib.sh"
FAULTS=$STORIES/../Faults TASKS=${TASKS:-${LONG:+1000}} KILLS=${KILLS:-${LONG:+1000}} ERRORS=${ERRORS:-${LONG:+300}} FULL=${FULL:-${LONG:+100}} POWER=${POWER:-${LONG:+10000}} TURNS=${TURNS:-${LONG:+500}}
TASKS=${TASKS:-120} KILLS=${KILLS:-80} ERRORS=${ERRORS:-30} FULL=${FULL:-10} POWER=${POWER:-12} TURNS=${TURNS:-24}
title "a sync that fails anywhere, $TASKS tasks"
BARE=$WORLD/remote.git
git init -q --bare -b main "$BARE"
REMOTE=$BARE
machine owner local outbox="maildir:$WORLD/sent" imap=no
check "the owner's vault is made"              on owner init "$WORLD/owner/vault" --remote "$REMOTE"
check "and pushed"                             on owner run --once
mkdir -p "$WORLD/mail"/{cur,new,tmp}
for name in here there; do machine "$name" cloud inbox="maildir:$WORLD/mail" imap=no; done
check "two agents join"                        turn here there
python3 "$FAULTS/world.py" tasks "$WORLD/here/vault" "$TASKS"
check "one has much to do"                     on here sync
check "the other has it too"                   on there sync
check "both are alike"                         alike here there
python3 "$FAULTS/world.py" owner "$WORLD/there/vault"
check "the owner's doing comes from there"     on there sync
python3 "$FAULTS/world.py" agent "$WORLD/here/vault" "$(cat "$WORLD/here/state/agent")"

# sweep HOW POINTS: shown as it goes, for the seed and for what was broken.
sweep() { python3 "$FAULTS/sweep.py" "$BIN" "$WORLD" "$@" 2>&1 | tee "$WORLD/log/sweep"; }
durable() { python3 "$FAULTS/durable.py" "$BIN" "$WORLD" "$@" 2>&1 | tee "$WORLD/log/sweep"; }
planted() { python3 "$FAULTS/planted.py" "$BIN" "$WORLD" 2>&1 | tee "$WORLD/log/sweep"; }
said_last() { say "$(grep -v BROKEN "$WORLD/log/sweep" | tail -n 3 | paste -sd '; ')"; }
check "killed: nothing is lost or doubled"     sweep kill "$KILLS"
said_last
check "one call fails: the next sync mends it" sweep EIO "$ERRORS"
said_last
check "no space: the same, once there is some" sweep ENOSPC "$FULL"
said_last
check "what it did is durable after the next, too" durable "$POWER"
said_last
check "what a dead process left heals by itself" planted
said_last

# The same vault, and mails that nobody has read yet: a turn reads, claims and drafts them.
python3 "$FAULTS/../Benchmarks/mails.py" "$WORLD/mail" 6
turns() { python3 "$FAULTS/turns.py" "$BIN" "$WORLD" "$@" 2>&1 | tee "$WORLD/log/sweep"; }
check "a turn is killed: each mail is one task, drafted once" turns kill "$TURNS"
said_last

say "a log on a full disk"
unheard() { on here sync 2> /dev/full; }
check "the program does its work and gives its exit code: there are remarks" exits 3 unheard
check "the work is done"                       git -C "$BARE" cat-file -e "main:Needs_Action/email/$(basename "$(ls "$WORLD"/here/vault/Needs_Action/email/news-0-*)")"
end
