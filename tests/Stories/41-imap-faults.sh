#!/usr/bin/env bash
# Between the agent and a real Dovecot stands a proxy at which lines break and go dead: at every point of a session, in the middle of a mail, in the wait for new mail. No mail is lost, none becomes
# two tasks, the rest of the work goes on, and Dovecot's view of flags and mails is what it was.
source "$(dirname "$0")/lib.sh"
title "a mail server behind a line that breaks"
certificate_make; imap_up; bare_repository
PROXY_PORT=$(free_port) MODE=$WORLD/mode DIRECT_PORT=$IMAP_PORT
through() { echo "$1" > "$MODE.next" && mv "$MODE.next" "$MODE"; }
through pass
python3 "$STORIES/servers/imap_proxy.py" "$PROXY_PORT" "$DIRECT_PORT" "$MODE" > "$WORLD/log/proxy" 2>&1 & running proxy $!
check "the proxy is there"                       wait_until 10 listens "$PROXY_PORT"
# What the agent says to Dovecot stands in a file for each session (rawlog).
mkdir "$WORLD/rawlog"; chmod 777 "$WORLD/rawlog"
cat >> "$WORLD/dovecot/dovecot.conf" <<CONF
rawlog_dir = $WORLD/rawlog
protocol imap {
  rawlog_dir = $WORLD/rawlog
}
CONF
imap_down; imap_up
# At the server itself, whatever the agent's port is.
box() { judge imap "$DIRECT_PORT" "$WORLD/tls/ca.pem" "$ADDRESS" "$PASSWORD" "$@"; }
IMAP_PORT=$PROXY_PORT
machine cloud cloud inbox=imap
machine owner local outbox="maildir:$WORLD/sent" imap=no
check "the owner's vault"                        on owner init "$WORLD/owner/vault" --remote "$REMOTE"
check "is pushed"                                on owner run --once

# letter NAME [KIB]: a mail of its own arrives, with a file of so many KiB.
letter() {
    python3 - "$WORLD/$1.eml" "$ADDRESS" "$1" "${2:-0}" <<'PY'
import email.message, email.utils, random, sys, time
path, to, name, size = sys.argv[1:]
mail = email.message.EmailMessage()
mail["From"], mail["To"], mail["Subject"] = f"Customer {name} <{name}@buyer.example>", to, f"Hours for {name}"
mail["Message-ID"], mail["Date"] = f"<{name}@buyer.example>", email.utils.formatdate(time.time() - 3600)
mail.set_content("Hello,\n\nwhen are you open?\n\nRegards\nCustomer\n")
if int(size):
    mail.add_attachment(random.Random(name).randbytes(int(size) * 1024), maintype="application", subtype="pdf", filename="plan.pdf")
open(path, "wb").write(mail.as_bytes())
PY
    chmod 644 "$WORLD/$1.eml"
    deliver "$WORLD/$1.eml"
}
# mailbox: every mail with its flags, as Dovecot's files have them; what is new to Dovecot moves from new/ to cur/.
mailbox() { (cd "$WORLD/mail/$ADDRESS" && find new cur -type f | sed 's|^new/|cur/|; s|,W=[0-9]*||' | sed 's|:2,$||' | sort | while read -r f; do echo "$f"; done); }
all() { tasks cloud | grep -c 'hours-for-'; }
anew() { rm -rf "$WORLD/cloud/state/mail" "$WORLD/cloud/state/aside"; }

say "cut at every point of a session"
for name in one two three; do letter "$name"; done
letter large 1500
before=$(mailbox)
check "a whole session"                          exits 0 on cloud run --once
check "four tasks"                               sees 4 all
wait_until 5 test -s "$MODE.count"
whole=$(cat "$MODE.count")
say "it is $whole octets from the server"
tasks cloud > "$WORLD/all-tasks"
# The handshake and the login in small steps, the mails in larger ones.
points() { seq 1 397 9000; seq 9001 14551 60000; seq 100000 "$(((whole - 100000) / 10))" "$whole"; }
crashed=() wrong=()
for n in $(points); do
    anew
    through "drop $n"
    code=0
    on cloud run --once > "$WORLD/log/dropped" 2>&1 || code=$?
    # 3: put aside is what can't be; 0: a second connection, or what was cut was the farewell.
    [[ $code != 75 ]] || cat "$WORLD/log/dropped" >> "$WORLD/log/told"
    case $code in 0 | 3 | 75) ;; *) crashed+=("$n:$code"); cp "$WORLD/log/dropped" "$WORLD/log/dropped-$n" ;; esac
    cmp -s "$WORLD/all-tasks" <(tasks cloud) || wrong+=("$n")
    through pass
