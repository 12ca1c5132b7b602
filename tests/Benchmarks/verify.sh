#!/usr/bin/env bash
# `verify` over 100,000 lines of logs and 10,000 mails that the program itself approved and sent into a maildir: time and the most memory, beside `sha256sum` and `git log` over the same files.
# Five minutes, most of which is sending. SENDS=N and LINES=N: other than that.
source "$(dirname "$0")/lib.sh"
SENDS=${SENDS:-10000} LOG_LINES=${LOG_LINES:-100000}
# In memory: the sending syncs to the disk some 200,000 times, and that is not what is measured here.
rm -rf "$WORLD"
WORLD=$(mktemp -d /dev/shm/story.XXXXXX)
mkdir "$WORLD/log" "$WORLD/pid"
title "verify"
machine owner local outbox="maildir:$WORLD/sent" remote= imap=no
on owner init "$WORLD/owner/vault" > "$WORLD/log/init" 2>&1
vault=$WORLD/owner/vault
LIMIT=300
for ((n = 0; n < SENDS; n += 250)); do
    python3 "$BENCHMARKS/verify.py" "$WORLD" tasks "$n" $((SENDS - n < 250 ? SENDS - n : 250))
    on owner run --once >> "$WORLD/log/owner" 2>&1 || { tail -n 5 "$WORLD/log/owner"; break; }
done
done_files() { find "$vault/Done" -name '*.md'; }
check "all are sent"                     sees "$SENDS" lines done_files
own=$(cat "$vault"/Logs/local-*/*.jsonl | grep -vc '^{"segment"')
python3 "$BENCHMARKS/verify.py" "$WORLD" log $((LOG_LINES > own ? LOG_LINES - own : 0)) cloud-7k3m2q > "$WORLD/log/segments"
began=$(now)
check "the first look, at everything"    exits 0 on owner verify
first=$(($(now) - began))
check "proves all of it"                 said "^$LOG_LINES lines .*; $SENDS of $SENDS mails that went out are proved, $SENDS mails"
program="$BIN/localagent --config $WORLD/owner/vault.toml verify"
git -C "$WORLD/owner/vault" init -q && git -C "$WORLD/owner/vault" add -A > "$WORLD/log/git" 2>&1
rm -f "$WORLD/listed"
find "$vault/Logs" "$vault/Done" "$WORLD/sent" -type f > "$WORLD/listed"
say "$(wc -l < "$WORLD/listed") files, $(xargs -a "$WORLD/listed" cat | wc -c | awk '{ print $1 / 1048576 }') MB, $(grep -c . "$WORLD/log/segments") x $(cat "$WORLD/log/segments") segments of the cloud's"
mapfile -t rows < <(measure "$RUNS" "$program" "$program --offline" "xargs -a $WORLD/listed sha256sum" "git -C $vault fsck --full --no-dangling")
take() { echo "${rows[$1]}" | cut -d' ' -f"$2"; }
row "verify, what is new looked for" "$(take 0 1)" ms 2000 "sha256sum over logs, tasks, mails" "$(take 2 1)"
row "verify --offline" "$(take 1 1)" ms 2000 "sha256sum over logs, tasks, mails" "$(take 2 1)"
row "verify, the same beside git" "$(take 0 1)" ms 2000 "git fsck of logs and tasks" "$(take 3 1)"
row "the first look (once)" "$first" ms - "sha256sum over logs, tasks, mails" "$(take 2 1)"
row "verify: the most memory" "$(take 0 2)" MB 64 "git fsck's" "$(take 3 2)"
row "verify --offline: the most memory" "$(take 1 2)" MB 64 "git fsck's" "$(take 3 2)"
end
