#!/usr/bin/env bash
# A fresh machine, reached by ssh over a network of its own, is set up by the guide's words and brought to the first approved mail. Then what must not happen: a second run changes nothing, no half-made ssh or firewall
# is left, nobody is locked out, and each part can be taken back.
source "$(dirname "$0")/lib.sh"
title "a fresh machine"
UNITS=$(cd "$STORIES/../../systemd" && pwd)

counts() { awk '/^## /{ on = /From nothing/ } on && /^\*\*[0-9]\. /{ s++ } on && /^```/{ block = !block; next } on && block { c++ } END { print s, c }' "$UNITS/README.md"; }
check "the guide counts its steps and commands" sees "5 7" counts
say "a root of ${SYSTEM:-Debian}"
ROOT=$WORLD/root
check "is made"                                 root_make "$ROOT"
link=ve-$(basename "$WORLD" | tr -d . | tail -c 9) net=10.77.$((RANDOM % 256)) HERE=$net.1 VM=$net.2
# Its apt has this machine as its only way out.
echo "Acquire::http::Proxy \"http://$HERE:3142\";" > "$ROOT/etc/apt/apt.conf.d/99proxy"
echo 'ubuntu ALL=(ALL) NOPASSWD: ALL' > "$ROOT/etc/sudoers.d/ubuntu"
chroot "$ROOT" useradd -m -s /bin/bash ubuntu
boot "$ROOT" --network-veth -M "${link#ve-}"
check "it boots"                                wait_until 60 up
plug() { ip addr add "$HERE/30" dev "$link" && ip link set "$link" up && inside ip addr add "$VM/30" dev host0 && inside ip link set host0 up; }
check "and has a network"                       plug
python3 "$STORIES/servers/apt_proxy.py" "$HERE" 3142 "$(dirname "$BIN")/roots/packages" > "$WORLD/log/proxy" 2>&1 &
running proxy $!
# What Oracle's images come with, as iptables-nft makes it of their rules.v4.
oracles() { nsenter -t "$LEADER" -n nft -s "$@"; }
oracles -f - << 'NFT'
table ip filter {
    chain InstanceServices {
        ip daddr 169.254.0.2 tcp dport 3260 meta skuid 0 accept
        ip daddr 169.254.0.0/16 meta l4proto tcp reject with tcp reset
    }
    chain INPUT {
        type filter hook input priority filter; policy accept;
        ct state established,related accept
        ip protocol icmp accept
        iif "lo" accept
        tcp dport { 22, 8088 } accept
        reject with icmp host-prohibited
    }
    chain OUTPUT {
        type filter hook output priority filter; policy accept;
        ip daddr 169.254.0.0/16 jump InstanceServices
    }
}
NFT
of_image=$(oracles list table ip filter)

