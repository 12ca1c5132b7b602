#!/usr/bin/env bash
# A mailbox at Microsoft 365 by Graph: a token that only reads, another refresh token each time, links that are forgotten. Microsoft is a stand-in that keeps to what its documents say.
source "$(dirname "$0")/lib.sh"
title "Microsoft 365"
certificate_make; bare_repository
BOX=$WORLD/box LOG=$WORLD/log/microsoft
mkdir "$BOX"
GRAPH_PORT=$(free_port)
GRAPH=http://127.0.0.1:$GRAPH_PORT
graph_up() { python3 "$STORIES/servers/graph.py" "$GRAPH_PORT" "$BOX" "$LOG" > "$WORLD/log/graph.py" 2>&1 & running graph $!; wait_until 10 listens "$GRAPH_PORT"; }
rules() { echo "$1" > "$BOX/rules.new" && mv "$BOX/rules.new" "$BOX/rules.json"; }
arrive() { local name; for name; do cp "$(mail "$name")" "$BOX/.$name" && mv "$BOX/.$name" "$BOX/$name.eml"; done; }
asked() { grep -c -- "$1" "$LOG" || true; }
forget() { : > "$LOG"; }
check "Microsoft is there"                       graph_up
machine cloud cloud inbox=graph imap=no
machine owner local outbox="maildir:$WORLD/sent" imap=no
for name in cloud owner; do
    printf '\n[account.oauth]\nclient_id = "11111111-2222-3333-4444-555555555555"\napi = "%s/v1.0"\nauth = "%s"\n' "$GRAPH" "$GRAPH" >> "$WORLD/$name/vault.toml"
done
check "the owner's vault"                        on owner init "$WORLD/owner/vault" --remote "$REMOTE"
check "is pushed"                                on owner run --once

say "a token for the cloud, by a browser"
mkdir "$WORLD/browser"
cat > "$WORLD/browser/xdg-open" << 'SH'
#!/bin/sh
exec curl -sL "$1" > /dev/null
SH
chmod +x "$WORLD/browser/xdg-open"
login() { PATH=$WORLD/browser:$PATH on owner login graph --account main --for cloud "$@" < /dev/null; }
check "the browser does it all"                  exits 0 login
check "it asks to read"                          said 'Mail.Read'
check "and for nothing that acts"                not said 'Mail.Send|ReadWrite'
SECRET=$WORLD/owner/cloud-graph-main.json
check "the secret for the VM is in a file"       sees 600 stat -c %a "$SECRET"
rules '{"consent": "deny"}'
check "the owner says no: 12"                    exits 12 login
rules '{"consent": "https://graph.microsoft.com/Mail.Read https://graph.microsoft.com/Mail.Send"}'
check "more than was asked for is not kept: 12"  exits 12 login
check "and named"                                said 'Mail.Send'
rules '{}'

say "the cloud reads"
cat "$SECRET" > "$WORLD/cloud/secrets.json"
arrive gmail-en outlook-de newsletter apple-fr thunderbird-es
forget
check "a turn"                                   exits 0 on cloud run --once
check "reads all, in pages"                      said '5 mails read'
check "and drafts"                               said '4 drafted'
check "each mail is fetched once"                sees 5 asked '/.value'
check "another refresh token is kept"            jq -e '.refresh_token | startswith("M.C5")' "$WORLD/cloud/state/oauth/main.json"
check "for this user alone"                      sees 600 stat -c %a "$WORLD/cloud/state/oauth/main.json"
check "it is not the one that the owner gave"    not grep -qF "$(jq -r '.["graph-main"]' "$SECRET")" "$WORLD/cloud/state/oauth/main.json"
check "doctor says what the token may"           shows 'its token may: Mail.Read' on cloud doctor
check "and status, without asking"               shows '^token .*main: Mail.Read' on cloud status
forget
check "again"                                    exits 0 on cloud run --once
check "nothing is fetched"                       sees 0 asked '/.value'
check "the changes are asked for, once"          sees 1 asked 'deltatoken'

