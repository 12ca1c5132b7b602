# shellcheck shell=bash
# Dovecot with one mailbox, TLS and a Sent folder; mail is delivered by its own delivery agent. It also takes mail to send (smtp.sh).
imap_up() {
    local home=$WORLD/dovecot
    if [[ ! -e $home/dovecot.conf ]]; then
        mkdir -p "$home/run" "$home/state" "$WORLD/mail"
        chown nobody "$WORLD/mail"
        IMAP_PORT=$(free_port) SMTP_PORT=$(free_port) SMTPS_PORT=$(free_port) RELAY_PORT=$(free_port)
        echo "$ADDRESS:{PLAIN}$PASSWORD" > "$home/users"
        cat > "$home/dovecot.conf" <<CONF
base_dir = $home/run
state_dir = $home/state
log_path = $WORLD/log/dovecot
protocols = imap submission
listen = 127.0.0.1
ssl = required
ssl_cert = <$WORLD/tls/server.pem
ssl_key = <$WORLD/tls/server.key
auth_failure_delay = 0
login_trusted_networks = 127.0.0.1
mail_location = maildir:$WORLD/mail/%u
mail_max_userip_connections = 50
maildir_stat_dirs = yes
lda_mailbox_autocreate = yes
postmaster_address = postmaster@werkstatt.example
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = $IMAP_PORT
    ssl = yes
  }
}
service submission-login {
  inet_listener submission {
    port = $SMTP_PORT
  }
  inet_listener submissions {
    port = $SMTPS_PORT
    ssl = yes
  }
}
hostname = mx.story.example
submission_relay_host = 127.0.0.1
submission_relay_port = $RELAY_PORT
submission_relay_trusted = no
submission_max_mail_size = 80M
passdb {
  driver = passwd-file
  args = $home/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=$WORLD/mail/home
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
}
CONF
    fi
    dovecot -F -c "$home/dovecot.conf" &
    running dovecot $!
    wait_until 10 listens "$IMAP_PORT"
}

imap_down() { stop dovecot; wait_until 10 silent "$IMAP_PORT"; }

# deliver FILE [USER]: the mail arrives in the owner's mailbox.
deliver() { /usr/lib/dovecot/dovecot-lda -c "$WORLD/dovecot/dovecot.conf" -d "$ADDRESS" -p "$1"; }
