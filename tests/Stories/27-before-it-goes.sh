#!/usr/bin/env bash
# Between the owner's yes and the send: everything can be stopped, one can be taken back, only so many go, at certain hours, and in shadow mode to the owner alone.
source "$(dirname "$0")/lib.sh"
title "before it goes"
certificate_make; imap_up; smtp_up
machine owner local inbox=imap outbox=smtp remote=
check "a vault"                                    on owner init "$WORLD/owner/vault"
for name in gmail-en apple-fr thunderbird-es outlook-de; do deliver "$(mail "$name")"; done
check "four mails are read"                        on owner run --once
table=$(task owner can-you-repair-an-oak-table) || true
stairs=$(task owner rendez-vous-pour-l-escalier) || true
invoice=$(task owner factura-2026-118) || true
windows=$(task owner angebot-fuer-drei-holzfenster) || true
for id in "$table" "$stairs" "$invoice" "$windows"; do fill owner "$id" > "$WORLD/log/fill" 2>&1 || true; done

says() { grep -Eiq -- "$1" "$WORLD/log/owner"; }
status_says() { on owner status --json | jq -e "$1"; }
ms() { echo $(($(date +%s%N) / 1000000)); }

say "pause, with a daemon at work"
start owner run
check "the daemon is up"                           wait_until 10 says "works on"
check "pause"                                      on owner pause --reason "the price list is wrong"
check "status says so before all else"             shows '^PAUSED .*the price list is wrong' head -n 1 <(on owner status)
check "and as JSON"                                status_says '.sending.paused and .sending.reason == "the price list is wrong" and .sending.mode == "live"'
check "doctor too"                                 exits 3 on owner doctor
check "with the reason"                            said 'FAIL. sending: paused: the price list is wrong'
check "the daemon too"                             wait_until 10 says "sending is paused"
check "approved meanwhile"                         approve owner "$table"
sleep 4
check "it lies in Approved"                        in_stage owner "$table" Approved
check "status says that it waits"                  status_says ".sending.waiting[] | select(.id == \"$table\") | .why | test(\"price list\")"
check "nothing is sent"                            sent_is 0
check "it was said once"                           sees 1 grep -c "sending is paused" "$WORLD/log/owner"
stop owner
check "a single turn sends nothing either"         exits 0 on owner run --once
check "nothing is sent"                            sent_is 0
start owner run
sleep 1
check "nor a daemon that is started anew"          sent_is 0
began=$(ms)
check "resume"                                     on owner resume
check "now it goes"                                wait_until 10 in_stage owner "$table" Done
took=$(($(ms) - began))
check "at once ($took ms)"                         [ "$took" -lt 2500 ]
check "once"                                       wait_until 5 sent_is 1
check "resume a second time harms nothing"         on owner resume
stop owner

say "a moment to take it back"
setting owner undo '"4s"'
start owner run
wait_until 10 says "works on" > /dev/null
check "approved"                                   approve owner "$stairs"
sleep 1
check "it waits in Approved"                       in_stage owner "$stairs" Approved
check "undo"                                       on owner undo "$stairs"
check "it waits for a yes again"                   in_stage owner "$stairs" Pending_Approval
check "without an approval in it"                  not grep -q '^approval: ' "$(path owner "$stairs")"
check "approved once more, and moved by hand"      approve owner "$stairs"
check "mv back"                                    mv "$(path owner "$stairs")" "$WORLD/owner/vault/Pending_Approval/email/"
sleep 5
check "it stays there"                             in_stage owner "$stairs" Pending_Approval
check "nothing more is sent"                       sent_is 1
check "approved for good"                          approve owner "$stairs"
# In milliseconds: when the approval was signed, as the signed record says, and when the server had taken the mail, as the log says.
in_ms() { echo $(($(date -d "$1" +%s%N) / 1000000)); }
signed=$(sed -n 's/^approval: v1\.\([^.]*\)\..*/\1/p' "$(path owner "$stairs")" | tr -- '-_' '+/' | { base64 -d 2> /dev/null || true; } | jq -r .at 2> /dev/null) || true
check "it goes"                                    wait_until 10 in_stage owner "$stairs" Done
accepted=$(on owner log "$stairs" --json | grep '^{' | jq -r 'select(.event == "accepted") | .at') || true
late=$(($(in_ms "$accepted") - $(in_ms "$signed") - 4000))
check "when the 4 s are over, not before"          [ "$late" -ge 0 ]
check "and in under a second ($late ms)"           [ "$late" -lt 1000 ]
check "too late to take it back"                   exits 1 on owner undo "$stairs"
check "it says so"                                 said 'was sent'
check "sent once"                                  wait_until 5 sent_is 2
stop owner
setting owner undo '"0s"'

say "so many an hour"
setting owner per_hour 2
check "a third is approved"                        approve owner "$invoice"
check "a turn"                                     exits 0 on owner run --once
check "says why it waits"                          said '2 mails went out within one hour'
check "it lies in Approved"                        in_stage owner "$invoice" Approved
room() { local at; at=$(on owner status --json | jq -re '.sending.waiting[0].until') && (($(date -d "$at" +%s) > $(date +%s) + 3000)); }
check "status says until when"                     room
check "two were sent"                              sent_is 2

say "quiet hours"
setting owner per_hour 0
setting owner quiet "\"$(date -d '1 hour ago' +%H:%M)-$(date -d '1 hour' +%H:%M)\""
check "a turn"                                     exits 0 on owner run --once
check "says why it waits"                          said 'quiet hours'
check "it lies in Approved"                        in_stage owner "$invoice" Approved
check "two were sent"                              sent_is 2
setting owner quiet '""'
check "when they are over it goes"                 turns owner 15 in_stage owner "$invoice" Done
check "three were sent"                            wait_until 5 sent_is 3

say "shadow"
setting owner mode '"shadow"'
check "the last one is approved"                   approve owner "$windows"
check "doctor says it"                             shows 'sending: SHADOW' on owner doctor
check "status too"                                 status_says '.sending.mode == "shadow"'
check "the dry run shows the owner's address"      shows '^To: anna@werkstatt.example' on owner run --dry-run
check "and no other in To, Cc or Bcc"              not shows '^(to|cc|bcc):.*bauhof' on owner run --dry-run
check "it goes"                                    turns owner 15 in_stage owner "$windows" Done
check "to the owner alone"                         wait_until 5 sees anna@werkstatt.example world to "shadow"
check "one more mail in the world"                 sent_is 4
check "as Python's email reads it"                 judge shadow "$(world file shadow)" anna@werkstatt.example juergen.kraemer@bauhof-nord.example petra.vogt@bauhof-nord.example
check "the task says what it was"                  grep -q '^shadow: "\{0,1\}yes' "$(path owner "$windows")"
check "and not that it was sent"                   not grep -q '^sent_at' "$(path owner "$windows")"
check "its original is not marked as answered"     sees "" imap flags INBOX "<AM9PR04MB8264E1B2C3D4F5A6978877665544@AM9PR04MB8264.eurprd04.prod.example>"
check "the three real ones lie in Sent, it does not" sees 3 imap count Sent
end
