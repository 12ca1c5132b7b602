#!/usr/bin/env bash
# The line that CloudAgent can't cross: what sends is not in its file.
source "$(dirname "$0")/lib.sh"
title "what is in the programs, and what is not"

# What a mail client can't send without: SMTP's commands (as UTF-16, the way .NET keeps strings) and MailKit's names.
smtp_in() { { strings -n 4 -el "$1"; strings -n 4 "$1"; } | grep -E 'RCPT TO|MAIL FROM|EhloCommand|SmtpClient|SmtpStream|SmtpResponse|MailKit[._]Net[._]Smtp'; }
imap_in() { { strings -n 4 -el "$1"; strings -n 4 "$1"; } | grep -E 'ImapClient|UIDVALIDITY'; }

# reserved PROGRAM: its largest mapping, in whole gigabytes.
reserved() { HOME=$WORLD strace -f -e trace=mmap "$1" --version 2>&1 | sed -n 's/.*mmap([^,]*, \([0-9]*\),.*/\1/p' | sort -n | tail -n 1 | awk '{ print int($1 / 2 ^ 30) }'; }

check "the probe finds SMTP in localagent"      smtp_in "$BIN/localagent"
check "and none in cloudagent"                  not smtp_in "$BIN/cloudagent"
check "which it would find: IMAP is there"      imap_in "$BIN/cloudagent"
check "nor Kestrel, nor System.Net.Mail"        not grep -Eaq 'System\.Net\.Mail|KestrelServer' "$BIN/cloudagent"
for program in cloudagent localagent; do
    check "$program is an executable for Linux" shows 'ELF 64-bit.*x86-64' file "$BIN/$program"
    check "$program is stripped"                not shows 'not stripped' file "$BIN/$program"
    check "$program asks the linker for no git" not shows 'libgit2' ldd "$BIN/$program"
    mkdir "$WORLD/$program"
    cp "$BIN/$program" "$WORLD/$program/"
    check "$program runs alone in a folder"     env HOME="$WORLD" "$WORLD/$program/$program" --help
    check "$program knows its version"          shows '[0-9]+\.[0-9]+' "$WORLD/$program/$program" --version
    # What the collector reserves follows from its limit, see VaultKit/OneFile.targets: five gigabytes, however much or little memory there is.
    check "$program takes its limit from nobody" sees 5 reserved "$BIN/$program"
    check "$program leaves nothing beside it"   sees "$program" ls -A "$WORLD/$program"
done

say "libgit2 is inside, not beside"
machine owner local inbox="folder:$WORLD/letters" remote= imap=no
mkdir "$WORLD/letters"
cp "$(mail gmail-en)" "$WORLD/letters/"
alone() { HOME=$WORLD/home "$WORLD/localagent/localagent" --config "$WORLD/owner/vault.toml" "$@"; }
check "a vault is made"                         alone init "$WORLD/owner/vault"
check "a turn commits"                          alone run --once
check "and git reads its history"               shows "Task: " alone git log
check "no library was left in /tmp"             sees 0 lines find /tmp -maxdepth 2 -name 'git2-*.so*' -newer "$WORLD/letters"
end
