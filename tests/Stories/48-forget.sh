#!/usr/bin/env bash
# A customer asks to be forgotten. Afterwards nothing of them is in any vault, archive, state directory, repository or new backup; everybody else's mail is as it was; the logs can still be proved; and neither the
# mailbox nor a machine that was away brings anything back. Killed in the middle and said again, it ends the same.
source "$(dirname "$0")/lib.sh"
title "a person is forgotten"
certificate_make; imap_up; smtp_up; guarded_remote_up
keys=$WORLD/sshd
cloud() { GIT_SSH_COMMAND="ssh -F $keys/ssh_config_cloud" on cloud "$@"; }
cloud_turn() { cloud run --once >> "$WORLD/log/cloud" 2>&1 || true; }

machine cloud cloud inbox=imap
machine owner local outbox=smtp
machine laptop local outbox=smtp
for name in cloud owner laptop; do setting $name poll '"2s"\nfirst_days = 400'; done
printf '\n[backup]\nfolder = "%s"\nkeep = 5\nrecipients = []\nidentity = ""\n' "$WORLD/backups" >> "$WORLD/owner/vault.toml"
jq '. + {"backup": "a long enough passphrase"}' "$WORLD/owner/secrets.json" > "$WORLD/s" && cat "$WORLD/s" > "$WORLD/owner/secrets.json"
check "the owner makes the vault"                  on owner init "$WORLD/owner/vault" --remote "$REMOTE"
turn owner
check "the laptop joins"                           on laptop init "$WORLD/laptop/vault" --remote "$REMOTE"
key() { on "$1" key | awk -v field="$2" '$1 == field { print $2 }'; }
check "the owner's machines know each other"       on owner key trust "$(key laptop key)" --fingerprint "$(key laptop fingerprint)"
check "both"                                       on laptop key trust "$(key owner key)" --fingerprint "$(key owner fingerprint)"

say "mail of two people"
# letter FROM NAME DAYS SUBJECT [HEADER]: a mail that was written so many days ago; its text comes from the input.
letter() {
    local file id
    file=$(mktemp "$WORLD/letter.XXXX")
    id=$(basename "$file")
    {
        printf 'From: %s <%s>\nTo: Anna Berg <%s>\nSubject: %s\nDate: %s\nMessage-ID: <%s@story.example>\n' "$2" "$1" "$ADDRESS" "$4" "$(LC_ALL=C date -R -d "$3 days ago")" "$id"
        [[ -z ${5:-} ]] || printf '%s\n' "$5"
        printf 'Content-Type: text/plain; charset=utf-8\n\n'
        cat
    } > "$file"
    chmod 644 "$file"
    deliver "$file"
    rm "$file"
}
# The person, a word that only their mails have, and what becomes of their subjects in names of files.
TRACES='alice\.zimmer@kunde\.example|Alice Zimmermann|zanzibarholz|walnut-cabinet|cherry-sideboard|plum-drawer'
letter alice.zimmer@kunde.example "Alice Zimmermann" 120 "Plum drawer" <<< "Hello Anna, can you repair the drawer of zanzibarholz? Alice"
letter alice.zimmer@kunde.example "Alice Zimmermann" 0 "Walnut cabinet" <<< "Hello Anna, can you repair the cabinet of zanzibarholz by Friday? Alice"
letter bob@anders.example "Bob Tischler" 120 "Old stool" <<< "Hello Anna, can you repair the stool? Bob"
letter bob@anders.example "Bob Tischler" 0 "Round table" "Cc: Alice Zimmermann <alice.zimmer@kunde.example>" <<< "Hello Anna, can you repair the table, as Alice Zimmermann <alice.zimmer@kunde.example> told me? Bob"
letter carla@dritte.example "Carla Weber" 0 "Small bench" <<< "Hello Anna, can you repair the bench? Carla"
letter alice.zimmer@kunde.example "Alice Zimmermann" 0 "Out of office" "Auto-Submitted: auto-replied" <<< "I am away. Alice"
check "the cloud drafts"                           cloud run --once
turn owner
answer() { fill owner "$1" && approve owner "$1" && turns owner 30 in_stage owner "$1" Done; }
for slug in plum-drawer walnut-cabinet old-stool; do check "answered: $slug" answer "$(task owner $slug)"; done
check "what is of earlier months is archived"      exits 0 on owner archive --before "$(date -u +%Y-%m)"
letter alice.zimmer@kunde.example "Alice Zimmermann" 0 "Cherry sideboard" <<< "Hello Anna, and the sideboard of zanzibarholz? Alice"
cloud_turn
turn owner
echo "Call Alice Zimmermann first." > "$WORLD/owner/vault/A note of mine.md"
check "a backup"                                   exits 0 on owner backup
cloud_turn
turn laptop owner
open=$(task owner cherry-sideboard) || true
table=$(task owner round-table) || true
bench=$(task owner small-bench) || true
check "all three have the same tasks"              alike owner laptop

