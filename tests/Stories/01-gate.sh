#!/usr/bin/env bash
# A mail arrives while the owner's machine is off. The cloud drafts. The owner comes back, reads, edits, approves. It is sent, once, as people write mail.
source "$(dirname "$0")/lib.sh"
title "the whole gate"
certificate_make; imap_up; smtp_up; remote_up
two_machines
original="<AM9PR04MB8264E1B2C3D4F5A6978877665544@AM9PR04MB8264.eurprd04.prod.example>"

check "the cloud gets the vault from the remote"  on cloud run --once

say "the owner's machine is off; a mail arrives"
check "Dovecot takes it"                          deliver "$(mail outlook-de)"
began=$(date +%s%N)
check "the cloud's turn ends well"                exits 0 on cloud run --once --json
took=$((($(date +%s%N) - began) / 1000000))
check "and tells what it did, as JSON"            jq -e '.read == 1 and .filed == 1 and .drafted + .yours == 1 and .pushed and (.milliseconds | length > 0)' "$WORLD/log/stdout"
check "mail to pushed draft in under 2 s ($took ms)" [ "$took" -lt 2000 ]
id=$(task cloud angebot-fuer-drei-holzfenster) || true
check "the draft waits for the owner"             sees Pending_Approval/email where cloud "$id"
check "it is pushed"                              sees "Pending_Approval/email/$id.md" tip Pending_Approval
check "the mailbox is as it was"                  sees "" imap flags INBOX "$original"
draft=$(tip_file "Pending_Approval/email/$id.md") || true
check "the draft greets by name"                  grep -q "Krämer" <<< "$draft"
check "in the mail's language"                    grep -Eqi "guten tag|sehr geehrte|hallo" <<< "$draft"
check "speaks of what was asked"                  grep -qi "fenster" <<< "$(sed -n '/^## Draft/,/^## Original/p' <<< "$draft")"
check "the cloud is not given what sends"         not grep -rq smtp "$WORLD/cloud/vault.toml" "$WORLD/cloud/secrets.json"
check "no .git in the cloud's vault"              not test -e "$WORLD/cloud/vault/.git"
check "the commit carries the task"               shows "^Task: $id" git -C "$BARE" log -5 --format=%B "$(tip_commit)"
check "and the draft's digest"                    shows "^Draft-SHA256: [0-9a-f]{64}" git -C "$BARE" log -5 --format=%B "$(tip_commit)"
check "no trace of the word was sent"             sent_is 0

say "the owner's machine comes on"
check "its turn ends well"                        exits 0 on owner run --once
check "the draft is there"                        in_stage owner "$id" Pending_Approval
check "list shows it"                             shows "$id" on owner list --json
check "with its subject"                          sees "Angebot für drei Holzfenster" of owner "$id" subject
check "and its sender"                            shows "juergen.kraemer@bauhof-nord.example" of owner "$id" from
check "show prints the card and the digest"       shows "bauhof-nord" on owner show "$id"
check "nothing is sent unasked"                   sent_is 0
case $(state owner "$id") in
    blank | yours)
        check "with a blank open it can't be approved" not approve owner "$id" ;;
esac
check "the owner fills what is missing"           fill owner "$id"
check "now it is ready"                           sees ready state owner "$id"
check "a wrong digest approves nothing"           not on owner approve "$id" --digest 00000000000000000000000000000000
check "it lies where it lay"                      in_stage owner "$id" Pending_Approval
check "the owner approves what was shown"         approve owner "$id"
began=$(date +%s%N)
check "it goes out"                               turns owner 20 in_stage owner "$id" Done
took=$((($(date +%s%N) - began) / 1000000))
say "approved to Done took $took ms"
check "to the sender, and to those in Cc"         wait_until 5 sees $'juergen.kraemer@bauhof-nord.example\npetra.vogt@bauhof-nord.example' world to Holzfenster
check "once"                                      sent_is 1

say "other programs' judgement"
sent_id=$(world id Holzfenster) || true
sent=$(world file Holzfenster) || true
check "Python's email finds nothing wrong"        judge reply "$(mail outlook-de)" "$sent" info@werkstatt.example juergen.kraemer@bauhof-nord.example petra.vogt@bauhof-nord.example
check "the copy lies in Sent"                     sees 1 imap count Sent
check "under the same Message-ID"                 shows "^In-Reply-To: " imap fetch Sent "$sent_id"
check "the original is marked as answered"        sees '\Answered' imap flags INBOX "$original"
check "Dovecot's THREAD puts them together"       sees together imap thread "$original" "$sent_id"
{ echo "From anna@werkstatt.example Mon Nov 23 00:00:00 2026"; cat "$sent"; echo; } > "$WORLD/sent.mbox"
nail() { HOME=$WORLD MAILRC=/dev/null LC_ALL=C.UTF-8 s-nail -S ttycharset=utf-8 -R "$@" -f "$WORLD/sent.mbox" < /dev/null; }
check "s-nail lists it"                           shows "anna|info@werkstatt" nail -H
check "and shows its text as it was written"      shows "Krämer" nail -Y p -Y x

say "the story"
turn owner
story=$(on owner log "$id") || true
check "log tells of its arrival"                  shows "AM9PR04MB8264|arriv|received|filed" echo "$story"
check "of the draft"                              shows draft echo "$story"
check "of the approval"                           shows approv echo "$story"
check "and of the Message-ID that went out"       shows "${sent_id:1:20}" echo "$story"
check "git shows the same, with trailers"         shows "Task: $id" on owner git log
check "the mail that came by its Message-ID"      shows '^ *Message-Id: AM9PR04MB8264E1B2C3D4F5A6978877665544@' on owner git log
check "and the one that went out by its own"      shows '^ *Message-Id: [0-9a-f-]{36}@werkstatt.example' on owner git log
check "the remote has it in Done"                 shows "^Done/.*/$id.md" tip Done
check "and nowhere else"                          sees 1 lines tip ".*/$id.md"
check "the cloud hears of it"                     turns cloud 20 in_stage cloud "$id" Done
check "a further turn sends nothing"              on owner run --once
check "still once"                                sent_is 1
check "no .git in the owner's vault"              not test -e "$WORLD/owner/vault/.git"
end
