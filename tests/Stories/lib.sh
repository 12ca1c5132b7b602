# shellcheck shell=bash
# The words in which the stories are told. A story sources this file, starts the servers it needs, and says what must be true with `check`.
# BIN is the folder of the published programs; RESULT, where set, is a file that gets "passed failed" at the end.
set -euo pipefail

STORIES=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${BIN:?the folder of the published cloudagent and localagent}"
BIN=$(cd "$BIN" && pwd)
for part in "$STORIES"/servers/*.sh; do
    # shellcheck source=/dev/null
    source "$part"
done

ADDRESS=anna@werkstatt.example
PASSWORD='correct horse 7'
# A short path: the names of Unix sockets may have 107 octets.
WORLD=$(mktemp -d /tmp/story.XXXXXX)
chmod 755 "$WORLD"
mkdir "$WORLD/log" "$WORLD/pid"
# What the servers set when they start.
export IMAP_PORT='' SMTP_PORT='' SMTPS_PORT='' REMOTE=''
PASSED=0 FAILED=0 FINISHED=no
unset SSL_CERT_FILE SSL_CERT_DIR XDG_CONFIG_HOME XDG_STATE_HOME STATE_DIRECTORY CREDENTIALS_DIRECTORY PLATINUM_CONFIG EDITOR VISUAL
export NO_COLOR=1 GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null

# ---- telling ----

title() { printf '\n== %s: %s\n' "$(basename "$0" .sh)" "$*"; }
say() { printf -- '-- %s\n' "$*"; }

# check "words" COMMAND...: true when the command ends with 0. The story goes on either way.
check() {
    local words=$1
    shift
    if "$@" > "$WORLD/log/check" 2>&1; then
        PASSED=$((PASSED + 1))
        echo "   ok  $words"
    else
        FAILED=$((FAILED + 1))
        echo " FAIL  $words"
        [[ -z ${RESULT:-} ]] || echo "$words" >> "$RESULT.failed"
        echo "       $(printf '%q ' "$@" | cut -c1-300)"
        head -c 4000 "$WORLD/log/check" | sed 's/^/       | /'
    fi
}

# exits CODE COMMAND...: true when the command ends with that exit code; its output is kept for `said`.
exits() {
    local want=$1 got=0
    shift
    "$@" > "$WORLD/log/stdout" 2> "$WORLD/log/stderr" || got=$?
    cat "$WORLD/log/stdout" "$WORLD/log/stderr"
    [[ $got == "$want" ]] || { echo "ended with $got instead of $want"; return 1; }
}

# comes_to_its_end COMMAND...: whatever it has to report, it neither crashed nor hung.
comes_to_its_end() {
    local code=0
    "$@" || code=$?
    [[ $code -le 3 || $code == 75 ]] || { echo "ended with $code"; return 1; }
}

# said PATTERN: what the last `exits` said on either channel, as an extended regular expression without case.
said() { cat "$WORLD/log/stdout" "$WORLD/log/stderr"; grep -Eiq -- "$1" "$WORLD/log/stdout" "$WORLD/log/stderr"; }

# sees TEXT COMMAND...: it prints exactly this. shows PATTERN COMMAND...: it prints a line that matches. Both fail when the command does.
sees() {
    local want=$1 got
    shift
    got=$("$@") || { printf '%s\n' "$got"; return 1; }
    [[ $got == "$want" ]] || { printf 'is:        %s\nshould be: %s\n' "$got" "$want"; return 1; }
}
shows() {
    local want=$1 got
    shift
    got=$("$@") || { printf '%s\n' "$got"; return 1; }
    grep -Eiq -- "$want" <<< "$got" || { printf '%s\nis not in:\n%s\n' "$want" "$got"; return 1; }
}
not() { ! "$@"; }

lines() { "$@" | wc -l; }

# wait_until SECONDS COMMAND...: true as soon as the command is.
wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@" > "$WORLD/log/wait" 2>&1; do
        if ((SECONDS >= end)); then
            cat "$WORLD/log/wait"
            return 1
        fi
        sleep 0.1
    done
}

# Python's judges and jq: the stories' other eyes.
judge() { local name=$1; shift; python3 "$STORIES/judges/$name.py" "$@"; }
imap() { judge imap "$IMAP_PORT" "$WORLD/tls/ca.pem" "$ADDRESS" "$PASSWORD" "$@"; }

# ---- processes ----

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
listens() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }
silent() { ! listens "$1"; }
alive() { [[ -d /proc/$1 && $(sed 's/.*) \(.\).*/\1/' "/proc/$1/stat") != Z ]]; }
gone() { ! alive "$1"; }

# running NAME PID: what must be dead when the story is over.
running() { echo "$2" > "$WORLD/pid/$1"; }

