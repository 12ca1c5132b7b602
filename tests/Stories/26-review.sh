#!/usr/bin/env bash
# The owner goes through what waits with one key for each draft, in a real terminal whose screen is read back.
source "$(dirname "$0")/lib.sh"
title "review"
machine owner local inbox="folder:$WORLD/letters" outbox="maildir:$WORLD/outbox" remote= imap=no
mkdir "$WORLD/letters"
vault=$WORLD/owner/vault
check "a vault"                                    on owner init "$vault"
sed -i 's/^## Opening hours$/&\n\nMonday to Friday, 8 to 17/' "$vault/Company_Handbook.md"

# letter HOURS SUBJECT QUESTION [HEADER]: a mail that is as old as that.
letter() {
    {
        printf 'From: Customer %s <customer%s@buyer.example>\nTo: anna@werkstatt.example\n' "$1" "$1"
        printf 'Message-ID: <letter-%s@buyer.example>\nDate: %s\n' "$1" "$(LC_ALL=C date -R -d "$1 hours ago")"
        printf 'Subject: %s\n%sContent-Type: text/plain; charset=utf-8\n\n' "$2" "${4:+$4$'\n'}"
        printf 'Dear Anna,\n\n%s\n\nKind regards\nCustomer %s\n' "$3" "$1"
    } > "$WORLD/letters/$1.eml"
}

# at_the_terminal [OPTIONS]: what the owner sees and presses, by the steps on standard input.
at_the_terminal() {
    HOME=$WORLD/owner/home timeout 200 python3 "$STORIES/judges/terminal.py" /dev/stdin "$WORLD/log/transcript" "$@" \
        -- "$BIN/localagent" --config "$WORLD/owner/vault.toml" review
}
pressed() { local keys; keys=$(sed -n 's/^keys pressed: //p' "$WORLD/log/stdout"); [[ -n $keys && $keys -le $1 ]] || { echo "pressed: $keys"; return 1; }; }
within() { local ms; ms=$(sed -n "s/^$1: \([0-9]*\) ms$/\1/p" "$WORLD/log/stdout"); [[ -n $ms && $ms -le $2 ]] || { echo "$1: $ms ms"; return 1; }; }
waiting() { find "$vault/Pending_Approval" -name '*.md'; }
outbox() { find "$WORLD/outbox" -type f -path '*/new/*'; }
sent_with() { grep -rlF -- "$1" "$WORLD/outbox"; }

say "not a terminal"
check "it ends with 2"                             exits 2 on owner review < /dev/null
check "and names what does the same"               said "show.*approve"

say "twenty good drafts"
for n in $(seq 1 20); do letter "$n" "Opening hours $n" "when are you open?"; done
check "a turn drafts them"                         on owner run --once
check "twenty wait"                                sees 20 lines waiting
for n in $(seq 20 -1 1); do printf '%s\n' "subject +Re: Opening hours $n\n(.|\n)*\[a\]pprove => a"; done > "$WORLD/steps"
check "approved at the terminal, the oldest first" exits 0 at_the_terminal < "$WORLD/steps"
check "with a key for each"                        pressed 20
check "none waits any more"                        sees 0 lines waiting
check "nothing was sent from there"                not test -e "$WORLD/outbox"
check "it says what sends them"                    said "approved 20, rejected 0.*; 0 wait"
check "a turn sends them"                          on owner run --once
check "all twenty"                                 sees 20 lines outbox

say "one of each"
letter 51 "Mark three" "when are you open?"
letter 50 "Edit me" "when are you open?"
letter 49 "Reject me" "when are you open?"
letter 48 "Again" "when are you open?"
letter 47 "Blank" "What would a chair cost?"
letter 46 "Changed" "when are you open?"
letter 45 "Mark one" "when are you open?"
letter 44 "Mark two" "when are you open?"
letter 43 "Double one" "when are you open?"
letter 42 "Double two" "when are you open?"
letter 41 "Unknown" "when are you open?"
letter 40 "=?utf-8?Q?Hostile=1B[2J=E2=80=AEtxt?=" "when are you open?" "Reply-To: boss@werkstat.example"
letter 39 "Urgent: today" "when are you open?"
check "a turn drafts them"                         on owner run --once
check "thirteen wait"                              sees 13 lines waiting

# As it would be after a cut line: held by this machine, and nobody can tell.
unknown=$(task owner unknown) three=$(task owner mark-three) changed=$(task owner changed) again=$(task owner again) hostile=$(task owner hostile) || true
agent=$(cd "$vault/In_Progress" && echo local-*)
sed -i '0,/^action:/s//phase: unknown\naction:/' "$(path owner "$unknown")"
mv "$(path owner "$unknown")" "$vault/In_Progress/$agent/"
check "its card says where answers would go"       shows "note +answers are asked for at boss@werkstat.example, but it came from customer40@buyer.example" on owner show "$hostile"
# What no reader of ours would write, but a hostile machine could push.
sed -i -e 's/^mail_from: .*/mail_from: "\\e]0;pwned\\a\\e[2J\\u202Eknown <ann@buyer.example>"/' -e 's/^why: .*/why: "\\e[1Awhy\\u009b31m"/' \
    -e $'s/^> when are you open.*/> \e[2J\e[H\e]52;c;cHduZWQ=\a raw \u202e\u200b \u009b31m\\n&/' "$(path owner "$hostile")"
check "the raw octets are in the file"             grep -q $'\e\[2J' "$(path owner "$hostile")"

