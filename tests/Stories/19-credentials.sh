#!/usr/bin/env bash
# Keys and passwords where they do not belong: in a mail, in the owner's notes. What has once been pushed can't be taken back.
source "$(dirname "$0")/lib.sh"
title "credentials where they do not belong"
certificate_make; imap_up; smtp_up; bare_repository
two_machines
ssh-keygen -q -t ed25519 -N '' -C '' -f "$WORLD/ssh-key"
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$WORLD/tls-key"
mkdir -p "$WORLD/incoming"
{
    printf 'From: Ben Holz <ben@holz.example>\nTo: %s\nSubject: Keys of the shop\nDate: %s\nMessage-ID: <keys@holz.example>\n\n' "$ADDRESS" "$(LC_ALL=C date -R -d '1 hour ago')"
    printf 'Hello Anna,\n\ncould you send me a quote for 20 oak chairs? The login of the shop is anna, password: Tisch2026!x\nand this is its key:\n\n'
    cat "$WORLD/tls-key"
    printf '\nBen\n'
} > "$WORLD/incoming/keys.eml"
chmod 644 "$WORLD/incoming/keys.eml"
key_line() { sed -n 2p "$1"; }
history() { git -C "$BARE" log -p --all; }

deliver "$WORLD/incoming/keys.eml"
check "the cloud drafts"                           on cloud run --once
task=$(task cloud keys-of-the-shop) || true
file=$WORLD/cloud/vault/Pending_Approval/email/$task.md
check "the draft speaks of the chairs"             grep -q "20 oak chairs" "$file"
check "the password is masked"                     grep -qF "password: [masked: password]" "$file"
check "the key too"                                grep -qF "[masked: private key]" "$file"
turn owner
check "the owner is told"                          shows 'masked.*credential' on owner show "$task"
check "what the mail says else is there"           shows 'could you send me a quote' on owner show "$task"

say "in a file of the owner's"
cp "$WORLD/owner/vault/Company_Handbook.md" "$WORLD/handbook"
cat "$WORLD/ssh-key" >> "$WORLD/owner/vault/Company_Handbook.md"
echo "- more oak" >> "$WORLD/owner/vault/Business_Goals.md"
check "the turn says that something is left"       exits 3 on owner run --once
check "which file, and what it looks like"         said 'Company_Handbook.md: line [0-9]+ looks like a private key'
check "status says so"                             shows 'Company_Handbook.md: line' on owner status
check "the rest is pushed"                         git -C "$BARE" grep -q "more oak" "$(tip_commit)"
cp "$WORLD/handbook" "$WORLD/owner/vault/Company_Handbook.md"
check "taken out, all is well"                     exits 0 on owner run --once

check "the history never had the password"         not grep -qF 'Tisch2026' <(history)
check "nor the mail's key"                         not grep -qF "$(key_line "$WORLD/tls-key")" <(history)
check "nor the owner's"                            not grep -qF "$(key_line "$WORLD/ssh-key")" <(history)
check "but what was said about them"               grep -qF "masked: private key" <(history)

say "in a core dump"
dumps_off_first() { awk '/PR_SET_DUMPABLE, (0|SUID_DUMP_DISABLE)/ { off = 1 } /secrets\.json/ { read = 1; exit !off } END { if (!read) exit 1; exit !off }' "$1"; }
for name in owner cloud; do
    # shellcheck disable=SC2034 # lib.sh's
    STRACE=(strace -f -o "$WORLD/log/dump-$name" -e "trace=prctl,openat,readlink,statx,newfstatat")
    check "$name looks at everything"              on "$name" doctor
    STRACE=()
    check "$name: dumps are off before a secret is read" dumps_off_first "$WORLD/log/dump-$name"
done
end
