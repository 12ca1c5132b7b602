#!/usr/bin/env bash
# A program dies between two steps, at every step. When it comes back, nothing is lost and nothing is sent a second time.
source "$(dirname "$0")/lib.sh"
title "kill -9 between the steps"
certificate_make; imap_up; smtp_up; bare_repository
proxy_up pass
two_machines smtp_port="$PROXY_PORT"

# dies NAME CALL N COMMAND...: kill -9 at the N-th such system call of a thread; false when the program came to its end before.
dies() {
    local name=$1 code=0
    local STRACE=(strace -f -qq -o /dev/null -e "trace=$2" -e "inject=$2:signal=SIGKILL:when=$3")
    shift 3
    on "$name" "$@" > "$WORLD/log/killed" 2>&1 || code=$?
    ((code == 137))
}

# waits NAME SLUG: a mail has come, been drafted, filled in and approved; prints the task's id.
waits() {
    deliver "$(mail "$1")" && on cloud run --once && on owner run --once && id=$(task owner "$2") && fill owner "$id" && approve owner "$id"
}

# How a task that may have been sent ends: Done, or shown as unknown for the owner to resolve.
unknown() { sees unknown state owner "$id"; }
settled() { in_stage owner "$id" Done || unknown; }
only_once() { sees "$1" world messages; }
# What Dovecot holds of it says nothing: no copy was filed. So it must not go out again, whatever is tried.
never_again() { turn owner owner; sent_is "$1"; }

say "the cloud, at renames and writes to disk of a turn"
deliver "$(mail gmail-en)"
deaths=0
for call in renameat2 fsync; do
    for n in 1 2 3 4 6 8 12; do
        if dies cloud "$call" "$n" run --once; then deaths=$((deaths + 1)); fi
    done
done
check "it died often enough to mean something ($deaths times)" [ "$deaths" -ge 3 ]
check "then its turn ends well"                    on cloud run --once
id=$(task cloud can-you-repair-an-oak-table) || true
check "the task is there, drafted, once"           sees "Pending_Approval/email/$id.md" tasks cloud
check "and pushed, once"                           sees "Pending_Approval/email/$id.md" tip Pending_Approval

say "the owner's machine, at steps from yes to sent"
check "the owner gets it"                          on owner run --once
fill owner "$id" > "$WORLD/log/fill" 2>&1 || true
for n in 1 2 3; do dies owner renameat2 "$n" approve "$id" --digest "$(on owner show "$id" --json | jq -r .digest)" || true; done
check "killed while approving, it is in one place" sees 1 lines where owner "$id"
in_stage owner "$id" Approved > "$WORLD/log/where" || approve owner "$id" > "$WORLD/log/approve" 2>&1 || true
deaths=0
for call in renameat2 fsync connect; do
    for n in 1 2 3 5; do
        if dies owner "$call" "$n" run --once; then deaths=$((deaths + 1)); fi
        ((n > 1)) || approve owner "$id" > "$WORLD/log/approve" 2>&1 || true
    done
done
check "it died often enough ($deaths times)"       [ "$deaths" -ge 3 ]
check "it ends as Done, or is shown as unknown"    soon owner "$id" 30 settled
copies=$(world messages) || true
if in_stage owner "$id" Done > "$WORLD/log/where"; then
    check "Done: one mail in the world"            sent_is 1
else
    check "unknown: at most one ($copies)"         [ "$copies" -le 1 ]
    check "the owner resolves it"                  on owner resolve "$id" --sent
    check "then it is Done"                        turns owner 20 in_stage owner "$id" Done
fi

say "between the server's yes and our record"
check "a mail is approved"                         waits apple-fr rendez-vous-pour-l-escalier
echo kill-after-250 > "$WORLD/proxy-mode"
start owner run --once
wait $! || true
check "the program was killed"                     sees pass cat "$WORLD/proxy-mode"
check "the mail was accepted"                      wait_until 5 only_once $((copies + 1))
check "it comes back, and says unknown"            soon owner "$id" 30 unknown
check "status says so too"                         shows unknown on owner status
check "it is not sent again"                       never_again $((copies + 1))
check "the owner has asked the customer: sent"     on owner resolve "$id" --sent
check "Done"                                       turns owner 20 in_stage owner "$id" Done
check "and not sent again"                         never_again $((copies + 1))

say "the same, but the server has filed a copy in Sent"
check "a mail is approved"                         waits thunderbird-es factura-2026-118
echo kill-after-250 > "$WORLD/proxy-mode"
start owner run --once
wait $! || true
check "the mail was accepted"                      wait_until 5 only_once $((copies + 2))
check "the copy lies in Sent"                      imap append Sent "$(world file Factura)"
check "found there, it is Done"                    soon owner "$id" 30 in_stage owner "$id" Done
check "and not sent again"                         never_again $((copies + 2))

say "the answer to the final dot is lost"
check "a mail is approved"                         waits outlook-de angebot-fuer-drei-holzfenster
echo hang-after-250 > "$WORLD/proxy-mode"
on owner run --once > "$WORLD/log/owner-hang" 2>&1 || true
check "the mail was accepted"                      wait_until 5 only_once $((copies + 3))
check "unknown"                                    soon owner "$id" 30 unknown
check "and not sent again"                         never_again $((copies + 3))

# another SUBJECT: a fourth customer, with a subject and a Message-ID of its own.
another() {
    sed "s/Factura 2026-118/$1/; s/3d0b6c1f-8f52/$1/" "$(mail thunderbird-es)" > "$WORLD/incoming/$1.eml" && chmod 644 "$WORLD/incoming/$1.eml"
}

say "killed before the mail was offered"
another pregunta-uno
check "a mail is approved"                         waits pregunta-uno pregunta-uno
echo kill-before-data > "$WORLD/proxy-mode"
start owner run --once
wait $! || true
check "nothing went out"                           sent_is $((copies + 3))
check "it comes back; Done or unknown"             soon owner "$id" 30 settled
if unknown > "$WORLD/log/unknown"; then
    check "the owner says: send again"             on owner resolve "$id" --send-again
    check "which needs a new yes"                  turns owner 10 in_stage owner "$id" Pending_Approval
    check "given"                                  approve owner "$id"
    check "Done"                                   turns owner 20 in_stage owner "$id" Done
fi
check "sent once"                                  wait_until 5 only_once $((copies + 4))

say "the server says: not now (451)"
another pregunta-dos
check "a mail is approved"                         waits pregunta-dos pregunta-dos
echo 451 > "$WORLD/proxy-mode"
on owner run --once > "$WORLD/log/owner-451" 2>&1 || true
check "nothing went out"                           sent_is $((copies + 4))
check "later it goes out"                          soon owner "$id" 30 in_stage owner "$id" Done
check "once"                                       wait_until 5 only_once $((copies + 5))

say "the server says: never (550)"
another pregunta-tres
check "a mail is approved"                         waits pregunta-tres pregunta-tres
echo 550 > "$WORLD/proxy-mode"
on owner run --once > "$WORLD/log/owner-550" 2>&1 || true
check "the task is back with the owner"            turns owner 20 in_stage owner "$id" Pending_Approval
check "with the server's words"                    grep -q "the story says no" "$(path owner "$id")"
check "it is not tried again"                      never_again $((copies + 5))
end
