#!/usr/bin/env bash
# Images of both programs, built by the script that a user runs, and the guide's steps for them as they are typed: what says `docker` here is servers/engine.py, which takes the
# image's archive apart and starts it by bubblewrap as the compose file has it.
# shellcheck disable=SC2016 # what is in single quotes is for others to expand
source "$(dirname "$0")/lib.sh"
title "images"
certificate_make; imap_up; remote_up
SOURCES=$WORLD/sources
mkdir -p "$SOURCES/out/cloudagent" "$SOURCES/out/localagent" "$WORLD/bin" "$WORLD/home"
cp -r "$STORIES/../../docker" "$SOURCES/docker"
cp "$BIN/cloudagent" "$SOURCES/out/cloudagent/"
cp "$BIN/localagent" "$SOURCES/out/localagent/"
export ENGINE=$WORLD/engine
mkdir "$ENGINE"
printf '#!/bin/sh\nexec /usr/bin/python3 "%s" "$@"\n' "$STORIES/servers/engine.py" > "$WORLD/bin/docker"
printf '#!/bin/sh\nexec "$@"\n' > "$WORLD/bin/sudo"
chmod 755 "$WORLD"/bin/*
PATH=$WORLD/bin:/usr/bin:$PATH
OWNER=12345
unset VERSION VAULT

# block N: the N-th block of commands below Images in docker/README.md. typed N: they are run, with this machine as `your-vm` and a user who is not root.
block() { awk -v n="$1" '/^## / { here = $2 == "Images" } /^```sh$/ { i += here; on = here; next } /^```$/ { on = 0 } on && i == n' "$SOURCES/docker/README.md"; }
typed() {
    local commands
    commands=$(block "$1" | sed "s|\$(id -u)|$OWNER|; s/-t ed25519 your-vm/-p $SSH_PORT -t ed25519 127.0.0.1/; s|ssh://vault@your-vm/home/vault/vault.git|$REMOTE|")
    [[ -n $commands ]] || { echo "there is no block $1"; return 1; }
    (cd "$SOURCES" && HOME=$WORLD/home bash -euxc "$commands")
}
docker_of() { local where=$1; shift; (cd "$SOURCES/docker/$where" && docker "$@"); }
root_of() { echo "$ENGINE"/images/platinum_"$1"*/root; }

say "CloudAgent's image"
check "the guide's steps build and load it"     typed 1
say "$(du -sm --apparent-size "$(root_of cloudagent)" | cut -f1) MB on the disk, of it the program: $(($(stat -c %s "$BIN/cloudagent") / 1000000)) MB"
check "under 45 MB"                             [ "$(stat -c %s "$SOURCES/out/cloudagent.tar")" -lt 45000000 ]
programs() { find "$(root_of cloudagent)" -type f -perm /111 ! -name '*.so*' -printf '%f\n' | sort; }
check "it can run no more than it needs"        sees $'cloudagent\ndash\nssh\nssh-keygen\nssh-keyscan' programs
image() { jq -r "$1" "$ENGINE"/images/platinum_cloudagent*/config.json; }
check "it runs as a user that is not root"      sees 10001:10001 image .config.User
check "and it is looked whether it is well"     sees '/usr/local/bin/cloudagent status --quiet' image '.config.Healthcheck.Test[1:] | join(" ")'
check "nothing in it takes another's rights"    sees "" find "$(root_of cloudagent)" -type f -perm /6000
check "the authorities of the world are known"  sh -c 'test "$(grep -c BEGIN "$1/etc/ssl/certs/ca-certificates.crt")" -gt 100' sh "$(root_of cloudagent)"

# settings WHERE INBOX OUTBOX: the guide's vault.toml with an account.
settings() {
    { block_toml | sed "s|ssh://vault@your-vm/home/vault/vault.git|$REMOTE|"; printf '%s\n' '[sync]' 'interval = "2s"' 'debounce = "1s"' '[mail]' 'poll = "2s"' '[approve]' 'undo = "0s"' '[send]' 'mode = "live"' \
        '[[account]]' 'name = "main"' "address = \"$ADDRESS\"" 'display_name = "Anna Berg"' "inbox = \"$2\"" "outbox = \"$3\"" '[account.imap]' 'host = "localhost"' "port = $IMAP_PORT" 'accept_send_capable = true'; } > "$SOURCES/docker/$1/vault.toml"
    echo '{"imap-main": "'"$PASSWORD"'"}' > "$SOURCES/docker/$1/secrets.json"
}
block_toml() { sed -n '/^## Images/,$p' "$SOURCES/docker/README.md" | sed -n '/^```toml$/,/^```$/p' | sed '1d;$d'; }
settings cloud imap ''
check "the steps for a key and a known host"    typed 2
compose_of() { (cd "$SOURCES/docker/$1" && docker-compose config > "$WORLD/$1.yaml"); }
judged() { /usr/bin/python3 "$STORIES/judges/compose.py" "$WORLD/$1.yaml"; }
check "compose takes the file"                  compose_of cloud
check "every promise in it is kept"             sees $'memory: cloudagent 96 MB\npublished: ' judged cloud

