#!/usr/bin/env bash
# Eight processes on one folder, without any remote: the rename decides. Each task is drafted by one of them, once, and none is lost.
# CLAIMS: how many tasks (LONG=1: 10,000).
source "$(dirname "$0")/lib.sh"
CLAIMS=${CLAIMS:-${LONG:+10000}}
CLAIMS=${CLAIMS:-400}
title "eight processes on one disk, $CLAIMS tasks"
REMOTE=''
machine owner local outbox="maildir:$WORLD/sent" imap=no
on owner init "$WORLD/owner/vault" > "$WORLD/log/init" 2>&1
machine maker cloud inbox="maildir:$WORLD/incoming" imap=no
AGENTS=(p1 p2 p3 p4 p5 p6 p7 p8)
for name in "${AGENTS[@]}"; do machine "$name" cloud inbox="maildir:$WORLD/$name/mail" imap=no; mkdir -p "$WORLD/$name/mail"/{cur,new,tmp}; done
for name in maker "${AGENTS[@]}"; do setting "$name" vault "\"$WORLD/owner/vault\""; done
VAULT=$WORLD/owner/vault LIMIT=1500

python3 "$STORIES/../Benchmarks/mails.py" "$WORLD/incoming" "$CLAIMS"
check "one agent reads the mails"              on maker run --once
in_folder() { find "$VAULT/$1" -name '*.md' | wc -l; }
check "as many drafts as mails"                sees "$CLAIMS" in_folder Pending_Approval
find "$VAULT/Pending_Approval/email" -name '*.md' -exec mv -t "$VAULT/Needs_Action/email" {} +
find "$VAULT/Needs_Action" -name '*.md' -printf '%f\n' | sort > "$WORLD/names"

drafts() { find "$VAULT/Pending_Approval" -name "*.md" -printf "%f\n" | sort; }

pids=()
for name in "${AGENTS[@]}"; do on "$name" run --once > "$WORLD/log/$name" 2>&1 & pids+=($!); done
ends() { local pid; for pid in "${pids[@]}"; do wait "$pid" || { echo "one ended with $?"; return 1; }; done; }
ends_well=yes
ends > "$WORLD/log/ends" || ends_well=no
check "all eight end well"                     grep -q yes <<< "$ends_well"
check "each is a draft again, none is lost"    sees "$(cat "$WORLD/names")" drafts
check "nothing is left in progress"            sees 0 in_folder In_Progress
check "nothing is in quarantine"               sees 0 in_folder Quarantine
MAKER=$(jq -rs 'map(select(.event == "mail.filed"))[0].agent' "$VAULT"/Logs/*/*.jsonl)
drafted() { jq -r 'select(.event == "draft.filed" or .event == "draft.yours") | select(.agent != "'"$MAKER"'") | .task' "$VAULT"/Logs/*/*.jsonl | sort; }
once() { [[ -z $(drafted | uniq -d) ]] || { echo "drafted more than once:"; drafted | uniq -d | head; return 1; }; }
check "each was worked on"                     sees "$CLAIMS" lines drafted
check "and none twice"                         once
say "$(jq -r 'select(.event == "draft.filed" or .event == "draft.yours") | select(.agent != "'"$MAKER"'") | .agent' "$VAULT"/Logs/*/*.jsonl | sort | uniq -c | awk '{ printf "%s%s by %s", (NR > 1 ? ", " : ""), $1, $2 }')"
end
