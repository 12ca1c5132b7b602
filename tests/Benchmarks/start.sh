#!/usr/bin/env bash
# From the start to READY=1, which comes after a turn that has synced: with the remote behind ssh, in a path, and again after a kill -9. Beside it what ssh takes to log in and do nothing.
source "$(dirname "$0")/lib.sh"
title "from start to ready"
certificate_make
imap_up
remote_up
two_machines
defaults cloud
on cloud run --once > "$WORLD/log/cloud-first" 2>&1
login() { local began; began=$(date +%s%N); ssh -F "$WORLD/sshd/ssh_config" -p "$SSH_PORT" "$(id -un)@127.0.0.1" true; awk -v ns="$(($(date +%s%N) - began))" 'BEGIN { print ns / 1000000 }'; }
# As setup-vm does where the remote is this machine.
echo "    KexAlgorithms ^curve25519-sha256" >> "$WORLD/sshd/ssh_config"
# ready SIGNAL: milliseconds; the daemon before it was stopped like that.
ready() { HOME=$WORLD/cloud/home python3 "$BENCHMARKS/ready.py" "$1" "$BIN/cloudagent" --config "$WORLD/cloud/vault.toml" run; }
of() { local i; for ((i = 0; i < RUNS; i++)); do "$@"; done | xargs; }
# shellcheck disable=SC2046 # a number a word
typical() { median $(of "$@"); }
beside=$(typical login)
row "over ssh" "$(typical ready TERM)" ms 200 "a login by ssh" "$beside"
ready KILL > "$WORLD/log/killed"
row "over ssh, after kill -9" "$(typical ready KILL)" ms 3000 "a login by ssh" "$beside"
sed -i "s|^remote = .*|remote = \"$BARE\"|" "$WORLD/cloud/vault.toml"
row "in a path" "$(typical ready TERM)" ms 200 "a login by ssh" "$beside"
end
