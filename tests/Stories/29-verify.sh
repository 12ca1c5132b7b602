#!/usr/bin/env bash
# The owner asks for proof: no log was changed, and what lies in Sent is what was approved. Then somebody tampers with each of them, and each is named; what a kill leaves is named as that.
source "$(dirname "$0")/lib.sh"
title "the audit"
certificate_make; imap_up; smtp_up; bare_repository
two_machines
for name in gmail-en apple-fr; do deliver "$(mail "$name")"; done
check "two mails are drafted"                      on cloud run --once
turn owner
table=$(task owner can-you-repair-an-oak-table) || true
stairs=$(task owner rendez-vous-pour-l-escalier) || true
for id in "$table" "$stairs"; do fill owner "$id" > "$WORLD/log/fill" 2>&1 || true; approve owner "$id" > "$WORLD/log/approve" 2>&1 || true; done
check "both are sent"                              turns owner 30 in_stage owner "$stairs" Done
check "the other one too"                          turns owner 30 in_stage owner "$table" Done
turn cloud owner
marker() { grep -E '^intent: ' "$(path owner "$1")" | tr -d '"' | cut -d' ' -f2; }
message_id() { echo "<$(grep -E '^outgoing_id: ' "$(path owner "$1")" | tr -d '"' | cut -d' ' -f2)>"; }

say "an honest world"
sleep 2 # of what went out in the very second of the look nothing is said
check "it is proved"                               exits 0 on owner verify
check "with both mails"                            said '2 of 2 mails that went out are proved, 2 mails with our marker in Sent'
check "of both agents"                             said 'segments of 2 agents'
check "as JSON, with the signed heads"             jq -e '.verdict == "Note" and .proven == 2 and (.heads | length) == 2 and (.findings | length) == 0' <(on owner verify --json)
check "once more, from what was seen before"       exits 0 on owner verify --offline
check "which it says"                              said 'note .*not looked at now'
imap_down
check "the mailbox is away"                        exits 3 on owner verify
check "that is said, and as of when"               said 'unproven .*could not be looked at.*as of 20'
imap_up

# keep NAME, back NAME: both machines, the remote and the mailbox, as they are; and as they were.
keep() { rm -rf "$WORLD/kept.$1"; mkdir "$WORLD/kept.$1"; cp -a "$WORLD/owner" "$WORLD/cloud" "$BARE" "$WORLD/mail" "$WORLD/kept.$1/"; }
back() {
    rm -rf "$WORLD/owner" "$WORLD/cloud" "$BARE"
    find "$WORLD/mail" -mindepth 1 -delete
    cp -a "$WORLD/kept.$1/owner" "$WORLD/kept.$1/cloud" "$WORLD/"
    cp -a "$WORLD/kept.$1/$(basename "$BARE")" "$BARE"
    cp -a "$WORLD/kept.$1/mail/." "$WORLD/mail/"
}
keep honest

say "somebody can write to the remote"
agent=$(basename "$(find "$WORLD/owner/vault/Logs" -maxdepth 1 -name 'cloud-*')")
git clone -q "$BARE" "$WORLD/eve"
# eve COMMAND...: a push of somebody else's, then a turn of the owner's, whose words are kept.
eve() (cd "$WORLD/eve" && git pull -q && "$@" && git add -A && git -c user.name=x -c user.email=x@x.example commit -qm x && git push -q)
hears() { on owner run --once > "$WORLD/log/heard" 2>&1 || true; cat "$WORLD/log/heard"; }
first=Logs/$agent/00000001.jsonl
check "a line of the cloud's log is changed there" eve sed -i 's/mail/liam/' "$first"
check "the owner's machine does not take it"       shows "what a log says is not changed" hears
check "a segment is removed there"                 eve git rm -q "$first"
check "nor that"                                   shows "nobody may remove it" hears
check "here it is still proved"                    exits 0 on owner verify
forged() {
    local last n
    last=$(find "Logs/$agent" -name '0*.jsonl' -printf '%f\n' | sort | tail -n 1)
    n=$((10#${last%.jsonl} + 1))
    printf '{"segment":%d,"agent":"%s","previous":"%064d"}\n{"at":"2026-11-23T00:00:00Z","agent":"%s","event":"forged"}\n' "$n" "$agent" 0 "$agent" > "$(printf 'Logs/%s/%08d.jsonl' "$agent" "$n")"
}
check "a segment is added in the cloud's name"     eve forged
check "a turn says that it does not go on"         shows 'Logs/cloud-.*does not go on' hears
check "and the next one too"                       shows 'Logs/cloud-.*does not go on' hears
check "and status"                                 shows '^problem .*does not go on' on owner status
check "and verify"                                 exits 1 on owner verify
check "names it"                                   said 'CONTRADICTS.*does not go on from'
check "as no crash"                                said 'no crash does that'

say "somebody can write to this disk"
back honest
mine=$(find "$WORLD/owner/vault/Logs" -maxdepth 1 -name 'local-*')
nth() { find "$mine" -name '0*.jsonl' | sort | sed -n "$1p"; }
sed -i 's/"event":"approved"/"event":"rejected"/' "$mine"/*.jsonl
check "a line is changed: verify fails"            exits 1 on owner verify
check "and names the segments"                     said 'CONTRADICTS.*segment [0-9]+ does not go on from segment [0-9]+: one of them was changed'
back honest
rm "$(nth 2)"
check "a segment is removed"                       exits 1 on owner verify
check "it is named"                                said 'CONTRADICTS.*segment 2 is missing'
back honest
a=$(nth 2) b=$(nth 3)
mv "$a" "$WORLD/swap"; mv "$b" "$a"; mv "$WORLD/swap" "$b"
check "two are exchanged"                          exits 1 on owner verify
check "both are named"                             said 'CONTRADICTS.*segment [23] does not stand where it was written'
back honest
rm "$(nth '$')"
check "the end is cut off"                         exits 1 on owner verify
check "that is named"                              said 'CONTRADICTS.*it ends before segment [0-9]+, which this machine countersigned'
back honest
check "as it was, it is proved"                    exits 0 on owner verify

say "somebody can write to the mailbox"
judge imap "$IMAP_PORT" "$WORLD/tls/ca.pem" "$ADDRESS" "$PASSWORD" fetch Sent "$(message_id "$table")" > "$WORLD/sent.eml"
sed "s/$(marker "$table")/00000000000000000000000000000000/; s/^Message-I[Dd]: .*/Message-ID: <planted@werkstatt.example>\r/" "$WORLD/sent.eml" > "$WORLD/planted.eml"
check "a mail is planted, with our marker"         imap append Sent "$WORLD/planted.eml"
check "verify fails"                               exits 1 on owner verify
check "and names it"                               said 'CONTRADICTS planted@werkstatt.example.*bears our marker, and nobody approved it'
expunge() { python3 - "$IMAP_PORT" "$WORLD/tls/ca.pem" "$ADDRESS" "$PASSWORD" "$1" << 'PY'
import imaplib, ssl, sys
port, ca, user, password, message_id = sys.argv[1:]
imap = imaplib.IMAP4_SSL("127.0.0.1", int(port), ssl_context=ssl.create_default_context(cafile=ca))
imap.login(user, password)
imap.select("Sent")
numbers = imap.search(None, "HEADER", "Message-ID", f'"{message_id}"')[1][0].split()
assert numbers, "no such mail"
imap.store(numbers[-1], "+FLAGS", r"(\Deleted)")
imap.expunge()
PY
}
forget() { rm -rf "$WORLD/owner/state/verify"; }
check "it is removed again"                        expunge "<planted@werkstatt.example>"
check "that it was there is not forgotten"         exits 1 on owner verify
forget
check "an owner who has seen to it begins anew"    exits 0 on owner verify
check "a second copy"                              imap append Sent "$WORLD/sent.eml"
check "fails"                                      exits 1 on owner verify
check "and is named"                               said "CONTRADICTS $table: .*holds 2 mails of this one approval"
check "it is removed"                              expunge "$(message_id "$table")"
check "all is well"                                exits 0 on owner verify
{ cat "$WORLD/sent.eml"; printf 'Please pay to another account.\r\n'; } > "$WORLD/changed.eml"
check "another text takes its place"               expunge "$(message_id "$table")"
check "the same in all else"                       imap append Sent "$WORLD/changed.eml"
check "fails"                                      exits 1 on owner verify
check "and is named"                               said "CONTRADICTS $table: .*is not what was approved: text"
check "it is removed, and the true one is back"    expunge "$(message_id "$table")"
imap append Sent "$WORLD/sent.eml"
forget
check "all is well"                                exits 0 on owner verify
check "one is removed"                             expunge "$(message_id "$stairs")"
check "what was seen can't be seen any more"       exits 3 on owner verify
check "which is named, and not as tampering"       said "unproven +$stairs: it was in Sent .* as it was approved, and is gone since"
check "--since leaves out what is older"           exits 0 on owner verify --since "$(date -d '+1 day' +%F)"
check "a day that is none"                         exits 2 on owner verify --since yesterday

say "killed between a step and its line"
deliver "$(mail outlook-de)"
check "one more is drafted"                        on cloud run --once
turn owner
windows=$(task owner angebot-fuer-drei-holzfenster) || true
fill owner "$windows" > "$WORLD/log/fill" 2>&1 || true
check "and approved"                               approve owner "$windows"
keep approved
# turn_under_strace OPTIONS...: the turn that sends.
turn_under_strace() {
    local STRACE=(strace -f -qq "$@")
    on owner run --once > "$WORLD/log/killed" 2>&1
}
turn_under_strace -y -o "$WORLD/log/trace" -e trace=fsync || true
# Where the step is made and its line not yet written: at the fsync before that of the line.
points=$(awk '{ n[$1]++ } /audit\/open\.jsonl/ && n[$1] > 1 { print n[$1] - 1 }' "$WORLD/log/trace" | sort -nu)
gaps=0 deaths=0
unknown() { sees unknown state owner "$windows"; }
settled() { in_stage owner "$windows" Done || unknown; }
survives() {
    local n code
    for n in $points; do
        back approved
        code=0
        turn_under_strace -o /dev/null -e trace=fsync -e "inject=fsync:signal=SIGKILL:when=$n" || code=$?
        ((code != 137)) || deaths=$((deaths + 1))
        soon owner "$windows" 30 settled > "$WORLD/log/settled" 2>&1 || return 1
        if unknown > "$WORLD/log/unknown" 2>&1; then on owner resolve "$windows" --sent || return 1; fi
        turn owner
        echo "killed at fsync $n"
        # Of one that nobody knew about, no copy is in Sent: that is not what is asked here.
        on owner verify --since "$(date -d '+1 day' +%F)" > "$WORLD/log/verified" 2>&1 || { cat "$WORLD/log/verified"; return 1; }
        cat "$WORLD/log/verified"
        if grep -q '^crash gap .*died between the step and the line' "$WORLD/log/verified"; then gaps=$((gaps + 1)); fi
    done
}
check "wherever it dies, nothing looks changed"    survives
check "it died often ($deaths times)"              [ "$deaths" -ge 2 ]
check "and left gaps that are named so ($gaps)"    [ "$gaps" -ge 1 ]
printf '{"at":"2026-' >> "$WORLD/owner/state/audit/open.jsonl"
check "a line that was torn while it was written"  exits 0 on owner verify --since "$(date -d '+1 day' +%F)"
check "is named so"                                said 'crash gap .*breaks off'
end