done
check "$(points | wc -l) cuts: each told, none a crash" sees "" echo "${crashed[*]:-}"
check "no task more, none less"                  sees "" echo "${wrong[*]:-}"
check "no stack trace"                           not grep -q '^ \+at ' "$WORLD/log/told"
check "in words"                                 shows 'does not answer as it should' cat "$WORLD/log/told"

say "a vault that has seen none of it"
# With each cut a new machine's first reading, and then the line is good: all four are there, once.
lost=()
for n in 1 3000 4500 5500 6500 8000 20000 200000 900000 2000000; do
    ((n < whole)) || continue
    rm -rf "$WORLD/cloud/state" "$WORLD/cloud/vault"; mkdir -m 700 "$WORLD/cloud/state"
    git --git-dir="$BARE" update-ref refs/heads/main "$(git --git-dir="$BARE" rev-list --max-parents=0 main | tail -1)"
    through "drop $n"; turn cloud; turn cloud
    through pass; turn cloud; turn cloud
    [[ $(all) == 4 ]] || lost+=("$n:$(all)")
done
check "none lost, none doubled"                  sees "" echo "${lost[*]:-}"
check "Dovecot's flags and mails are as they were" sees "$before" mailbox
check "nothing but looking was asked for"        not grep -rhiE --include='*.in' '^([0-9.]+ )?[A-Z0-9]+ (SELECT|STORE|UID (STORE|COPY|MOVE|EXPUNGE)|COPY|MOVE|APPEND|EXPUNGE|CLOSE|CREATE|DELETE|RENAME|SETFLAG)' "$WORLD"/rawlog
check "and never with a mark"                    not grep -rhE --include='*.in' 'FETCH .*(BODY\[|RFC822[ )])' "$WORLD"/rawlog

say "the line goes dead"
turn cloud
letter dead
echo 'a note' > "$WORLD/cloud/vault/Needs_Action/email/note.txt"
through "stall 2500"
began=$SECONDS
check "in the login: told"                       exits 75 on cloud run --once
took=$((SECONDS - began))
check "after half a minute ($took s)"            test "$took" -ge 25 -a "$took" -le 45
check "in words"                                 said 'does not answer as it should: nothing for 30 s'
through pass
check "when the line is back it is read"         exits 0 on cloud run --once
check "once"                                     sees 5 all
letter middle 1500
through "stall 500000"
LIMIT=200 check "in the middle of a mail: told"  exits 75 on cloud run --once
check "with the mail"                            said 'INBOX;uid=[0-9]+ can.t be had now'
through pass
check "then it is read"                          exits 0 on cloud run --once
check "once"                                     sees 6 all

check "what was cut and stalled left no file"    sees "" find /tmp -maxdepth 1 -user root -newer "$WORLD/all-tasks" -name '????????.???' -size +500k

say "what an idle agent asks, and what one mail costs"
setting cloud poll '"2s"'
setting cloud interval '"1s"'
rm -f "$WORLD"/rawlog/*
start cloud run
asked() { cat "$WORLD"/rawlog/*.in | tr -d '\r' | sed 's/^[0-9.]* //' | grep -aoE "^[A-Z][0-9]+ ($1)|^DONE" | sed 's/^[A-Z]*[0-9]* //' | tr '\n' ' '; }
wait_until 15 grep -qa IDLE -r "$WORLD/rawlog"
sleep 1
echo "       to begin with: $(asked '(UID )?[A-Z]+')"
: > "$WORLD/log/before"; asked '(UID )?[A-Z]+' > "$WORLD/log/before"
since() { local all; all=$(asked '(UID )?[A-Z]+'); all=${all#"$(cat "$WORLD/log/before")"}; echo "${all% }"; }
sleep 6
check "idle with a timer of a second: no question" not grep -qE 'NOOP|SEARCH|FETCH|STATUS' <<< "$(since)"
echo "       idle for 6 s, the turns of a timer in between: $(since)"
asked '(UID )?[A-Z]+' > "$WORLD/log/before"
letter idle
arrived() { [[ $(all) == 7 ]]; }
check "a mail ends the wait"                     wait_until 15 arrived
sleep 1
echo "       for one mail: $(since)"
check "it costs one search"                      sees 1 grep -c SEARCH <(since | tr ' ' '\n')
check "two fetches"                              sees 2 grep -c FETCH <(since | tr ' ' '\n')
check "and nothing else"                         not grep -qE 'NOOP|STATUS|EXAMINE|LIST|CAPABILITY' <<< "$(since)"

say "the server goes while it waits"
IMAP_PORT=$DIRECT_PORT imap_down; sleep 1; IMAP_PORT=$DIRECT_PORT imap_up
letter back
came_back() { [[ $(all) == 8 ]]; }
check "the next mail is read all the same"       wait_until 60 came_back
stop cloud
check "Dovecot's flags are as they were"         not grep -E ':2,.*[SRTFD]' <(mailbox)
end