say "the daemon"
start cloud run
check "it looks by itself"                       wait_until 20 grep -q 'deltatoken' "$LOG"
forget
sed 's/oak table/walnut chair/; s/^Message-ID: </Message-ID: <second-/I' "$(mail gmail-en)" > "$BOX/.second" && mv "$BOX/.second" "$BOX/second.eml"
pushed() { git --git-dir="$BARE" ls-tree -r --name-only main | grep -q "Pending_Approval/email/.*walnut"; }
check "a mail becomes a pushed draft"            wait_until 20 pushed
check "one request for it"                       sees 1 asked '/.value'
stop cloud

say "killed while it reads, at many points"
for i in {1..12}; do sed "s/oak table/oak table number $i/; s/^Message-ID: </Message-ID: <n$i-/I" "$(mail gmail-en)" > "$BOX/many-$i.eml"; done
for after in 0.15 0.25 0.35 0.5; do
    start cloud run
    sleep "$after"
    # Until its last thread is gone, its lock is held.
    { kill -KILL "$(cat "$WORLD/pid/cloud")" && wait "$(cat "$WORLD/pid/cloud")"; } 2> /dev/null || true
    rm "$WORLD/pid/cloud"
done
check "the rest is read"                         exits 0 on cloud run --once
numbered() { tasks cloud | grep -c 'number-[0-9]*-[0-9a-z]*\.md$'; }
check "twelve tasks of twelve mails"             sees 12 numbered

say "what goes wrong at Microsoft"
rules '{"gone": true}'
forget
check "links that are forgotten"                 exits 0 on cloud run --once
check "are a reading anew"                       sees 1 asked 'filter=receivedDateTime'
check "in which nothing is done twice"           not said 'filed'
check "no task is doubled"                       sees 12 numbered
rules '{"throttle": {"after": 4, "times": 1}}'
sed 's/oak table/birch shelf/; s/^Message-ID: </Message-ID: <third-/I' "$(mail gmail-en)" > "$BOX/third.eml"
check "throttled: try again"                     exits 75 on cloud run --once
check "with the time"                            said 'asks to wait until'
forget
check "until then no run asks"                   exits 75 on cloud run --once
check "nothing at all"                           sees 0 asked '/v1.0/'
sleep 4
check "and then it is read"                      exits 0 on cloud run --once
check "the mail of that moment is there"         task cloud can-you-repair-an-birch-shelf
rules '{"elsewhere": "http://127.0.0.1:1"}'
sed 's/oak table/ash bench/; s/^Message-ID: </Message-ID: <fourth-/I' "$(mail gmail-en)" > "$BOX/fourth.eml"
check "a link to another host is not followed"   exits 75 on cloud run --once
check "and told"                                 said 'the token does not go there'
rules '{}'
check "nothing is lost by it"                    exits 0 on cloud run --once
check "the mail of that moment is there"         task cloud can-you-repair-an-ash-bench
rules '{"revoked": true}'
check "revoked: 12"                              exits 12 on cloud run --once
check "with the command"                         said 'localagent login graph --account main'
rules '{}'

say "one mail that can't be had"
AT=inbox FETCHED=/.value
rules '{"poison": "elm stool", "poison_says": 500}'
sed 's/oak table/elm stool/; s/^Message-ID: </Message-ID: <poison-/I' "$(mail gmail-en)" > "$BOX/poison.eml"
sed 's/oak table/yew crate/; s/^Message-ID: </Message-ID: <behind-/I' "$(mail gmail-en)" > "$BOX/qbehind.eml"
for _ in 1 2; do check "the first times it holds"   exits 75 on cloud run --once; done
check "and is named"                             said "$AT;id=[A-Za-z0-9=_-]+ can.t be had now"
turn cloud
check "the third time it is put aside: 3"        exits 3 on cloud run --once
check "by its id"                                said "$AT;id=[A-Za-z0-9=_-]+ can.t be had and was put aside"
check "what came later is there"                 task cloud can-you-repair-an-yew-crate
check "status names it"                          shows "problem .*$AT;id=.* can.t be had" on cloud status
forget
check "it is not asked for all the time"         exits 3 on cloud run --once
check "not at all, now"                          sees 0 asked "$FETCHED"
hour() { sed -i -E 's/\t[0-9TZ:.+-]*\t/\t2000-01-01T00:00:00Z\t/' "$WORLD/cloud/state/aside/main"; }
rules '{}'; hour
check "an hour later it is, and is given"        exits 0 on cloud run --once
check "and is a task"                            task cloud can-you-repair-an-elm-stool
rules '{"poison": "fir ladder", "poison_says": 404}'
sed 's/oak table/fir ladder/; s/^Message-ID: </Message-ID: <absent-/I' "$(mail gmail-en)" > "$BOX/absent.eml"
check "one that is said not to be there"         exits 0 on cloud run --once
rules '{}'; hour
check "is looked for again"                      exits 0 on cloud run --once
check "and found"                                task cloud can-you-repair-an-fir-ladder

