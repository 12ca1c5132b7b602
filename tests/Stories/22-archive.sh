#!/usr/bin/env bash
# What is long over leaves the vault for a zip archive, on all machines, and stays known: the same mail read again becomes no task. The archiving is killed at its system calls.
source "$(dirname "$0")/lib.sh"
title "the archive"
bare_repository
mkdir -p "$WORLD/incoming/maildir"/{cur,new,tmp}
machine cloud cloud inbox="maildir:$WORLD/incoming/maildir" imap=no
machine owner local outbox="maildir:$WORLD/owner/sent" imap=no
for name in cloud owner; do setting $name poll '"2s"\nfirst_days = 400'; done
on owner init "$WORLD/owner/vault" --remote "$REMOTE" > "$WORLD/log/init" 2>&1
turn owner

# Written, and come, four months ago.
then=$(date -d '120 days ago' +%s)
month=$(date -u -d "@$then" +%Y-%m)
for letter in gmail-en outlook-de apple-fr; do
    sed "s/@DATE@/$(LC_ALL=C date -R -d "@$then")/" "$STORIES/mail/$letter.eml" > "$WORLD/incoming/maildir/new/$then.$letter.host"
    touch -d "@$then" "$WORLD/incoming/maildir/new/$then.$letter.host"
done
check "three old mails become tasks"              exits 0 on cloud run --once
turn owner
answered() { local id; for id in $(tasks owner | sed 's|.*/||; s|\.md$||'); do fill owner "$id" && approve owner "$id" || return 1; done; }
check "the owner says yes to all"                 answered
all_done() { [[ $(find "$WORLD/owner/vault/Done/$month" -name '*.md' | wc -l) == 3 ]]; }
check "all are sent and done"                     turns owner 30 all_done
turn cloud owner cloud
check "the cloud has them too"                    alike owner cloud
(cd "$WORLD/owner/vault" && find Done -name '*.md' -exec sha256sum {} +) | sort > "$WORLD/finished"
id=$(basename "$(head -n 1 "$WORLD/finished" | cut -c67-)" .md)

say "what it refuses"
this=$(date -u +%Y-%m)
check "no word on what to do"                     exits 2 on owner archive
check "no month"                                  exits 2 on owner archive --before yesterday
check "a month to come"                           exits 2 on owner archive --before 2999-01
check "an archive in the vault"                   exits 2 on owner archive --before "$this" --to "$WORLD/owner/vault/Archive"

say "killed at its system calls"
cp -a "$WORLD/owner" "$WORLD/owner.before"
restore() { rm -rf "$WORLD/owner"; cp -a "$WORLD/owner.before" "$WORLD/owner"; }
# holds_all: each finished task, as it was, lies in the vault or in an archive that says so itself.
holds_all() {
    local zip
    rm -rf "$WORLD/unzipped"
    mkdir "$WORLD/unzipped"
    for zip in "$WORLD"/owner/vault-archive/*.zip; do
        [[ -e $zip ]] || continue
        python3 -m zipfile -t "$zip" > /dev/null && python3 -m zipfile -e "$zip" "$WORLD/unzipped" || return 1
    done
    (cd "$WORLD/owner/vault" && cp -r --parents Done "$WORLD/unzipped/") || return 1
    (cd "$WORLD/unzipped" && sha256sum --quiet -c "$WORLD/finished")
}
# archives NAME OPTIONS...: the archiving under strace; what it says is in that log.
archives() {
    local log=$1
    shift
    local STRACE=(strace -f -qq "$@")
    on owner archive --before "$this" > "$WORLD/log/$log" 2>&1
}
archives undisturbed -o "$WORLD/log/trace" -e "trace=fsync,rename,renameat2,unlink,mkdir,write"
points=$(awk '{ sub(/\(.*/, "", $2); n[$1 " " $2]++; if (n[$1 " " $2] > most[$2]) most[$2] = n[$1 " " $2] } END { for (c in most) for (i = 1; i <= most[c]; i++) print c ":" i }' "$WORLD/log/trace")
killed=0
survives() {
    local point call n
    for point in $points; do
        call=${point%:*} n=${point#*:}
        restore
        archives killed -o /dev/null -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$n" || killed=$((killed + 1))
        echo "killed at $point"
        holds_all || return 1
        on owner archive --before "$this" || return 1
        on owner archive --verify || return 1
        holds_all || return 1
        [[ -z $(find "$WORLD/owner/vault/Done" -name '*.md') ]] || return 1
    done
}
check "nothing is lost, and the next run finishes" survives
say "$(wc -w <<< "$points") points, $killed kills"
check "it was killed"                             [ "$killed" -gt 10 ]

say "archived"
restore
check "it is done"                                exits 0 on owner archive --before "$this"
check "it says what went where"                   said "3 tasks.*\.zip"
check "they are gone from the vault"              sees 0 lines find "$WORLD/owner/vault/Done" -name '*.md'
check "sha256sum agrees with the index"           holds_all
index=$(find "$WORLD/owner/vault/Archive" -name '*.md')
# The first line is the archive itself, which lies one folder up.
agrees() { (cd "$WORLD/unzipped" && ln -sf ../owner/vault-archive/*.zip . && sha256sum -c "$index" 2> /dev/null | grep -c ': OK$'); }
check "also as the index lists it"                sees 4 agrees
check "archive --verify agrees"                   exits 0 on owner archive --verify
check "a second time there is nothing to do"      exits 0 on owner archive --before "$this"
check "the task is no longer found"               exits 2 on owner log "$id"
check "but where it is, is said"                  said "archived"
check "the log knows"                             turns owner 5 in_log owner archive.written
turn cloud owner cloud
check "the cloud's copy is gone"                  sees 0 lines find "$WORLD/cloud/vault/Done" -name '*.md'
check "and knows the names"                       grep -q "$id" "$WORLD/cloud/vault/Archive/$(basename "$index")"

say "the same mails, read again from the beginning"
before=$(tip . | wc -l)
rm "$WORLD/cloud/state/mail/main"
check "a turn has nothing new to file"            exits 0 on cloud run --once
check "no task came back"                         sees 0 lines tasks cloud
check "nor in the remote"                         sees 0 bash -c "git -C '$BARE' ls-tree -r --name-only main | grep -cE '^(Needs_Action|Pending_Approval|Done)/.*\.md' || true"
say "$before paths in the remote before, $(tip . | wc -l) now"

say "somebody changes an archive"
zip=$(find "$WORLD/owner/vault-archive" -name '*.zip')
printf x >> "$zip"
check "--verify tells"                            exits 3 on owner archive --verify
check "which one"                                 said "$(basename "$zip")"
check "the repository is sound"                   git -C "$BARE" fsck --strict --no-dangling
end
