#!/usr/bin/env bash
# One mail, however often it arrives and whoever sees it, is one task with one name and one answer.
source "$(dirname "$0")/lib.sh"
title "the same mail twice, the same mail seen by two"
certificate_make; imap_up; smtp_up; bare_repository

say "delivered twice"
two_machines inbox=imap
deliver "$(mail gmail-en)"; deliver "$(mail gmail-en)"
check "two mails in the mailbox"            sees 2 imap count INBOX
check "the cloud's turn"                    on cloud run --once
id=$(task cloud can-you-repair-an-oak-table) || true
check "one task"                            sees "Pending_Approval/email/$id.md" tasks cloud

say "seen by both before either has heard of the other"
deliver "$(mail apple-fr)"
check "the owner's agent sees both mails"   on owner run --once
check "the cloud's agent too"               on cloud run --once
turn owner cloud
check "two tasks on the one"                sees 2 lines tasks cloud
check "the same two on the other"           alike cloud owner
other=$(task owner rendez-vous-pour-l-escalier) || true
check "with the same bytes"                 cmp "$(path cloud "$other")" "$(path owner "$other")"
check "and the same at the remote"          cmp "$(path cloud "$other")" <(tip_file "Pending_Approval/email/$other.md")

say "and answered once"
fill owner "$id" > "$WORLD/log/fill" 2>&1 || true
check "the owner approves"                  approve owner "$id"
check "it is sent"                          turns owner 20 in_stage owner "$id" Done
check "once"                                wait_until 5 sent_is 1
deliver "$(mail gmail-en)"
check "the mail comes a third time"         sees 4 imap count INBOX
on cloud run --once; turn owner cloud
check "it stays Done"                       in_stage cloud "$id" Done
check "no new task"                         sees 2 lines tasks cloud
check "no second answer"                    sent_is 1

say "another mailbox of the same login"
sed -i '0,/^host = .*/s//&\nalso = ["Support"]/' "$WORLD/cloud/vault.toml"
check "one that is not there"               not exits 0 on cloud run --once
check "is named"                            said 'no mailbox "Support"'
into_support() { /usr/lib/dovecot/dovecot-lda -c "$WORLD/dovecot/dovecot.conf" -d "$ADDRESS" -o lda_mailbox_autocreate=yes -m Support -p "$1"; }
into_support "$(mail thunderbird-es)"; into_support "$(mail gmail-en)"
check "the cloud reads it"                  on cloud run --once
check "a third task"                        sees 3 lines tasks cloud
check "the mail that was known stays Done"  in_stage cloud "$id" Done
cloud_reads() { on cloud run --once --json | jq .read; }
check "nothing is read a second time"       sees 0 cloud_reads
deliver "$(mail outlook-de)"
check "and both go on"                      sees 1 cloud_reads
check "no flag was changed"                 not grep -q Seen <(imap flags Support "<$(sed -n 's/^Message-ID: <\(.*\)>.*/\1/Ip' "$(mail thunderbird-es)" | head -n 1)>")
end
