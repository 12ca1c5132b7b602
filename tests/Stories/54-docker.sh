#!/usr/bin/env bash
# A machine that is set up with Docker too, of the distribution's packages: the engine runs, and the image of CloudAgent is built, loaded and started in it by the guide's words, beside the machine's own repository.
source "$(dirname "$0")/lib.sh"
title "a machine with Docker"
SOURCES=$(cd "$STORIES/../.." && pwd)
ROOT=$WORLD/root
check "its root is made"                        root_make "$ROOT"
link=ve-$(basename "$WORLD" | tr -d . | tail -c 9) net=10.78.$((RANDOM % 256)) HERE=$net.1 VM=$net.2
echo "Acquire::http::Proxy \"http://$HERE:3142\";" > "$ROOT/etc/apt/apt.conf.d/99proxy"
# What a virtual machine's kernel lets its own root do, and nspawn does not.
boot "$ROOT" --network-veth -M "${link#ve-}" --system-call-filter='@keyring bpf'
check "it boots"                                wait_until 60 up
plug() { ip addr add "$HERE/30" dev "$link" && ip link set "$link" up && inside ip addr add "$VM/30" dev host0 && inside ip link set host0 up; }
check "and has a network"                       plug
# shellcheck disable=SC2016 # expanded there
inside sh -c 'for group in /sys/fs/cgroup/*/; do mount -o remount,rw,bind "$group"; done'
python3 "$STORIES/servers/apt_proxy.py" "$HERE" 3142 "$(dirname "$BIN")/roots/packages" > "$WORLD/log/proxy" 2>&1 &
running proxy $!

say "setup-vm --with-odoo"
cp -r "$SOURCES/systemd" "$SOURCES/docker" "$ROOT/srv/"
cp "$BIN/cloudagent" "$ROOT/srv/"
ssh-keygen -q -t ed25519 -N '' -C anna@pc -f "$WORLD/key"
install -D -m 600 "$WORLD/key.pub" "$ROOT$(inside getent passwd root | cut -d: -f6)/.ssh/authorized_keys"
echo '{}' > "$ROOT/srv/secrets.json"
setup() { inside /srv/systemd/setup-vm --with-odoo "$@"; }
GIVEN=(--binary /srv/cloudagent --sha256 "$(sha256sum "$BIN/cloudagent" | cut -d' ' -f1)" --account "$ADDRESS" --imap-host imap.werkstatt.example --secrets /srv/secrets.json)
check "does what it says, and doctor speaks"    exits 3 setup "${GIVEN[@]}" --owner-key "$(cat "$WORLD/key.pub")"
# The clock's is there with the packages.
check "it is all parts but one"                 said "^13 of 14 parts were done"
check "Docker runs"                             inside docker info
check "Compose goes by the guide's name"        shows 'version' inside docker compose version
check "the second run has nothing to do"        exits 3 setup
check "and does nothing"                        said "^0 of 14 parts were done"
inside rm /usr/local/lib/docker/cli-plugins/docker-compose
check "what went missing comes back"            exits 3 setup
check "and only that"                           said "^1 of 14 parts were done"

say "what a container publishes"
mkdir -p "$WORLD/little/bin" "$WORLD/little/www"
cp /bin/busybox "$WORLD/little/bin/"
echo "from a container" > "$WORLD/little/www/index.html"
tar -C "$WORLD/little" -c . | inside docker import - little > "$WORLD/log/little"
inside docker run --detach --name little --memory 32m --publish 80:80 little /bin/busybox httpd -f -p 80 -h /www >> "$WORLD/log/little"
inside systemd-run -q --unit=open python3 -m http.server 8088
page() { curl -sS --max-time 2 "http://$VM:$1/"; }
check "is reached, past the firewall"           wait_until 10 shows 'from a container' page 80
check "what else listens is not"                not page 8088
inside docker rm --force little > /dev/null

