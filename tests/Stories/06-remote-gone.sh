#!/usr/bin/env bash
# The remote is gone for a while. Both machines go on with what they can do, say so, and catch up.
source "$(dirname "$0")/lib.sh"
title "the remote is gone for a while"
jq_status() { on "$1" status --json | jq -e "$2"; }
certificate_make; imap_up; smtp_up; remote_up
two_machines
deliver "$(mail gmail-en)"
check "before: the cloud drafts"               on cloud run --once
check "before: the owner has it"               on owner run --once
first=$(task owner can-you-repair-an-oak-table) || true

remote_down
say "gone"
deliver "$(mail apple-fr)"
check "the cloud's turn is not called good"    not exits 0 on cloud run --once
check "it says what is wrong"                  said 'remote|connect|ssh|reach'
second=$(task cloud rendez-vous-pour-l-escalier) || true
check "the new mail is drafted all the same"   in_stage cloud "$second" Pending_Approval
check "status shows that the remote is gone"   shows 'remote|reach|sync' on cloud status
check "and how often it worked before"         jq_status cloud '.sync | .success_rate < 1 and .consecutive_failures > 0 and .ahead > 0 and .not_before != null'
fill owner "$first" > "$WORLD/log/fill" 2>&1 || true
check "the owner approves"                     approve owner "$first"
turn owner
check "nothing is sent while a claim can't be confirmed" sent_is 0
check "the task is not lost"                   in_stage owner "$first" "$(where owner "$first" | cut -d/ -f1)"

remote_up
say "back"
check "the cloud catches up"                   turns cloud 60 shows "$second" tip Pending_Approval
check "the owner catches up, and sends"        turns owner 60 in_stage owner "$first" Done
check "once"                                   wait_until 5 sent_is 1
check "the owner has the second draft"         in_stage owner "$second" Pending_Approval
turn cloud owner
check "the two vaults are alike"               alike cloud owner
check "the remote's history is one"            git -C "$BARE" fsck --strict

say "a remote that is another repository"
rm -rf "$BARE"; git init -q --bare -b main "$BARE"
git init -q -b main "$WORLD/stranger"
git -C "$WORLD/stranger" -c user.name=a -c user.email=a@b commit -q --allow-empty -m "another history"
git -C "$WORLD/stranger" push -q "$BARE" main
before=$(tasks owner)
turn owner
check "takes nothing away"                     sees "$before" tasks owner
end
