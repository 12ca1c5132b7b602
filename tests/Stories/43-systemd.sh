#!/usr/bin/env bash
# The units under a systemd of their own: a Debian root booted by systemd-nspawn, with nothing but a loopback network.
# Both agents run in it, each as its own user, with a bare repository between them that they reach by ssh.
source "$(dirname "$0")/lib.sh"
title "under systemd"
UNITS=$(cd "$STORIES/../../systemd" && pwd)

# exposure MOST UNIT: systemd's own judgement of the sandbox, from 0 to 10, as it is written and without a systemd that runs.
exposure() {
    local most=$1 unit=$2 score
    score=$(systemd-analyze security --offline=true --threshold=100 --no-pager "$UNITS/$unit" | sed -n 's/.*exposure level for [^:]*: \([0-9.]*\).*/\1/p')
    echo "exposure: $score"
    [[ -n $score ]] && awk -v s="$score" -v m="$most" 'BEGIN { exit !(s <= m) }'
}
check "CloudAgent is exposed by 1.5 at most"    exposure 1.5 cloudagent.service
check "LocalAgent by 2.5 at most"               exposure 2.5 localagent.service

say "a Debian root"
began=$SECONDS
check "is made"                                 root_make "$WORLD/root"
ROOT=$WORLD/root
check "with what the programs need"             root_add "$ROOT" git nftables
say "in $((SECONDS - began)) s"
for program in cloudagent localagent; do put "$BIN/$program" "/sources/out/$program/$program" 755; done
cp -r "$UNITS" "$ROOT/sources/systemd"
# LocalAgent's system form: CloudAgent's steps without the firewall.
put "$BIN/localagent" /usr/local/bin/localagent 755
put "$UNITS/localagent.service" /etc/systemd/system/localagent.service
put "$UNITS/localagent.sysusers" /etc/sysusers.d/localagent.conf

boot "$ROOT" --private-network
check "it boots, and every unit of it runs"     wait_until 60 up
check "the README's steps for CloudAgent"       documented root "CloudAgent by hand" 1
verify() { inside systemd-analyze verify --man=no "/etc/systemd/system/$1" 2>&1 | tee "$WORLD/log/verify"; [[ ! -s $WORLD/log/verify ]]; }
for unit in cloudagent.service localagent.service cloudagent-firewall.service; do check "systemd-analyze verify has nothing to say of $unit" verify "$unit"; done

say "the owner's side"
inside useradd -m -s /bin/sh vault
as vault mkdir -m 700 /home/vault/.ssh
inside install -d -o localagent -g localagent -m 700 /var/lib/localagent /var/lib/localagent/.ssh
as localagent ssh-keygen -q -t ed25519 -N '' -f /var/lib/localagent/.ssh/id_ed25519
inside install -m 644 /var/lib/cloudagent/.ssh/known_hosts /var/lib/localagent/.ssh/known_hosts
for user in cloudagent localagent; do
    inside cat "/var/lib/$user/.ssh/id_ed25519.pub" >> "$ROOT/home/vault/.ssh/authorized_keys"
done
inside chown -R vault: /home/vault
REPOSITORY=ssh://vault@127.0.0.1/home/vault/vault.git
# configuration NAME PROGRAM INBOX OUTBOX: a vault.toml in /etc/platinum.
# shellcheck disable=SC2016 # backticks of Markdown
configuration() {
    cat > "$ROOT/etc/platinum/$1.toml" <<CONF
$(sed -n '/^```toml$/,/^```$/p' "$UNITS/README.md" | sed "1d; \$d; s/cloudagent/$2/; s/your-vm/127.0.0.1/")

[approve]
undo = "0s"

[[account]]
name = "main"
address = "$ADDRESS"
display_name = "Anna Berg"
inbox = "$3"
outbox = "$4"
CONF
}
configuration vault cloudagent maildir:/var/lib/cloudagent/mail ''
for folder in cur new tmp; do inside install -d -o cloudagent -g cloudagent -m 700 "/var/lib/cloudagent/mail/$folder"; done
# Two agents on one machine, so one of them has its configuration elsewhere.
configuration local localagent '' maildir:/var/lib/localagent/state/outbox
local_agent() { as localagent localagent --config /etc/platinum/local.toml "$@"; }
drop_in() { mkdir -p "$ROOT/etc/systemd/system/$1.service.d" && printf '%s\n' '[Service]' "${@:3}" > "$ROOT/etc/systemd/system/$1.service.d/$2.conf" && inside systemctl daemon-reload; }
drop_in localagent two ExecStart= 'ExecStart=/usr/local/bin/localagent run --config /etc/platinum/local.toml'

