#!/usr/bin/env bash
# An hour in which nothing happens: what cloudagent asks the mail server, what it commits, and what it costs, with the times of vault.toml. MINUTES: other than 60.
source "$(dirname "$0")/lib.sh"
MINUTES=${MINUTES:-60}
title "idle for $MINUTES minutes"
certificate_make
imap_up
imap_down
# What a client says stands in a file for each session.
mkdir -m 777 "$WORLD/rawlog"
cat >> "$WORLD/dovecot/dovecot.conf" <<CONF
protocol imap {
  rawlog_dir = $WORLD/rawlog
}
CONF
imap_up
bare_repository
two_machines
defaults cloud
on cloud run --once > "$WORLD/log/cloud-first" 2>&1
start cloud run
sleep 10
pid=$(cat "$WORLD/pid/cloud")
commits() { git -C "$BARE" rev-list --count main; }
said() { cat "$WORLD"/rawlog/*.in; }
before=$(commits) used=$(ticks "$pid") words=$(said | wc -l)
sleep "$((MINUTES * 60))"
after=$(ticks "$pid")
check "nothing was committed"       sees "$before" commits
check "it still runs"               alive "$pid"
row "processor, of one core" "$(awk -v a="$used" -v b="$after" -v m="$MINUTES" -v hz="$(getconf CLK_TCK)" 'BEGIN { print (b - a) / hz / m / 60 * 100 }')" % 0.1 "dovecot's master" "$(awk -v a="$(ticks "$(cat "$WORLD/pid/dovecot")")" -v m="$MINUTES" -v hz="$(getconf CLK_TCK)" 'BEGIN { print a / hz / m / 60 * 100 }')"
row "anonymous memory" "$(memory "$pid" Anonymous)" MB 10 "dovecot's master" "$(memory "$(cat "$WORLD/pid/dovecot")" Anonymous)"
say "said to the mail server, by command:"
said | tail -n "+$((words + 1))" | sed -E 's/^[0-9.]+ //; s/^[A-Z]?[0-9]+ //' | tr -d '\r' | sort | uniq -c | sort -rn | head
end
