#!/usr/bin/env bash
# An IMAP server that lies: about numbers, sizes, identities, about what there is. No mail is lost by it and none becomes two tasks, one mail that can't be had keeps back no other, memory stays
# bounded, the password goes over no line that is open, and what is wrong is said in words.
source "$(dirname "$0")/lib.sh"
title "a mail server that lies"
certificate_make; bare_repository
BOX=$WORLD/box
mkdir "$BOX"; : > "$BOX/lie"; : > "$BOX/said"
LIAR_PORT=$(free_port)
python3 "$STORIES/servers/imap_liar.py" "$LIAR_PORT" "$BOX" "$WORLD/tls" > "$WORLD/log/liar" 2>&1 & running liar $!
check "the server is there"                      wait_until 10 listens "$LIAR_PORT"
IMAP_PORT=$LIAR_PORT
machine cloud cloud inbox=imap
machine owner local outbox="maildir:$WORLD/sent" imap=no
check "the owner's vault"                        on owner init "$WORLD/owner/vault" --remote "$REMOTE"
check "is pushed"                                on owner run --once

lie() { printf '%s\n' "$@" > "$BOX/lie.new" && mv "$BOX/lie.new" "$BOX/lie"; }
# arrives UID WORD: a mail of its own comes into the mailbox under that number.
arrives() {
    printf 'From: Customer %s <%s@buyer.example>\nTo: %s\nMessage-ID: <%s@buyer.example>\nDate: %s\nSubject: Hours for %s\nContent-Type: text/plain; charset=utf-8\n\nHello,\n\nwhen are you open?\n\nRegards\nCustomer\n' \
        "$2" "$2" "$ADDRESS" "$2" "$(LC_ALL=C date -R -d '1 hour ago')" "$2" > "$BOX/.new" && mv "$BOX/.new" "$BOX/$1-$2.eml"
}
is_there() { [[ $(tasks cloud | grep -c "hours-for-$1-") == 1 ]]; }
all() { tasks cloud | grep -c 'hours-for-'; }
# anew: the mailbox's position and what was put aside are forgotten; the vault stays.
anew() { rm -rf "$WORLD/cloud/state/mail" "$WORLD/cloud/state/aside"; }
commands() { sed 's/^[0-9]* [a-z]* [A-Z0-9]* //' "$BOX/said" | grep -c "^$1" || true; }
position() { sed -n 2p "$WORLD/cloud/state/mail/main"; }

say "the truth"
arrives 10 ann; arrives 11 ben
check "two mails"                                exits 0 on cloud run --once
check "two tasks"                                sees 2 all
check "read up to there"                         sees "1;4711;11" position
: > "$BOX/said"
check "nothing new"                              exits 0 on cloud run --once
check "costs one search"                         sees 1 commands 'UID SEARCH'
check "and no fetch"                             sees 0 commands 'UID FETCH'
check "nothing is announced to be known already" sees 0 commands NOOP

say "numbers"
n=12
for what in "exists=500" "exists=0" "uidnext=1" "uidnext=" "disorder" "chatter" "size=1" "size=" "size=9000000" "size=0" "nil" "disorder|chatter|uidnext=1|size="; do
    arrives $n "no$n"
    IFS='|' read -ra some <<< "$what"
    lie "${some[@]}"
    turn cloud
    lie
    [[ $what != nil ]] || turn cloud
    check "$what: the mail is there"             is_there "no$n"
    check "$what: nothing twice"                 sees "$((n - 9))" all
    check "$what: read up to there"              sees "1;4711;$n" position
    n=$((n + 1))
done
check "none is cut off"                          sees "$((n - 10))" lines grep -rlE "when are you open" "$WORLD/cloud/vault/Pending_Approval" "$WORLD/cloud/vault/Needs_Action"

say "one that answers for another"
arrives 30 other; lie other-uid
check "what is not the mail is not taken"        exits 75 on cloud run --once
check "and said"                                 said 'INBOX;uid=30 can.t be had now'
check "nothing is passed over"                   sees "1;4711;$((n - 1))" position
lie
check "then it is there"                         exits 0 on cloud run --once
check "once"                                     is_there other

