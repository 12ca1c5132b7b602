#!/usr/bin/env bash
# The owner has the vault on a second device too, by Syncthing, and works there in an editor. What is written, moved and deleted there counts as if it were done here; nothing is lost or sent twice.
source "$(dirname "$0")/lib.sh"
title "the owner's second device"
certificate_make; imap_up; smtp_up; bare_repository
two_machines
vault=$WORLD/owner/vault tablet=$WORLD/tablet/vault
for name in gmail-en apple-fr thunderbird-es outlook-de; do deliver "$(mail "$name")"; done
check "four drafts"                                on cloud run --once
check "at the owner's"                             on owner run --once
table=$(task owner can-you-repair-an-oak-table) || true
stairs=$(task owner rendez-vous-pour-l-escalier) || true
invoice=$(task owner factura-2026-118) || true
windows=$(task owner angebot-fuer-drei-holzfenster) || true
there() { find "$tablet" -name "$1.md" -printf '%P\n'; }
words() { grep -rl -- "$1" "$vault" | grep -q .; }

start owner run
devices_make "$vault" "$tablet"
devices_meet
check "the tablet has the drafts"                  wait_until 30 sees "Pending_Approval/email/$table.md" there "$table"

say "filled in, and moved to Approved, on the tablet"
check "the owner writes there"                     "$STORIES/judges/owner_writes.py" "$tablet/Pending_Approval/email/$table.md"
check "it is here"                                 wait_until 30 cmp "$tablet/Pending_Approval/email/$table.md" "$vault/Pending_Approval/email/$table.md"
check "mv to Approved"                             mv "$tablet/Pending_Approval/email/$table.md" "$tablet/Approved/email/"
check "it is sent"                                 wait_until 60 in_stage owner "$table" Done
check "once"                                       sent_is 1
check "as it was written"                          judge reply "$(mail gmail-en)" "$(world file table)" anna@werkstatt.example sarah.whitfield@gmail.example ""
finished() { [[ $(there "$table") == Done/*/"$table.md" ]]; }
check "the tablet sees it done, and nowhere else"  wait_until 60 finished

say "moved to Rejected, and deleted"
check "no, by moving"                              mv "$tablet/Pending_Approval/email/$invoice.md" "$tablet/Rejected/email/"
check "no, by deleting"                            rm "$tablet/Pending_Approval/email/$stairs.md"
check "the one is rejected here"                   wait_until 60 in_stage owner "$invoice" Rejected
check "the other too, after a while"               wait_until 90 in_stage owner "$stairs" Rejected
check "and on the tablet again, for the record"    wait_until 60 sees "Rejected/email/$stairs.md" there "$stairs"

say "both devices change one draft while apart"
devices_part
into_draft owner "$windows" "Written at the desk."
sed -i "0,/^## Draft\$/s//## Draft\n\nWritten on the sofa./" "$tablet/Pending_Approval/email/$windows.md"
sleep 2
devices_meet
conflict() { on owner status | grep -q 'sync-conflict'; }
check "the copy that Syncthing makes is told of"   wait_until 60 conflict
check "the words from the desk are there"          words "Written at the desk."
check "and those from the sofa"                    words "Written on the sofa."
check "the task is one"                            in_stage owner "$windows" Pending_Approval

say "the cloud goes on meanwhile"
for n in 1 2 3 4 5 6; do
    sed -e "s/^Message-ID: .*/Message-ID: <more-$n@mail.example>/I" -e "s/^Subject: .*/Subject: More of it, number $n/I" "$(mail gmail-en)" > "$WORLD/incoming/more-$n.eml"
    deliver "$WORLD/incoming/more-$n.eml"
    turn cloud
done
same() { diff <(tasks owner) <(cd "$tablet" && find Needs_Action In_Progress Pending_Approval Approved Rejected Done Quarantine -name '*.md' | sort); }
check "in the end both devices are alike"          wait_until 90 same
check "all of it is here"                          wait_until 30 shows more-of-it-number-6 tasks owner
stop owner; devices_part
turn cloud owner cloud
# The copy in Quarantine has no name of a task: it stays on the owner's devices.
check "the cloud's machine too, but for the copy"  sees "$(tasks owner | grep -v sync-conflict)" tasks cloud
check "nothing of Syncthing's travels"             sees "" tip '.*(\.st|sync-conflict.*tmp)'
check "still one mail sent"                        sent_is 1
check "the repository is sound"                    git -C "$BARE" fsck --strict --no-dangling
end