as vault git init -q --bare -b main /home/vault/vault.git
check "the owner makes the vault"               local_agent init /var/lib/localagent/vault --remote "$REPOSITORY"

say "a remote that is away at the start"
as vault mv /home/vault/vault.git /home/vault/away.git
check "it is enabled, and does not come up"     not documented root "CloudAgent by hand" 3
tries() { local n; n=$(property cloudagent NRestarts); echo "started again $n times"; ((n >= 2)); }
check "CloudAgent is started again and again"   wait_until 20 tries
check "because it ends with 75"                 shows 'status=75/TEMPFAIL' inside journalctl -b -u cloudagent --no-pager
as vault mv /home/vault/away.git /home/vault/vault.git
check "ready by itself when it is back"         wait_until 20 active cloudagent
check "the README's start is for a second time" documented root "CloudAgent by hand" 3
LATER=$(inside date '+%Y-%m-%d %H:%M:%S')

say "both run"
check "LocalAgent starts, and is ready"         inside systemctl start localagent
vault_of() { (cd "$ROOT/var/lib/$1/vault" && find Pending_Approval Done -name '*.md' 2> /dev/null | grep -E "^$2"); }
delivered() { put "$(mail "$1")" "/var/lib/cloudagent/mail/tmp/$1" 600 && inside chown cloudagent: "/var/lib/cloudagent/mail/tmp/$1" && inside mv "/var/lib/cloudagent/mail/tmp/$1" /var/lib/cloudagent/mail/new/; }
delivered gmail-en
check "a mail in the maildir becomes a draft"   wait_until 20 vault_of cloudagent Pending_Approval/email/can-you-repair
check "that comes to the owner's side over ssh" wait_until 20 vault_of localagent Pending_Approval/email/can-you-repair
shown() { shows "$2" property "$1" StatusText; }
check "the status line says what a turn did"    shown cloudagent '1 mails read|nothing to do|files'
id=$(basename "$(vault_of localagent Pending_Approval || true)" .md)
filled() { as localagent sed -i -E 's/\{\{[^}]*\}\}/120 euros/g' "/var/lib/localagent/vault/Pending_Approval/email/$id.md"; }
check "the owner fills the blanks"              filled
yes() { local digest; digest=$(local_agent show "$id" --json | jq -re .digest) && local_agent approve "$id" --digest "$digest" --without-original; }
check "approves beside the daemon"              yes
sent() { [[ $(find "$ROOT/var/lib/localagent/state/outbox" -type f | wc -l) == 1 ]]; }
check "and it is sent from inside the sandbox"  wait_until 20 sent
complaints() { inside journalctl -q -b --since "$LATER" -p warning -u cloudagent -u localagent -u cloudagent-firewall --no-pager; }
check "the journal has no warning of them"      sees "" complaints
denials() { inside journalctl -q -b -u cloudagent -u localagent --no-pager | grep -iE 'denied|not permitted|seccomp|not supported' || true; }
check "nor of a call that was denied"           sees "" denials
tasks_within() { local n; n=$(property "$1" TasksCurrent); echo "$n tasks"; [[ $n == '[not set]' ]] || ((n < 48)); }
check "they are far from their limit of tasks"  tasks_within cloudagent

# Both of them at the address that is everybody's: the one that came first answers, and the other goes on without.
asked() { inside bash -c 'exec 3<> /dev/tcp/127.0.0.1/8080 && printf "GET /health HTTP/1.0\r\n\r\n" >&3 && cat <&3'; }
check "/health answers out of the sandbox"      shows 'HTTP/1.1 200 OK' asked

drafted() { local n; n=$(vault_of cloudagent Pending_Approval | wc -l); echo "$n drafts"; ((n >= $1)); }

