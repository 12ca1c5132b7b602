#!/usr/bin/env bash
# The power goes in a virtual machine in which both agents, the remote and the outbox lie on one disk: at every acknowledgement, and at requests to the disk between them. Everything that was
# acknowledged is there, in both vaults and in the remote, and from there all ends well with nobody's help. The points are chosen by PLATINUM_SEED.
# POINTS: how many on each file system, beside the acknowledgements; LONG=1: 1,500; all: every request, for an hour or more. KEEP=1 and ONLY=... replay one: see tests/Faults/powerloss/cuts.py.
source "$(dirname "$0")/lib.sh"
POWER=$STORIES/../Faults/powerloss POINTS=${POINTS:-${LONG:+1500}}
POINTS=${POINTS:-30}
title "the power goes at a request to the disk, $POINTS of them"
DISK=$WORLD/disk MAIL=$WORLD/mail MAILS=7

mkdir "$DISK"
REMOTE=$DISK/remote.git
git init -q --bare -b main "$REMOTE"
python3 "$STORIES/../Benchmarks/mails.py" "$MAIL" "$MAILS"
# The same paths in the virtual machine and here.
on_disk() { local WORLD=$DISK; machine "$@"; }
on_disk owner local outbox="maildir:$DISK/outbox" imap=no
on_disk cloud cloud inbox="maildir:$MAIL" imap=no

# plays NAME: a machine plays its story, in $WORLD/NAME, on a disk of its own: a file system FS of MARKS_AT MiB, behind which the acknowledgements are marked.
plays() {
    local vm=$WORLD/$1
    mkdir "$vm"
    "$POWER/build.sh" "$BIN" "$vm" "$(realpath -m "$STORIES/../../out/kernels")" "$DISK" "$MAIL" || return 1
    truncate -s "${MARKS_AT}M" "$vm/disk"
    case $FS in
        ext4) mke2fs -q -t ext4 -b 4096 -d "$DISK" "$vm/disk" ;;
        btrfs) mkfs.btrfs -q -m single --rootdir "$DISK" "$vm/disk" ;;
    esac || return 1
    truncate -s $((MARKS_AT + 1))M "$vm/disk"
    cp --sparse=always "$vm/disk" "$vm/before"
    "$POWER/boot.sh" "$vm" || return 1
    cat "$vm/console"
    cp "$vm/console" "$WORLD/log/console-$1"
    ! grep -q BROKEN "$vm/console"
}
# cuts NAME [POINTS]: shown as it goes, for the seed and for what was broken.
cuts() {
    local name=$1
    shift
    unshare -m python3 "$POWER/cuts.py" "$BIN" "$WORLD/$name" "$DISK" "$MARKS_AT" "$MAILS" "$@" 2>&1 | tee "$WORLD/log/cuts"
}
said_last() { say "$(grep -E '^[0-9]+ (requests|points)' "$WORLD/log/cuts" | paste -sd '; '), $SECONDS s"; }

# On ext4 a sync of any file takes what was renamed before along; on btrfs it takes no more than it must.
for FS in ext4 btrfs; do
    export FS MARKS_AT=48
    [[ $FS == ext4 ]] || MARKS_AT=128
    say "$FS"
    check "a machine plays its story"                             plays "$FS"
    check "what was acknowledged survives, and what was not synced is missed" cuts "$FS" "$POINTS"
    said_last
done

# In the long form not the last two, but each acknowledgement of the story.
if [[ -n ${LONG:-} ]]; then
    say "the same story, and no program's sync reaches the disk"
    export FS=ext4 MARKS_AT=48 UNSYNCED=all EXPECT=red
    check "a machine plays its story"                             plays unsynced
    check "nothing that was acknowledged is there: each is missed" cuts unsynced
    said_last
fi
end
