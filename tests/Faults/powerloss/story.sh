# shellcheck shell=dash disable=SC2012 # the names in the lists are our own
# Runs in the virtual machine. Each command that ends with 0 has acknowledged what it did; what that is goes, with the next write, into the log of the disk itself.
# busybox sh; DISK, MAIL, INCOMING, MARKS_AT (MiB) are set in /settings.
# shellcheck source=/dev/null
. /settings
export NO_COLOR=1 TMPDIR=/tmp EDITOR=/fill
cd "$DISK" || exit 1

# Each file's digest in both vaults, the outbox and what else a machine must not forget; the remote's tip.
picture() {
    find owner/vault cloud/vault owner/state cloud/state outbox -type f ! -path '*/state/git/*' ! -name '.platinum-*' -exec sha256sum {} + 2> /dev/null
    [ ! -e remote.git/refs/heads/main ] || echo "$(cat remote.git/refs/heads/main)  main"
}

# mark NAME: behind the file system, where nothing but marks is; past the page cache, so that it makes nothing else durable.
mark() {
    { echo "mark $1"; picture; echo "end $1"; } > /tmp/mark
    [ "$(stat -c %s /tmp/mark)" -le 262144 ] || { echo "BROKEN: the mark is too large"; exit 1; }
    dd if=/tmp/mark of=/dev/vda bs=256k conv=sync,notrunc oflag=direct seek=$((MARKS_AT * 4)) 2> /tmp/dd || { cat /tmp/dd; exit 1; }
}

on() {
    local program=localagent name=$1
    shift
    [ "$(cat "$name/zone")" = local ] || program=cloudagent
    HOME=$DISK/$name/home $SYNCS "/bin/$program" --config "$DISK/$name/vault.toml" "$@"
}

# acknowledged NAME COMMAND...: it must end with 0.
acknowledged() {
    local name=$1 code=0
    shift
    "$@" > /tmp/said 2>&1 || code=$?
    if [ $code != 0 ]; then
        echo "BROKEN: $name ended with $code"
        cat /tmp/said
        exit 1
    fi
    mark "$name"
    echo "$(cut -d ' ' -f 1 /proc/uptime) $name"
}

# deliver N: the mail server, another machine, has N more.
deliver() { ls "$INCOMING" | head -n "$1" | while read -r mail; do mv "$INCOMING/$mail" "$MAIL/new/$mail"; done; }

# waiting N: the Nth task that waits for the owner.
waiting() { ls owner/vault/Pending_Approval/email | sed -n "$1s/\.md\$//p"; }

approve() { on owner approve "$1" --digest "$(on owner show "$1" --json | sed -n 's/.*"digest": *"\([0-9a-f]*\)".*/\1/p')"; }

by_hand() { mv "owner/vault/Pending_Approval/email/$1.md" owner/vault/Approved/email/ && on owner run --once; }

# UNSYNCED=all: no command syncs anything, from the first on.
[ "$UNSYNCED" != all ] || SYNCS=/bin/nosync
acknowledged "init"                    on owner init "$DISK/owner/vault"
acknowledged "the owner's first turn"  on owner run --once
deliver 4
acknowledged "four drafts"             on cloud run --once
acknowledged "pulled"                  on owner run --once
one=$(waiting 1) two=$(waiting 2) three=$(waiting 3)
acknowledged "edited"                  on owner edit "$one"
acknowledged "approved"                approve "$one"
acknowledged "sent"                    on owner run --once
acknowledged "rejected"                on owner reject "$two" --reason "not our work"
acknowledged "edited the third"        on owner edit "$three"
acknowledged "sent, moved by hand"     by_hand "$three"
deliver 2
acknowledged "two more drafts"         on cloud run --once
acknowledged "pulled again"            on owner run --once
next=$(waiting 1) last=$(waiting 2)
acknowledged "edited another"          on owner edit "$next"
acknowledged "approved another"        approve "$next"
acknowledged "the cloud meanwhile"     on cloud run --once
acknowledged "sent another"            on owner run --once
acknowledged "the cloud has all"       on cloud sync
# From here on the judge must go red: a yes, and then a turn, that were told and not synced.
SYNCS=/bin/nosync
on owner edit "$last" > /tmp/said 2>&1
acknowledged "UNSYNCED approved"       approve "$last"
deliver 1
acknowledged "UNSYNCED turn"           on cloud run --once
