#!/usr/bin/env bash
# Gmail by its own interface: a token that only reads is made on the owner's machine, and the machine that is always on lives on it. Google is a stand-in that keeps to what Google's documents say.
source "$(dirname "$0")/lib.sh"
title "Gmail"
certificate_make; bare_repository
BOX=$WORLD/box LOG=$WORLD/log/google
mkdir "$BOX"
GOOGLE_PORT=$(free_port)
GOOGLE=http://127.0.0.1:$GOOGLE_PORT
google_up() { python3 "$STORIES/servers/gmail.py" "$GOOGLE_PORT" "$BOX" "$LOG" > "$WORLD/log/gmail.py" 2>&1 & running google $!; wait_until 10 listens "$GOOGLE_PORT"; }
rules() { echo "$1" > "$BOX/rules.new" && mv "$BOX/rules.new" "$BOX/rules.json"; }
# arrive NAME...: that mail of mail/ comes into the mailbox.
arrive() { local name; for name; do cp "$(mail "$name")" "$BOX/.$name" && mv "$BOX/.$name" "$BOX/$name.eml"; done; }
asked() { grep -c -- "$1" "$LOG" || true; }
forget() { : > "$LOG"; }
check "Google is there"                          google_up
machine cloud cloud inbox=gmail imap=no
machine owner local outbox="maildir:$WORLD/sent" imap=no
for name in cloud owner; do
    printf '\n[account.oauth]\nclient_id = "client-1.apps.example"\nclient_secret = "google-client"\napi = "%s"\nauth = "%s"\n' "$GOOGLE" "$GOOGLE" >> "$WORLD/$name/vault.toml"
    jq '. + {"google-client": "desktop-secret"}' "$WORLD/$name/secrets.json" > "$WORLD/secrets.new" && cat "$WORLD/secrets.new" > "$WORLD/$name/secrets.json"
done
check "the owner's vault"                        on owner init "$WORLD/owner/vault" --remote "$REMOTE"
check "is pushed"                                on owner run --once

say "a token for the cloud, pasted"
mkfifo "$WORLD/typed"
# The owner's browser is on another machine: it ends at an address that it can't open, and the owner pastes that.
login() { on owner login gmail --account main "$@" < "$WORLD/typed" > "$WORLD/log/stdout" 2> "$WORLD/log/stderr" & LOGIN=$!; exec 7> "$WORLD/typed"; }
url() { grep -o "^$GOOGLE/auth?[^ ]*" "$WORLD/log/stdout"; }
back() { curl -s -o /dev/null -w '%{redirect_url}' "$(url)"; }
logged_in() { local code=0; exec 7>&-; wait "$LOGIN" || code=$?; cat "$WORLD/log/stdout" "$WORLD/log/stderr"; [[ $code == "$1" ]] || { echo "ended with $code"; return 1; }; }
login --for cloud --paste
check "the address is printed"                   wait_until 10 url
check "it asks to read"                          said 'gmail.readonly'
check "and for nothing else"                     not said 'gmail.send'
check "bound to this run"                        said 'code_challenge_method=S256'
redirected=$(back)
echo "$redirected" >&7
check "it ends well"                             logged_in 0
SECRET=$WORLD/owner/cloud-gmail-main.json
check "the secrets for the VM are in a file"     test -s "$SECRET"
check "that is the owner's alone"                sees 600 stat -c %a "$SECRET"
check "the token itself is not printed"          not said "$(jq -r '.["gmail-main"]' "$SECRET")"
check "the client's secret goes along"           sees desktop-secret jq -r '.["google-client"]' "$SECRET"
check "it is not the owner's machine's"          not jq -e '.["gmail-main"]' "$WORLD/owner/secrets.json"
login --for cloud --paste; wait_until 10 url
echo "$redirected" >&7
check "what another run was sent back to: 12"    logged_in 12
check "is told from this run's"                  said 'not the address that this run'
login --for cloud --paste; wait_until 10 url
back | sed 's/code=[^&]*/code=4%2Fother/' >&7; echo >&7
check "another code is not taken: 12"            logged_in 12
check "and it says what to do"                   said 'begin again'
rules '{"consent": "deny"}'
login --for cloud --paste; wait_until 10 url; back >&7; echo >&7
check "the owner says no: 12"                    logged_in 12
check "in words"                                 said 'access_denied'
rules '{"consent": "https://www.googleapis.com/auth/gmail.readonly https://www.googleapis.com/auth/gmail.modify"}'
login --for cloud --paste; wait_until 10 url; back >&7; echo >&7
check "more than was asked for is not kept: 12"  logged_in 12
check "and named"                                said 'gmail.modify'
rules '{}'

