#!/usr/bin/env bash
# A customer writes once more before the answer has gone: one answer to both mails. What the owner has answered once for all is used word for word.
source "$(dirname "$0")/lib.sh"
title "a second mail before the first is answered"
certificate_make; imap_up; smtp_up; remote_up
two_machines
printf '\n## Answers\n\n### Do you deliver?\n\nYes, within 50 km for 40 €, **always** on a Friday.\n' >> "$WORLD/owner/vault/Company_Handbook.md"
check "the owner's answers are pushed"         on owner run --once
deliver "$(mail gmail-en)"
check "the cloud drafts the first"             on cloud run --once
check "the owner has it"                       on owner run --once
first=$(task owner can-you-repair-an-oak-table) || true
check "it waits"                               in_stage owner "$first" Pending_Approval

# again FROM FILE TEXT: a mail that goes on from the first.
again() {
    {
        printf 'From: %s\nTo: anna@werkstatt.example\nDate: %s\nMessage-ID: <%s@gmail.example>\n' "$1" "$(LC_ALL=C date -R)" "$2"
        printf 'In-Reply-To: <CAFx7QkVw2m9n=Z0pTq4rS_uYbD1eH8jL3+K5aXcGvR6iMoWt2A@mail.gmail.example>\nReferences: <CAFx7QkVw2m9n=Z0pTq4rS_uYbD1eH8jL3+K5aXcGvR6iMoWt2A@mail.gmail.example>\n'
        printf 'Subject: Re: Can you repair an oak table? (%s)\nContent-Type: text/plain; charset=utf-8\n\n%s\n' "$2" "$3"
    } > "$WORLD/$2"
    chmod 644 "$WORLD/$2"
    deliver "$WORLD/$2"
}
say "a stranger refers to it"
again "Eve <eve@evil.example>" stranger $'Hello,\n\nwhen are you open?\n\nEve'
check "the cloud drafts"                       on cloud run --once
check "the owner's turn"                       on owner run --once
check "the first draft waits as before"        in_stage owner "$first" Pending_Approval

say "the customer herself"
again "Sarah Whitfield <sarah.whitfield@gmail.example>" second $'Hi Anna,\n\none more thing: do you deliver?\n\nSarah'
check "the cloud drafts"                       on cloud run --once
check "the owner's turn"                       on owner run --once
second=$(task owner re-can-you-repair-an-oak-table-second) || true
check "the first draft is in Done"             in_stage owner "$first" Done
check "which says why"                         grep -q "^superseded_by: $second" "$(path owner "$first")"
check "one draft waits for both"               in_stage owner "$second" Pending_Approval
check "it is shown"                            exits 0 on owner show "$second"
check "and says so"                            said "answers an earlier mail too.*$first"
check "with what the first mail asked"         said "Thursday"
check "and the owner's answer, word for word"  said "Yes, within 50 km for 40 €, always on a Friday\."
check "the cloud hears of it"                  on cloud run --once
check "both have the same"                     alike owner cloud
check "the log has it"                         in_log owner '"superseded"'

say "it goes to whoever asked, once"
check "filled in"                              fill owner "$second"
check "approved"                               approve owner "$second"
check "sent"                                   on owner run --once
check "one mail went out"                      sent_is 1
end