say "the laptop goes away, and its owner works on"
check "sending is paused there"                    on laptop pause
check "the remote is out of reach"                 remote_down
fill laptop "$open" > "$WORLD/log/fill" 2>&1 || true
approve laptop "$open" > "$WORLD/log/approve" 2>&1 || true
fill laptop "$bench" > "$WORLD/log/fill" 2>&1 || true
approve laptop "$bench" > "$WORLD/log/approve" 2>&1 || true
turn laptop
check "which lies approved there"                  in_stage laptop "$open" Approved
check "and one to somebody else's"                 in_stage laptop "$bench" Approved
check "the remote can be reached again"            remote_up

# nowhere FOLDER...: no trace in any file below, in a zip archive, or in an object of a repository.
nowhere() {
    local found=0 file
    if grep -raliE "$TRACES" "$@" > "$WORLD/traces"; then cat "$WORLD/traces"; found=1; fi
    if find "$@" | grep -iE "$TRACES"; then found=1; fi
    while IFS= read -r file; do
        python3 -c 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); [sys.stdout.buffer.write(n.encode() + b"\n" + z.read(n)) for n in z.namelist()]' "$file" | grep -aiE "$TRACES" && { echo "$file"; found=1; }
    done < <(find "$@" -name '*.zip')
    while IFS= read -r file; do
        git -C "${file%/HEAD}" cat-file --batch-all-objects --batch | grep -aiE "$TRACES" && { echo "${file%/HEAD}"; found=1; }
    done < <(find "$@" -name HEAD -path '*git/HEAD')
    return "$found"
}
check "there are traces to be found"               not nowhere "$BARE"
check "in the archive too"                         not nowhere "$WORLD/owner/vault-archive"
check "and in the logs"                            in_log owner 'mail.sifted.*alice'
check "before it, all is proved"                   exits 0 on owner verify
forget() { echo "${TYPED-$1}" | on owner forget "$@"; }
others() { (cd "$WORLD/$1/vault" && find . -name "old-stool-*" -o -name "$bench.md" | sort | xargs -r sha256sum); }

say "what it refuses"
before=$(tip_commit)
check "--dry-run says what would go"               exits 0 on owner forget alice.zimmer@kunde.example --dry-run
check "by folder"                                  said '2 in Done/|1 in Done/'
check "in the archive"                             said '\.zip: Done/.*plum-drawer'
check "and what is the owner's own"                said 'A note of mine.md: a file of yours'
check "an open task wants --with-open"             exits 2 forget alice.zimmer@kunde.example
check "what is no address"                         exits 2 forget alice
check "the owner's own address"                    exits 2 forget "$ADDRESS"
TYPED="alice@other.example"
check "another address typed"                      exits 2 forget alice.zimmer@kunde.example --with-open
unset TYPED
check "nothing has changed"                        sees "$before" tip_commit
check "the remote does not know the owner yet"     exits 1 forget alice.zimmer@kunde.example --with-open
check "which says where its hook looks"            said 'platinum-owners'
check "nothing of the vault has changed"           in_stage owner "$open" Pending_Approval
{ key owner key; key laptop key; } > "$BARE/platinum-owners"
sed -i "s|^remote = .*|&\nowners = [\"$(key owner key)\", \"$(key laptop key)\"]|" "$WORLD/cloud/vault.toml"
rm "$WORLD/owner/vault/A note of mine.md"

