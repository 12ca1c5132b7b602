#!/usr/bin/env bash
# The ground the other stories stand on, without our programs: if this is red, look at the machine first.
source "$(dirname "$0")/lib.sh"
title "the servers themselves"
certificate_make; imap_up; smtp_up; remote_up
original="<AM9PR04MB8264E1B2C3D4F5A6978877665544@AM9PR04MB8264.eurprd04.prod.example>"

say "Dovecot"
check "a mail is delivered"                      deliver "$(mail outlook-de)"
check "and read by IMAP"                         sees 1 imap count INBOX
check "with no flag set"                         sees "" imap flags INBOX "$original"
check "not with a wrong password"                not judge imap "$IMAP_PORT" "$WORLD/tls/ca.pem" "$ADDRESS" wrong count INBOX
check "it comes back as it was delivered"        shows "Message-ID: <AM9PR04" imap fetch INBOX "$original"
answer=$WORLD/answer.eml
printf '%s\r\n' "From: anna@werkstatt.example" "Subject: Re: Angebot" "Message-ID: <1@werkstatt.example>" \
    "In-Reply-To: $original" "References: $original" "" "Gerne." > "$answer"
check "an answer is filed in Sent"               imap append Sent "$answer"
check "and THREAD puts the two together"         sees together imap thread "$original" "<1@werkstatt.example>"
check "a stranger is not in that thread"         deliver "$(mail gmail-en)"
check "says THREAD too"                          not imap thread "$original" "<CAFx7QkVw2m9n=Z0pTq4rS_uYbD1eH8jL3+K5aXcGvR6iMoWt2A@mail.gmail.example>"

say "Dovecot submission and OpenSMTPD"
send() { judge send "$1" "$WORLD/tls/ca.pem" "$ADDRESS" "$2" "$3" "$4" "$(mail own)"; }
check "takes a mail by STARTTLS"                 send "$SMTP_PORT" "$PASSWORD" starttls tom@archer.example,eve@archer.example
check "and delivers a copy to each"              wait_until 10 sees $'eve@archer.example\ntom@archer.example' world to "Note to self"
check "as one mail"                              sent_is 1
check "nothing without the password"             not send "$SMTPS_PORT" wrong tls tom@archer.example
check "takes the same mail again by TLS"         send "$SMTPS_PORT" "$PASSWORD" tls tom@archer.example
check "and that would be seen"                   wait_until 10 shows "accepted twice" world messages

say "the proxy before it"
proxy_up hang-after-250
check "hides that a mail was accepted"           not send "$PROXY_PORT" "$PASSWORD" tls hidden@archer.example
check "which it was"                             wait_until 10 shows hidden@archer.example world to "Note to self"
echo 451 > "$WORLD/proxy-mode"
check "says no for the server"                   not send "$PROXY_PORT" "$PASSWORD" tls refused@archer.example
check "once"                                     send "$PROXY_PORT" "$PASSWORD" tls passed@archer.example
check "and lets the next one pass"               wait_until 10 shows passed@archer.example world to "Note to self"
check "the refused one never arrived"            not shows refused@archer.example world to "Note to self"

say "sshd and git"
git init -q -b main "$WORLD/clone"
git -C "$WORLD/clone" -c user.name=a -c user.email=a@b commit -q --allow-empty -m first
check "a push arrives"                           git -C "$WORLD/clone" push -q "$REMOTE" main
check "and can be cloned"                        git clone -q "$REMOTE" "$WORLD/again"
remote_down
check "not while the remote is gone"             not git -C "$WORLD/again" fetch -q
remote_up
check "and again when it is back"                git -C "$WORLD/again" fetch -q
end