# ---- the owner, on this machine ----
mkdir -p "$WORLD/tls" "$WORLD/owner/.ssh" "$WORLD/typed" "$WORLD/sources/out/cloudagent"
cp -r "$UNITS" "$WORLD/sources/systemd"
cp "$BIN/cloudagent" "$WORLD/sources/out/cloudagent/"
ssh-keygen -q -t ed25519 -N '' -C anna@pc -f "$WORLD/owner/.ssh/id_ed25519"
printf '%s\n' 'Host *' "IdentityFile $WORLD/owner/.ssh/id_ed25519" 'IdentitiesOnly yes' "UserKnownHostsFile $WORLD/owner/.ssh/known_hosts" 'StrictHostKeyChecking yes' > "$WORLD/owner/.ssh/config"
# ssh looks for its files in the home that the system knows, not in $HOME.
for tool in ssh scp; do printf '#!/bin/sh\nexec %s -F %q "$@"\n' "$(command -v $tool)" "$WORLD/owner/.ssh/config" > "$WORLD/typed/$tool"; chmod 755 "$WORLD/typed/$tool"; done
as_owner() { cd "$WORLD/sources" && exec env -u GIT_SSH_COMMAND HOME="$WORLD/owner" PATH="$WORLD/typed:$BIN:$PATH" "$@"; }
owner() { (as_owner "$@"); }
vm() { owner ssh "ubuntu@$VM" "$@"; }
# types N [KEYS]: the guide's N-th block, where KEYS say what is pressed at its terminal.
SUBSTITUTES="s/your-vm/$VM/g; s/--account you@example.com/--account $ADDRESS --imap-host imap.werkstatt.example/"
types() {
    local commands
    commands=$(guide "From nothing to the gate" "$1" | sed "$SUBSTITUTES")
    [[ -n $commands ]] || { echo "there is no block $1"; return 1; }
    if [[ -z ${2:-} ]]; then owner bash -euxc "$commands"; return; fi
    owner python3 "$STORIES/judges/terminal.py" /dev/stdin "$WORLD/log/typed" --columns 200 --patience 400 -- bash -euc "$commands" <<< "$2"
}
# timed COMMAND...: the owner waits for it.
timed() { local began=$SECONDS code=0; "$@" || code=$?; WAITED=$((${WAITED:-0} + SECONDS - began)); return $code; }
setup() { vm sudo systemd/setup-vm "$@"; }
# is_line N COMMAND...: it says the N-th line of the guide's table of what is wrong.
# shellcheck disable=SC2016 # Markdown's backticks
symptom() { awk -v n="$1" '/^## /{ on = /When something is wrong/ } on && /^\|/ && ++i == n + 2' "$UNITS/README.md" | sed -n 's/^|[^|]*| `\([^`]*\)` |.*/\1/p' | sed 's/[][().*?{}|^$+]/\\&/g; s/…/.*/g'; }
is_line() { local line; line=$(symptom "$1"); [[ -n $line ]] || { echo "no line $1"; return 1; }; shift; shows "$line" "$@"; }
# What lies there, is enabled, and let in.
state() {
    (cd "$ROOT" && find etc usr/local home/ubuntu home/vault swapfile var/lib/platinum-setup var/lib/cloudagent/.ssh '(' -path '*.git/objects' -o -path '*.git/refs' -o -path '*.git/info' -o -name packed-refs ')' -prune -o -type f -size -50M -exec sha256sum {} + -o -printf '%y %p %l %m %U\n' 2> /dev/null | sort) || true # not all is there yet
    inside systemctl list-unit-files --state=enabled,enabled-runtime,masked --no-legend --no-pager
    oracles list table inet platinum_host 2> /dev/null || echo "no firewall"
}
same() { diff "$WORLD/$1" <(state); }

install -D -m 600 "$WORLD/owner/.ssh/id_ed25519.pub" "$ROOT/home/ubuntu/.ssh/authorized_keys"
inside chown -R ubuntu: /home/ubuntu/.ssh
echo "$VM $(cut -d' ' -f1,2 "$ROOT/etc/ssh/ssh_host_ed25519_key.pub")" > "$WORLD/owner/.ssh/known_hosts"
check "the program is brought there"            timed types 1

