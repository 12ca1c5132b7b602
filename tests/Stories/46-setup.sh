#!/usr/bin/env bash
# The owner sets up a machine: in questions at a terminal, by lines on standard input, by options. An older vault of Markdown folders and .env files is taken over and not touched,
# and one mail goes from its arrival to Sent through what setup made.
source "$(dirname "$0")/lib.sh"
title "setup"
certificate_make; imap_up; smtp_up; remote_up
# The stories' authority among the system's own: setup asks for no certificates.
export SSL_CERT_FILE=$WORLD/tls/ca.pem

HOME_DIR=$WORLD/owner/home
mkdir -p "$HOME_DIR" "$WORLD/bin"
echo local > "$WORLD/owner/zone"
# The session's systemd is told what to do, and notes it: 43-systemd has a real one.
printf '#!/bin/sh\necho "$*" >> %s/log/systemctl\n' "$WORLD" > "$WORLD/bin/systemctl"
chmod 755 "$WORLD/bin/systemctl"
# shellcheck disable=SC2120 # check calls it with options
setup() { HOME=$HOME_DIR PATH=$WORLD/bin:$PATH timeout 60 "$BIN/localagent" setup "$@"; }
# What lib.sh's words for a machine expect.
on() { shift; HOME=$HOME_DIR timeout -k 2 60 "$BIN/localagent" "$@"; }
# shellcheck disable=SC2120
terminal() { HOME=$HOME_DIR PATH=$WORLD/bin:$PATH timeout 100 python3 "$STORIES/judges/terminal.py" /dev/stdin "$WORLD/log/transcript" -- "$BIN/localagent" setup "$@"; }
CONFIG=$HOME_DIR/.config/platinum
nothing() { local found; found=$(find "$HOME_DIR" -mindepth 1); [[ -z $found ]] || { echo "$found"; return 1; }; }

# ---- the older vault, as such vaults are ----
OLD=$WORLD/old/AI_Employee_Vault
mkdir -p "$OLD"/{Needs_Action/email,In_Progress/cloud_agent,Pending_Approval/email,Approved,Rejected,Done,Plans,Updates,Signals,Briefings,.obsidian,.git}
old() { mkdir -p "$(dirname "$OLD/$1")"; cat > "$OLD/$1"; }
old Company_Handbook.md <<'MD'
# Company handbook

## Company

Werkstatt Berg

## Signature

Anna Berg
Werkstatt Berg

## Suppliers

Portal of the wood dealer, password: Zk7!qWq9-tLm2
MD
old Business_Goals.md <<< '# Our goals: 40 tables this year'
old Dashboard.md <<< '# Old dashboard, see [[EMAIL_18f2]]'
old Needs_Action/email/EMAIL_18f2.md <<'MD'
---
type: email
from: Claire Bennett <claire@buyer.example>
subject: Oak table: what does it cost?
received: 2026-11-20T09:30:00
priority: high
status: pending
gmail_id: 18f2
---

## Email Content

Dear Anna,

what does an oak table for six people cost?

Kind regards
Claire Bennett

## Suggested Actions
- [ ] Reply to sender
MD
old Needs_Action/roofer.md <<< $'Call the roofer about the leak over the saw.\n'
old Needs_Action/photo.bin <<< $'\x01\x02'
old In_Progress/cloud_agent/EMAIL_77.md <<'MD'
**From:** Paul Roth <paul@roth.example>
**Subject:** Chairs

## Message

Dear Anna, can you mend four chairs?
MD
old Pending_Approval/email/REPLY_delivery.md <<'MD'
---
type: approval_request
action: send_email
to: bob@builder.example
subject: Re: Delivery date
status: pending
---

# Email Approval Required

## Original Email Content

When do you deliver?

---

## Suggested Reply

**To:** bob@builder.example
**Subject:** Re: Delivery date

Dear Bob,

we deliver on Friday.

---

## To Approve
Move this file to `/Approved`.
MD
old Pending_Approval/LINKEDIN_POST_1.md <<'MD'
---
type: approval_request
action: linkedin_post
---
## Post Content