cat > "$WORLD/steps" <<STEPS
1 of 13  unknown-(.|\n)*resolve .* --send-again => a
! it may have been sent => l
says that it is urgent => a
subject +Re: Mark three => m
subject +Re: Edit me(.|\n)*Hello, => e
Good-morning,(.|\n)*! changed => a
subject +Re: Reject me => r
why not\? => no\e
! not rejected => r
why not\? => we are fulll\x7f up\r
subject +Re: Again => d
what should be different => shorter please\r
subject +Re: Blank(.|\n)*not yet +a blank is still open(.|\n)*\n\[e\] => a
! not yet: a blank is still open => l
subject +Re: Changed(.|\n)*\[a\]pprove => ! sed -i 's/^Kind regards$/Everything is free.\n\n&/' "$(path owner "$changed")"
subject +Re: Changed => a
Everything is free(.|\n)*! it was changed while it was on the screen => l
subject +Re: Mark one => m
subject +Re: Mark two => m
3 marked(.|\n)*subject +Re: Double one => ! sed -i 's/^Kind regards$/Everything is free.\n\n&/' "$(path owner "$three")"
subject +Re: Double one => A
subject +Re: Double one(.|\n)*! 2 approved, 1 not(.|\n)*mark-three.*changed => aa
subject +Re: Double two(.|\n)*! that key came sooner than anybody reads => l
note +mail_from is '(.|\n)*in the task and 'Customer 40 => o
> when are you open => x
the domain werkstat.example looks like yours, werkstatt.example, and is another => l
That was the last one; 6 left => b
subject +Re: Hostile => ?
A +approve all => x
subject +Re: Hostile => q
STEPS
export EDITOR='sed -i s/^Hello,/Good-morning,/'
check "all of it at one terminal"                  exits 0 at_the_terminal --rows 44 < "$WORLD/steps"
unset EDITOR
check "it says what became of them"                said "approved 5, rejected 1, to be done again 1; 6 wait"
check "the rejected one has the reason"            grep -q "^rejected_reason: we are full up" "$(path owner "$(task owner reject-me)")"
check "lies in Rejected"                           in_stage owner "$(task owner reject-me)" Rejected
check "the one to be done again is new work"       in_stage owner "$again" Needs_Action
check "with the remark"                            grep -q "^remark: shorter please" "$(path owner "$again")"
check "the one with a blank waits"                 in_stage owner "$(task owner blank)" Pending_Approval
check "the changed one too"                        in_stage owner "$changed" Pending_Approval
check "and has no approval"                        not grep -q "^approval:" "$(path owner "$changed")"
check "what changed after it was marked too"       in_stage owner "$three" Pending_Approval
check "a second key in the same instant was none"  in_stage owner "$(task owner double-two)" Pending_Approval
check "what was approved is sent"                  comes_to_its_end on owner run --once
check "five and no more"                           sees 25 lines outbox
check "as it was edited"                           sees 1 lines sent_with "Good-morning,"
check "nothing of what nobody approved"            not sent_with "Everything is free"
check "drafted again, it waits"                    in_stage owner "$again" Pending_Approval
check "the remark is on its card"                  shows "^note +you wanted it done again: shorter please" on owner show "$again"

say "an edit that comes too late"
cat > "$WORLD/editor" <<EDITOR
#!/bin/sh
echo "Best wishes" >> "\$1"
echo >> "$(path owner "$three")"
EDITOR
chmod 755 "$WORLD/editor"
late() { EDITOR=$WORLD/editor TMPDIR=$WORLD/owner exits 75 on owner edit "$three"; }
check "the file stays as it was saved meanwhile"   late
check "and what was written is kept"               said "what you wrote is kept in $WORLD/owner"
check "where it says"                              grep -rq "^Best wishes" "$WORLD/owner" --include="$three.md"

say "a draft that is longer than the screen, and a daemon that runs"
seq 101 160 > "$WORLD/lines"
sed -i "/^Everything is free/r $WORLD/lines" "$(path owner "$changed")"
start owner run
cat > "$WORLD/steps" <<'STEPS'
subject +Re: Unknown => l
subject +Re: Mark three => l
subject +Re: Again => l
subject +Re: Blank => l
\n│ 160\n(.|\n)*\nto +customer46(.|\n)*subject +Re: Changed(.|\n)*! the beginning of the draft is .* above the screen(.|\n)*\[a\]pprove => a
1 approved => q
STEPS
check "what it is decided by stays on the screen"  exits 0 at_the_terminal --rows 24 < "$WORLD/steps"
check "approved while the daemon runs"             said "approved 1, "
check "which sends it by itself"                   wait_until 30 in_stage owner "$changed" Done
stop owner

say "a thousand"
python3 - "$(path owner "$again")" <<'PY'
import shutil, sys
for n in range(1000):
    shutil.copy(sys.argv[1], f"{sys.argv[1].rsplit('/', 1)[0]}/bulk-{n:016d}.md")
PY
check "the first cards come at once"               exits 0 at_the_terminal <<< $'^1 of 1[0-9]{3} => l\n^2 of => l\n^3 of => l\n^4 of => b\n^3 of => q'
check "the first one within a second"              within "first screen" 1000
check "each next one sooner"                       within "slowest answer to a key" 400

say "sent or not"
cat > "$WORLD/steps" <<STEPS
unknown-(.|\n)*\[u\] what became of it => u
Type 'sent' => perhaps\r
! left as it is => u
Type 'sent' => again\r
! it waits for your approval again => q
STEPS
check "the owner says so at the terminal"          exits 0 at_the_terminal < "$WORLD/steps"
check "and it waits for a new approval"            in_stage owner "$unknown" Pending_Approval
check "which says why"                             grep -q "^returned: .*you chose to send it again" "$(path owner "$unknown")"
end
