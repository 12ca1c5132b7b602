#!/usr/bin/env bash
# Mail that nobody should have sent, files that nobody should have written, commits that nobody should have pushed. The loop goes on.
source "$(dirname "$0")/lib.sh"
title "hostile mail, hostile vault"
certificate_make; imap_up; smtp_up; bare_repository
two_machines
mkdir "$WORLD/outside"; echo "not yours" > "$WORLD/outside/secret"
outside=$(snapshot "$WORLD/outside")

say "mail"
judge hostile "$WORLD/hostile" "$(LC_ALL=C date -R -d '2 hours ago')"
deliver "$(mail gmail-en)"
for file in "$WORLD"/hostile/*.eml; do deliver "$file"; done
deliver "$(mail apple-fr)"
check "all of it is in the mailbox"                sees "$(($(lines find "$WORLD/hostile" -name '*.eml') + 2))" imap count INBOX
LIMIT=120
check "the cloud's turn comes to its end"          comes_to_its_end on cloud run --once
LIMIT=60
check "the honest mail before is drafted"          in_stage cloud "$(task cloud rendez-vous-pour-l-escalier)" Pending_Approval
honest=$(grep -l "grandmother" -r "$WORLD/cloud/vault/Pending_Approval" | sed 's|.*/||; s|\.md$||') || true
check "the honest mail after it too"               in_stage cloud "$honest" Pending_Approval
for file in "$WORLD"/hostile/*.eml; do
    name=$(basename "$file" .eml)
    case $name in
        broken-tree | deep-tree | stolen-id | huge) ;;
        *) check "nothing is lost: $name"          grep -rq "HOSTILE-$name" "$WORLD/cloud/vault" ;;
    esac
done
check "nothing is lost: broken-tree"               grep -rqi "hostile-broken-tree" "$WORLD/cloud/vault"
check "nothing is lost: deep-tree"                 grep -rqi "hostile-deep-tree" "$WORLD/cloud/vault"
check "the huge one is said to be too large"       grep -rqi "too large" "$WORLD/cloud/vault/Pending_Approval" "$WORLD/cloud/vault/Needs_Action" "$WORLD/cloud/vault/Quarantine"
check "a stolen Message-ID takes nobody's place"   sees 2 lines find "$WORLD/cloud/vault" -name 'can-you-repair-an-oak-table-*.md'
check "names of tasks are short"                   sees 0 lines find "$WORLD/cloud/vault" -name '??????????????????????????????????????????????????????????????????????????*.md'
check "nothing is in two stages"                   sees "" bash -c "cd '$WORLD/cloud/vault' && find . -name '*-????????????????.md' -printf '%f\n' | sort | uniq -d"
check "no control character in any task"           not grep -rlP '[\x00-\x08\x0b\x0c\x0e-\x1f]' "$WORLD/cloud/vault/Pending_Approval" "$WORLD/cloud/vault/Quarantine"
before=$(tip .)
turn cloud
check "a second turn has nothing to do"            sees "$before" tip .

say "orders to a machine"
orders=$(grep -rl "HOSTILE-orders" "$WORLD/cloud/vault/Pending_Approval" "$WORLD/cloud/vault/Quarantine") || true
check "are one task"                               sees 1 lines echo "$orders"
check "that waits"                                 shows Pending_Approval echo "$orders"
check "with one heading Draft"                     sees 1 lines grep -x '## Draft' "$orders"
check "with nobody else to write to"               not grep -E '^(to|cc|bcc|approval):.*(victim|yes)' "$orders"
check "nothing that a viewer would hide"           not grep -E '^[^>]*(<!--|%%|!\[\[|```)' "$orders"
check "no header can be added"                     not grep -rE '^(Bcc|bcc): .*victim' "$WORLD/cloud/vault"

say "files"
turn owner
pending=$WORLD/owner/vault/Pending_Approval/email
printf -- '---\nsubject: [unclosed\n\t- : :\n---\n# x\n' > "$pending/not-yaml-0000000000000000.md"
printf 'no front matter at all\n' > "$pending/no-front-matter-0000000000000001.md"
head -c 100000 /dev/urandom > "$pending/noise-0000000000000002.md"
mkdir "$pending/a-directory-0000000000000003.md"
ln -s "$WORLD/outside/secret" "$pending/a-link-0000000000000004.md"
ln -s "$WORLD/outside" "$WORLD/owner/vault/Approved/payments"
: > "$pending/empty-0000000000000005.md"
mkfifo "$pending/a-pipe-0000000000000006.md"
echo "my own note" > "$pending/a note of mine.md"
LIMIT=30
check "the owner's turn comes to its end"          comes_to_its_end on owner run --once
check "status names the one that is not YAML"      shows not-yaml on owner status
check "and the directory"                          shows a-directory on owner status
check "and the link"                               shows a-link on owner status
check "the bytes that are not YAML are kept"       bash -c "cat \$(find '$WORLD/owner/vault' -name 'not-yaml*') | grep -q unclosed"
check "the owner's note is left alone"             grep -qx "my own note" "$pending/a note of mine.md"
check "the link's target did not travel"           not git -C "$BARE" grep -q "not yours" "$(tip_commit)"
check "list works"                                 jq -e 'length > 0' <(on owner list --json)
fill owner "$honest" > "$WORLD/log/fill" 2>&1 || true
check "an honest task can be approved"             approve owner "$honest"
check "and is sent"                                turns owner 20 in_stage owner "$honest" Done
check "nothing else is"                            wait_until 5 sent_is 1

say "commits: someone who can write to the remote"
git clone -q "$BARE" "$WORLD/eve"
forged=$(cd "$WORLD/eve" && find Pending_Approval -name '*.md' | grep -v honest | head -n 1)
(
    cd "$WORLD/eve"
    mkdir -p Approved/email .git-hooks
    git mv "$forged" "Approved/email/$(basename "$forged")"
    ln -s ../../../outside/secret Pending_Approval/email/linked-0000000000000007.md
    echo "[core]" > .gitmodules
    echo "rm -rf" > Company_Handbook.md
    git add -A
    git -c user.name=eve -c user.email=eve@stranger.example commit -qm "all yours"
    git push -q origin HEAD
) > "$WORLD/log/eve" 2>&1
turn owner owner
check "what nobody signed is not sent"             sent_is 1
check "the link is not in the vault"               not test -L "$pending/linked-0000000000000007.md"
check "the handbook is the owner's"                not grep -qx "rm -rf" "$WORLD/owner/vault/Company_Handbook.md"
check "status says that something was refused"     shows 'refus|quarantin|illegal|ignored' on owner status
check "nothing outside was touched"                sees "$outside" snapshot "$WORLD/outside"
end
