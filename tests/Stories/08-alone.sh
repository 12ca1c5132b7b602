#!/usr/bin/env bash
# One machine, no remote, no CloudAgent anywhere: the whole product.
source "$(dirname "$0")/lib.sh"
title "alone on one machine"
certificate_make; imap_up; smtp_up

say "with a mailbox and a mail server"
machine owner local inbox=imap outbox=smtp remote=
check "a vault"                                    on owner init "$WORLD/owner/vault"
for file in Company_Handbook.md Business_Goals.md Dashboard.md Inbox.base PROTOCOL; do
    check "with $file"                             test -s "$WORLD/owner/vault/$file"
done
check "init a second time harms nothing"           on owner init "$WORLD/owner/vault"
deliver "$(mail thunderbird-es)"
check "a turn reads and drafts"                    exits 0 on owner run --once
id=$(task owner factura-2026-118) || true
check "the draft waits"                            in_stage owner "$id" Pending_Approval
check "the dashboard shows it"                     grep -q "Factura 2026-118" "$WORLD/owner/vault/Dashboard.md"
fill owner "$id" > "$WORLD/log/fill" 2>&1 || true
check "approved"                                   approve owner "$id"
check "sent"                                       turns owner 20 in_stage owner "$id" Done
check "once"                                       wait_until 5 sent_is 1
check "as Python's email likes it"                 judge reply "$(mail thunderbird-es)" "$(world file Factura)" anna@werkstatt.example maria.noe@correo.example ""
check "the copy lies in Sent"                      sees 1 imap count Sent
check "the original is answered"                   shows Answered imap flags INBOX "<3d0b6c1f-8f52-4f0e-9c77-51a2b7e0d944@correo.example>"
check "log tells it"                               shows approv on owner log "$id"
check "git shows it"                               shows "Task: $id" on owner git log

say "a mail that was answered elsewhere"
deliver "$(mail own)"
check "one's own mail is no task"                  on owner run --once
check "there is one task still"                    sees 1 lines tasks owner

say "with folders only, no server at all"
machine solo local inbox="folder:$WORLD/solo/letters" outbox="maildir:$WORLD/solo/outbox" remote= imap=no
mkdir "$WORLD/solo/letters"
cp "$(mail outlook-de)" "$(mail apple-fr)" "$WORLD/solo/letters/"
letters=$(snapshot "$WORLD/solo/letters")
check "a vault"                                    on solo init "$WORLD/solo/vault"
check "a turn"                                     exits 0 on solo run --once
check "two tasks"                                  sees 2 lines tasks solo
id=$(task solo rendez-vous-pour-l-escalier) || true
fill solo "$id" > "$WORLD/log/fill" 2>&1 || true
check "approved"                                   approve solo "$id"
check "sent"                                       turns solo 20 in_stage solo "$id" Done
check "into the maildir"                           sees 1 lines find "$WORLD/solo/outbox" -type f -path '*/new/*'
check "as Python's email likes it"                 judge reply "$(mail apple-fr)" "$(find "$WORLD/solo/outbox" -type f -path '*/new/*')" info@werkstatt.example camille.lefevre@orange.example ""
check "the letters lie as they lay"                sees "$letters" snapshot "$WORLD/solo/letters"

say "with a maildir as inbox"
machine reader local inbox="maildir:$WORLD/reader/mail" remote= imap=no
mkdir -p "$WORLD"/reader/mail/{cur,new,tmp}
cp "$(mail gmail-en)" "$WORLD/reader/mail/new/1.M1P1.host"
cp "$(mail apple-fr)" "$WORLD/reader/mail/cur/2.M2P2.host:2,RS"
check "a vault"                                    on reader init "$WORLD/reader/vault"
check "a turn"                                     exits 0 on reader run --once
check "the unanswered one is a task"               in_stage reader "$(task reader can-you-repair-an-oak-table)" Pending_Approval
check "the answered one is not"                    sees 1 lines tasks reader
end
