#!/usr/bin/env bash
# The owner's machine is backed up, encrypted, while it works; the backup is checked, damaged, and restored when the machine is gone. What went out after it is not sent again.
source "$(dirname "$0")/lib.sh"
title "backups"
bare_repository
mkdir -p "$WORLD/mail"/{cur,new,tmp}
machine cloud cloud inbox="maildir:$WORLD/mail" imap=no
machine owner local outbox="maildir:$WORLD/sent" imap=no
printf '\n[backup]\nfolder = "%s"\nkeep = 2\nrecipients = []\nidentity = ""\n' "$WORLD/backups" >> "$WORLD/owner/vault.toml"
check "the owner makes the vault"                 on owner init "$WORLD/owner/vault" --remote "$REMOTE"
turn owner
for name in gmail-en apple-fr; do cp "$(mail "$name")" "$WORLD/mail/new/"; done
check "two drafts"                                on cloud run --once
turn owner
table=$(task owner can-you-repair-an-oak-table) || true
stairs=$(task owner rendez-vous-pour-l-escalier) || true
echo "my own words" > "$WORLD/owner/vault/A note of mine.md"
# What can't be made smaller fills several chunks.
head -c 300000 /dev/urandom > "$WORLD/owner/vault/photo.jpg"
fill owner "$table" > "$WORLD/log/fill" 2>&1
fill owner "$stairs" > "$WORLD/log/fill" 2>&1
check "the owner says yes to one, and waits"      approve owner "$stairs"
newest() { find "$WORLD/backups" -name 'platinum-*.backup' | sort | tail -n 1; }
backups() { find "$WORLD/backups" -type f | wc -l; }
secret() { jq --arg v "$1" '. + {"backup": $v}' "$WORLD/owner/secrets.json" > "$WORLD/s" && cat "$WORLD/s" > "$WORLD/owner/secrets.json"; rm "$WORLD/s"; }

say "never in the open"
check "without a key there is no backup"          exits 12 on owner backup
check "and it says what to do"                    said 'openssl rand'
secret "short"
check "a short one is none"                       exits 12 on owner backup
secret "a long enough passphrase"
check "there is nothing to check yet"             exits 1 on owner backup --check
check "--dry-run says what would be"              exits 0 on owner backup --dry-run
check "and writes nothing"                        sees 0 backups

say "while the daemon is at work"
check "the owner pauses sending"                  on owner pause
start owner run
sleep 2
check "a backup"                                  exits 0 on owner backup
stop owner
one=$(newest)
check "one file, the owner's alone"               sees 600 stat -c %a "$one"
check "nothing of it can be read"                 not grep -aq -e "PRIVATE KEY" -e "oak" -e "my own words" "$one"
check "it is restored and compared"               exits 0 on owner backup --check
check "with the history"                          said '[1-9][0-9]* commits'
check "nothing is left of that"                   sees 0 lines find "$WORLD/owner/state" -maxdepth 1 -name 'backup-check-*'

say "damaged"
cp "$one" "$WORLD/good"
size=$(stat -c %s "$one")
flip() { python3 - "$one" "$1" <<'PY'
import sys
with open(sys.argv[1], "r+b") as f:
    f.seek(int(sys.argv[2])); b = f.read(1); f.seek(-1, 1); f.write(bytes([b[0] ^ 1]))
PY
}
for at in 0 21 30 60 $((size / 2)) $((size - 1)); do
    flip "$at"
    check "octet $at: told"                       not on owner backup --check
    cp "$WORLD/good" "$one"
done
for cut in $((size - 1)) $((size - 16)) $((46 + 65552)) $((46 + 65552 * 2 + 99)) 46 10 0; do
    truncate -s "$cut" "$one"
    check "cut off after $cut octets: told"       not on owner backup --check
    cp "$WORLD/good" "$one"