say "a token that may do more than read"
jq '.["graph-main"] = "preset-wide"' "$WORLD/cloud/secrets.json" > "$WORLD/secrets.new" && cat "$WORLD/secrets.new" > "$WORLD/cloud/secrets.json"
forget
check "the cloud does not run with it: 12"       exits 12 on cloud run
check "it says what is too much"                 said 'may do more than read: Mail.Send'
check "nothing was read with it"                 sees 0 asked '/v1.0/'
jq '.["graph-main"] = "preset-read"' "$WORLD/cloud/secrets.json" > "$WORLD/secrets.new" && cat "$WORLD/secrets.new" > "$WORLD/cloud/secrets.json"
check "another token, and on it goes"            exits 0 on cloud run --once

proof() { on owner show "$(task owner "$1")" --json | jq -re .proof; }
local_login() { PATH=$WORLD/browser:$PATH on owner login graph --account main --for local < /dev/null; }
check "the owner's machine has a token too"      exits 0 local_login
say "the card is held against the mailbox, with the token"
turn cloud owner
check "what came is proven"                      sees proven proof can-you-repair-an-yew-crate
sed 's/oak table/teak door/; s/^Message-ID: </Message-ID: <lied-/I' "$(mail gmail-en)" > "$BOX/zlied.eml"
turn cloud
git clone -q "$REMOTE" "$WORLD/evil"
lied=$(cd "$WORLD/evil" && find Pending_Approval -name '*teak-door*.md')
sed -E -i 's/^mail_from: .*/mail_from: "Eve <eve@evil.example>"/' "$WORLD/evil/$lied"
git -C "$WORLD/evil" add -A && git -C "$WORLD/evil" -c user.name=cloud -c user.email=cloud@localhost commit -qm "drafts" && git -C "$WORLD/evil" push -q origin HEAD:main
turn owner
check "what was changed differs"                 sees differs proof can-you-repair-an-teak-door
id=$(task owner can-you-repair-an-elm-stool)
original=$(sed -n 's/^mail_id: *"*\([^"]*\)"*$/\1/p' "$(path owner "$id")") asker=$(sed -n 's/^Reply-To: *\|^From: .*<\(.*\)>.*/\1/p' "$(mail gmail-en)" | head -1)
sleep 1.1
printf 'From: %s\nTo: <%s>\nSubject: Re: it\nMessage-ID: <from-my-phone@werkstatt.example>\nIn-Reply-To: <%s>\nReferences: <%s>\nDate: %s\n\nfrom eight on\n' "$ADDRESS" "$asker" "$original" "$original" "$(LC_ALL=C date -R)" > "$BOX/sent-phone.eml"
turn owner
check "answered from a telephone, it is put away" in_stage owner "$id" Done
check "as answered"                              grep -q "^answered_by_you: from-my-phone@werkstatt.example" "$(path owner "$id")"
turn cloud

say "what went to Graph, in all of this"
check "the stand-in has a list of it"            grep -q 'GET /v1.0/' "$LOG.all"
check "nothing but GET"                          not grep -E ' (POST|PUT|PATCH|DELETE|HEAD) /v1.0/' "$LOG.all"
check "the owner has the drafts"                 on owner run --once
check "as many"                                  alike cloud owner
end
