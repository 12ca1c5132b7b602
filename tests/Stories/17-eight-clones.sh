#!/usr/bin/env bash
# Eight agents on clones of one vault reach for the same new work over ssh, all at once. Each task is drafted by one of them, once.
# CLAIMS: how many tasks (LONG=1: 1,000).
source "$(dirname "$0")/lib.sh"
CLAIMS=${CLAIMS:-${LONG:+1000}}
CLAIMS=${CLAIMS:-120}
title "eight clones, $CLAIMS tasks"
remote_up
machine owner local outbox="maildir:$WORLD/sent" imap=no
on owner init "$WORLD/owner/vault" --remote "$REMOTE" > "$WORLD/log/init" 2>&1
on owner run --once > "$WORLD/log/owner-first" 2>&1
AGENTS=(c1 c2 c3 c4 c5 c6 c7 c8)
machine maker cloud inbox="maildir:$WORLD/incoming" imap=no
for name in "${AGENTS[@]}"; do machine "$name" cloud inbox="maildir:$WORLD/$name/mail" imap=no; mkdir -p "$WORLD/$name/mail"/{cur,new,tmp}; done

python3 "$STORIES/../Benchmarks/mails.py" "$WORLD/incoming" "$CLAIMS"
reads() { local LIMIT=300; on maker run --once; }
check "one agent reads the mails"              reads
check "all clones have them"                   turn "${AGENTS[@]}"
waiting() { tip Pending_Approval | wc -l; }
check "as many drafts as mails"                sees "$CLAIMS" waiting

say "the owner wants all of them done again"
again() {
    git -C "$WORLD" clone -q "$BARE" "$WORLD/work" && cd "$WORLD/work" && mkdir -p Needs_Action/email && git mv Pending_Approval/email/*.md Needs_Action/email/ \
        && git -c user.name=owner -c user.email=o@example.com commit -q -m "again" && git push -q origin HEAD:main
}
check "they are new work again"                again
before=$(git -C "$BARE" rev-list --count main)

say "all eight at once"
pids=()
for name in "${AGENTS[@]}"; do LIMIT=600 on "$name" run > "$WORLD/log/$name" 2>&1 & pids+=($!); done
check "all are drafted again"                  wait_until $((CLAIMS + 60)) sees "$CLAIMS" waiting
sleep 3
for pid in "${pids[@]}"; do pkill -TERM -P "$pid" || true; done
wait "${pids[@]}" || true

turn "${AGENTS[@]}" "${AGENTS[@]}"
for name in "${AGENTS[@]:1}"; do check "$name is like the others"     alike c1 "$name"; done
# From the logs of the eight: who drafted what. The maker's own log is of the first time.
drafted() { jq -r 'select(.event == "draft.filed" or .event == "draft.yours") | select(.agent != "'"$MAKER"'") | .task' "$WORLD"/c1/vault/Logs/*/*.jsonl | sort; }
MAKER=$(jq -rs 'map(select(.event == "mail.filed"))[0].agent' "$WORLD"/c1/vault/Logs/*/*.jsonl)
once() { [[ -z $(drafted | uniq -d) ]] || { echo "drafted more than once:"; drafted | uniq -d | head; return 1; }; }
check "each was worked on"                     sees "$CLAIMS" lines drafted
check "and none twice"                         once
say "$(jq -r 'select(.event == "draft.filed" or .event == "draft.yours") | select(.agent != "'"$MAKER"'") | .agent' "$WORLD"/c1/vault/Logs/*/*.jsonl | sort | uniq -c | awk '{ printf "%s%s by %s", (NR > 1 ? ", " : ""), $1, $2 }'); $(($(git -C "$BARE" rev-list --count main) - before)) commits"
check "the repository is sound"                git -C "$BARE" fsck --strict --no-dangling
end
