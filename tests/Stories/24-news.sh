#!/usr/bin/env bash
# What one machine pushes is on the other in seconds, though neither looks by the clock, and nobody asks anybody while nothing happens.
source "$(dirname "$0")/lib.sh"
title "news of others"
# Over a connection that stays open: what is left of it when a process is killed, and what it costs.
connections() { grep -c 'Accepted publickey' "$WORLD/log/sshd"; }
# by_the_clock NAME: never, within this story.
never_by_the_clock() { setting "$1" interval '"1h"'; setting "$1" poll '"1h"'; }
note() { mkdir -p "$WORLD/$1/vault/Plans/email"; echo "$2" > "$WORLD/$1/vault/Plans/email/$2.md"; }
has() { [[ -e $WORLD/$1/vault/Plans/email/$2.md ]]; }
travels() {
    local began took
    note "$1" "$3"
    began=$(date +%s%N)
    check "what $1 writes is on $2"             wait_until 15 has "$2" "$3"
    took=$((($(date +%s%N) - began) / 1000000))
    say "$took ms after it was written"
}

remote_up
# In the home of its account, as the README writes it.
BARE=$WORLD/sshd/home/vault.git
git init -q --bare -b main "$BARE"
REMOTE=ssh://$(id -un)@127.0.0.1:$SSH_PORT/~/vault.git
machine owner local outbox="maildir:$WORLD/sent" imap=no
machine cloud cloud inbox="maildir:$WORLD/mail" imap=no
mkdir -p "$WORLD/mail"/{cur,new,tmp}
on owner init "$WORLD/owner/vault" --remote "$REMOTE" > "$WORLD/log/init" 2>&1
on owner run --once > "$WORLD/log/owner-first" 2>&1
check "doctor says that they are heard"         shows "others' pushes: heard at once" on owner doctor
turn cloud
never_by_the_clock owner; never_by_the_clock cloud
start cloud run
start owner run
sleep 4

say "over ssh"
# What libgit2 starts and forgets: dead processes that nobody waited for, pipes that every other program would have too.
dead() { pgrep -c -r Z -P "$(cat "$WORLD/pid/$1")" || true; }
forgotten() {
    local at n=0 process
    process=/proc/$(cat "$WORLD/pid/$1")
    for at in "$process"/fd/*; do
        [[ ${at##*/} -gt 2 && $(readlink "$at") == pipe:* ]] || continue
        (($(awk '/^flags:/ { print "0" $2 }' "$process/fdinfo/${at##*/}") & 02000000)) || n=$((n + 1))
    done
    echo "$n"
}
both() { echo "$(forgotten cloud) $(forgotten owner)"; }
logins=$(connections) open=$(both)
travels cloud owner one
travels owner cloud two
travels cloud owner three
check "through the connections that are open"   sees "$logins" connections
for name in cloud owner; do check "$name: one of them is dead at most" shows '^[01]$' dead $name; done
check "and no pipe of one is open"              sees "$open" both

say "idle"
sleep 3
before=$(connections) tip=$(tip_commit)
strace -f -qq -e trace=network,read,write,execve -o "$WORLD/trace" -p "$(cat "$WORLD/pid/owner")" &
tracer=$!
sleep 8
kill "$tracer"; wait "$tracer" || true
check "no new connection"                       sees "$before" connections
check "no commit"                               sees "$tip" tip_commit
nothing() { local n; n=$(grep -cE 'execve|connect|sendto|sendmsg' "$WORLD/trace" || true); echo "$n calls"; head -n 20 "$WORLD/trace"; ((n == 0)); }
check "the owner's program asks nobody"         nothing

say "the remote goes away and comes back"
mapfile -t sessions < <(pgrep -P "$(cat "$WORLD/pid/sshd")")
remote_down; kill "${sessions[@]}"
sleep 2
remote_up
note cloud four
pushed() { tip Plans/email/four.md | grep -q .; }
check "the one pushes by itself"                wait_until 40 pushed
check "and the other hears of it"               wait_until 40 has owner four

say "killed"
waits() { { pgrep -fx 'tail -n 1 -F refs/heads/main' || true; } | while read -r pid; do readlink "/proc/$pid/cwd" || true; done | { grep -cx "$BARE" || true; }; }
check "each holds one connection"               wait_until 20 sees 2 waits
for name in owner cloud; do kill -KILL "$(cat "$WORLD/pid/$name")"; wait "$(cat "$WORLD/pid/$name")" 2> /dev/null || true; done
check "nothing of them is left anywhere"        wait_until 10 sees 0 waits

say "an account that may do nothing but git"
mv "$WORLD/sshd/client_key.pub" "$WORLD/sshd/plain.pub"
# What a key that is bound to git's own programs gives: git-shell refuses everything else.
sed "s|^|restrict,command=\"git-shell -c \\\\\"\$SSH_ORIGINAL_COMMAND\\\\\"\" |" "$WORLD/sshd/plain.pub" > "$WORLD/sshd/client_key.pub"
check "doctor says how it is"                   shows "others' pushes: .*by the clock only" on owner doctor
check "and sync works"                          exits 0 on owner run --once

say "in a path"
stop owner; stop cloud
for name in owner cloud; do setting "$name" remote "\"$BARE\""; done
turn owner cloud
start cloud run
start owner run
sleep 3
travels cloud owner five
travels owner cloud six
end