say "a token for the owner's machine, by a browser"
mkdir "$WORLD/browser"
cat > "$WORLD/browser/xdg-open" << 'SH'
#!/bin/sh
port=$(echo "$1" | sed 's/.*127.0.0.1%3A\([0-9]*\).*/\1/')
curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/favicon.ico" > "$SEEN.favicon"
exec curl -sL "$1" > "$SEEN.page"
SH
export SEEN=$WORLD/log/browser
chmod +x "$WORLD/browser/xdg-open"
with_browser() { PATH=$WORLD/browser:$PATH on owner login gmail --account main --for local < /dev/null; }
check "the browser does it all"                  exits 0 with_browser
check "it may send, too"                         said 'the token may: .*gmail.send'
check "the window can be closed"                 wait_until 5 grep -q 'window can be closed' "$SEEN.page"
check "other paths are not there"                grep -q 404 "$SEEN.favicon"
check "it is kept"                               jq -e '.["gmail-main"]' "$WORLD/owner/secrets.json"
check "for the owner alone"                      sees 600 stat -c %a "$WORLD/owner/secrets.json"
check "an account that is not there: 2"          exits 2 on owner login gmail --account other --for local

say "the cloud reads"
cat "$SECRET" > "$WORLD/cloud/secrets.json"
arrive gmail-en outlook-de newsletter apple-fr thunderbird-es
forget
check "a turn"                                   exits 0 on cloud run --once
check "reads all, in pages"                      said '5 mails read'
check "and drafts"                               said '4 drafted'
check "each mail is fetched once"                sees 5 asked 'format=raw'
check "the list once"                            sees 2 asked '/messages?labelIds'
check "doctor says what the token may"           shows 'its token may: gmail.readonly' on cloud doctor
check "and status, without asking"               shows '^token .*main: gmail.readonly' on cloud status
forget
check "again"                                    exits 0 on cloud run --once
check "nothing is fetched"                       sees 0 asked 'format=raw'
check "nothing is listed"                        sees 0 asked '/messages?labelIds'
check "the history is asked, once"               sees 1 asked '/history?'

say "the daemon"
start cloud run
check "it looks by itself"                       wait_until 20 grep -q '/history?' "$LOG"
forget
arrive own list auto
cp "$(mail gmail-en)" "$WORLD/again.eml"
sed 's/oak table/walnut chair/; s/^Message-ID: </Message-ID: <second-/I' "$WORLD/again.eml" > "$BOX/.second" && mv "$BOX/.second" "$BOX/second.eml"
began=$(date +%s%N)
pushed() { git --git-dir="$BARE" ls-tree -r --name-only main | grep -q "Pending_Approval/email/.*walnut"; }
check "a mail becomes a pushed draft"            wait_until 20 pushed
echo "       in $((($(date +%s%N) - began) / 1000000)) ms, asked every 2 s"
check "one request for each of them"             sees 4 asked 'format=raw'
stop cloud

say "killed while it reads, at many points"
for i in {1..12}; do sed "s/oak table/oak table number $i/; s/^Message-ID: </Message-ID: <n$i-/I" "$WORLD/again.eml" > "$BOX/many-$i.eml"; done
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

say "what goes wrong at Google"
rules '{"forgotten": 99999}'
forget
check "a history that is forgotten"              exits 0 on cloud run --once
check "is a reading anew"                        sees 1 asked '/profile'
check "in which nothing is done twice"           not said 'filed'
check "no task is doubled"                       sees 12 numbered
rules '{}'
check "then the history again"                   exits 0 on cloud run --once
rules '{"quota": {"status": 403, "after": 4, "times": 1}}'
sed 's/oak table/birch shelf/; s/^Message-ID: </Message-ID: <third-/I' "$WORLD/again.eml" > "$BOX/third.eml"
check "a quota: try again"                       exits 75 on cloud run --once
check "with the time"                            said 'asks to wait until'
forget
check "until then no run asks"                   exits 75 on cloud run --once
check "nothing at all"                           sees 0 asked '/gmail/'
sleep 4
check "and then it is read"                      exits 0 on cloud run --once
check "the mail of that moment is there"         task cloud can-you-repair-an-birch-shelf
say "one mail that can't be had"
AT=INBOX FETCHED=format=raw
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
rules '{"refresh_ends": 172800}'
check "a token that will end"                    exits 0 on cloud run --once
check "is told by status, with the day"          shows "^token .*main: gmail.readonly; it ends on $(date -u -d '2 days' +%Y-%m-%d)" on cloud status
rules '{}'
check "of one that does not"                     exits 0 on cloud run --once
check "no end is told"                           not shows "it ends on" on cloud status
check "and found"                                task cloud can-you-repair-an-fir-ladder