stop() {
    local pid
    [[ -e $WORLD/pid/$1 ]] || return 0
    pid=$(cat "$WORLD/pid/$1")
    rm "$WORLD/pid/$1"
    kill -TERM "$pid" 2> /dev/null || return 0
    wait_until 5 gone "$pid" || kill -KILL "$pid" 2> /dev/null || true
}

# Called at the end of each story; a story that ends without it has failed.
end() { FINISHED=yes; }

cleanup() {
    local name log
    for name in "$WORLD"/pid/*; do
        [[ ! -e $name ]] || stop "$(basename "$name")"
    done
    if [[ $FINISHED == no ]]; then
        FAILED=$((FAILED + 1))
        echo " FAIL  the story did not come to its end"
    fi
    if ((FAILED > 0)); then
        for log in "$WORLD"/log/*; do
            [[ -s $log ]] || continue
            echo "---- $(basename "$log"), its last lines"
            tail -n 40 "$log" | cut -c1-300
        done
    fi
    printf '   %d passed, %d failed\n' "$PASSED" "$FAILED"
    [[ -z ${RESULT:-} ]] || echo "$PASSED $FAILED" > "$RESULT"
    if [[ -n ${KEEP:-} ]]; then echo "   kept: $WORLD"; else rm -rf "$WORLD"; fi
    ((FAILED == 0)) || exit 1
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- machines ----

# machine NAME ZONE [KEY=VALUE...]: one simulated machine: home, state, configuration, secrets; its vault's folder is $WORLD/NAME/vault.
# Keys: inbox, outbox, remote, smtp_port, password (what its secrets hold), imap (no: no [account.imap]).
machine() {
    local name=$1 zone=$2 inbox='' outbox='' remote=${REMOTE:-} smtp_port=${SMTPS_PORT:-0} password=$PASSWORD imap=yes home
    shift 2
    while (($# > 0)); do
        local "${1%%=*}"
        printf -v "${1%%=*}" %s "${1#*=}"
        shift
    done
    home=$WORLD/$name
    mkdir -p "$home/home" "$home/state"
    chmod 700 "$home" "$home/state"
    echo "$zone" > "$home/zone"
    {
        cat <<CONF
vault = "$home/vault"
state = "$home/state"
remote = "$remote"

[sync]
interval = "2s"
debounce = "1s"

[mail]
poll = "2s"

[approve]
settle = "1s"
undo = "0s"

[send]
mode = "live"
per_hour = 0
per_day = 0
quiet = ""

[health]
listen = "off"

[[account]]
name = "main"
address = "$ADDRESS"
display_name = "Anna Berg"
aliases = ["info@werkstatt.example"]
inbox = "$inbox"
outbox = "$outbox"
CONF
        [[ -z ${IMAP_PORT:-} || $imap == no ]] || cat <<CONF

[account.imap]
host = "127.0.0.1"
port = $IMAP_PORT
ca_file = "$WORLD/tls/ca.pem"
CONF
        [[ $outbox != smtp ]] || cat <<CONF

[account.smtp]
host = "127.0.0.1"
port = $smtp_port
protection = "tls"
user = "$ADDRESS"
ca_file = "$WORLD/tls/ca.pem"
CONF
    } > "$home/vault.toml"
    if [[ $zone == cloud ]]; then
        jq -n --arg p "$password" '{"imap-main": $p}' > "$home/secrets.json"
    else
        jq -n --arg p "$password" '{"imap-main": $p, "smtp-main": $p}' > "$home/secrets.json"
    fi
    chmod 600 "$home/secrets.json"
}

# setting NAME KEY VALUE: changes one line of a machine's configuration; VALUE as TOML writes it.
setting() {
    local file=$WORLD/$1/vault.toml
    grep -q "^$2 = " "$file" || { echo "no key $2 in $file"; return 1; }
    sed -i "s|^$2 = .*|$2 = $3|" "$file"
}

# on NAME ARGS...: the program of that machine's zone, with that machine's configuration. LIMIT: its seconds.
on() {
    local home=$WORLD/$1 program=localagent
    shift
    [[ $(cat "$home/zone") == local ]] || program=cloudagent
    HOME=$home/home timeout -k 2 "${LIMIT:-60}" ${STRACE:+"${STRACE[@]}"} "$BIN/$program" --config "$home/vault.toml" "$@"
}

# start NAME ARGS...: the same in the background; its process id is in $WORLD/pid/NAME and in $WORLD/victim.
start() {
    local name=$1 program=localagent
    shift
    [[ $(cat "$WORLD/$name/zone") == local ]] || program=cloudagent
    HOME=$WORLD/$name/home "$BIN/$program" --config "$WORLD/$name/vault.toml" "$@" >> "$WORLD/log/$name" 2>&1 &
    running "$name" $!
    echo $! > "$WORLD/victim"
}

# two_machines: the owner's vault is made and pushed, then `cloud` gets it from the remote. The owner's machine is off afterwards.
two_machines() {
    machine cloud cloud inbox=imap
    machine owner local outbox=smtp "$@"
    on owner init "$WORLD/owner/vault" --remote "$REMOTE" > "$WORLD/log/init" 2>&1
    on owner run --once > "$WORLD/log/owner-first" 2>&1
}

# ---- mail and tasks ----

# mail NAME: a mail out of mail/NAME.eml that was written an hour ago; prints the file. Asked again, the same octets.
mail() {
    local file=$WORLD/incoming/$1.eml
    if [[ ! -e $file ]]; then
        mkdir -p "$WORLD/incoming"
        sed "s/@DATE@/$(LC_ALL=C date -R -d '1 hour ago')/" "$STORIES/mail/$1.eml" > "$file"
        chmod 644 "$file"
    fi
    echo "$file"
}

# task NAME SLUG: the id of the one task in that machine's vault whose name begins with this slug.
task() {
    local found
    found=$(tasks "$1" | sed 's|.*/||; s|\.md$||' | grep "^$2-" | sort -u)
    [[ -n $found && $(wc -l <<< "$found") == 1 ]] || { echo "no-single-task-$2"; return 1; }
    echo "$found"
}

