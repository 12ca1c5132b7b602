# shellcheck shell=bash
# A network and a tree of processes of their own, where names are answered at 127.0.0.11, as in a container of Docker's: each name leads to 127.0.0.1.

# network_up: from then on there is `within COMMAND...`. What an image of nginx or certbot has and this machine has elsewhere, or not at all, is mounted there.
network_up() {
    local account
    for account in passwd group; do cp "/etc/$account" "$WORLD/$account"; done
    grep -q ^nginx: "$WORLD/passwd" || echo 'nginx:x:65533:65533::/nonexistent:/usr/sbin/nologin' >> "$WORLD/passwd"
    grep -q ^nginx: "$WORLD/group" || echo 'nginx:x:65533:' >> "$WORLD/group"
    echo 'nameserver 127.0.0.11' > "$WORLD/resolv.conf"
    unshare --net --mount --pid --fork --kill-child --mount-proc sleep infinity &
    running network $!
    wait_until 30 network_holder || { echo "no network of its own"; return 1; }
    # shellcheck disable=SC2016 # the inner shell's own variables
    within bash -euc '
        ip link set lo up
        for file in passwd group resolv.conf; do mount --bind "$1/$file" "/etc/$file"; done
        mkdir -p /etc/letsencrypt /var/cache/nginx /var/www
        for folder in /etc/letsencrypt /var/cache/nginx /var/www /var/log /run; do mount -t tmpfs -o mode=755 none "$folder"; done
        mkdir -p /var/www/acme /run/nginx /var/log/letsencrypt' bash "$WORLD"
    background names pebble-challtestsrv -dns01 127.0.0.11:53 -http01 '' -https01 '' -tlsalpn01 '' -management 127.0.0.1:8055 -defaultIPv4 127.0.0.1 -defaultIPv6 ''
}

# The first process of the network takes all of them along, and hears of nothing less.
network_down() { kill -KILL "$(cat "$WORLD/pid/network")"; }

network_holder() { HOLDER=$(pgrep -P "$(cat "$WORLD/pid/network")") && [[ -n $HOLDER ]]; }
within() { nsenter -t "$HOLDER" -n -m -p "$@"; }

# background NAME COMMAND...: it lives as long as the network does, or until `halt NAME`.
# shellcheck disable=SC2016 # the inner shell's own variables
announced() { printf '%s\n' bash -c 'echo $$ > "$0"; exec "$@"' "$WORLD/inner-$1"; }
background() {
    local name=$1 first
    shift
    mapfile -t first < <(announced "$name")
    within "${first[@]}" "$@" >> "$WORLD/log/$name" 2>&1 &
    running "$name" $!
}
halt() { within kill -KILL "$(cat "$WORLD/inner-$1")"; }

# port ADDRESS PORT: something listens there, within.
port() { within bash -c "exec 3<> /dev/tcp/$1/$2"; }
