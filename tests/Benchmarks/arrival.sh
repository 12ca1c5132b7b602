#!/usr/bin/env bash
# An incoming tip with 1,000 changed files is judged: at the remote's door, as a whole process from start to end, beside what git needs to list and read the same changes.
source "$(dirname "$0")/lib.sh"
COUNT=${COUNT:-1000}
title "judging a tip with $COUNT changed files"
bare_repository
machine cloud cloud inbox="maildir:$WORLD/incoming" imap=no
machine owner local outbox="maildir:$WORLD/sent" imap=no
on owner init "$WORLD/owner/vault" --remote "$REMOTE" > "$WORLD/log/init" 2>&1
on owner run --once > "$WORLD/log/owner-first" 2>&1
before=$(git -C "$BARE" rev-parse main)
python3 "$BENCHMARKS/mails.py" "$WORLD/incoming" "$COUNT"
LIMIT=300
on cloud run --once > "$WORLD/log/cloud" 2>&1
after=$(git -C "$BARE" rev-parse main)
# A hook gets what was pushed as a pack, never thousands of loose files.
git -C "$BARE" repack -q -a -d
changed() { git -C "$BARE" diff-tree -r --name-only "$before" "$after"; }
check "they have changed"   shows "^ *[0-9]{4,}$" lines changed
echo "$before $after refs/heads/main" > "$WORLD/pushed"
export GIT_DIR=$BARE PLATINUM_ZONE=cloud
judged="sh -c '$BIN/cloudagent pre-receive < $WORLD/pushed'"
check "and come in"         bash -c "$judged"
# git's part: the ids of what changed, and each of these blobs read once.
listed="sh -c 'git diff-tree -r $before $after | cut -d\" \" -f4 | git cat-file --batch > /dev/null'"
mapfile -t rows < <(measure "$RUNS" "$judged" "$listed")
take() { echo "${rows[$1]}" | cut -d' ' -f"$2"; }
row "judged, $(lines changed) files, the whole process" "$(take 0 1)" ms 100 "git diff-tree, cat-file --batch" "$(take 1 1)"
row "the most memory" "$(take 0 2)" MB - "git's" "$(take 1 2)"
end
