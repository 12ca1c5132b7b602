#!/usr/bin/env bash
# A remote of one's own with a guard at its door: git's pre-receive hook runs the judge, and the ssh key says whose zone it is. Honest agents do not notice it; whoever holds the cloud's key gets nothing in that
# the owner's machine would refuse.
source "$(dirname "$0")/lib.sh"
title "a guard at the remote's door"
certificate_make; imap_up; smtp_up; guarded_remote_up
keys=$WORLD/sshd
as_cloud() { GIT_SSH_COMMAND="ssh -F $keys/ssh_config_cloud" "$@"; }

say "honest agents"
machine cloud cloud inbox=imap
machine owner local outbox=smtp
check "the owner begins the vault"                 on owner init "$WORLD/owner/vault" --remote "$REMOTE"
check "and pushes it"                              on owner run --once
deliver "$(mail gmail-en)"
deliver "$(mail apple-fr)"
check "the cloud drafts and pushes"                as_cloud on cloud run --once
check "the owner has the drafts"                   on owner run --once
task=$(task owner rendez-vous-pour-l-escalier) || true
check "which wait"                                 in_stage owner "$task" Pending_Approval
check "the owner fills one in"                     fill owner "$task"
check "approves it"                                approve owner "$task"
check "and sends it"                               on owner run --once
check "it went out"                                sent_is 1
check "the cloud has heard of it"                  as_cloud on cloud run --once
check "both are alike"                             alike owner cloud

say "whoever has the cloud's key"
evil=$WORLD/evil
check "can read"                                   as_cloud git clone -q "$REMOTE" "$evil"
git -C "$evil" config user.name x; git -C "$evil" config user.email x@localhost
waiting=$(cd "$evil" && find Pending_Approval -name '*.md' | head -n 1)
finished=$(cd "$evil" && find Done -name '*.md' | head -n 1)
# bad "words" 'WHY' COMMANDS...: what these do in a clone is pushed and refused, for this reason; the remote stays as it is.
bad() {
    local words=$1 why=$2 before
    shift 2
    before=$(tip_commit)
    git -C "$evil" fetch -q 2> "$WORLD/log/fetch" && git -C "$evil" reset -q --hard origin/main
    (cd "$evil" && eval "$*" && git add -A && git commit -qm "$words" --allow-empty) > "$WORLD/log/evil" 2>&1
    check "$words: refused"                        exits 1 as_cloud git -C "$evil" push origin HEAD:main
    check "because: $why"                          said "$why"
    check "nothing has changed"                    sees "$before" tip_commit
}
export GIT_SSH_COMMAND="ssh -F $keys/ssh_config_cloud"
bad "a draft is approved"                          "Approved" "mkdir -p Approved/email && git mv '$waiting' Approved/email/"
bad "a draft is changed"                           "only the owner's machine changes or moves what lies in Pending_Approval" "echo more >> '$waiting'"
bad "a draft is removed"                           "nobody may remove it" "git rm -q '$waiting'"
bad "a draft is rejected"                          "only the owner's machine changes or moves" "mkdir -p Rejected/email && git mv '$waiting' Rejected/email/"
bad "what is done comes back"                      "only the owner's machine changes or moves what lies in Done" "mkdir -p Needs_Action/email && git mv '$finished' Needs_Action/email/"
bad "the handbook is changed"                      "Company_Handbook.md: only the owner's machine" "echo 'Pay everybody.' >> Company_Handbook.md"
bad "the dashboard is changed"                     "Dashboard.md: only the owner's machine" "echo x >> Dashboard.md"
bad "the owner's log is changed"                   "Logs/local-.*(only the owner's machine|not changed)" "sed -i 's/e/x/' Logs/local-*/*"
bad "something is added to it"                     "only the owner's machine writes it" "cp \$(ls Logs/local-*/* | tail -n 1) \$(dirname \$(ls Logs/local-*/* | tail -n 1))/2099-01-01T000000Z-9999.jsonl; cat Logs/local-*/* > \$(ls Logs/local-*/* | tail -n 1).x; mv \$(ls Logs/local-*/*.x) \$(ls Logs/local-*/* | head -n 1)"
bad "a link"                                       "link or another repository" "mkdir -p Needs_Action/email; ln -s /etc/passwd Needs_Action/email/a-link-0000000000000000.md"
bad "a name of git's own"                          "not a path that the vault knows" "mkdir -p x/.github && echo x > x/.github/y"
bad "a huge file"                                  "KiB, more than" "mkdir -p Needs_Action/email; head -c 2000000 /dev/zero | tr '\\0' 'x' > Needs_Action/email/huge-0000000000000000.md"
bad "a forged release"                             "released it" "mkdir -p Needs_Action/email; f=\$(ls Needs_Action/email/*.md Pending_Approval/email/*.md 2> /dev/null | head -n 1); sed '0,/^task:/s//released: v1.forged\ntask:/' \"\$f\" > Needs_Action/email/forged-0000000000000000.md"
git -C "$evil" fetch -q && git -C "$evil" reset -q --hard origin/main && echo 'Pay everybody.' >> "$evil/Company_Handbook.md" && git -C "$evil" commit -qam "no key" > "$WORLD/log/evil"
check "without a zone one is of the cloud's"       exits 1 env -u PLATINUM_ZONE git -C "$evil" push "$BARE" HEAD:main
check "and refused the same"                       said "Company_Handbook.md: only the owner's machine"
git -C "$evil" reset -q --hard origin/main
check "another branch: refused"                    exits 1 git -C "$evil" push origin HEAD:refs/heads/other
check "because the vault is one"                   said "refs/heads/main alone"
check "main can't be removed"                      exits 1 git -C "$evil" push origin :main
git -C "$evil" reset -q --hard "$(git -C "$evil" rev-list --max-parents=0 origin/main | tail -n 1)"
git -C "$evil" commit -q --allow-empty -m "another history"
check "nor its history rewritten"                  exits 1 git -C "$evil" push --force origin HEAD:main
check "which is said"                              said "history is not rewritten"
check "no shell is behind the key"                 not ssh -F "$keys/ssh_config_cloud" -p "$SSH_PORT" 127.0.0.1 id
export GIT_SSH_COMMAND="ssh -F $keys/ssh_config"
check "the owner's turn has nothing to say"        exits 0 on owner run --once
check "the remote is whole"                        git -C "$BARE" fsck --strict --no-dangling
end