A new table is on the bench.

## To Approve
Move this file
MD
old Approved/SEND_offer.md <<'MD'
---
action: send_email
to: "carl@client.example"
subject: Your offer
status: approved
approved_by: owner
approval: v1.yes.yes
phase: accepted
---
## Draft Content

Dear Carl,

the table costs 900 euros.
MD
old Approved/PAYMENT_rent.md <<'MD'
---
type: payment
amount: 800
recipient: Landlord
---
# Pay the rent
Account DE02120300000000202051
MD
old Done/EMAIL_11.md <<< '# Finished in spring, see [[EMAIL_12]]'
old Done/EMAIL_12.md <<< '# Also finished'
old Rejected/EMAIL_13.md <<< '# Not this one'
old Plans/PLAN_shop.md <<< $'# Shop\n- [ ] photos'
old Updates/cloud.md <<< 'nothing new'
old Signals/stop.txt <<< 'x'
old Notes/logins.md <<< $'SMTP is sesame-8-open-Gate, and ghp_0123456789abcdefghijABCDEFGHIJ456789'
old Notes/credentials.json <<< '{"installed": {"client_secret": "GOCSPX-abcdefghij"}}'
old .git/config <<< '[remote "origin"]'
old .env.local <<ENV
# this machine
export SMTP_PASSWORD="$PASSWORD"
SMTP_HOST=127.0.0.1   # here
SMTP_PORT=$SMTP_PORT
IMAP_HOST=127.0.0.1
IMAP_PORT=993
ANTHROPIC_API_KEY=sk-ant-your-key
ODOO_API_KEY=sesame-8-open-Gate
WHATSAPP_SESSION_PATH=~/wa
DRY_RUN=false
ENV
old .env.cloud <<ENV
EMAIL_ADDRESS=$ADDRESS
FROM_NAME=Anna Berg
IMAP_USER=$ADDRESS
IMAP_PASSWORD=$PASSWORD
GMAIL_REFRESH_TOKEN=1//0abcdefghijklmnop
SYNC_INTERVAL_SECONDS=2
TWILIO_TOKEN=changeme
ENV
snapshot "$OLD" > "$WORLD/log/old-before"

