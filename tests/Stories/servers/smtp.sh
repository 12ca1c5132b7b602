# shellcheck shell=bash
# Sending: Dovecot's submission service takes mail from those who log in over TLS, and hands it to OpenSMTPD, which writes every copy
# that it delivers to anybody in the world into $WORLD/world. (Debian 12's OpenSMTPD cannot do TLS with its OpenSSL by itself.)
# OpenSMTPD's spool and its socket have fixed places, so it lives in a mount namespace of its own.
smtp_up() {
    local home=$WORLD/smtpd
    [[ -n ${SMTPS_PORT:-} ]] || { echo "start Dovecot first: imap_up"; return 1; }
    if [[ ! -e $home/smtpd.conf ]]; then
        mkdir -p "$home/spool" "$home/run" "$WORLD/world"
        chown nobody "$WORLD/world"
        chmod 711 "$home" "$home/spool"
        cat > "$home/world.sh" <<MDA
#!/bin/sh
file=\$(mktemp $WORLD/world/.XXXXXXXX) || exit 75
{ printf 'X-Story-Sender: %s\nX-Story-Recipient: %s\n' "\$SENDER" "\$RECIPIENT"; cat; } > "\$file" || exit 75
mv "\$file" "$WORLD/world/\$(basename "\$file" | tr -d .).eml"
MDA
        chmod 755 "$home/world.sh"
        cat > "$home/smtpd.conf" <<CONF
table world { "@" = "nobody" }
smtp max-message-size "80M"
listen on 127.0.0.1 port $RELAY_PORT hostname mx.story.example
action "world" mda "$home/world.sh" virtual <world>
match from any for any action "world"
CONF
    fi
    # shellcheck disable=SC2016 # the inner shell's own variables
    unshare -m sh -c 'mount --make-rprivate / && mount --bind "$1/spool" /var/spool && mount --bind "$1/run" /var/run && exec smtpd -d -f "$1/smtpd.conf"' \
        sh "$home" >> "$WORLD/log/smtpd" 2>&1 &
    running smtpd $!
    wait_until 10 listens "$RELAY_PORT"
}

# The way out is closed: mail is refused for a while (451) behind a submission service that still answers.
relay_down() { stop smtpd; wait_until 10 silent "$RELAY_PORT"; }

# proxy_up MODE: a proxy before the SMTP server, that does MODE (smtp_proxy.py) to the next connection. Its victim is the process in $WORLD/victim.
proxy_up() {
    PROXY_PORT=$(free_port)
    echo "$1" > "$WORLD/proxy-mode"
    python3 "$STORIES/servers/smtp_proxy.py" "$PROXY_PORT" "$SMTPS_PORT" "$WORLD" >> "$WORLD/log/proxy" 2>&1 &
    running proxy $!
    wait_until 10 listens "$PROXY_PORT"
}