say "CloudAgent's image, by the guide's words"
block() { awk -v n="$1" '/^## / { here = $2 == "Images" } /^```sh$/ { i += here; on = here; next } /^```$/ { on = 0 } on && i == n' "$SOURCES/docker/README.md" | sed "s/your-vm/$VM/g; s/compose exec/& -T/"; }
typed() { local commands; commands=$(block "$1"); [[ -n $commands ]] || { echo "there is no block $1"; return 1; }; inside bash -euxc "cd /srv && $commands"; }
# This root has no tools to build one.
build() { (cd "$WORLD" && "$SOURCES/$(block 1 | head -n 1 | cut -d' ' -f1)" "$ROOT/srv/out" "$BIN/cloudagent"); }
check "it is built"                             build
load() { inside bash -euxc "cd /srv && $(block 1 | tail -n +2)"; }
check "and loaded"                              load
printf '%s\n' 'vault = "/var/lib/platinum/vault"' 'state = "/var/lib/platinum/state"' "remote = \"ssh://vault@$VM/home/vault/vault.git\"" '[sync]' 'interval = "2s"' '[[account]]' 'name = "main"' "address = \"$ADDRESS\"" 'display_name = "Anna Berg"' \
    'inbox = "maildir:/var/lib/platinum/mail"' > "$ROOT/srv/docker/cloud/vault.toml"
cp "$ROOT/srv/secrets.json" "$ROOT/srv/docker/cloud/"
check "its key is made"                         typed 2
key=$(grep -oE 'ssh-ed25519 [A-Za-z0-9+/=]{68}' "$WORLD/log/check" | tail -n 1)
# It is CloudAgent's own key that the repository takes from the cloud's zone.
inside sed -i -E "/vault-door cloud/s|ssh-ed25519 [A-Za-z0-9+/=]+|$key|" /home/vault/.ssh/authorized_keys
inside systemctl disable -q --now cloudagent
machine owner local outbox="maildir:$WORLD/sent" imap=no remote="ssh://vault@$VM/~/vault.git"
echo "$VM $(cut -d' ' -f1,2 "$ROOT/etc/ssh/ssh_host_ed25519_key.pub")" > "$WORLD/known_hosts"
export GIT_SSH_COMMAND="ssh -F /dev/null -i $WORLD/key -o IdentitiesOnly=yes -o UserKnownHostsFile=$WORLD/known_hosts"
check "the owner begins the vault"              on owner init "$WORLD/owner/vault" --remote "ssh://vault@$VM/~/vault.git"
check "and pushes it"                           on owner run --once
check "the steps start it"                      typed 3
check "it says how things are"                  wait_until 30 typed 4
inspect() { inside docker inspect --format "$1" cloud_cloudagent_1; }
health() { shows "^$1\$" inspect '{{.State.Health.Status}}'; }
check "Docker finds it healthy"                 wait_until 90 health healthy
check "in the memory that it is given"          sees 100663296 inspect '{{.HostConfig.Memory}}'
program() { inside pgrep -u 10001 -x cloudagent; }
rights() { inside sed -n 's/^CapEff:\t//p' "/proc/$(program)/status"; }
check "as nobody's user, with no right at all"  sees 0000000000000000 rights
mailbox=/var/lib/docker/volumes/cloud_platinum/_data/mail
mails() { put "$(mail "$1")" "$mailbox/tmp/$1" 600 && inside chown 10001:10001 "$mailbox/tmp/$1" && inside mv "$mailbox/tmp/$1" "$mailbox/new/"; }
for folder in cur new tmp; do inside install -d -o 10001 -g 10001 -m 700 "$mailbox" "$mailbox/$folder"; done
check "a mail comes"                            mails gmail-en
drafted() { on owner run --once && in_stage owner "$(task owner "$1")" Pending_Approval; }
check "its draft is with the owner"             wait_until 60 drafted can-you-repair-an-oak-table
inside pkill -KILL -u 10001 -x cloudagent
check "killed, it is started again"             wait_until 20 program
check "and goes on"                             mails outlook-de
check "with the next mail"                      wait_until 60 drafted "angebot"
check "it stops when it is told to"             inside bash -c 'cd /srv/docker/cloud && docker compose stop'
check "by itself, not by force"                 sees 0 inspect '{{.State.ExitCode}}'

say "back"
check "Docker goes as it came"                  setup --undo odoo
check "the engine is gone"                      not inside docker info
check "and the plugin"                          not test -e "$ROOT/usr/local/lib/docker/cli-plugins/docker-compose"
check "the rest stays as it was"                exits 3 inside /srv/systemd/setup-vm
end
