#!/usr/bin/env bash
# The owner hears of what goes wrong, and of an urgent mail, although nobody looks: once each, by every way that is named, and that it is over. Nothing of any mail is in it.
source "$(dirname "$0")/lib.sh"
title "alerts"
certificate_make
imap_up
smtp_up
bare_repository
HEARD=$WORLD/heard
mkdir -p "$HEARD" "$WORLD/mail"/{cur,new,tmp} "$WORLD/bin"
PORT=$(free_port)
python3 "$STORIES/servers/alerts.py" "$PORT" "$HEARD" > "$WORLD/log/taker" 2>&1 &
running taker $!
check "somebody listens"                        wait_until 10 listens "$PORT"
# The desktop's own program, as far as a machine without a desktop has one: it writes down how it was called.
printf '#!/bin/sh\nprintf "%%s\\n" "$@" >> "%s"\n' "$HEARD/desktop" > "$WORLD/bin/notify-send"
chmod 755 "$WORLD/bin/notify-send"
PATH=$WORLD/bin:$PATH

machine owner local outbox=smtp imap=no
machine cloud cloud inbox="maildir:$WORLD/mail" imap=no
# secret NAME KEY VALUE
secret() { jq --arg k "$2" --arg v "$3" '.[$k] = $v' "$WORLD/$1/secrets.json" > "$WORLD/s" && cat "$WORLD/s" > "$WORLD/$1/secrets.json"; }
alerts() { sed -i "/^\[health\]/i [alerts]\n$2\n" "$WORLD/$1/vault.toml"; }
alerts cloud 'ntfy = "ntfy"\nslack = "slack"\nwebhook = "hook"\ndead_man = "switch"'
alerts owner 'mail = "main"\ndesktop = true\nwebhook = "hook"'
for name in ntfy slack switch; do secret cloud "$name" "http://127.0.0.1:$PORT/$name/T0P5ECRET"; done
secret cloud hook "http://127.0.0.1:$PORT/cloud-hook/T0P5ECRET"
secret owner hook "http://127.0.0.1:$PORT/owner-hook/T0P5ECRET"
on owner init "$WORLD/owner/vault" --remote "$REMOTE" > "$WORLD/log/init" 2>&1
on owner run --once > "$WORLD/log/owner-first" 2>&1
on cloud run --once > "$WORLD/log/cloud-first" 2>&1

# heard NAME: what reached the owner by that way, a file each. told NAME TEXT: how many of them say so.
heard() { find "$HEARD" -name "*-$1.json" | sort; }
told() { heard "$1" | while read -r file; do if jq -r .body "$file" | grep -Eq -- "$2"; then echo "$file"; fi; done | wc -l; }
hears() { wait_until 20 sees "$3" told "$1" "$2"; }

say "it is tried before it is needed"
check "doctor names the ways"                   shows 'alerts: *ntfy, slack, webhook, dead_man' on cloud doctor
check "a test goes out"                         exits 0 on cloud alerts --test
check "by each"                                 said '^ntfy: sent'
for name in ntfy slack cloud-hook; do check "$name has it" sees 1 told "$name" "this is a test"; done
check "the owner's machine, too"                exits 0 on owner alerts --test
check "by mail to the owner's own address"      sees 1 lines grep -rl "X-Story-Recipient: $ADDRESS" "$WORLD/world"
check "which says that a program wrote it"      grep -rq "^Auto-Submitted: auto-generated" "$WORLD/world"
check "and on the desktop"                      grep -q "this is a test" "$HEARD/desktop"
touch "$HEARD/broken"
check "a way that fails is named"               exits 3 on cloud alerts --test
check "without the address, which is a secret"  not grep -rq T0P5ECRET "$WORLD/log/stdout" "$WORLD/log/stderr"
rm "$HEARD/broken"
check "nothing is wrong yet"                    exits 0 on cloud alerts
check "it says so"                              said "nothing is wrong"

