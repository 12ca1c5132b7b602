#!/usr/bin/env bash
# Two machines change different tasks at the same time; both changes arrive at both.
source "$(dirname "$0")/lib.sh"
title "both agents change different tasks"
certificate_make; imap_up; smtp_up; remote_up
two_machines
deliver "$(mail gmail-en)"; deliver "$(mail apple-fr)"
check "the cloud drafts two"                   on cloud run --once
check "the owner gets both"                    on owner run --once
table=$(task owner can-you-repair-an-oak-table) || true
stairs=$(task owner rendez-vous-pour-l-escalier) || true

say "the owner rejects one, while the cloud drafts a third"
check "rejected, with a reason"                on owner reject "$table" --reason "we only do new tables"
deliver "$(mail thunderbird-es)"
check "the cloud pushes first"                 on cloud run --once
check "the owner's push comes second"          on owner run --once
check "and the cloud hears of it"              on cloud run --once
invoice=$(task owner factura-2026-118) || true
for machine in owner cloud; do
    check "$machine: the rejected one"         in_stage "$machine" "$table" Rejected
    check "$machine: with its reason"          grep -q "we only do new tables" "$(path "$machine" "$table")"
    check "$machine: the untouched one"        in_stage "$machine" "$stairs" Pending_Approval
    check "$machine: the new one"              in_stage "$machine" "$invoice" Pending_Approval
done
check "the remote holds the same three"        sees "$(tasks owner)" tip '[A-Z].*/.*-[0-9a-z]\{16\}\.md'

say "the owner's words in a task survive"
check "a key is added"                         sed -i '0,/^---$/s//---\nfärbung: Eiche hell # for the workshop/' "$(path owner "$stairs")"
check "the owner's turn"                       on owner run --once
check "the cloud's turn"                       on cloud run --once
check "key, umlaut and comment arrive"         grep -qx "färbung: Eiche hell # for the workshop" "$(path cloud "$stairs")"

say "both at once, several times"
for round in 1 2 3; do
    sed "s/Factura 2026-118/Pregunta $round/; s/3d0b6c1f-8f52/$round-8f52/" "$(mail thunderbird-es)" > "$WORLD/question"
    chmod 644 "$WORLD/question"
    deliver "$WORLD/question"
    on cloud run --once > "$WORLD/log/cloud-$round" 2>&1 &
    on owner run --once > "$WORLD/log/owner-$round" 2>&1 || true
    wait $! || true
done
turn cloud owner cloud
check "the two vaults are alike"               alike cloud owner
check "six tasks"                              sees 6 lines tasks owner
end
