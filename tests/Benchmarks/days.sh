#!/usr/bin/env bash
# A month on a machine with little memory: cloudagent in a control group of 48 MB without swap joins a vault of 50,000 files over ssh and runs for 30 simulated days, in which
# 10,000 mails come by IMAP, one in five from a customer, and the owner answers each day. What it holds at rest, day by day, what the group held at most, whether anything was killed. An hour or two.
# FILES, MAILS, DAYS, LIMIT_MB: other than these.
source "$(dirname "$0")/lib.sh"
FILES=${FILES:-50000} MAILS=${MAILS:-10000} DAYS=${DAYS:-30} LIMIT_MB=${LIMIT_MB:-48}
FAKETIME_LIBRARY=$(find /usr/lib -name libfaketimeMT.so.1 2> /dev/null | head -n 1)
[[ -n $FAKETIME_LIBRARY ]] || { echo "there is no libfaketime here: apt-get install faketime"; exit 1; }
export FAKETIME_LIBRARY BIN
[[ -n $(command -v cc) ]] || { echo "there is no C compiler here: apt-get install gcc"; exit 1; }
title "$DAYS days in $LIMIT_MB MB: $FILES files, $MAILS mails"
certificate_make $((DAYS + 30))
imap_up
remote_up
machine owner local outbox="maildir:$WORLD/sent" imap=no
machine cloud cloud inbox=imap
defaults cloud
on owner init "$WORLD/owner/vault" --remote "$REMOTE" > "$WORLD/log/init" 2>&1
on owner run --once > "$WORLD/log/owner-first" 2>&1
python3 "$BENCHMARKS/vaults.py" "$WORLD/owner/vault" 200 $((FILES - 200))
LIMIT=1200 on owner run --once > "$WORLD/log/owner-filled" 2>&1
mkdir -p "$WORLD/mail/$ADDRESS"/{cur,new,tmp}
chown -R nobody:nogroup "$WORLD/mail"

cc -shared -fPIC -O2 -Wall -Werror -o "$WORLD/clock.so" "$BENCHMARKS/clock.c"
code=0
python3 "$BENCHMARKS/days.py" "$WORLD" "$WORLD/mail/$ADDRESS" "$DAYS" "$MAILS" "$LIMIT_MB" > "$WORLD/log/days" || code=$?
cat "$WORLD/log/days"
value() { awk -v name="$1" '$1 == name { print $2 }' "$WORLD/log/days"; }
check "it came to its end"                          test "$code" == 0
check "nothing was killed for want of memory"       test "$(value kills)" == 0
check "each mail that was approved went out, once"  sees "$(value approved)" lines find "$WORLD/sent/new" -type f
row "at rest after the first day: cloudagent, anonymous" "$(value first_rest)" MB 10 "with its ssh" "$(value first_group)"
row "at rest after the last day: cloudagent, anonymous" "$(value last_rest)" MB 10 "with its ssh" "$(value last_group)"
row "at most while it joined, with its ssh" "$(value join_most)" MB "$LIMIT_MB" "cloudagent alone" "$(value join_own)"
row "at most in a day, with its children" "$(value most)" MB "$LIMIT_MB" "cloudagent alone" "$(value own)"
row "growth at rest from one day to the next, in KB" "$(value slope)" KB - "after the first day, KB" "$(awk -v m="$(value first_rest)" 'BEGIN { print m * 1024 }')"
end
