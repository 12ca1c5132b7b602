#!/usr/bin/env bash
# A year of 200 mails a day on the published programs, under a simulated clock: what the vault, git and the remote have grown to. Half an hour.
# DAYS=N: other than 365. ARCHIVE=no: the owner archives nothing; otherwise, at the begin of each month, what is older than the two months before.
source "$(dirname "$0")/lib.sh"
DAYS=${DAYS:-365} ARCHIVE=${ARCHIVE:-yes}
FAKETIME_LIBRARY=$(find /usr/lib -name libfaketimeMT.so.1 2> /dev/null | head -n 1)
[[ -n $FAKETIME_LIBRARY ]] || { echo "there is no libfaketime here: apt-get install faketime"; exit 1; }
export FAKETIME_LIBRARY BIN
# In memory: each of some 20,000 commits and pushes syncs to the disk, and how fast that is is not what is measured here.
rm -rf "$WORLD"
WORLD=$(mktemp -d /dev/shm/story.XXXXXX)
mkdir "$WORLD/log" "$WORLD/pid"
title "$DAYS days of 200 mails, archive: $ARCHIVE"
bare_repository
mkdir -p "$WORLD/mail"/{cur,new,tmp}
machine owner local outbox="maildir:$WORLD/sent" imap=no
machine cloud cloud inbox="maildir:$WORLD/mail" imap=no
python3 "$BENCHMARKS/year.py" "$WORLD" "$DAYS" "$ARCHIVE" | tee "$WORLD/log/year"
value() { awk -v name="$1" '$1 == name { print $2 }' "$WORLD/log/year"; }
vault=$WORLD/owner/vault
archived=$(cat "$vault"/Archive/*.md 2> /dev/null | grep -c '  Logs/' || true)

say "what became of it"
check "each mail that was approved went out, once"  sees "$(value approved)" lines find "$WORLD/sent/new" -type f
check "the logs and archives are as written"        on owner archive --verify
check "the remote is sound"                         git -C "$BARE" fsck --no-dangling
git clone -q --bare "$BARE" "$WORLD/by-git"
git -C "$WORLD/by-git" gc -q
gc=$(du -sk "$WORLD/by-git" | awk '{ print $1 / 1024 }')
say "$(value mails) mails, $(value answered) drafts, $(git -C "$BARE" rev-list --count main) commits; open files by folder:"
(cd "$vault" && find . -type f -not -path './Done/*' -not -path './Archive/*' -printf '%h\n' | sort | uniq -c)
row "files outside Done and the archive's indexes" "$(value open_files)" "" 2000 "files in Done" "$(value done_files)"
row "the same, had the logs not been archived" "$(($(value open_files) + archived))" "" - "files in Done" "$(value done_files)"
row "Logs" "$(value logs)" "" - "files outside Done" "$(value open_files)"
row "Logs" "$(value logs_mb)" MB - "the remote, gc'ed" "$gc"
row "the cloud's git" "$(value cloud_git_mb)" MB 250 "the remote, gc'ed" "$gc"
row "the owner's git" "$(value owner_git_mb)" MB 250 "the remote, gc'ed" "$gc"
row "the remote, a path" "$(value remote_mb)" MB 250 "the remote, gc'ed" "$gc"
row "the cloud's state beside it" "$(value cloud_state_mb)" MB - "the remote, gc'ed" "$gc"
row "the owner's state beside it" "$(value owner_state_mb)" MB - "the remote, gc'ed" "$gc"
row "a sync with one change" "$(value change_ms)" ms - "before the first day" "$(value first_change_ms)"
end