say "what goes wrong with the token"
rules '{"expires": 30}'
check "tokens that end soon"                     exits 0 on cloud run --once
rules '{"revoked": true}'
check "revoked: 12"                              exits 12 on cloud run --once
check "with the trap of seven days"              said 'seven days'
check "and the command"                          said 'localagent login gmail --account main'
check "doctor says it too"                       exits 12 on cloud doctor
rules '{}'
stop google
check "Google is away: try again"                exits 75 on cloud run --once
check "it is back"                               google_up

say "a token that may do more than read"
jq '.["gmail-main"] = "preset-wide"' "$WORLD/cloud/secrets.json" > "$WORLD/secrets.new" && cat "$WORLD/secrets.new" > "$WORLD/cloud/secrets.json"
forget
check "the cloud does not run with it: 12"       exits 12 on cloud run
check "it says what is too much"                 said 'may do more than read: gmail.send'
check "nothing was read with it"                 sees 0 asked '/gmail/'
check "doctor refuses as well: 12"               exits 12 on cloud doctor
jq '.["gmail-main"] = "preset-read"' "$WORLD/cloud/secrets.json" > "$WORLD/secrets.new" && cat "$WORLD/secrets.new" > "$WORLD/cloud/secrets.json"
check "another token, and on it goes"            exits 0 on cloud run --once

proof() { on owner show "$(task owner "$1")" --json | jq -re .proof; }
say "the card is held against the mailbox, with the token"
check "the owner has a token again"              exits 0 with_browser
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

say "what went to Gmail, in all of this"
check "the stand-in has a list of it"            grep -q 'GET /gmail/' "$LOG.all"
check "nothing but GET"                          not grep -E ' (POST|PUT|PATCH|DELETE|HEAD) .*/gmail/' "$LOG.all"
check "no token is anywhere in what we keep"     not grep -rqE 'ya29\.|1//' "$WORLD/cloud/state" "$WORLD/cloud/vault" "$WORLD/owner/vault" "$WORLD/log/cloud"
check "the owner has the drafts"                 on owner run --once
check "as many"                                  alike cloud owner

say "the owner's machine sends by Gmail"
setting owner outbox '"gmail"'
# The stand-in that was away has forgotten the one from before.
check "a token for it"                           exits 0 with_browser
check "doctor: the token may send"               shows 'outbox of main: .*gmail.send' on owner doctor
sent() { find "$BOX/sent" -name '*.eml' | wc -l; }
# send SLUG: that draft is filled in and approved, and a turn made.
send_it() { fill owner "$id" && approve owner "$id" && sleep 1.2; }
send() { id=$(task owner "$1") && send_it; }
is_unknown() { sees unknown state owner "$id"; }
check "a yes"                                    send can-you-repair-an-birch-shelf
check "and a turn"                               on owner run --once
check "it is gone"                               sees 1 sent
check "done"                                     in_stage owner "$id" Done
check "with Gmail's word"                        grep -q '^server_reply: .*200 id' "$(path owner "$id")"
check "as it was written"                        grep -rq '^X-Platinum-Task: ' "$BOX/sent"
say "the answer does not come"
rules '{"cut": 1, "renames": true}'
check "a yes"                                    send can-you-repair-an-walnut-chair
turn owner
check "it is gone"                               sees 2 sent
check "of which nobody here knows yet"           not in_stage owner "$id" Done
check "under SENT it is found, by its marker"    soon owner "$id" 30 in_stage owner "$id" Done
check "and was sent once"                        sees 2 sent
rules '{"cut": 2, "cut_keeps": false}'
id=$(tasks owner | grep '^Pending_Approval.*number-' | head -1 | sed 's|.*/||; s|\.md$||')
check "another yes"                              send_it
turn owner
check "this one never arrived"                   sees 2 sent
check "that can't be known: unknown"             soon owner "$id" 30 is_unknown
check "it is not sent again on a guess"          sees 2 sent
end