say "a mailbox that is numbered anew"
before=$(all)
lie validity=4712
check "is read anew"                             exits 0 on cloud run --once
check "nothing becomes two"                      sees "$before" all
arrives 31 flap
for validity in 4711 4712 4711; do lie "validity=$validity"; turn cloud; done
check "back and forth"                           is_there flap
check "nothing becomes two"                      sees "$((before + 1))" all
lie validity=
check "no UIDVALIDITY: try again"                exits 75 on cloud run --once
check "in words"                                 said 'gives no UIDVALIDITY'
lie validity=0
check "zero is none either"                      exits 75 on cloud run --once
lie
check "and on it goes"                           exits 0 on cloud run --once
check "nothing becomes two"                      sees "$((before + 1))" all

say "one mail that can't be had"
arrives 40 poison; arrives 41 behind
lie no-fetch=40
for _ in 1 2; do check "the first times it holds"   exits 75 on cloud run --once; done
check "with its number"                          said 'INBOX;uid=40 can.t be had now: .*cannot give it'
check "what came later waits"                    not is_there behind
check "the third time it is put aside: 3"        exits 3 on cloud run --once
check "with its number"                          said 'INBOX;uid=40 can.t be had and was put aside'
check "what came later is read"                  is_there behind
check "again: 3"                                 exits 3 on cloud run --once
check "status names it"                          shows 'problem .*INBOX;uid=40 can.t be had' on cloud status
check "the log has it"                           in_log cloud '"event":"mail.aside".*uid=40'
: > "$BOX/said"
check "it is not asked for all the time"         exits 3 on cloud run --once
check "not at all, now"                          sees 0 commands 'UID FETCH'
# hour: an hour passes, and the waiting is over.
hour() { sed -i -E 's/\t[0-9TZ:.+-]*\t/\t2000-01-01T00:00:00Z\t/' "$WORLD/cloud/state/aside/main"; }
hour
check "an hour later it is"                      exits 3 on cloud run --once
check "four times now"                           said 'asked for 4 times'
lie; hour
check "and when it is given"                     exits 0 on cloud run --once
check "it is a task"                             is_there poison
check "nothing is put aside any more"            sees "" cat "$WORLD/cloud/state/aside/main"
arrives 42 crash; arrives 43 after
lie drop-fetch=42
for _ in 1 2; do check "one at which the server drops" exits 75 on cloud run --once; done
# The drop is the server's too: what is behind is read with the next connection.
check "is put aside"                             exits 75 on cloud run --once
check "by its number"                            said 'uid=42 can.t be had and was put aside'
check "and on it goes"                           exits 3 on cloud run --once
check "with what came later"                     is_there after
rm "$BOX/42-crash.eml"; hour; lie
check "what is gone from the mailbox"            exits 0 on cloud run --once
check "is told no more, but in the log"          in_log cloud '"event":"mail.gone".*uid=42'
arrives 45 real; lie ghost=44
for _ in 1 2; do check "a mail that is only named" exits 75 on cloud run --once; done
check "is put aside as well"                     exits 3 on cloud run --once
check "and the next is read"                     is_there real
lie; hour
check "deleted, it is forgotten"                 exits 0 on cloud run --once

say "refusals"
arrives 50 wait
refused() { lie "$1=$2"; exits "${4:-75}" on cloud run --once && said "$3" && not said 'refuses the password' && not is_there wait; }
check "too many connections"                     refused login 'NO [LIMIT] Maximum number of connections from user+IP exceeded' 'takes no login now'
check "can't check passwords"                    refused login 'NO [UNAVAILABLE] Temporary authentication failure.' 'takes no login now'
check "as Gmail says it"                         refused login 'NO [ALERT] Too many simultaneous connections. (Failure)' 'takes no login now'
check "BYE to the login"                         refused login 'BYE Server shutting down' 'shutting down|does not answer'
check "BYE as a greeting"                        refused greeting '* BYE too busy' 'does not answer as it should'
check "the mailbox is in use"                    refused examine 'NO [INUSE] Mailbox in use' 'refused: .*Mailbox in use'
check "a search is refused"                      refused search 'NO [LIMIT] Slow down' 'refused: .*Slow down'
check "BYE in the search"                        refused search 'BYE idle for too long' 'does not answer as it should'
check "garbage in the search"                    refused search 'OK (((' 'does not answer|refused|.*' 0
lie; turn cloud
check "then it is read"                          is_there wait
lie 'login=NO [AUTHENTICATIONFAILED] Invalid credentials'
check "a wrong password is one: 12"              exits 12 on cloud run --once
check "and said so"                              said 'refuses the password'