# state NAME ID: what `list` says of it: ready, blank, yours, unknown.
state() { of "$1" "$2" state; }

# of NAME ID FIELD: one field of a task, as `list --json` has it.
of() { on "$1" list --json | jq -re --arg id "$2" --arg f "$3" '.[] | select(.id == $id) | .[$f]'; }

# where NAME ID: the folders of that machine's vault in which the task lies; one, if all is well.
where() { (cd "$WORLD/$1/vault" && find . -name "$2.md" -printf '%h\n' | sed 's|^\./||' | sort); }

# path NAME ID: the task's file.
path() { find "$WORLD/$1/vault" -name "$2.md"; }

# tasks NAME: every task file of that machine's vault.
tasks() { (cd "$WORLD/$1/vault" && find Needs_Action In_Progress Pending_Approval Approved Rejected Done Quarantine -name '*.md' 2> /dev/null | sort); }

# fill NAME ID: the owner opens the draft in an editor and writes what only the owner can know.
fill() { EDITOR="$STORIES/judges/owner_writes.py" on "$1" edit "$2"; }

# approve NAME ID: with the digest that `show` gives.
approve() { local digest; digest=$(on "$1" show "$2" --json | jq -re .digest) && on "$1" approve "$2" --digest "$digest"; }

# into_draft NAME ID LINE: the owner adds a line at the head of the draft, by hand.
into_draft() { sed -i "0,/^## Draft\$/s//## Draft\n\n$3/" "$(path "$1" "$2")"; }

# turns NAME SECONDS COMMAND...: turns of a machine until the command is true.
turns() {
    local name=$1 end=$((SECONDS + $2))
    shift 2
    until "$@"; do
        ((SECONDS < end)) || return 1
        turn "$name"
        sleep 0.5
    done
}

# turn NAME...: one turn of each; what it says is in its log, how it ends plays no part.
turn() {
    local name
    for name; do on "$name" run --once >> "$WORLD/log/$name" 2>&1 || true; done
}

# in_stage NAME ID STAGE: the task lies in this stage there, and nowhere else.
in_stage() { local at; at=$(where "$1" "$2"); [[ $at == "$3" || $at == "$3"/* ]] || { echo "lies in: $at"; return 1; }; }

# alike NAME NAME: both vaults hold the same tasks in the same stages, and there are some.
alike() { local these; these=$(tasks "$1") && [[ -n $these ]] && sees "$these" tasks "$2"; }

# soon NAME ID SECONDS COMMAND...: turns until the command is true, in which the time that the task's file says to wait for is over at once.
# What is waited for is patience (a server's settling, a retry), not safety; a story need not have it.
soon() {
    local name=$1 id=$2 end=$((SECONDS + $3)) file
    shift 3
    until "$@"; do
        ((SECONDS < end)) || return 1
        turn "$name"
        file=$(path "$name" "$id")
        [[ -z $file ]] || sed -i -E 's/^(not_before|offered_at): .*/\1: 2000-01-01T00:00:00Z/' "$file"
    done
}

# snapshot FOLDER: every file, link and folder in it with its content, to be compared later.
snapshot() { (cd "$1" && find . -type f -exec sha256sum {} + -o -printf '%y %p %l\n' | sort); }

# in_log NAME PATTERN: a line of the audit log in that machine's vault matches.
in_log() { grep -rEiq -- "$2" "$WORLD/$1/vault/Logs" || { find "$WORLD/$1/vault/Logs" -type f -exec tail -n 20 {} +; return 1; }; }

# What the world received: see judges/world.py.
world() { judge world "$WORLD/world" "$@"; }
sent_is() { sees "$1" world messages; }
