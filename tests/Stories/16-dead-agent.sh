#!/usr/bin/env bash
# The cloud dies with a task in its hands and does not come back. The owner frees it; should the cloud come back after all, both end alike.
source "$(dirname "$0")/lib.sh"
title "a dead agent's claim"
certificate_make; imap_up; smtp_up; remote_up
two_machines

# killed_with_a_claim: the cloud's turn dies once the task is claimed; false when no such point was found.
killed_with_a_claim() {
    local n
    for ((n = 2; n < 40; n++)); do
        local STRACE=(strace -f -qq -o /dev/null -e "trace=renameat2" -e "inject=renameat2:signal=SIGKILL:when=$n")
        on cloud run --once > "$WORLD/log/killed" 2>&1 || true
        [[ -z $(find "$WORLD/cloud/vault/In_Progress" -name '*.md') ]] || return 0
    done
    return 1
}
held() { find "$WORLD/$1/vault/In_Progress" -name '*.md' -printf '%f\n' | sed 's/\.md$//'; }

deliver "$(mail gmail-en)"
check "the cloud dies with a claim"            killed_with_a_claim
id=$(held cloud) || true
agent=$(basename "$(dirname "$(path cloud "$id")")")
check "its claim is with the others"           exits 0 on cloud sync
check "the owner hears of it"                  on owner run --once
check "and sees who holds it"                  shows "$agent" on owner status
check "without --force it is only explained"   exits 2 on owner release "$id"
check "it is still held"                       in_stage owner "$id" In_Progress
check "an agent that holds nothing"              exits 0 on owner release cloud-zzzzzz --force
check "it is told so"                          said "holds nothing"
check "--force frees all that it holds"        on owner release "$agent" --force
check "it is new work again"                   in_stage owner "$id" Needs_Action
check "the log says so"                        shows claim.released on owner log "$id"
check "the owner's machine works on it"        on owner run --once
check "a draft waits"                          in_stage owner "$id" Pending_Approval

say "the cloud comes back, and knows nothing of it yet"
check "its turn ends"                          on cloud run --once
turn owner cloud
check "the two vaults are alike"               alike cloud owner
check "one task, once"                         sees 1 lines tasks owner
check "it waits for the owner"                 in_stage cloud "$id" Pending_Approval
end