say "lengths without end"
arrives 60 long
bounded() { echo "$(cat "$WORLD/peak") KiB"; (($(cat "$WORLD/peak") < 120000)); }
# measured COMMAND...: with its peak of memory kept.
measured() { local STRACE=(python3 "$STORIES/judges/peak.py" "$WORLD/peak"); LIMIT=90 exits "$@"; }
lie forever
check "a body that goes on and on: 75"           measured 75 on cloud run --once
check "in bounded memory"                        bounded
check "in words"                                 said 'more than it was asked for'
lie line
check "a line that goes on and on: 75"           measured 75 on cloud run --once
check "in bounded memory"                        bounded
lie literal=2147483647
check "two gigabytes announced, then silence"    measured 75 on cloud run --once
check "in bounded memory"                        bounded
lie silent=SEARCH
check "a search that is never answered"          measured 75 on cloud run --once
check "is left after half a minute"              said 'nothing for 30 s'
anew; lie
check "then it is read"                          exits 0 on cloud run --once
check "once"                                     is_there long

say "the daemon is no nuisance"
# counted SECONDS: connections that a daemon makes in that time.
counted() { : > "$BOX/said"; start cloud run; sleep "$1"; stop cloud; grep -c connected "$BOX/said" || true; }
few() { local n; n=$(counted 9); echo "$n connections"; ((n >= 2 && n <= 4)); }
lie 'examine=NO [INUSE] Mailbox in use'
check "refused, it asks ever more seldom"        few
check "and says until when"                      grep -q 'it is asked again at [0-9:]* UTC' "$WORLD/log/cloud"
lie 'idle=BYE go away'
check "thrown out of IDLE, too"                  few
lie 'idle=NO not today'
: > "$WORLD/log/cloud"; : > "$BOX/said"
start cloud run
check "IDLE offered and refused: it is polled"   wait_until 20 grep -q ' NOOP' "$BOX/said"
arrives 70 polled
check "which finds what comes"                   wait_until 20 is_there polled
check "on the one connection"                    sees 1 grep -c ' AUTHENTICATE' "$BOX/said"
stop cloud
lie chatter
: > "$BOX/said"
start cloud run; sleep 4; stop cloud
talk() { local n; n=$(commands 'UID SEARCH'); echo "$n searches"; ((n < 8)); }
check "what is told again and again is no news"  talk

say "STARTTLS"
sed -i "s|^ca_file = .*|&\nprotection = \"starttls\"|" "$WORLD/cloud/vault.toml"
arrives 80 starttls
in_the_open() { grep ' plain ' "$BOX/said" | grep -v 'STARTTLS\|CAPABILITY\|connected\|LOGOUT\|ended' || true; }
lie plain
check "it is spoken"                             exits 0 on cloud run --once
check "and the mail is there"                    is_there starttls
arrives 81 stripped
: > "$BOX/said"
lie plain strip
check "not offered: no login"                    exits 78 on cloud run --once
check "and said"                                 said 'offers no STARTTLS'
lie plain strip 'greeting=* OK [CAPABILITY IMAP4rev1 STARTTLS] here'
check "refused: no login"                        exits 75 on cloud run --once
lie plain 'greeting=* PREAUTH [CAPABILITY IMAP4rev1] welcome'
check "logged in before it began: not taken"     exits 78 on cloud run --once
lie plain strip 'greeting=* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome'
check "nor with a promise"                       exits 75 on cloud run --once
check "nothing was read"                         not is_there stripped
lie plain 'inject=* PREAUTH mine'
check "words slipped in before TLS"              comes_to_its_end on cloud run --once
lie plain 'inject=A00000002 OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] authenticated'
check "answers to what was not asked yet"        comes_to_its_end on cloud run --once
check "nothing was said in the open"             sees "" in_the_open
lie plain; turn cloud
check "the mail is there"                        is_there stripped
check "and nothing twice"                        sees "" eval 'tasks cloud | grep -o "hours-for-[a-z0-9]*-" | sort | uniq -d'

say "what the client said, in all of this"
check "the mailbox was only examined"            not grep -Ei ' (SELECT|STORE|COPY|MOVE|APPEND|EXPUNGE|CLOSE|DELETE|CREATE|RENAME) ' "$BOX/said"
check "and read without a mark"                  not grep -E 'FETCH.*(BODY\[|RFC822( |\)|$|\.TEXT|\.HEADER))' "$BOX/said"
end
