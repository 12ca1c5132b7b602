#!/usr/bin/env bash
# From a change on one machine until it is in the other's vault: both daemons run with the times of vault.toml, the remote is reached over ssh. Beside it what a person with git needs for the same.
source "$(dirname "$0")/lib.sh"
title "a change on one machine, seen on the other"
remote_up
machine owner local outbox="maildir:$WORLD/sent" imap=no
machine cloud cloud inbox="maildir:$WORLD/mail" imap=no
mkdir -p "$WORLD/mail"/{cur,new,tmp}
on owner init "$WORLD/owner/vault" --remote "$REMOTE" > "$WORLD/log/init" 2>&1
on owner run --once > "$WORLD/log/owner-first" 2>&1
on cloud run --once > "$WORLD/log/cloud-first" 2>&1
for name in owner cloud; do defaults "$name"; mkdir -p "$WORLD/$name/vault/Plans/email"; done
for name in one two; do
    GIT_SSH_COMMAND=$GIT_SSH_COMMAND git clone -q "$REMOTE" "$WORLD/git-$name"
    git -C "$WORLD/git-$name" config user.name x
    git -C "$WORLD/git-$name" config user.email x@x.example
done
start cloud run
start owner run
sleep 5

# seen FROM TO: milliseconds until a new file is on the other machine.
seen() {
    local began name
    name=n$(date +%s%N).md
    began=$(now)
    echo x > "$WORLD/$1/vault/Plans/email/$name"
    wait_until 60 test -e "$WORLD/$2/vault/Plans/email/$name" || { echo 60000; return; }
    echo $(($(now) - began))
}
by_hand() {
    local began
    began=$(now)
    (cd "$WORLD/git-one" && git pull -q --rebase && date +%N > note.md && git add -A && git commit -qm x && git push -q origin HEAD:refs/heads/bench) > "$WORLD/log/by-hand" 2>&1
    (cd "$WORLD/git-two" && git fetch -q origin bench && git checkout -q FETCH_HEAD) >> "$WORLD/log/by-hand" 2>&1
    echo $(($(now) - began))
}
forth=() back=() hand=()
for ((n = 0; n < RUNS; n++)); do
    forth+=("$(seen cloud owner)"); back+=("$(seen owner cloud)"); hand+=("$(by_hand)")
    sleep 2
done
theirs=$(median "${hand[@]}")
row "from the cloud to the owner, debounce of 2 s included" "$(median "${forth[@]}")" ms 15000 "git add, commit, push; fetch, checkout" "$theirs"
row "from the owner to the cloud" "$(median "${back[@]}")" ms 15000 "git add, commit, push; fetch, checkout" "$theirs"
used=0
for name in owner cloud; do used=$((used + $(ticks "$(cat "$WORLD/pid/$name")"))); done
sleep 60
for name in owner cloud; do used=$((used - $(ticks "$(cat "$WORLD/pid/$name")"))); done
row "a minute with nothing to do: processor, both together" "$((-used * 10))" ms - "a minute" 60000
end
