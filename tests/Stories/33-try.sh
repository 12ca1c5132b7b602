#!/usr/bin/env bash
# Before anybody trusts it: what it would make of real mail, out of a mailbox or out of files, without a vault, and without a trace.
source "$(dirname "$0")/lib.sh"
title "try it first"
certificate_make; imap_up
mkdir "$WORLD/home"
lone() { (cd "$WORLD/home" && HOME=$WORLD/home timeout 60 "$BIN/localagent" "$@"); }
trying() { printf '%s\n' "${TYPED:-$PASSWORD}" | lone try "$ADDRESS" --host 127.0.0.1 --port "$IMAP_PORT" --ca-file "$WORLD/tls/ca.pem" "$@"; }
box() { (cd "$WORLD/mail" && find . -type f -path '*/new/*' -o -type f -path '*/cur/*' | sort); }
for name in gmail-en outlook-de thunderbird-es newsletter bounce own; do deliver "$(mail "$name")"; done
before=$(box)

say "a mailbox"
check "it reads what is there"                   exits 0 trying --name "Anna Berg"
check "what needs an answer is drafted"          said 'Re: Angebot für drei Holzfenster'
check "in its own language"                      said 'Mit freundlichen Grüßen'
check "under the owner's name"                   said '^Anna Berg'
check "what needs none says why"                 said 'newsletter +.*Timber Weekly'
check "the owner's own mail is known"            said 'own  *en .*Note to self'
check "how many would wait"                      said '3 would wait for your yes'
check "nothing is marked or moved there"         sees "$before" box
check "nothing is left here"                     sees 0 lines find "$WORLD/home" -mindepth 1
check "as data"                                  shows '^3$' bash -c "printf '%s\n' '$PASSWORD' | HOME=$WORLD/home '$BIN/localagent' try '$ADDRESS' --host 127.0.0.1 --port $IMAP_PORT --ca-file '$WORLD/tls/ca.pem' --json 2> /dev/null | jq '[.[] | select(.mail.answer)] | length'"
check "the last two alone"                       exits 0 trying --last 2
check "and no more"                              not said 'Holzfenster'
export TYPED=wrong
check "a wrong password: 12"                     exits 12 trying
check "with what to do"                          said 'app password'
unset TYPED
check "no such mailbox: said"                    exits 2 trying --mailbox Nowhere
check "by its name"                              said "no mailbox 'Nowhere'"
check "nobody there: try again"                  exits 75 lone try "$ADDRESS" --host 127.0.0.1 --port 1 <<< "$PASSWORD"
check "no password: said"                        exits 12 lone try "$ADDRESS" --host 127.0.0.1 --port 1 < /dev/null
check "an unknown domain asks for the host"      exits 2 lone try "someone@nowhere.invalid"
check "no address at all"                        exits 2 lone try nobody

say "files"
mkdir "$WORLD/letters"
for name in gmail-en apple-fr newsletter list; do cp "$(mail "$name")" "$WORLD/letters/"; done
check "a folder"                                 exits 0 lone triage "$WORLD/letters"
check "a question needs an answer"               said '^answer .*oak table'
check "the rule is named"                        said 'it asks: Can you repair it'
check "a list needs none"                        said '^- +list '
maildir=$WORLD/maildir
mkdir -p "$maildir"/{cur,new,tmp}
cp "$(mail outlook-de)" "$maildir/new/1.host"; cp "$(mail bounce)" "$maildir/cur/2.host:2,S"
check "a maildir"                                exits 0 lone triage "$maildir"
check "both of its folders"                      said 'bounce'
python3 - "$WORLD/letters" "$WORLD/all.mbox" << 'PYTHON'
import email, mailbox, pathlib, sys
box = mailbox.mbox(sys.argv[2])
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.eml")):
    message = email.message_from_bytes(file.read_bytes())
    box.add(message)
trap = email.message_from_string("From: Eve <eve@trap.example>\nSubject: From here\nMessage-ID: <trap@trap.example>\nDate: Mon, 23 Nov 2026 09:00:00 +0100\n\nHello,\n\nFrom now on we ask: what does it cost?\n")
box.add(trap)
box.flush()
PYTHON
check "an mbox that Python wrote"                shows '^5$' bash -c "HOME=$WORLD/home '$BIN/localagent' triage '$WORLD/all.mbox' --json | jq length"
same() { diff <(lone triage "$WORLD/letters" --json | jq -c '[.[] | {id, category, answer}] | sort') <(lone triage "$WORLD/all.mbox" --json | jq -c '[.[] | select(.from | test("trap") | not) | {id, category, answer}] | sort'); }
check "says the same as the files"               same
check "From at the begin of a line is text"      shows 'now on we ask' bash -c "HOME=$WORLD/home '$BIN/localagent' triage '$WORLD/all.mbox'"
check "no such path: said"                       exits 2 lone triage "$WORLD/none"

say "the owner's rules"
printf '# Handbook\n\n## Mail rules\n\n- Never answer mail from *@gmail.example\n- Always ask me about mail with "rendez-vous" in the subject\n- Be nice.\n' > "$WORLD/handbook.md"
check "they are followed"                        exits 0 lone triage "$WORLD/letters" --handbook "$WORLD/handbook.md"
check "never answered"                           said '^- .*oak table'
check "because the handbook says so"             said 'your handbook: Never answer mail from'
check "what can't be followed is said"           said "can't be followed: Be nice"
check "always asked: no draft"                   exits 0 lone draft "$(mail apple-fr)" --handbook "$WORLD/handbook.md"
check "because the handbook says so"             said 'yours to answer: your handbook: Always ask'

say "one draft"
check "a draft"                                  exits 0 lone draft "$(mail gmail-en)" --me "$ADDRESS" --name "Anna Berg"
check "to whom"                                  said '^to  *sarah.whitfield@gmail.example'
check "what"                                     said 'whether we can repair it'
check "none for a bounce"                        shows 'null' bash -c "HOME=$WORLD/home '$BIN/localagent' draft '$(mail bounce)' --json | jq .text"
check "nothing is left"                          sees 0 lines find "$WORLD/home" -mindepth 1

say "in the vault too"
machine owner local inbox="folder:$WORLD/letters" remote= imap=no
check "a vault is made"                          on owner init "$WORLD/owner/vault"
cp "$WORLD/handbook.md" "$WORLD/owner/vault/Company_Handbook.md"
check "doctor names the rule that can't be"      exits 3 on owner doctor
check "followed"                                 said "1 can't be followed, such as: Be nice"
check "a turn"                                   on owner run --once
check "never answered: no task"                  sees 1 lines find "$WORLD/owner/vault" -name '*-????????????????.md'
check "the other is the owner's"                 shows 'yours' on owner list
check "with its category"                        grep -q '^category: [a-z]' "$(path owner "$(task owner rendez-vous-pour-l-escalier)")"
end