done
truncate -s $((46 + 65552 * 2)) "$one"
check "cut off between two chunks"                exits 1 on owner backup --check
check "it says that the end is missing"           said "its end is missing"
cp "$WORLD/good" "$one"
check "two chunks in another order"               python3 -c "
import sys; f = sys.argv[1]; b = open(f, 'rb').read(); c = 65552; h = 46 + c; assert len(b) > h + 2 * c
open(f, 'wb').write(b[:h] + b[h + c:h + 2 * c] + b[h:h + c] + b[h + 2 * c:])" "$one"
check "are told"                                  exits 1 on owner backup --check
cp "$WORLD/good" "$one"
check "whole again it is good"                    exits 0 on owner backup --check

say "killed in the middle"
killed=0
survives() {
    local point before code STRACE=()
    for point in openat:200 pwrite64:1 pwrite64:3 pwrite64:5 fsync:1 fsync:3 renameat2:1 renameat2:2; do
        before=$(backups) code=0
        STRACE=(strace -f -qq -o /dev/null -e "trace=${point%:*}" -e "inject=${point%:*}:signal=SIGKILL:when=${point#*:}")
        on owner backup > "$WORLD/log/killed" 2>&1 || code=$?
        STRACE=()
        ((code == 0)) || killed=$((killed + 1))
        ((code == 0 || code == 137)) || { cat "$WORLD/log/killed"; return 1; }
        for file in "$WORLD"/backups/platinum-*; do on owner restore "$file" --to "$WORLD/nowhere" --dry-run --key "$WORLD/pass" || return 1; done
        echo "killed at $point: $before before, $(backups) now"
    done
}
printf 'a long enough passphrase\n' > "$WORLD/pass"
check "what bears the name is whole"              survives
check "it was killed"                             [ "$killed" -gt 4 ]
check "the next one is written"                   exits 0 on owner backup
check "and two stay, and the one that was good"   sees 3 bash -c "ls '$WORLD/backups' | grep -c '^platinum-'"
rm -f "$WORLD"/backups/*
cp "$WORLD/good" "$one"

say "life goes on after it"
check "sending goes on"                           on owner resume
check "what was approved goes out"                turns owner 20 in_stage owner "$stairs" Done
check "the owner says yes to the other"           approve owner "$table"
check "which goes out too"                        turns owner 20 in_stage owner "$table" Done
sent() { find "$WORLD/sent/new" -type f | wc -l; }
check "two mails"                                 sees 2 sent
cp "$(mail thunderbird-es)" "$WORLD/mail/new/"
turn cloud
agent=$(cat "$WORLD/owner/state/agent")

say "the machine is gone"
rm -rf "$WORLD/owner/vault" "$WORLD/owner/state" "$WORLD/owner/vault.toml" "$WORLD/owner/secrets.json"
restore() { HOME=$WORLD/owner/home "$BIN/localagent" restore "$@"; }
echo "another long passphrase" > "$WORLD/other"
check "another passphrase opens nothing"          exits 12 restore "$one" --key "$WORLD/other"
check "and leaves nothing"                        [ ! -e "$WORLD/owner/vault" ]
check "--dry-run says where it would go"          exits 0 restore "$one" --key "$WORLD/pass" --dry-run
check "and leaves nothing"                        [ ! -e "$WORLD/owner/vault" ]
check "to another place, first"                   exits 0 restore "$one" --key "$WORLD/pass" --to "$WORLD/elsewhere"
check "its configuration leads there"             exits 0 env HOME="$WORLD/owner/home" "$BIN/localagent" --config "$WORLD/elsewhere/config/vault.toml" status
check "git finds the history whole"               git -C "$WORLD/elsewhere/state/git" fsck --full --strict --no-dangling
check "it is restored, the passphrase typed"      exits 0 restore "$one" < "$WORLD/pass"
check "a second time it writes over nothing"      exits 1 restore "$one" --key "$WORLD/pass"
check "the note is there"                         grep -q "my own words" "$WORLD/owner/vault/A note of mine.md"
check "what was approved waits again"             in_stage owner "$stairs" Pending_Approval
check "and says why"                              grep -q "may have gone out since" "$(path owner "$stairs")"
turn owner
check "another agent"                             not grep -q "$agent" "$WORLD/owner/state/agent"
check "the first is done, as the remote knows"    in_stage owner "$stairs" Done
check "the second too"                            in_stage owner "$table" Done
check "nothing was sent again"                    sees 2 sent
check "the third has come"                        task owner factura-2026-118
turn owner cloud owner
check "both are alike"                            alike owner cloud
check "the logs go on, each mail is proved"       on owner verify

say "the remote is gone as well"
rm -rf "$WORLD/owner/vault" "$WORLD/owner/state" "$WORLD/owner/vault.toml" "$WORLD/owner/secrets.json" "$BARE"
git init -q --bare -b main "$BARE"
check "it is restored"                            exits 0 restore "$one" --key "$WORLD/pass"
check "the new remote gets the old history"       on owner git push -q "$BARE" main
check "sending is as it was: paused"              exits 0 on owner resume
turn owner owner
check "the remote has the vault again"            git -C "$BARE" rev-parse -q --verify main
check "what had been approved waits"              in_stage owner "$stairs" Pending_Approval
check "the other too"                             in_stage owner "$table" Pending_Approval
check "nothing was sent again"                    sees 2 sent
# A yes of the restore's own second counts as an old one.
sleep 1.5
check "a yes now counts"                          approve owner "$stairs"
check "and the mail goes out"                     turns owner 20 in_stage owner "$stairs" Done
check "by the owner's new word"                   sees 3 sent
check "the remote is whole"                       git -C "$BARE" fsck --strict --no-dangling

say "with age"
age-keygen -o "$WORLD/age.key" 2> "$WORLD/log/age"
recipient=$(age-keygen -y "$WORLD/age.key")
rm -f "$WORLD"/backups/*
setting owner recipients "[\"no key\"]"
check "what is no public key is refused"          exits 78 on owner backup
setting owner recipients "[\"$recipient\"]"
check "a backup"                                  exits 0 on owner backup
two=$(newest)
check "it is age's"                               bash -c "head -c 21 '$two' | grep -q age-encryption.org"
check "here it can't be looked into"              exits 12 on owner backup --check
setting owner identity "\"$WORLD/age.key\""
check "with the key it can"                       exits 0 on owner backup --check
mkdir "$WORLD/by-hand"
by_hand() { age -d -i "$WORLD/age.key" "$two" | tar -xzf - -C "$WORLD/by-hand" && cd "$WORLD/by-hand" && sha256sum --quiet -c SHA256SUMS; }
check "age, tar and sha256sum alone restore it"   by_hand
check "with the approving key"                    grep -q "PRIVATE KEY" "$WORLD/by-hand/state/keys/approver.pem"
cp "$two" "$WORLD/good"
truncate -s -20 "$two"
check "cut off: told"                             exits 1 on owner backup --check
cp "$WORLD/good" "$two"
age-keygen -o "$WORLD/other.key" 2> "$WORLD/log/age"
check "another's key opens nothing"               exits 12 restore "$two" --to "$WORLD/with-age" --key "$WORLD/other.key"
check "the right one does"                        exits 0 restore "$two" --to "$WORLD/with-age" --key "$WORLD/age.key"
check "and the vault is there"                    [ -e "$WORLD/with-age/vault/PROTOCOL" ]
check "where age is missing"                      exits 78 env PATH=/nowhere HOME="$WORLD/owner/home" "$BIN/localagent" --config "$WORLD/owner/vault.toml" backup
check "it says so"                                said "install age"

say "every day"
units=$STORIES/../../systemd
check "the timer's units are sound"               systemd-analyze verify --man=no --recursive-errors=no "$units/localagent-backup.timer"
shut_in() { systemd-analyze security --offline=true --threshold=25 "$units/localagent-backup.service"; }
check "and shut in"                               shut_in
end