say "killed in the middle, and said again"
turn owner
cp -a "$WORLD/owner" "$WORLD/owner.before"
cp -a "$BARE" "$WORLD/bare.before"
# The remote's own objects go by a command that is printed for whoever keeps it; here that is this story.
keeper() { local command; command=$(grep -ho 'sudo -u .*' "$WORLD/log/stderr") && [[ $command == *"$BARE"*"gc --prune=now" ]] && eval "${command//sudo -u $(id -un) /}"; }
killed=0
# CALL:NTH[:REFERENCE]. Before the push that decides, between it and what follows here (each reference by itself), and while the old history is put away.
POINTS="fsync:12 fsync:1:heads/main fsync:1:remotes/origin/main fsync:2:heads/main fsync:2:remotes/origin/main fsync:45"
[[ -z ${LONG:-} ]] || POINTS+=" fsync:3 fsync:8 fsync:16 fsync:20 renameat2:3 renameat2:9 fsync:30 fsync:60 renameat2:14 unlink:5"
survives() {
    local point call nth reference code STRACE=()
    for point in $POINTS; do
        rm -rf "$WORLD/owner" "$BARE"
        cp -a "$WORLD/owner.before" "$WORLD/owner"; cp -a "$WORLD/bare.before" "$BARE"
        code=0
        IFS=: read -r call nth reference <<< "$point"
        STRACE=(strace -f -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$nth")
        [[ -z $reference ]] || STRACE+=(-P "$WORLD/owner/state/git/refs/$reference.lock")
        forget alice.zimmer@kunde.example --with-open > "$WORLD/log/killed" 2>&1 || code=$?
        STRACE=()
        ((code != 137)) || killed=$((killed + 1))
        exits 3 forget alice.zimmer@kunde.example --with-open || return 1
        keeper || return 1
        echo "killed at $point ($code), now: $(git -C "$BARE" rev-list --count main) commits"
        nowhere "$WORLD/owner" "$BARE" || return 1
        on owner verify || return 1
        git -C "$BARE" fsck --strict || return 1
    done
}
check "it ends the same"                           survives
say "$(wc -w <<< "$POINTS") points, $killed kills"
check "it was killed"                              [ "$killed" -ge 4 ]
rm -rf "$WORLD/owner" "$BARE"
mv "$WORLD/owner.before" "$WORLD/owner"; mv "$WORLD/bare.before" "$BARE"

say "forgotten"
others owner > "$WORLD/others"
check "it is done, but for the remote's objects"   exits 3 forget alice.zimmer@kunde.example --with-open
check "old backups are named"                      said '1 backups were made before'
check "the command for the remote"                 said 'reflog expire --expire=now --all && .* gc --prune=now'
check "which does it"                              keeper
check "nothing on the owner's machine and remote"  nowhere "$WORLD/owner" "$BARE"
check "no machine brings its original back"        on owner reject "$table" --reason "by phone"
turn owner
check "the others' mails are as they were"         sees "$(cat "$WORLD/others")" others owner
check "who only mentioned them is without it"      grep -q 'forgotten' "$(path owner "$table")"
check "and otherwise whole"                        grep -q 'can you repair the table' "$(path owner "$table")"
check "the logs are proved"                        exits 0 on owner verify
check "and it says that somebody was forgotten"    said 'had somebody forgotten on'
check "the archive too"                            exits 0 on owner archive --verify
check "doctor says when and by whom"               shows 'OK . forgetting: history began anew 1 times, last by local-' on owner doctor
check "a second time there is nothing"             exits 3 forget alice.zimmer@kunde.example
check "it says so"                                 said 'nothing of alice'
rm -f "$WORLD"/backups/*
check "a new backup"                               exits 0 on owner backup
echo "a long enough passphrase" > "$WORLD/pass"
check "is restored"                                env HOME="$WORLD/elsewhere" "$BIN/localagent" restore "$(find "$WORLD/backups" -name '*.backup')" --to "$WORLD/restored" --key "$WORLD/pass"
check "and holds nothing"                          nowhere "$WORLD/restored"
rm -rf "$WORLD/restored" "$WORLD/elsewhere"

say "the cloud takes it"
cloud_turn
check "it has what the owner has"                  alike owner cloud
check "nothing on the cloud's machine"             nowhere "$WORLD/cloud"
rm "$WORLD/cloud/state/mail/"*
check "the mailbox is read from the beginning"     exits 0 cloud run --once
check "no task comes back"                         not bash -c "find '$WORLD/cloud/vault' -name '*walnut*' -o -name '*cherry*' -o -name '*plum*' | grep ."

say "the laptop comes back"
turn laptop
check "the person's mail is gone there"            sees "" where laptop "$open"
check "the yes to somebody else's stands"          in_stage laptop "$bench" Approved
turn laptop owner laptop
TRACES=${TRACES/alice\\.zimmer@kunde\\.example|Alice Zimmermann|/}
check "nothing on the laptop"                      nowhere "$WORLD/laptop"
check "it brought nothing back"                    nowhere "$BARE" "$WORLD/owner"
check "the logs are proved here"                   exits 0 on owner verify
check "and there"                                  comes_to_its_end on laptop verify
check "nobody contradicts"                         not said 'CONTRADICTS'
check "on it goes"                                 on laptop resume
check "the yes is carried out"                     turns laptop 30 in_stage laptop "$bench" Done
check "four mails went out in all"                 sent_is 4

say "whoever changes a log is told all the same"
turn owner
log=$(grep -rl --include='*.jsonl' '"event":"forgotten"' "$WORLD/owner/vault/Logs" | head -n 1)
sed -i '0,/"event":"forgotten"/s//"event":"forgot"/' "$log"
check "verify contradicts"                         exits 1 on owner verify
check "and a word in the list that is not signed"  bash -c "printf '\nv1.e30.AA\ntask 00\n' >> '$WORLD/owner/vault/Archive/forgotten.md'"
check "too"                                        exits 1 on owner verify
check "it is named"                                said 'forgotten.md.*not signed'

say "they write again"
letter alice.zimmer@kunde.example "Alice Zimmermann" 0 "New order" <<< "Hello Anna, can you build a shelf? Alice"
cloud_turn
check "that is a new task"                         task cloud new-order
end
