#!/usr/bin/env bash
# Mail that nobody waits to have answered is a line in the log, never a task.
source "$(dirname "$0")/lib.sh"
title "lists, newsletters, bounces, robots, one's own mail"
certificate_make; imap_up; smtp_up; bare_repository
two_machines
for name in list newsletter bounce own auto noreply; do deliver "$(mail "$name")"; done
deliver "$(mail gmail-en)"
check "a turn"                             on cloud run --once
check "one task, the mail of a person"     sees "Pending_Approval/email/$(task cloud can-you-repair-an-oak-table).md" tasks cloud
check "a log line: mailing list"           in_log cloud 'list-20261122|Which plane'
check "a log line: newsletter"             in_log cloud '0102019a1b2c3d4e-news|oak at 20'
check "a log line: bounce"                 in_log cloud '20261122101500|Undelivered'
check "a log line: own mail"               in_log cloud 'own-1@werkstatt|Note to self'
check "a log line: out of office"          in_log cloud 'DB7PR0501MB1234|Automatische Antwort'
check "a log line: parcel robot"           in_log cloud '1763805300\.5521|Your parcel'
lines_before=$(cat "$WORLD"/cloud/vault/Logs/*/* | wc -l) || true
tip_before=$(tip_commit)
turn cloud cloud
check "a turn with nothing new logs nothing"    sees "$lines_before" bash -c "cat '$WORLD'/cloud/vault/Logs/*/* | wc -l"
check "and commits nothing"                     sees "$tip_before" tip_commit

say "mail of long ago, and mail that was answered"
sed "s/^Date: .*/Date: $(LC_ALL=C date -R -d '30 days ago')/; s/7C0F2B9E/00000000/" "$(mail apple-fr)" > "$WORLD/old.eml"
machine late cloud inbox=imap
imap append-old INBOX "$WORLD/old.eml"
imap append-answered INBOX "$(mail thunderbird-es)"
check "a machine that connects for the first time"  on late run --once
check "makes no work of either"                     sees "$(tasks cloud)" tasks late
end
