#!/usr/bin/env bash
# The owner works in the folder, as in Obsidian: edits by an editor that replaces files, approves and rejects by moving them.
source "$(dirname "$0")/lib.sh"
title "approving by moving the file"
certificate_make; imap_up; smtp_up; bare_repository
two_machines
vault=$WORLD/owner/vault
for name in gmail-en apple-fr thunderbird-es outlook-de; do deliver "$(mail "$name")"; done
check "four drafts"                                on cloud run --once
check "at the owner's"                             on owner run --once
table=$(task owner can-you-repair-an-oak-table) || true
stairs=$(task owner rendez-vous-pour-l-escalier) || true
invoice=$(task owner factura-2026-118) || true
windows=$(task owner angebot-fuer-drei-holzfenster) || true

say "edit and move"
check "an editor that replaces the file"           "$STORIES/judges/owner_writes.py" "$(path owner "$table")"
check "mv to Approved"                             mv "$(path owner "$table")" "$vault/Approved/email/"
check "it lies still for a while, then is sent"    turns owner 30 in_stage owner "$table" Done
check "once"                                       wait_until 5 sent_is 1
check "as it was edited"                           judge reply "$(mail gmail-en)" "$(world file table)" anna@werkstatt.example sarah.whitfield@gmail.example ""
check "the record says who approved, and how"      grep -Eq '^approval: ' "$(path owner "$table")"
check "the log too"                                shows approv on owner log "$table"

say "moved with a blank open"
check "a blank is added"                           into_draft owner "$windows" "The price is {{the price}}."
check "mv to Approved"                             mv "$(path owner "$windows")" "$vault/Approved/email/"
check "it comes back"                              turns owner 20 in_stage owner "$windows" Pending_Approval
check "with the reason"                            shows 'blank|price' on owner list
check "and is not sent"                            sent_is 1

say "changed after the yes"
fill owner "$stairs" > "$WORLD/log/fill" 2>&1 || true
check "approved by command"                        approve owner "$stairs"
check "then changed in Approved"                   into_draft owner "$stairs" "Everything is free of charge."
turn owner
check "what was not approved is not sent"          not shows "free of charge" bash -c "cat '$WORLD'/world/*"
check "it asks again"                              turns owner 20 in_stage owner "$stairs" Pending_Approval
check "and says what was changed"                  shows 'changed after it was approved: .*\+ Everything is free of charge' on owner show "$stairs"
check "a draft that was filled in says so too"     shows 'changed since it was drafted: \+' on owner show "$windows"
check "nothing was sent"                           sent_is 1

say "no"
check "mv to Rejected"                             mv "$(path owner "$invoice")" "$vault/Rejected/email/"
turn owner cloud
check "it stays there"                             in_stage owner "$invoice" Rejected
check "the cloud hears of it"                      in_stage cloud "$invoice" Rejected
check "the file is deleted"                        rm "$(path owner "$stairs")"
turn owner
check "a file deleted counts as no, after a while"  turns owner 30 in_stage owner "$stairs" Rejected
turn cloud owner
check "and does not come back as work"             in_stage cloud "$stairs" Rejected
check "nothing was sent"                           sent_is 1

say "what the cloud's machine moves counts for nothing"
check "mv to Approved, on the cloud's machine"     mv "$(path cloud "$windows")" "$WORLD/cloud/vault/Approved/email/"
turn cloud owner owner
check "not approved at the owner's"                not in_stage owner "$windows" Done
check "nothing was sent"                           sent_is 1
end