say "times"
milliseconds() { local began; began=$(date +%s%N); "$@" > "$WORLD/log/timed" 2>&1 || return 1; TOOK=$((($(date +%s%N) - began) / 1000000)); }
for agent in cloudagent localagent; do
    check "$agent stops"                        milliseconds inside systemctl stop $agent
    check "in under 5 s ($TOOK ms)"             [ "$TOOK" -lt 5000 ]
    check "by itself"                           is $agent Result success
    check "and starts"                          milliseconds inside systemctl start $agent
    check "ready in under 2 s ($TOOK ms)"       [ "$TOOK" -lt 2000 ]
done
# anew PID: another process runs, and is ready.
anew() { local now; now=$(property cloudagent MainPID); [[ $now != 0 && $now != "$1" ]] && active cloudagent; }
victim=$(property cloudagent MainPID)
inside kill -KILL "$victim"
check "killed, CloudAgent works again"          milliseconds wait_until 10 anew "$victim"
check "in under 3 s ($TOOK ms)"                 [ "$TOOK" -lt 3000 ]

say "a reload"
victim=$(property cloudagent MainPID)
reads_anew() { inside journalctl -q -b -u cloudagent --no-pager | grep -c 'was read anew' || true; }
printf '[sync]\ninterval = "7m"\n' >> "$ROOT/etc/platinum/vault.toml"
check "takes up what was changed"               documented root "CloudAgent by hand" 4
check "and says so"                             wait_until 10 sees 1 reads_anew
check "in the same process"                     is cloudagent MainPID "$victim"
check "which is active"                         wait_until 10 active cloudagent
delivered outlook-de
check "and drafts on"                           wait_until 20 drafted 1
sed -i 's/^interval = .*/interval = "soon"/' "$ROOT/etc/platinum/vault.toml"
check "a file that can't be used"               documented root "CloudAgent by hand" 4
refused() { inside journalctl -q -b -p warning -u cloudagent --no-pager | grep -q 'was not taken up, what it said before goes on: .*interval'; }
check "is told of"                              wait_until 10 refused
check "and the same process goes on"            is cloudagent MainPID "$victim"
check "as it did"                               wait_until 10 active cloudagent
sed -i '/^\[sync\]/,$d' "$ROOT/etc/platinum/vault.toml"
check "mended, it is taken up"                  documented root "CloudAgent by hand" 4
check "for good"                                wait_until 10 sees 2 reads_anew

say "the watchdog"
drop_in cloudagent watchdog WatchdogSec=3s
inside systemctl restart cloudagent
victim=$(property cloudagent MainPID)
sleep 10
check "an idle daemon is left alone for 10 s"   is cloudagent MainPID "$victim"
check "and did no turn for it"                  is cloudagent NRestarts 0
inside kill -STOP "$victim"
check "one that hangs is replaced"              wait_until 15 anew "$victim"
check "by the watchdog"                         shows "Watchdog timeout" inside journalctl -b -u cloudagent --no-pager
rm "$ROOT/etc/systemd/system/cloudagent.service.d/watchdog.conf"
inside systemctl daemon-reload

say "a first start before a full mailbox"
inside systemctl stop cloudagent
many() {
    local i
    for ((i = 0; i < 1000; i++)); do sed "s/^Message-ID: <.*/Message-ID: <$i@many.example>/I; s/^Subject: .*/Subject: Question $i/" "$(mail gmail-en)" > "$ROOT/var/lib/cloudagent/mail/new/many-$i"; done
    inside chown -R cloudagent: /var/lib/cloudagent/mail
}
check "1,000 mails have come"                   many
drop_in cloudagent patience TimeoutStartSec=1s WatchdogSec=5s
check "it is ready"                             milliseconds inside systemctl start cloudagent
check "beyond its patience of 5 s ($TOOK ms)"   [ "$TOOK" -gt 5000 ]
check "at the first try"                        is cloudagent NRestarts 0
check "and the mails are drafted"               wait_until 120 drafted 1000
check "by the same process"                     is cloudagent NRestarts 0
# The memory controller is not there in a container everywhere: what is used is held against the unit's limit, not the limit itself.
# shellcheck disable=SC2016 # the field is awk's
peak=$(inside awk '/^VmHWM:/ { print int($2 / 1024) }' "/proc/$(property cloudagent MainPID)/status")
check "resident: $peak MB at most, of 96"       [ "$peak" -gt 1 -a "$peak" -lt 64 ]
check "it sees how much the machine has left"   shows MemAvailable inside nsenter -m -t "$(property cloudagent MainPID)" cat /proc/meminfo
rm "$ROOT/etc/systemd/system/cloudagent.service.d/patience.conf"
inside systemctl daemon-reload

