#!/usr/bin/env bash
# What can be wrong with a machine is said in a sentence, with the exit code that scripts count on.
source "$(dirname "$0")/lib.sh"
title "wrong passwords, wrong keys, servers that are down"
certificate_make; imap_up; smtp_up; bare_repository
two_machines
check "the ground is good: a turn"              exits 0 on cloud run --once

say "a wrong password"
machine cloud cloud inbox=imap password=wrong
check "exit code 12"                            exits 12 on cloud run --once
check "names the account or the server"         said 'main|127\.0\.0\.1'
check "and what is wrong"                       said 'password|login|credential|refused|rejected'
check "never prints the password"               not said "wrong.*horse|correct horse"
check "no stack trace"                          not said '^ +at [A-Z]'

say "a missing secret"
rm "$WORLD/cloud/secrets.json"
check "exit code 12"                            exits 12 on cloud run --once
check "names the secret"                        said imap-main
echo '{}' > "$WORLD/cloud/secrets.json"; chmod 600 "$WORLD/cloud/secrets.json"
check "12 too where the file has others"        exits 12 on cloud run --once
check "names the secret"                        said imap-main

say "secrets that anybody can read"
machine cloud cloud inbox=imap
chmod 644 "$WORLD/cloud/secrets.json"
check "exit code 12"                            exits 12 on cloud run --once
check "says which mode is right"                said 600
machine cloud cloud inbox="maildir:$WORLD/nobody-asks" imap=no
mkdir -p "$WORLD/nobody-asks"/{cur,new,tmp}
chmod 640 "$WORLD/cloud/secrets.json"
check "even where none is needed yet"           exits 12 on cloud run --once
chmod 600 "$WORLD/cloud/secrets.json"
chmod 640 "$WORLD/owner/secrets.json"
check "on the owner's machine too"              exits 12 on owner run --once
chmod 600 "$WORLD/owner/secrets.json"

say "a certificate nobody knows"
machine cloud cloud inbox=imap
sed -i 's|^ca_file = .*|ca_file = ""|' "$WORLD/cloud/vault.toml"
check "no connection"                           not exits 0 on cloud run --once
check "says certificate"                        said certificate
machine cloud cloud inbox=imap

say "the mail server is down"
imap_down
check "try again later: 75"                     exits 75 on cloud run --once
check "names the server"                        said "127\.0\.0\.1"
imap_up
deliver "$(mail gmail-en)"
check "when it is back, so is the cloud"        exits 0 on cloud run --once
id=$(task cloud can-you-repair-an-oak-table) || true
check "and the mail is drafted"                 in_stage cloud "$id" Pending_Approval

say "the way out is down"
turn owner
fill owner "$id" > "$WORLD/log/fill" 2>&1 || true
check "approved"                                approve owner "$id"
relay_down
check "not sent, and says so"                   not exits 0 on owner run --once
check "the task is not Done"                    not in_stage owner "$id" Done
smtp_up
check "when it is back it is sent"              soon owner "$id" 30 in_stage owner "$id" Done
check "once"                                    wait_until 5 sent_is 1

say "a password that could send"
cp "$WORLD/cloud/vault.toml" "$WORLD/as-it-was"
sed -i 's/^host = .*/host = "imap.nowhere.example"/' "$WORLD/cloud/vault.toml"
check "exit code 12"                            exits 12 on cloud run --once
check "says what to do"                         said "accept_send_capable = true"
sed -i 's/^host = .*/&\naccept_send_capable = true/' "$WORLD/cloud/vault.toml"
check "accepted, it goes on to the server"      not exits 12 on cloud run --once
check "and status shows it"                     exits 0 on cloud status
check "for as long as it is so"                 said "^CAN SEND +main"
cp "$WORLD/as-it-was" "$WORLD/cloud/vault.toml"

say "a wrong key in vault.toml"
sed -i 's/^first_days\|^poll = .*/first_day = 3/' "$WORLD/cloud/vault.toml"
check "exit code 78"                            exits 78 on cloud run --once
check "names the key"                           said 'first_day\b'
check "and the nearest right one"               said first_days
sed -i 's/^first_day = 3/poll = "often"/' "$WORLD/cloud/vault.toml"
check "78 for a value that is none"             exits 78 on cloud run --once
check "names the key"                           said poll
echo 'vault = [' > "$WORLD/cloud/vault.toml"
check "78 for a file that is not TOML"          exits 78 on cloud run --once
check "says where"                              said 'vault\.toml.*1|line 1|\(1'
rm "$WORLD/cloud/vault.toml"
check "78 for one that is not there"            exits 78 on cloud run --once
check "names it"                                said 'vault\.toml'

say "no vault"
machine alone local inbox= outbox= remote=
check "exit code 10"                            exits 10 on alone run --once
check "says how to make one"                    said init

say "a vault of the future"
echo 2 > "$WORLD/owner/vault/PROTOCOL"
before=$(snapshot "$WORLD/owner/vault")
turn owner
check "is only read"                            sees "$before" snapshot "$WORLD/owner/vault"
echo 1 > "$WORLD/owner/vault/PROTOCOL"

say "a second daemon on the same state"
machine cloud cloud inbox=imap
start cloud run
check "the first one runs"                      wait_until 10 shows . cat "$WORLD/log/cloud"
sleep 1
check "the second one ends with 11"             exits 11 on cloud run --once
check "and says why"                            said 'running|lock|another'

say "usage"
check "2 for a word that is none"               exits 2 on owner frobnicate
check "2 for an id that is none"                not exits 0 on owner show no-such-task-0000000000000000
check "--help helps"                            shows "^ +approve" on owner --help
check "also the cloud's"                        shows "run" on cloud --help
check "which knows no approve"                  not shows "^ +approve" on cloud --help
check "doctor passes on a good machine"         exits 0 on owner doctor
end