say "what it refuses, and changes nothing"
KEY="'$(cat "$WORLD/owner/.ssh/id_ed25519.pub")'"
GIVEN=(--binary cloudagent --sha256 "$(sha256sum "$BIN/cloudagent" | cut -d' ' -f1)" --account "$ADDRESS" --imap-host imap.werkstatt.example --owner-key "$KEY")
without() { local i given=(); for ((i = 0; i < ${#GIVEN[@]}; i += 2)); do [[ ${GIVEN[i]} == "$1" ]] || given+=("${GIVEN[@]:i:2}"); done; printf '%s\n' "${given[@]}"; }
state > "$WORLD/fresh"
# refuses CODE WHY OPTION [WORD]: with another word for that option, or without it.
refuses() {
    local given
    mapfile -t given < <(without "$3")
    exits "$1" setup "${given[@]}" ${4:+"$3" "$4"} && said "$2"
}
check "another program than the checksum's"     refuses 1 "is not the program that is meant" --sha256 "$(printf '0%.0s' {1..64})"
check "a program without a checksum"            refuses 2 "no SHA-256 is known" --sha256
check "a program that is not there"             refuses 2 "there is no nothing" --binary nothing
check "one by http"                             refuses 2 "is not https" --binary http://127.0.0.1/cloudagent
check "a key that is none"                      refuses 2 "is not a public key" --owner-key "'ssh-ed25519 AAAA'"
check "a vault that nobody could reach"         refuses 2 "no machine of yours could reach" --owner-key
check "no account"                              refuses 2 "say --account" --account
check "an account that ends its line"           refuses 2 "has a quote" --account "'a\"b@example.com'"
check "an unknown option"                       exits 2 setup --sha265 x
check "who is not root"                         exits 1 vm systemd/setup-vm "${GIVEN[@]}"
check "a machine that is not known"             exits 1 vm "sudo unshare -m sh -c 'printf \"ID=fedora\nVERSION_ID=40\n\" > /tmp/os; mount --bind /tmp/os /etc/os-release; systemd/setup-vm'"
check "which is named"                          said "fedora:40"
vm chmod g+w .ssh/authorized_keys
check "a key that sshd would not take"          exits 1 setup "${GIVEN[@]}"
check "says how to bring one"                   said "ssh-copy-id ubuntu@"
vm chmod g-w .ssh/authorized_keys
check "all of it changed nothing"               same fresh

say "--dry-run"
check "says what it would do"                   exits 0 setup --dry-run "${GIVEN[@]}"
cp "$WORLD/log/stdout" "$WORLD/log/dry"
check "for all 13 parts"                        said "^13 of 13 parts would be done"
check "and does nothing of it"                  same fresh
# choice OF VERSION LINE: what it would do on such a machine.
choice() { vm "sudo unshare -m sh -c 'printf \"ID=$1\nVERSION_ID=$2\n\" > /tmp/os; mount --bind /tmp/os /etc/os-release; exec systemd/setup-vm --dry-run ${GIVEN[*]//\'/\"}'" | grep -E -- "$3"; }
check "on Ubuntu 22.04"                         choice ubuntu '"22.04"' 'apt-get .* install .* unattended-upgrades'
check "on Ubuntu 24.04"                         choice ubuntu '"24.04"' 'apt-get .* install .* unattended-upgrades'
check "on Oracle Linux 9"                       choice ol '"9.4"' 'dnf .* install .*fail2ban-server .* dnf-automatic'
check "whose packages come from EPEL"           choice ol '"9.4"' 'dnf .* install oracle-epel-release-el9'
check "whose ssh is sshd"                       choice ol '"9.4"' 'systemctl reload sshd'
check "with Odoo: Docker, as Debian names it"                      shows 'docker.io docker-compose' setup --dry-run --with-odoo "${GIVEN[@]}"
printf 'Port 22\nPort 2222\n' > "$ROOT/etc/ssh/sshd_config.d/ports.conf"
check "sshd on another port: it is let in too"  shows 'tcp dport \{ 22, 2222 \}' setup --dry-run "${GIVEN[@]}"
rm "$ROOT/etc/ssh/sshd_config.d/ports.conf"

say "the guide's third step"
nsenter -t "$LEADER" -n python3 -m http.server 8088 --directory "$WORLD/tls" > "$WORLD/log/listens" 2>&1 &
running listens $!
reaches() { timeout 2 bash -c "exec 3<> /dev/tcp/$VM/$1"; }
check "before: any port is reached"             wait_until 20 reaches 8088
SET_UP='password with which => a "pass\word\r'
check "asks for the password, and sets it up"   exits 3 timed types 2 "$SET_UP"
check "doctor is its last word"                 is_line 1 cat "$WORLD/log/typed"
check "with this machine's key"                 grep -F "$(ssh-keygen -l -f "$ROOT/etc/ssh/ssh_host_ed25519_key.pub" | cut -d' ' -f2)" "$WORLD/log/typed"
check "it did nothing that it had not said"     sees "" bash -c "tr -d '\r' < '$WORLD/log/typed' | grep '^   [a-z]' | grep -vxFf '$WORLD/log/dry'; true"
check "the password is root's alone"            sees "600 root" stat -c '%a %U' "$ROOT/etc/platinum/secrets.json"
check "and as it was typed"                     sees 'a "pass\word' jq -r '."imap-main"' "$ROOT/etc/platinum/secrets.json"

say "ssh"
check "the owner comes in by key"               vm true
check "a password is not even asked for"        shows 'Permission denied \(publickey\)' bash -c "! '$WORLD/typed/ssh' -o PubkeyAuthentication=no ubuntu@$VM true 2>&1"
check "nothing is left of the timer"            not inside systemctl is-active setup-vm-back.timer
vault_ssh() { owner ssh "vault@$VM" "$@"; }
check "behind the vault's key is no shell"      not vault_ssh id
check "nor another program"                     not vault_ssh 'git-upload-pack /etc; id'
check "nor by the words that ask for news"      sees "" vault_ssh "exec sh -c 'id; cat /etc/passwd'"
check "nor a way on"                            exits 255 owner timeout 10 ssh -N -o ExitOnForwardFailure=yes -R 9999:127.0.0.1:22 "vault@$VM"
check "to itself it agrees on keys quickly"     shows '^kexalgorithms curve25519-sha256,' vm sudo runuser -u cloudagent -- ssh -G localhost

say "the firewall"
check "ssh is let in"                           reaches 22
check "what else listens is not"                not reaches 8088
check "the image's own rules are as they were"  sees "$of_image" oracles list table ip filter
check "fail2ban watches ssh"                    shows 'Jail list:.*sshd' inside fail2ban-client status
for unit in fail2ban apt-daily-upgrade.timer platinum-firewall cloudagent-maintenance.timer systemd-timesyncd swapfile.swap; do check "$unit is enabled" inside systemctl is-enabled "$unit"; done

say "the vault begins"
is_activating() { is cloudagent ActiveState activating; }
check "until then CloudAgent waits"             is_activating
for folder in cur new tmp; do inside install -d -o cloudagent -g cloudagent -m 700 "/var/lib/cloudagent/mail/$folder"; done
# No mail server is reached from there.
cp "$ROOT/etc/platinum/vault.toml" "$WORLD/vault.toml"
# shellcheck disable=SC2016 # the dollar is sed's
inside sed -i -e 's|^inbox = .*|inbox = "maildir:/var/lib/cloudagent/mail"|' -e '/^\[account.imap\]/,$d' /etc/platinum/vault.toml
inside systemctl restart --no-block cloudagent
check "the guide's fourth step"                 timed types 3
sed "s|^undo = .*|undo = \"0s\"|" -i "$WORLD/owner/.config/platinum/vault.toml"
printf '%s\n' '[[account]]' 'name = "main"' "address = \"$ADDRESS\"" 'display_name = "Anna Berg"' "outbox = \"maildir:$WORLD/sent\"" | tee "$WORLD/typed-account" >> "$WORLD/owner/.config/platinum/vault.toml"
check "doctor has nothing against it"           exits 0 owner localagent doctor
# It does not come to an end, so it runs beside us.
commands=$(guide "From nothing to the gate" 4 | sed 's/^localagent run/exec &/')
as_owner bash -euc "$commands" > "$WORLD/log/owner" 2>&1 &
running owner $!
check "CloudAgent takes what is begun"          wait_until 30 active cloudagent
check "both hear of pushes at once"             shows "others' pushes: heard at once" owner localagent doctor
put "$(mail gmail-en)" /var/lib/cloudagent/mail/tmp/one 600
inside chown cloudagent: /var/lib/cloudagent/mail/tmp/one
inside mv /var/lib/cloudagent/mail/tmp/one /var/lib/cloudagent/mail/new/
waits() { compgen -G "$WORLD/owner/Platinum/Pending_Approval/email/*.md"; }
check "a mail becomes a draft with the owner"   timed wait_until 120 waits
fill_in() { sed -i -E 's/\{\{[^}]*\}\}/120 euros/g' "$WORLD/owner/Platinum/Pending_Approval/email"/*.md; }
check "the owner fills the blanks"              fill_in
check "the fifth: one key"                      timed types 5 '\[a\]pprove => a'
sent() { find "$WORLD/sent" -type f | wc -l; }
check "sends it, from a fresh machine on"       timed wait_until 60 sees 1 sent
TYPED=$({ for n in 1 2 3 4 5; do guide "From nothing to the gate" $n; done; cat "$WORLD/typed-account"; } | wc -m)
say "the owner types $TYPED characters, 200 a minute, and waits $WAITED s"
check "that is ten minutes at most"             [ $((WAITED + TYPED * 60 / 200)) -lt 600 ]
stop owner
check "and the repository's guard was content"  not grep -i declined "$WORLD/log/owner"

say "again"
state > "$WORLD/first"
check "a second run has nothing to say"         exits 0 setup
check "and nothing to do"                       said "^0 of 13 parts were done"
check "and has done nothing"                    same first
check "nor by the guide's words"                exits 0 types 2
check "which ask for nothing now"               same first
rm "$ROOT/home/vault/vault.git/hooks/pre-receive"
inside nft delete table inet platinum_host
inside systemctl stop cloudagent
check "what went missing comes back"            exits 0 setup
check "and only that"                           said "^3 of 13 parts were done"
check "as it was"                               same first
say "the weekly upkeep"
maintained() { inside systemctl start cloudagent-maintenance.service; }
check "tidies and reads the repository"         maintained
loose() { inside git --git-dir=/home/vault/vault.git count-objects | cut -d' ' -f1; }
check "into one pack"                           sees 0 loose
check "news goes on"                            shows "others' pushes: heard at once" owner localagent doctor
check "its sandbox is a tight one"              shows 'OK|LOW|SAFE' bash -c "systemd-analyze security --offline=true --no-pager '$UNITS/cloudagent-maintenance.service' | tail -n 1"
pack=$(find "$ROOT/home/vault/vault.git/objects/pack" -name '*.pack' | head -n 1)
spoil() { cp -p "$pack" "$WORLD/pack" && chmod u+w "$pack" && printf 'x' | dd of="$pack" bs=1 seek=200 conv=notrunc status=none; }
check "a disk that forgets"                     spoil
check "makes it fail, so that it is known"      not maintained
cp -p "$WORLD/pack" "$pack"
inside systemctl reset-failed

say "another program"
mkdir -p "$ROOT/srv/https"
certificate_make
{ cat "$BIN/cloudagent"; echo new; } > "$ROOT/srv/https/cloudagent"
(cd "$ROOT/srv/https" && sha256sum cloudagent > cloudagent.sha256)
cp "$WORLD/tls/server.pem" "$WORLD/tls/server.key" "$WORLD/tls/ca.pem" "$ROOT/srv/"
inside systemd-run -q --unit=https --property=WorkingDirectory=/srv/https python3 -c '
import http.server, ssl
server = http.server.HTTPServer(("127.0.0.1", 8443), http.server.SimpleHTTPRequestHandler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/srv/server.pem", "/srv/server.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()'
check "its server runs"                         wait_until 5 inside bash -c 'exec 3<> /dev/tcp/127.0.0.1/8443'
by_https() { inside env SUDO_USER=ubuntu CURL_CA_BUNDLE=/srv/ca.pem /home/ubuntu/systemd/setup-vm --binary https://localhost:8443/cloudagent; }
check "from https, by the sum beside it"        exits 0 by_https
check "which is the only change"                said "^1 of 13 parts were done"
check "is installed"                            cmp "$ROOT/srv/https/cloudagent" "$ROOT/usr/local/bin/cloudagent"
check "CloudAgent runs it"                      wait_until 20 active cloudagent
check "the one before comes back"               exits 0 setup --undo binary
check "as it was"                               cmp "$BIN/cloudagent" "$ROOT/usr/local/bin/cloudagent"

say "when something is wrong"
vm_doctor() { inside systemd-run -q --pipe --wait --collect -p User=cloudagent "$@" /usr/local/bin/cloudagent doctor --config /etc/platinum/vault.toml 2>&1 || true; }
# with SED [OPTION]: what it says under a vault.toml that is changed by that.
with() {
    cp -p "$ROOT/etc/platinum/vault.toml" "$WORLD/kept.toml"
    sed "$1" "$WORLD/vault.toml" > "$ROOT/etc/platinum/vault.toml"
    vm_doctor "${@:2}"
    cp -p "$WORLD/kept.toml" "$ROOT/etc/platinum/vault.toml"
}
secret=(-p LoadCredential=secrets.json:/etc/platinum/secrets.json)
check "a key of vault.toml that is none"        is_line 2 with 's/^vault /vaultt /'
check "a password that sends"                   is_line 3 with 's/^accept_send_capable = true/accept_send_capable = false/' "${secret[@]}"
mv "$ROOT/etc/platinum/secrets.json" "$WORLD/secrets.json"
check "no password"                             is_line 4 with ''
mv "$WORLD/secrets.json" "$ROOT/etc/platinum/secrets.json"
check "a mail server that is away"              is_line 6 with 's/^host = .*/host = "127.0.0.1"/' "${secret[@]}"
imap_up
bare_repository
machine wrong cloud inbox=imap password=wrong
machine begins local
on begins init "$WORLD/begins/vault" --remote "$BARE" > "$WORLD/log/begins" 2>&1
on begins run --once >> "$WORLD/log/begins" 2>&1 || true
on wrong run --once > "$WORLD/log/wrong" 2>&1 || true
wrong_doctor() { on wrong doctor || true; }
check "a password that the server refuses"      is_line 5 wrong_doctor
# Three at once: each waits for news.
ssh-keygen -q -t ed25519 -N '' -f "$WORLD/owner/.ssh/other"
asked=()
# elsewhere NAME SED [REMOTE]: doctor on the owner's machine, where ssh has other files, or at another address.
elsewhere() {
    mkdir "$WORLD/$1"
    sed "$2" "$WORLD/owner/.ssh/config" > "$WORLD/$1/config"
    printf '#!/bin/sh\nexec %s -F %q "$@"\n' "$(command -v ssh)" "$WORLD/$1/config" > "$WORLD/$1/ssh"
    chmod 755 "$WORLD/$1/ssh"
    owner env PATH="$WORLD/$1:$PATH" "PLATINUM__remote=${3:-ssh://vault@$VM/~/vault.git}" "$BIN/localagent" doctor > "$WORLD/log/doctor-$1" 2>&1 &
    asked+=($!)
}
echo "$VM $(cut -d' ' -f1,2 "$WORLD/owner/.ssh/other.pub")" > "$WORLD/owner/.ssh/known_others"
elsewhere stranger "s|/id_ed25519|/other|"
elsewhere changed "s|/known_hosts|/known_others|"
elsewhere off '' "ssh://vault@$HERE:9/~/vault.git"
for pid in "${asked[@]}"; do wait "$pid" || true; done
check "a key that is not let in"                is_line 7 cat "$WORLD/log/doctor-stranger"
check "another machine at that address"         is_line 8 cat "$WORLD/log/doctor-changed"
check "nobody there"                            is_line 9 cat "$WORLD/log/doctor-off"
owners_doctor() { owner localagent doctor || true; }
sed -i 's/"exec sh -c "/never/' "$ROOT/usr/local/lib/platinum/vault-door"
check "no news"                                 is_line 10 owners_doctor
check "which the next run puts right"           exits 0 setup
owner localagent pause --reason holiday > "$WORLD/log/pause" 2>&1
mkdir "$WORLD/owner/Platinum/.git"
check "a pause"                                 is_line 11 owners_doctor
check "another git"                             is_line 12 owners_doctor
check "the guide has no other lines"            sees "" symptom 13

say "cut off in the middle"
# hangs PROGRAM WORD: it never comes to an end where that word is among its arguments. cut_off PART: setup is killed there, as by a line that is gone.
# shellcheck disable=SC2016 # the words of the script
hangs() { printf '#!/bin/sh\nfor word; do [ "$word" != %s ] || exec sleep 1000; done\nexec /usr/sbin/%s "$@"\n' "$2" "$1" > "$ROOT/usr/local/sbin/$1"; chmod 755 "$ROOT/usr/local/sbin/$1"; }
hanging() { inside pgrep -f '^sleep 1000'; }
cut_off() {
    inside env SUDO_USER=ubuntu /home/ubuntu/systemd/setup-vm > "$WORLD/log/cut" 2>&1 &
    local cut=$!
    wait_until 20 hanging || return 1
    inside pkill -KILL -f 'systemd/setup-vm'
    inside pkill -KILL -f '^sleep 1000'
    wait "$cut" || true
}
half() { [[ -e $ROOT$1 ]]; }
for case in "ssh sshd -t /etc/ssh/sshd_config.d/00-platinum.conf" "firewall nft -c /etc/platinum/host.nft"; do
    read -r part program word file <<< "$case"
    setup --undo "$part" > "$WORLD/log/undo" 2>&1
    hangs "$program" "$word"
    check "$part: its file is written"          cut_off
    check "and it ends there"                   half "$file"
    check "systemd waits two minutes for it"    inside systemctl is-active setup-vm-back.timer
    rm "$ROOT/usr/local/sbin/$program"
    # What the timer will do, now.
    check "then it puts that back"              inside systemctl start setup-vm-back.service
    check "and nothing is left of it"           wait_until 10 not half "$file"
    check "the owner comes in"                  wait_until 10 vm true
done
sed -i 's/^Include/#Include/' "$ROOT/etc/ssh/sshd_config"
check "an sshd that reads no drop-ins"          exits 1 setup
check "is named, and left as it was"            said "Include /etc/ssh/sshd_config.d"
check "and nothing is left of that"             not half /etc/ssh/sshd_config.d/00-platinum.conf
sed -i 's/^#Include/Include/' "$ROOT/etc/ssh/sshd_config"
check "the next run does it all"                exits 0 setup
check "as it was"                               same first

say "back"
for part in service vault config binary fail2ban firewall ssh upgrades accounts time memory; do check "$part" exits 0 setup --undo $part; done
check "passwords are as they were"              shows 'passwordauthentication yes' inside sshd -T
check "other ports are reached"                 reaches 8088
check "the image's own rules are as they were"  sees "$of_image" oracles list table ip filter
check "CloudAgent is not there"                 not inside systemctl cat cloudagent
left_sorted() { (cd "$ROOT" && find etc usr/local -type f -newer etc/apt/apt.conf.d/99proxy -path '*platinum*' -o -path '*cloudagent*' -type f) | sort; }
check "what is left is the owner's"             sees $'etc/platinum/undone/secrets.json\netc/platinum/undone/vault.toml\netc/sysusers.d/cloudagent.conf' left_sorted
check "the vault is still there"                inside git --git-dir=/home/vault/vault.git fsck --no-progress
check "a part that is none"                     exits 2 setup --undo everything
[[ -z ${LONG:-} || -n ${SYSTEM:-} ]] || check "all of it on Ubuntu 22.04"  env -u RESULT SYSTEM=jammy bash "$0"
end