say "an urgent mail"
start cloud run
check "the dead-man's switch is pressed"        wait_until 20 sees 1 lines heard switch
sed 's/^Subject: .*/Subject: URGENT: Musterfirma needs it by tonight/; s/^Message-I[dD]: .*/Message-ID: <urgent@mail.example>/' "$(mail gmail-en)" > "$WORLD/mail/tmp/1"
mv "$WORLD/mail/tmp/1" "$WORLD/mail/new/1"
check "is told by ntfy"                         hears ntfy "draft to an urgent mail waits" 1
check "by Slack"                                hears slack "draft to an urgent mail waits" 1
check "and by the webhook"                      hears cloud-hook '"key":"urgent:[a-z0-9]{16}","state":"raised"' 1
check "with priority"                           sees high sh -c "cat '$HEARD'/*-ntfy.json | jq -rs '.[-1].headers.Priority'"
check "Slack's is JSON with a text"             sh -c "cat '$HEARD'/*-slack.json | jq -res '.[-1].body | fromjson | .text'"
last() { heard "$1" | tail -n 1 | xargs cat; }
on owner run --once >> "$WORLD/log/owner-first" 2>&1
shown() { local id; id=$(last ntfy | jq -re .body | grep -Eo 'localagent show [a-z0-9]{16}') && on owner show "${id##* }"; }
check "the command in it shows the draft"       shows 'URGENT: Musterfirma' shown
check "nothing of the mail is in it"            not grep -rliE 'musterfirma|tonight|mail\.example' "$HEARD"
sleep 5
check "it is told once"                         sees 1 told ntfy "draft to an urgent mail waits"
stop cloud
start cloud run
sleep 5
check "a restart tells nothing twice"           sees 1 told ntfy "draft to an urgent mail waits"

say "what goes wrong"
printf 'no task at all' > "$WORLD/cloud/vault/Quarantine/odd.md"
check "a file in Quarantine is told"            hears ntfy "1 file lies in Quarantine" 1
printf 'another' > "$WORLD/cloud/vault/Quarantine/odder.md"
check "a second one, too"                       hears ntfy "2 files lie in Quarantine" 1
rm "$WORLD"/cloud/vault/Quarantine/odd*.md
check "and that it is over"                     hears ntfy "over: .*Quarantine" 1
touch "$HEARD/broken"
mv "$WORLD/mail" "$WORLD/mail.away"
check "status knows the mailbox that is gone"   wait_until 20 sh -c "'$BIN/cloudagent' --config '$WORLD/cloud/vault.toml' status | grep '^failing.*mail of main'"
stop cloud
# The first failure was an hour ago: what is waited for is patience.
sed -i "s/^\(mail\tmain\t\)[^\t]*/\1$(date -u -d '1 hour ago' +%FT%TZ)/" "$WORLD/cloud/state/troubles"
start cloud run
check "who can't be told is named in status"    wait_until 20 sh -c "'$BIN/cloudagent' --config '$WORLD/cloud/vault.toml' status | grep '^failing.*alerts of ntfy.*500'"
check "and it is kept"                          shows "not told .*mailbox main can't be read" on cloud alerts
rm "$HEARD/broken"
stop cloud
start cloud run
check "until somebody takes it over"            wait_until 20 sees 1 told ntfy "mailbox main can't be read"
mv "$WORLD/mail.away" "$WORLD/mail"
check "it is over when it is over"              hears ntfy "over: .*mailbox main" 1

say "the other one is silent"
stop cloud
on owner run --once >> "$WORLD/log/owner-first" 2>&1
start owner run
sleep 3
check "not at once"                             sees 0 told owner-hook "nothing has come from"
stop owner
touch -d '2 days ago' "$WORLD"/owner/vault/Logs/cloud-*
start owner run
check "after a day it is told"                  hears owner-hook "nothing has come from cloud-[a-z0-9]*" 1
check "by mail"                                 wait_until 10 grep -rq "nothing has come from" "$WORLD/world"
check "only to the owner"                       sees "$ADDRESS" sh -c "grep -rh '^X-Story-Recipient: ' '$WORLD/world' | sort -u | cut -d' ' -f2"
check "and on the desktop"                      wait_until 10 grep -q "nothing has come from" "$HEARD/desktop"
start cloud run
cp "$(mail outlook-de)" "$WORLD/mail/new/2"
check "when it is heard again it is over"       hears owner-hook "over|state\":\"over" 1
stop cloud; stop owner

say "an agent that has nothing to say"
signs() { git -C "$BARE" grep -h '"alive"' main -- Logs/ | grep -c cloud- || true; }
check "has said that it is there, at its start" sees 1 signs
touch -d '7 hours ago' "$WORLD"/cloud/vault/Logs/cloud-*
on cloud run --once > "$WORLD/log/once" 2>&1
check "a single turn does not say it"           sees 1 signs
start cloud run
check "a daemon does, after six hours"          wait_until 20 sees 2 signs
sleep 5
check "and not again"                           sees 2 signs
stop cloud

say "settings that are wrong"
sed -i 's/^dead_man = .*/dead_man = "nowhere"/' "$WORLD/cloud/vault.toml"
check "a secret that is missing"                exits 12 on cloud run
check "is named"                                said "'nowhere'"
secret cloud nowhere "not an address T0P5ECRET"
check "one that is no address"                  exits 12 on cloud run
check "is not said again"                       not said T0P5ECRET
sed -i 's/^dead_man = .*/mail = "main"/' "$WORLD/cloud/vault.toml"
check "CloudAgent sends no mail"                exits 78 on cloud run
check "and says so"                             said "cloudagent can't send mail"
end