say "questions at a terminal, and then no"
check "each is asked; what is none is asked again" exits 130 terminal <<STEPS
An older vault => /nowhere\r
no folder /nowhere(.|\n)*older vault => \r
vault is to be => $WORLD/owner/vault\r
always on => -\r
mail address => anna\r
is not an address(.|\n)*mail address => $ADDRESS\r
The name beside it => Anna Berg\r
How its mail is read => \r
IMAP server => 127.0.0.1:$IMAP_PORT\r
SMTP server => no server at all\r
is no server(.|\n)*SMTP server => 127.0.0.1:$SMTP_PORT\r
Password \(not => hush-hush-7\r
Password for sending => \r
whenever you log in => maybe\r
answer yes or no(.|\n)*whenever you log in => no\r
imap-main, smtp-main(.|\n)*Do all this => no\r
STEPS
check "no password reached the screen"             not grep -q hush "$WORLD/log/transcript"
check "nothing was written"                        nothing
interrupted() { printf 'An older vault => \\r\nvault is to be => %s\\r\nalways on => -\\r\nmail address => %s\\r\nThe name beside => \\r\nHow its mail => \\r\nIMAP => \\r\nSMTP => \\r\nPassword => half\x03\n' "$WORLD/owner/vault" "$ADDRESS" | terminal; }
check "Ctrl-C within a password ends it"           not interrupted
check "shows nothing of it"                        not grep -q half "$WORLD/log/transcript"
check "and leaves nothing behind"                  nothing

say "lines on standard input"
check "too few lines: it says where they ended"    exits 2 setup <<< $'\n~/Platinum\n-'
check "by the question's words"                    said "came to their end before: Your mail address"
check "one that is no answer: asked again, ended"  exits 2 setup <<< $'\n/etc/passwd'
check "and said why"                               said "is a file"
check "nothing was written"                        nothing

say "an older vault, first shown only"
ANSWERS=$(printf '%s\n' "$OLD" "$WORLD/owner/vault" "$REMOTE" '' '' '' '' "127.0.0.1:$IMAP_PORT" '' '' '' '' 'yes')
check "--dry-run"                                  exits 0 setup --dry-run <<< "$ANSWERS"
check "names what becomes of each"                 said "2 mails are drafted anew"
check "what waits"                                 said "2 drafts wait for your yes"
check "what is the owner's to do"                  said "roofer"
check "names of settings that nobody knows"        said "ODOO_API_KEY: left, not known"
check "a token is asked for anew"                  said "GMAIL_REFRESH_TOKEN: left, a new token"
no_secret() { not grep -rqF -e "$PASSWORD" -e sesame -e 'Zk7!q' -e ghp_0 -e 1//0abc "$@"; }
check "no secret is printed"                       no_secret "$WORLD/log/stdout" "$WORLD/log/stderr"
check "nothing was written"                        nothing

say "and then taken over"
check "the doctor that ends it is content"         exits 0 setup <<< "$ANSWERS"
cp "$WORLD/log/stdout" "$WORLD/log/setup-out"; cp "$WORLD/log/stderr" "$WORLD/log/setup-err"
check "no secret was printed"                      no_secret "$WORLD/log/stdout" "$WORLD/log/stderr"
check "the older vault is what it was"             sees "$(cat "$WORLD/log/old-before")" snapshot "$OLD"
check "secrets.json is the owner's alone"          sees 600 stat -c %a "$CONFIG/secrets.json"
check "with the passwords under their names"       sees "$PASSWORD$PASSWORD" jq -j '."imap-main", ."smtp-main"' "$CONFIG/secrets.json"
check "no secret is in vault.toml"                 no_secret "$CONFIG/vault.toml"
check "nor anywhere in the vault"                  no_secret "$WORLD/owner/vault"
check "nor in what went to the remote"             no_secret <(git -C "$BARE" log -p --all)
check "the unit starts this program"               grep -q "^ExecStart=$BIN/localagent run$" "$HOME_DIR/.config/systemd/user/localagent.service"
check "and was enabled"                            grep -q "enable --now localagent" "$WORLD/log/systemctl"
check "the handbook is the owner's"                grep -q "Werkstatt Berg" "$WORLD/owner/vault/Company_Handbook.md"
check "but for the password in it"                 grep -q "masked" "$WORLD/owner/vault/Company_Handbook.md"
check "the goals too"                              grep -q "40 tables" "$WORLD/owner/vault/Business_Goals.md"
check "what was done is a note"                    grep -q spring "$WORLD/owner/vault/Imported/Done/EMAIL_11.md"
check "that does not travel"                       sees "" tip Imported
check "credentials.json stayed where it was"       not test -e "$WORLD/owner/vault/Imported/Notes/credentials.json"
check "nothing is approved"                        sees 0 lines find "$WORLD/owner/vault/Approved" -name '*.md'
place() { (cd "$WORLD/owner/vault" && grep -rlF "imported_from: $1" Needs_Action In_Progress Pending_Approval Approved Done Quarantine | sed 's|/[^/]*$||'); }
check "a payment that was approved is asked anew"  sees Pending_Approval/payments place Approved/PAYMENT_rent.md
check "a post is a draft"                          sees Pending_Approval/social place Pending_Approval/LINKEDIN_POST_1.md
check "what nobody understands is the owner's"     sees Pending_Approval/files place Needs_Action/roofer.md
check "and asks nothing of a program"              on owner run --once
check "an approved mail waits for a yes again"     sees Pending_Approval/email place Approved/SEND_offer.md
check "so does a draft"                            sees Pending_Approval/email place Pending_Approval/email/REPLY_delivery.md
check "and a mail has a draft"                     sees Pending_Approval/email place Needs_Action/email/EMAIL_18f2.md
check "nothing was sent"                           sent_is 0
offer=$(task owner your-offer) || true
check "its text is what would go out"              shows "900 euros" on owner show "$offer"
check "and it says where it was approved"          shows "look in Sent whether it went out" on owner show "$offer"
digest_of() { on owner show "$1" --json | jq -re .digest; }
check "a yes needs the owner's typed word"         not on owner approve "$offer" --digest "$(digest_of "$offer")"

say "a second time"
all_of_it() { snapshot "$HOME_DIR/.config"; snapshot "$WORLD/owner/vault/Pending_Approval"; }
before=$(all_of_it)
again() { setup <<< $'\n\n\n\n'; }
check "with an empty line for each question"       again
check "nothing is changed"                         sees "$before" all_of_it
check "the older vault once more"                  exits 0 setup --yes --import "$OLD" --autostart false
check "makes nothing twice"                        said "taken over 0 tasks"
check "its own files are no older vault"           exits 2 setup --yes --import "$WORLD/owner/vault"
others() { grep -v '^display_name' "$CONFIG/vault.toml"; }
kept=$(others)
check "a The name beside the address"                  setup --yes --address "$ADDRESS" --name "A. Berg" --autostart false
check "is in vault.toml"                           grep -q '^display_name = "A. Berg"$' "$CONFIG/vault.toml"
check "and nothing else has changed"               sees "$kept" others

say "one mail, from its arrival to Sent"
check "the doctor is content"                      exits 0 on owner doctor
deliver "$(mail gmail-en)"
check "a turn drafts it"                           on owner run --once
id=$(task owner can-you-repair-an-oak-table) || true
check "the owner fills it in"                      fill owner "$id"
check "approves"                                   approve owner "$id"
settled() { on owner run --once && in_stage owner "$id" Done; }
check "it is sent"                                 wait_until 30 settled
check "once"                                       sent_is 1
check "and lies in Sent"                           sees 1 imap count Sent

say "the command for the machine that is always on"
HOME_DIR=$WORLD/other
mkdir -p "$HOME_DIR"
# shellcheck disable=SC2088 # the program's own
vm() { (unset GIT_SSH_COMMAND; printf '%s\n' '' '~/Platinum' 'ubuntu@127.0.0.1:1' '' anna@gmail.com 'Anna "B"' 'Anna B' imap '' "$PASSWORD" '' yes no yes | setup); }
check "is printed"                                 exits 3 vm
check "with the key that was made"                 grep -qF -- "--owner-key \"'ssh-ed25519 $(cut -d' ' -f2 "$HOME_DIR/.ssh/id_ed25519.pub")" "$WORLD/log/stdout"
check "the program's sum"                          shows "--sha256 $(sha256sum "$BIN/cloudagent" | cut -d' ' -f1)" cat "$WORLD/log/stdout"
check "the account"                                shows "--account anna@gmail.com --display-name \"'Anna B'\"" cat "$WORLD/log/stdout"
check "what the owner accepted"                    shows "--accept-send-capable" cat "$WORLD/log/stdout"
check "no secret"                                  no_secret "$WORLD/log/stdout"
check "of a large provider the address was enough" not grep -qE '^(host|port) = ' "$HOME_DIR/.config/platinum/vault.toml"
# Run as it stands, with an ssh that does what ssh does to words: joins them, and lets a shell take them apart.
# shellcheck disable=SC2016 # the stubs' own variables
printf '#!/bin/sh\nwhile [ "${1#-}" != "$1" ]; do [ "$1" != -p ] || shift; shift; done\nshift\nexec sh -c "$*"\n' > "$WORLD/bin/ssh"
# shellcheck disable=SC2016
printf '#!/bin/sh\nprintf "%%s\\n" "$@"\n' | tee "$WORLD/bin/sudo" > "$WORLD/bin/scp"
chmod 755 "$WORLD"/bin/*
words() { tail -n 1 "$WORLD/log/command" | PATH=$WORLD/bin:$PATH bash; }
cp "$WORLD/log/stdout" "$WORLD/log/command"
check "its name is one word for both shells"       shows '^Anna B$' words
check "and so is the key"                          shows "^ssh-ed25519 [^ ]+ [^ ]+$" words
end
