#!/usr/bin/env bash
# The owner orders a mail by putting a file into a folder: it waits for a yes like any other, with files beside it, and goes out once.
source "$(dirname "$0")/lib.sh"
title "files that the owner drops"
certificate_make; imap_up; smtp_up; remote_up
two_machines
mkdir "$WORLD/drop"
sed -i "1i drop = \"$WORLD/drop\"" "$WORLD/owner/vault.toml"

say "an order, with a file beside it"
printf 'the offer' > "$WORLD/drop/offer.pdf"
printf 'To: Bob Builder <bob@buyer.example>\nSubject: Our offer\nAttach: offer.pdf\n\nDear Bob,\n\nhere is our offer.\n\nAnna Berg\n' > "$WORLD/drop/offer.md"
check "the owner's turn"                       on owner run --once
order=$(task owner our-offer) || true
check "it waits for a yes"                     in_stage owner "$order" Pending_Approval
check "both files are put away"                sees 2 lines ls "$WORLD/drop/taken"
check "nothing else is left"                   sees taken ls "$WORLD/drop"
check "it is shown"                            exits 0 on owner show "$order"
check "with its recipient"                     said "^to +Bob Builder <bob@buyer.example>"
check "and its file"                           said "offer.pdf, 9 B"
check "nothing went out"                       sent_is 0
check "the cloud has it"                       on cloud run --once
check "and leaves it as it is"                 in_stage cloud "$order" Pending_Approval
check "approved without another word"          approve owner "$order"
check "sent"                                   on owner run --once
check "once"                                   sent_is 1
check "to Bob"                                 sees bob@buyer.example world to "Our offer"
check "it is done"                             in_stage owner "$order" Done

say "the vault says another recipient than was ordered"
printf 'To: bob@buyer.example\nSubject: Second\n\nDear Bob,\n\none more.\n\nAnna Berg\n' > "$WORLD/drop/second.txt"
check "the owner's turn"                       on owner run --once
second=$(task owner second) || true
sed -i 's/bob@buyer\.example/eve@evil.example/' "$(path owner "$second")"
check "it is shown"                            exits 0 on owner show "$second"
check "with a warning"                         said "others than you have ordered"
check "back as it was"                         sed -i 's/eve@evil\.example/bob@buyer.example/' "$(path owner "$second")"
check "it is shown"                            exits 0 on owner show "$second"
check "without"                                not said "others than you have ordered"

say "a mail to answer, a forward, and what can't be understood"
cp "$(mail gmail-en)" "$WORLD/drop/old.eml"
printf 'T0: bob@buyer.example\nSubject: Milk\n\nbuy milk\n' > "$WORLD/drop/typo.txt"
check "the owner's turn says so"               exits 3 on owner run --once
check "by name, and what to write"             said "typo\.txt was not taken in.*to:"
check "it stays where it is"                   test -e "$WORLD/drop/typo.txt"
table=$(task owner can-you-repair-an-oak-table) || true
check "the mail is a task"                     in_stage owner "$table" Pending_Approval
rm "$WORLD/drop/typo.txt"
printf 'To: carla@buyer.example\nForward: %s\n\nDear Carla,\n\ncan you do this?\n\nAnna Berg\n' "$table" > "$WORLD/drop/forward.md"
check "a forward is ordered"                   on owner run --once
forward=$(task owner fwd-can-you-repair-an-oak-table) || true
check "with the mail in it"                    grep -q "crack along the top" "$(path owner "$forward")"

say "a note, and a file that is neither mail nor text"
printf '# Buy milk\n\nThe cat is out of it.\n' > "$WORLD/drop/note.md"
head -c 3000000 /dev/urandom > "$WORLD/drop/scan of the lease.pdf"
touch -d "2 years" "$WORLD/drop/scan of the lease.pdf" # as a scanner with a wrong clock leaves it
printf 'half of it' > "$WORLD/drop/film.mp4.part"
check "the owner's turn"                       on owner run --once
note=$(task owner buy-milk) || true
check "the note is a task of the owner's"      in_stage owner "$note" Pending_Approval
check "with its words"                         grep -q "> The cat is out of it" "$(path owner "$note")"
check "it is put away"                         test -e "$WORLD/drop/taken/note.md"
lease=$(task owner scan-of-the-lease) || true
check "so is the file"                         in_stage owner "$lease" Pending_Approval
check "which stays where it is"                sees 3000000 stat -c %s "$WORLD/drop/scan of the lease.pdf"
check "the task says which, and little else"   grep -q "^> scan of the lease.pdf, 3,000,000 octets" "$(path owner "$lease")"
check "a file that comes yet is none"          not task owner film
check "both are listed as the owner's to do"   exits 0 on owner list
check "with what to do"                        said "yours +.*scan of the lease.pdf"
check "nobody can approve a file"              exits 1 on owner approve "$lease" --digest 0123456789ab
check "another turn makes no second"           on owner run --once
check "one task"                               sees 1 lines task owner scan-of-the-lease
printf 'To: bob@buyer.example\nSubject: Our lease\nAttach: scan of the lease.pdf\n\nDear Bob,\n\nhere it is.\n\nAnna Berg\n' > "$WORLD/drop/lease.md"
check "an order names it"                      on owner run --once
check "the order waits"                        in_stage owner "$(task owner our-lease)" Pending_Approval
check "the file's task is done"                in_stage owner "$lease" Done
check "it says why"                            grep -q "^why: .*attached to our-lease" "$(path owner "$lease")"
check "and the file is put away"               test -e "$WORLD/drop/taken/scan of the lease.pdf"
rm "$WORLD/drop/film.mp4.part"

say "a link is no file beside it"
ln -s "$WORLD/owner/vault.toml" "$WORLD/drop/notes.txt.pdf"
printf 'To: eve@evil.example\nSubject: Fourth\nAttach: notes.txt.pdf\n\nDear Eve,\n\nas promised.\n' > "$WORLD/drop/fourth.md"
check "the owner's turn says so"               exits 3 on owner run --once
check "by name"                                said "notes.txt.pdf' is no file beside it"
check "and makes no task of it"                not task owner fourth
rm "$WORLD/drop/fourth.md" "$WORLD/drop/notes.txt.pdf"

say "killed when the task was made and the file not yet put away"
printf 'To: bob@buyer.example\nSubject: Third\n\nDear Bob,\n\nand one.\n\nAnna Berg\n' > "$WORLD/drop/third.md"
cp -p "$WORLD/drop/third.md" "$WORLD/third.md"
check "the owner's turn"                       on owner run --once
cp -p "$WORLD/third.md" "$WORLD/drop/third.md"
check "the same file once more"                on owner run --once
check "one task"                               sees 1 lines task owner third
check "and it is put away"                     sees taken ls "$WORLD/drop"
end
