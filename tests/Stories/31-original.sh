#!/usr/bin/env bash
# The card is held against the owner's own mailbox: what a broken cloud invents or changes is named and needs a typed word, what the owner answered from
# elsewhere is put away, what the thread went beyond comes back. Files come in and go out.
source "$(dirname "$0")/lib.sh"
title "the original"
certificate_make; imap_up; smtp_up; bare_repository
two_machines
vault=$WORLD/owner/vault
letter() {
    {
        printf 'From: Customer %s <%s@buyer.example>\nTo: %s\nMessage-ID: <%s@buyer.example>\nDate: %s\n' "$1" "$1" "$ADDRESS" "$1" "$(LC_ALL=C date -R -d '1 hour ago')"
        printf 'Subject: Hours for %s\nContent-Type: text/plain; charset=utf-8\n\nHello,\n\nwhen are you open?\n\nRegards\nCustomer\n' "$1"
    } > "$WORLD/$1.eml"
    chmod 644 "$WORLD/$1.eml"
    deliver "$WORLD/$1.eml"
}
sed -i 's/^## Opening hours$/&\n\nMonday to Friday, 8 to 17/' "$vault/Company_Handbook.md"
turn owner cloud
proof() { on owner show "$1" --json | jq -re .proof; }
digest() { on owner show "$1" --json | jq -re .digest; }

say "a cloud that lies"
for name in honest changed; do letter "$name"; done
turn cloud
git clone -q "$REMOTE" "$WORLD/evil"
changed=$(cd "$WORLD/evil" && find Pending_Approval -name 'hours-for-changed-*.md')
invented=Pending_Approval/email/urgent-invoice-0123456789abcdef.md
sed -i -e 's/^mail_from: .*/mail_from: "Customer changed <eve@evil.example>"/' -e 's/^to:.*/to:/' -e 's/<changed@buyer.example>/<eve@evil.example>/' "$WORLD/evil/$changed"
sed -e 's/changed@buyer.example/never@buyer.example/g' "$WORLD/evil/$changed" > "$WORLD/evil/$invented"
git -C "$WORLD/evil" add -A
git -C "$WORLD/evil" -c user.name=cloud -c user.email=cloud@localhost commit -qm "drafts"
check "it pushes what it likes"                     git -C "$WORLD/evil" push -q origin HEAD:main
turn owner
changed=$(basename "$changed" .md) invented=$(basename "$invented" .md) honest=$(task owner hours-for-honest) || true
check "what came is proven"                         sees proven proof "$honest"
check "what was changed differs"                    sees differs proof "$changed"
check "and the card says from whom it is"           shows "^answers +Customer changed <changed@buyer.example>" on owner show "$changed"
check "and what the task made of that"              shows "^note +mail_from is 'Customer changed <eve@evil.example>' in the task and 'Customer changed <changed@buyer.example>' in the mail itself" on owner show "$changed"
check "what never came is missing"                  sees missing proof "$invented"
check "a yes to what never came is refused"         exits 1 on owner approve "$invented" --digest "$(digest "$invented")"
check "and says what it would take"                 said "--without-original"
mv "$vault/Pending_Approval/email/$invented.md" "$vault/Approved/email/"
turn owner; sleep 1.1; turn owner
check "moved by hand it comes back"                 in_stage owner "$invented" Pending_Approval
check "with the reason"                             grep -q "^returned: .*its original is not in your mailbox" "$(path owner "$invented")"
check "nothing went out"                            sent_is 0
at_the_terminal() { HOME=$WORLD/owner/home timeout 200 python3 "$STORIES/judges/terminal.py" /dev/stdin "$WORLD/log/transcript" -- "$BIN/localagent" --config "$WORLD/owner/vault.toml" review; }
cat > "$WORLD/steps" <<'STEPS'
hours-for-(.|\n)*\[a\]pprove => ! true
note +its original is not in your mailbox(.|\n)*\[a\]pprove => m
! its original was not found => a
Type the address => yes\r
! not approved: that is not => a
Type the address => \e
! not approved => l
STEPS
# In whatever order the three come, only the invented one is meant: the others are passed by.
python3 - "$WORLD/steps" "$(on owner list --json | jq -r '[.[] | select(.state == "ready")] | map(.id) | index("'"$invented"'")')" <<'PY'
import sys
path, before = sys.argv[1], int(sys.argv[2])
steps = open(path).read().splitlines()[1:]
open(path, "w").write("\n".join([r"\[a\]pprove => l"] * before + steps + [r"\[a\]pprove|last one => q"]) + "\n")
PY
check "at the terminal one key is not enough"       exits 0 at_the_terminal < "$WORLD/steps"
check "it waits still"                              in_stage owner "$invented" Pending_Approval
check "its own word approves it"                    on owner approve "$invented" --digest "$(digest "$invented")" --without-original
check "which the log says"                          bash -c "cd '$vault' && grep -rhq '\"original\":\"missing\"' Logs || '$BIN/localagent' --config '$WORLD/owner/vault.toml' log '$invented' | grep -q missing"
check "and is taken back"                           on owner reject "$invented" --reason "never asked"