say "LocalAgent's image, for a user of this machine"
check "the steps build it"                      typed 5
settings local '' "maildir:/var/lib/platinum/state/outbox"
check "the steps for its key"                   typed 6
chown -R "$OWNER:$OWNER" "$WORLD/home" "$SOURCES/docker/local/secrets.json"
chmod 600 "$SOURCES/docker/local/secrets.json"
check "compose takes that file too"             compose_of local
check "and every promise is kept"               sees $'memory: localagent 256 MB\npublished: ' judged local
for where in cloud local; do
    docker_of $where compose run --rm --entrypoint ssh-keygen ${where}agent -y -f .ssh/id_ed25519 >> "$WORLD/sshd/client_key.pub"
done
check "two keys for the remote"                 sees 3 lines cat "$WORLD/sshd/client_key.pub"

say "both at work"
# LocalAgent makes the vault first, or CloudAgent would have none to take.
check "the steps make the vault and start it"   typed 7
check "the steps start CloudAgent"              typed 3
check "which says how things are"               wait_until 30 typed 4
for where in cloud local; do ln -s "$ENGINE/projects/$where/log" "$WORLD/log/$where"; running $where "$(cat "$ENGINE/projects/$where/pid")"; done
log_of() { cat "$ENGINE/projects/$1/log"; }
check "a certificate that nobody vouches for is refused"  wait_until 20 shows 'certificate' log_of cloud
well() { shows "$2" docker_of "$1" compose ps; }
check "it is well all the same"                 well cloud 'cloudagent healthy'
check "it stops when it is told to"             docker_of cloud compose stop
# The image's list of authorities, and the story's own: what stands in it is what is believed.
cat "$WORLD/tls/ca.pem" >> "$(root_of cloudagent)/etc/ssl/certs/ca-certificates.crt"
check "with the authority known, it starts"     docker_of cloud compose up --detach
running cloud "$(cat "$ENGINE/projects/cloud/pid")"
check "a mail comes"                            deliver "$(mail gmail-en)"
pending() { find "$WORLD/home/Platinum/Pending_Approval" -name 'can-you-repair*.md' | grep .; }
check "its draft lies in the owner's folder"    wait_until 30 pending
id=$(basename "$(pending)" .md)
check "which is the owner's"                    sees $OWNER stat -c %u "$WORLD/home/Platinum/Pending_Approval/email/$id.md"
filled() { setpriv --reuid=$OWNER --regid=$OWNER --clear-groups sed -i -E 's/\{\{[^}]*\}\}/120 euros/g' "$(pending)"; }
check "the owner fills the blanks"              filled
localagent() { docker_of local compose exec localagent localagent "$@"; }
approved() { local digest; digest=$(localagent show "$id" --json | jq -re .digest) && localagent approve "$id" --digest "$digest" --without-original; }
check "approves"                                approved
sent() { [[ $(find "$ENGINE/projects/local/platinum/state/outbox" -type f | wc -l) == 1 ]]; }
check "and it is sent"                          wait_until 20 sent
check "LocalAgent is well"                      well local 'localagent healthy'
check "nobody has written to the root"          sees "" find "$(root_of cloudagent)" "$(root_of localagent)" -newer "$WORLD/local.yaml" ! -name ca-certificates.crt
# memory WHERE: the most that the program was resident with, in MB.
memory() { local pid; for pid in $(pgrep -f "^/usr/local/bin/$1 run$"); do [[ $(readlink "/proc/$pid/ns/mnt") != "$(readlink /proc/self/ns/mnt)" ]] && awk '/^VmHWM:/ { print int($2 / 1024) }' "/proc/$pid/status"; done | sort -n | tail -n 1; }
for name in cloudagent localagent; do
    peak=$(memory $name)
    limit=$(sed -n 's/^ *mem_limit: \([0-9]*\)m$/\1/p' "$WORLD/${name%agent}.yaml")
    check "$name: $peak MB at most, of $limit"  [ "$peak" -gt 1 -a "$peak" -lt "$limit" ]
done
check "the owner's secret is in no log"         not grep -rqF "$PASSWORD" "$ENGINE/projects/cloud/log" "$ENGINE/projects/local/log"
for where in cloud local; do
    check "$where: it stops when it is told to" docker_of $where compose stop
    check "and is not well then"                well $where exited
done
check "started again"                           docker_of cloud compose up --detach
running cloud "$(cat "$ENGINE/projects/cloud/pid")"
check "it is well"                              wait_until 10 well cloud 'cloudagent healthy'
sed -i 's|^vault = .*|vault = "/nowhere"|' "$SOURCES/docker/cloud/vault.toml"
check "with a vault that is not there it is not" well cloud 'cloudagent unhealthy'
end
