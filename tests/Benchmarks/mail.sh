#!/usr/bin/env bash
# How long a person waits: from a mail's delivery to Dovecot to its draft in the remote, and from the owner's yes to the mail's acceptance by the SMTP server.
# Both programs run as daemons, with the times of vault.toml; the remote is a path, then a bare repository behind sshd.
# Half a second of the first is Dovecot's: it gathers what has changed for so long before it tells an idling client.
source "$(dirname "$0")/lib.sh"
title "mail in, mail out"
certificate_make
imap_up
smtp_up

# wait_for COMMAND...: like wait_until, but looks every few milliseconds.
wait_for() {
    local end=$((SECONDS + 30))
    until "$@" > /dev/null 2>&1; do
        ((SECONDS < end)) || { echo "never came: $*"; return 1; }
        sleep 0.005
    done
}
# The reference's file first: a process for every look would take the processor from what is measured.
tip_moved() { [[ $(< "$BARE/refs/heads/main") != "$seen" ]]; }
in_tip() { tip_moved && tip Pending_Approval | grep -q "$1"; }
worlds() { local files=("$WORLD"/world/*.eml); [[ -e ${files[0]} ]] && ((${#files[@]} > $1)); }

# letter N: one of many mails, just written; prints the file.
letter() {
    local file=$WORLD/letter.$1.eml
    sed "s/@DATE@/$(LC_ALL=C date -R)/; s/oak table/oak table no $1/g; s/CAFx7Qk/CAFx7Qk$1/" "$STORIES/mail/gmail-en.eml" > "$file"
    chmod 644 "$file"
    echo "$file"
}
# git_push N: what git itself needs to bring one file into the same remote.
git_push() {
    echo "$1" > "$WORLD/by-git/$KIND.$1"
    git -C "$WORLD/by-git" add . && git -C "$WORLD/by-git" -c user.name=x -c user.email=x@x.example commit -qm "$1" && git -C "$WORLD/by-git" push -q origin HEAD:refs/heads/bench
}
# by_python: a mail from login to acceptance, by Python's own client.
by_python() {
    python3 - "$SMTPS_PORT" "$WORLD/tls/ca.pem" "$ADDRESS" "$PASSWORD" <<'PY'
import smtplib, ssl, sys, time
port, ca, address, password = sys.argv[1:]
began = time.perf_counter()
with smtplib.SMTP_SSL("127.0.0.1", int(port), context=ssl.create_default_context(cafile=ca)) as server:
    server.login(address, password)
    server.sendmail(address, ["bench@kunde.example"], f"From: {address}\r\nTo: bench@kunde.example\r\nMessage-ID: <{time.time_ns()}@bench.example>\r\nSubject: beside\r\n\r\nHello\r\n")
    print((time.perf_counter() - began) * 1000)
PY
}

number=0
for KIND in path ssh; do
    say "the remote is reached by $KIND"
    rm -rf "$WORLD/remote" "$WORLD/cloud" "$WORLD/owner" "$WORLD/by-git"
    if [[ $KIND == ssh ]]; then remote_up; else bare_repository; fi
    two_machines
    for name in cloud owner; do defaults $name; done
    # How soon one machine hears of the other is not measured; it need not take five minutes.
    for name in cloud owner; do setting $name interval '"5s"'; done
    on cloud run --once > "$WORLD/log/cloud-first" 2>&1
    git clone -q "$REMOTE" "$WORLD/by-git"
    git_push 0
    start cloud run
    start owner run
    sleep 5
    drafted=() sent=() begun=() pushes=() sends=()
    for ((n = 0; n < RUNS; n++)); do
        number=$((number + 1))
        file=$(letter $number)
        seen=$(< "$BARE/refs/heads/main")
        began=$(now)
        deliver "$file"
        slug=can-you-repair-an-oak-table-no-$number-
        wait_for in_tip "$slug" || break
        drafted+=($(($(now) - began)))
        wait_until 30 in_stage owner "$(task cloud "${slug%-}")" Pending_Approval
        id=$(task owner "${slug%-}")
        fill owner "$id" > "$WORLD/log/edit" 2>&1
        # Let the edit be synced: what is measured is the owner's yes alone.
        sleep 6
        digest=$(on owner show "$id" --json | jq -re .digest)
        there=$(find "$WORLD/world" -name '*.eml' | wc -l)
        began=$(now)
        on owner approve "$id" --digest "$digest" > "$WORLD/log/approve" 2>&1
        said=$(now)
        wait_for worlds "$there"
        sent+=($(($(now) - began))) begun+=($(($(now) - said)))
        sleep 3
        began=$(now)
        git_push "$((n + 1))"
        pushes+=($(($(now) - began)))
        sends+=("$(by_python)")
        sleep 1
    done
    check "all $RUNS came and went, by $KIND" [ "${#sent[@]}" == "$RUNS" ]
    git=$(median "${pushes[@]}")
    python=$(awk -v a="$git" -v b="$(median "${sends[@]}")" 'BEGIN { print a + b }')
    row "delivered to Dovecot to draft pushed, $KIND" "$(median "${drafted[@]}")" ms 1000 "git add, commit, push" "$git"
    row "approve begun to accepted by SMTP, $KIND" "$(median "${sent[@]}")" ms 1000 "the same git and Python's smtplib" "$python"
    row "approve ended to accepted by SMTP, $KIND" "$(median "${begun[@]}")" ms 1000 "the same git and Python's smtplib" "$python"
    say "each: drafted ${drafted[*]}; sent ${sent[*]}"
    for name in cloud owner; do
        pid=$(cat "$WORLD/pid/$name")
        say "$name by IMAP and $KIND: $(memory "$pid" Anonymous) MB anonymous, $(memory "$pid" Rss) resident, $(memory "$pid" VmHWM) at most"
        stop $name
    done
done
end
