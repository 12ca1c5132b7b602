#!/usr/bin/env bash
# Between the yes and the world anything may fail: the program dies at any system call, the disk refuses or is full, the server or the way to it stops at any step of a mail. Nobody ever gets a mail twice, none
# is lost in silence, and what nobody can know the owner is asked. What is tried is chosen by PLATINUM_SEED; LONG=1: over 2,000 runs. CALLS, STEPS, ERRORS, FULL: how many of each.
source "$(dirname "$0")/lib.sh"
CALLS=${CALLS:-${LONG:+1000}} STEPS=${STEPS:-${LONG:+1200}} ERRORS=${ERRORS:-${LONG:+200}} FULL=${FULL:-${LONG:+200}}
CALLS=${CALLS:-20} STEPS=${STEPS:-28} ERRORS=${ERRORS:-6} FULL=${FULL:-6}
title "the fence, failing anywhere"
certificate_make; imap_up; smtp_up
mkdir -p "$WORLD/letters"
# approved NAME: one letter, a draft, the owner's words and the owner's yes.
approved() {
    on "$1" run --once && id=$(task "$1" "$2") && fill "$1" "$id" && approve "$1" "$id" && in_stage "$1" "$id" Approved
}

recipients() { on owner show "$id" --json | jq '.to + .cc | length'; }

say "two machines, on each one mail approved"
machine alone local inbox="folder:$WORLD/letters" outbox=smtp remote=
cp "$(mail apple-fr)" "$WORLD/letters/"
check "one without a remote"                       on alone init "$WORLD/alone/vault"
check "to one recipient"                           approved alone rendez-vous-pour-l-escalier
rm "$WORLD"/letters/*
git init -q --bare -b main "$WORLD/remote.git"
machine owner local inbox="folder:$WORLD/letters" outbox=smtp remote="$WORLD/remote.git"
sed 's/^CC: /CC: Ole Brandt <ole.brandt@bauhof-nord.example>, /' "$(mail outlook-de)" > "$WORLD/letters/three.eml"
check "one with a remote"                          on owner init "$WORLD/owner/vault" --remote "$WORLD/remote.git"
check "to three"                                   approved owner angebot-fuer-drei-holzfenster
check "three they are"                             sees 3 recipients
rm "$WORLD"/letters/*

# shown as it goes, for the seed and for what was broken
sweep() { python3 "$STORIES/../Faults/fence.py" "$BIN" "$WORLD" "$@" 2>&1 | tee "$WORLD/log/sweep"; }
say "the world under every fault: $CALLS calls, $STEPS steps, $ERRORS errors of the disk, $FULL times full"
check "nothing twice, nothing lost in silence, the rest asked" sweep "$CALLS" "$STEPS" "$ERRORS" "$FULL"
say "$(grep -E '^[0-9]+ runs' "$WORLD/log/sweep" | paste -sd ';')"
end