say "answered from a telephone"
letter phone; turn cloud owner
phone=$(task owner hours-for-phone) || true
sleep 1.1
printf 'From: %s\nTo: phone@buyer.example\nSubject: Re: Hours\nMessage-ID: <from-my-phone@werkstatt.example>\nIn-Reply-To: <phone@buyer.example>\n\nfrom eight on\n' "$ADDRESS" > "$WORLD/reply.eml"
check "the owner answers elsewhere"                 imap append Sent "$WORLD/reply.eml"
turn owner
check "the draft is put away"                       in_stage owner "$phone" "Done"
check "as answered"                                 grep -q "^answered_by_you: from-my-phone@werkstatt.example" "$(path owner "$phone")"
check "and nothing was sent"                        sent_is 0

say "the thread moves on"
letter moves; turn cloud owner
moves=$(task owner hours-for-moves) || true
check "sending rests for a while"                   on owner pause
check "it is approved"                              approve owner "$moves"
sleep 1.1
printf 'From: Customer <moves@buyer.example>\nTo: %s\nSubject: Re: Hours\nMessage-ID: <forget-it@buyer.example>\nReferences: <moves@buyer.example>\nDate: %s\nAuto-Submitted: auto-replied\n\nforget it, we came by already\n' "$ADDRESS" "$(LC_ALL=C date -R)" > "$WORLD/later.eml"
chmod 644 "$WORLD/later.eml"
deliver "$WORLD/later.eml"
check "sending goes on"                             on owner resume
turn owner
check "it was not sent"                             sent_is 0
check "it came back"                                in_stage owner "$moves" Pending_Approval
check "and says why"                                grep -q "^returned: .*the thread has moved on: moves@buyer.example wrote" "$(path owner "$moves")"
check "a second yes, knowing that, sends it"        approve owner "$moves"
turn owner
check "once"                                        sent_is 1

say "files"
python3 - "$WORLD/with.eml" "$ADDRESS" <<'PY'
import email.message, email.utils, sys
mail = email.message.EmailMessage()
mail["From"], mail["To"], mail["Subject"] = "Customer <files@buyer.example>", sys.argv[2], "Plans"
mail["Message-ID"], mail["Date"] = "<files@buyer.example>", email.utils.formatdate()
mail.set_content("Hello,\n\nwhen are you open? The plans are attached.\n")
mail.add_attachment(bytes(range(256)) * 40, maintype="application", subtype="pdf", filename="../../plan.pdf")
mail.add_attachment("<svg/>", subtype="svg", filename="sketch.svg")
open(sys.argv[1], "wb").write(mail.as_bytes())
PY
chmod 644 "$WORLD/with.eml"
deliver "$WORLD/with.eml"
turn cloud owner
files=$(task owner plans) || true
mkdir "$WORLD/got"
plan=$(python3 -c 'import hashlib; print(hashlib.sha256(bytes(range(256)) * 40).hexdigest())')
check "what came is listed"                         shows "^1 .*plan\.pdf.*10 KB.*application/pdf" on owner open "$files"
check "the first is fetched"                        exits 0 on owner open "$files" 1 --to "$WORLD/got"
check "octet for octet, under a name of its own"    sees "$plan" bash -c "sha256sum '$WORLD'/got/*plan.pdf | cut -d' ' -f1"
check "again it replaces nothing"                   on owner open "$files" 1 --to "$WORLD/got"
check "two files then"                              sees 2 lines ls "$WORLD/got"
check "nothing that can be started"                 sees "" find "$WORLD/got" -type f -perm /111
check "there is no third"                           exits 2 on owner open "$files" 3
head -c 200000 /dev/urandom > "$WORLD/Angebot März.pdf"
check "one is attached"                             on owner attach "$files" "$WORLD/Angebot März.pdf"
check "the card shows it"                           shows "^attached +Angebot März.pdf, 200 KB" on owner show "$files"
check "it is approved"                              approve owner "$files"
turn owner
check "and sent"                                    sent_is 2
arrived() {
    python3 - "$WORLD/world" "$WORLD/Angebot März.pdf" <<'PY'
import email, email.policy, glob, sys
want = open(sys.argv[2], "rb").read()
for path in glob.glob(sys.argv[1] + "/*.eml"):
    mail = email.message_from_binary_file(open(path, "rb"), policy=email.policy.default)
    for part in mail.iter_attachments():
        sys.exit(0 if part.get_filename() == "Angebot März.pdf" and part.get_content() == want else "another file: " + str(part.get_filename()))
sys.exit("no mail with a file")
PY
}
check "whole, to whoever reads it"                  arrived
turn owner
check "the copy that was kept is gone"              not test -e "$WORLD/owner/state/attached/$files"
say "the books"
check "logs and sent mails prove each other"         on owner verify

say "the mailbox is away"
letter away; turn cloud owner
away=$(task owner hours-for-away) || true
check "sending rests"                               on owner pause
check "what is known is approved"                   approve owner "$away"
letter later; turn cloud
sed -i "/^\[account.imap\]/,/^\[account.smtp\]/s/^port = .*/port = 1/" "$WORLD/owner/vault.toml"
turn owner
later=$(task owner hours-for-later) || true
check "what is not known says that it can't be"     sees unreachable proof "$later"
check "and needs a word"                            exits 1 on owner approve "$later" --digest "$(digest "$later")"
check "sending goes on"                             on owner resume
check "the mailbox is reported"                     exits 75 on owner run --once
check "what was approved is sent all the same"      sent_is 3
check "and the log says that nobody looked"         shows "thread not looked up" on owner log "$away"
end
