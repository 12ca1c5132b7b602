#!/usr/bin/env bash
# The remote is git's own http-backend behind https and a password.
source "$(dirname "$0")/lib.sh"
title "a remote over https"
certificate_make
bare_repository
git -C "$BARE" config http.receivepack true
GIT_PORT=$(free_port)
serve() { python3 "$STORIES/servers/git_https.py" "$GIT_PORT" "$WORLD/tls/server.pem" "$WORLD/tls/server.key" "$WORLD/remote" anna 's3cret: ü' > "$WORLD/log/https" 2>&1 & running https $!; }
serve
check "the server is there"                    wait_until 10 listens "$GIT_PORT"
REMOTE=https://anna@localhost:$GIT_PORT/vault.git
# password NAME TEXT: into that machine's secrets.
password() { jq --arg p "$2" '.remote = $p' "$WORLD/$1/secrets.json" > "$WORLD/secrets.new" && cat "$WORLD/secrets.new" > "$WORLD/$1/secrets.json"; }
machine owner local outbox="maildir:$WORLD/sent" imap=no
mkdir -p "$WORLD/mail"/{cur,new,tmp}
machine cloud cloud inbox="maildir:$WORLD/mail" imap=no
for name in owner cloud; do password "$name" 's3cret: ü'; done

check "a certificate that nobody here knows is refused"  not exits 0 on owner init "$WORLD/owner/vault" --remote "$REMOTE"
check "and named"                              said 'certificate'
export SSL_CERT_FILE=$WORLD/tls/ca.pem
check "known, the vault is made"               on owner init "$WORLD/owner/vault" --remote "$REMOTE"
check "and pushed"                             on owner run --once
check "it is there"                            sees PROTOCOL tip PROTOCOL
check "the cloud joins"                        on cloud run --once
cp "$(mail gmail-en)" "$WORLD/mail/new/1"
check "it drafts"                              on cloud run --once
check "the owner has the draft"                on owner run --once
id=$(task owner can-you-repair-an-oak-table) || true
check "once"                                   in_stage owner "$id" Pending_Approval

say "a wrong password"
password cloud wrong
check "ends with the code for it"              exits 12 on cloud sync
check "and says so"                            said 'password'
check "the right one is nowhere in our files"  not grep -rq "s3cret" "$WORLD/cloud/state" "$WORLD/cloud/vault" "$WORLD/owner/state" "$WORLD/owner/vault" "$BARE"
password cloud 's3cret: ü'
check "right again"                            on cloud sync

say "the server is away"
stop https
check "is told as such"                        exits 75 on cloud sync
serve
check "it is back"                             wait_until 10 listens "$GIT_PORT"
check "and so are we"                          on cloud sync
check "the repository is sound"                git -C "$BARE" fsck --strict
end