say "no way out for mail"
printf '%s\n' 'Port 22' 'Port 25' 'Port 465' 'Port 587' 'Port 2525' 'Port 2222' > "$ROOT/etc/ssh/sshd_config.d/ports.conf"
inside systemctl restart ssh
reaches() { as "$1" timeout 2 bash -c "exec 3<> /dev/tcp/127.0.0.1/$2"; }
for port in 25 465 587 2525; do
    check "root reaches port $port"             wait_until 5 reaches root $port
    check "CloudAgent's user does not"          not reaches cloudagent $port
done
check "it reaches others"                       reaches cloudagent 2222
for how in start reload restart; do
    check "nftables.service does a $how"        inside systemctl $how nftables
    check "which leaves no gap"                 not reaches cloudagent 587
done
check "and CloudAgent running"                  wait_until 10 active cloudagent
inside systemctl stop nftables
check "without a firewall it does not run"      is cloudagent ActiveState inactive
inside systemctl start cloudagent
check "and brings its own along"                not reaches cloudagent 25

say "secrets"
wants_secret() { sed -i 's|^inbox = .*|inbox = "imap"|' "$ROOT/etc/platinum/vault.toml" && printf '%s\n' '[account.imap]' 'host = "127.0.0.1"' 'port = 2222' 'protection = "none"' 'accept_send_capable = true' >> "$ROOT/etc/platinum/vault.toml"; }
wants_secret
# A word of the process that runs now.
said_now() { inside journalctl -q "_SYSTEMD_INVOCATION_ID=$(property cloudagent InvocationID)" --no-pager; }
check "CloudAgent runs without"                 inside systemctl restart cloudagent
check "and names the one that is missing"       shows "the secret 'imap-main' is missing" said_now
echo '{"imap-main": "x"}' > "$ROOT/etc/platinum/secrets.json"
chmod 600 "$ROOT/etc/platinum/secrets.json"
check "a file of root's alone"                  not as cloudagent cat /etc/platinum/secrets.json
inside systemctl restart cloudagent
# The port is sshd's: it takes a password to get there.
check "reaches CloudAgent as a credential"      shows "the mail server 127.0.0.1:2222 does not answer" said_now
check "which no other user sees"                not as nobody ls /run/credentials/cloudagent.service
check "encrypted as the README has it"          documented root "CloudAgent by hand" 2
check "and with the plain one gone"             not inside test -e /etc/platinum/secrets.json
inside systemctl restart cloudagent
check "it comes as well"                        shows "the mail server 127.0.0.1:2222 does not answer" said_now

say "what a person has to see to"
sed -i 's/^vault = /vaultt = /' "$ROOT/etc/platinum/vault.toml"
check "a wrong configuration does not start"    not documented root "CloudAgent by hand" 5
check "ends with 78"                            is cloudagent ExecMainStatus 78
sleep 3
check "and is not tried again"                  is cloudagent ActiveState failed

say "LocalAgent on a desktop"
inside useradd -m -s /bin/bash anna
inside loginctl enable-linger anna
check "anna has a systemd of her own"           wait_until 10 is "user@$(inside id -u anna)" ActiveState active
check "and a vault"                             as anna localagent init /home/anna/Platinum
check "the README's steps for LocalAgent"       documented anna "LocalAgent on your desktop"
of_anna() { as anna XDG_RUNTIME_DIR="/run/user/$(inside id -u anna)" systemctl --user show --value -p "$1" localagent; }
check "it is ready"                             sees active of_anna ActiveState
check "and says what it did"                    shows 'nothing|files' of_anna StatusText
as anna sed -i 's|^folder = .*|folder = "/home/anna/backups"|' /home/anna/.config/platinum/vault.toml
as anna sh -c 'umask 077 && echo "{\"backup\": \"a long enough passphrase\"}" > /home/anna/.config/platinum/secrets.json'
check "the README's backup"                     documented anna "A backup every day"
check "is there, and was compared"              shows 'backup.checked' as anna sh -c 'cat /home/anna/.local/state/platinum/localagent/audit/open.jsonl'
end
