# shellcheck shell=bash
# sshd on a high port, one key, and a bare repository behind it. Whose shell it is that starts there finds an empty home: what a person's .bashrc does is no part of a story, nor of its time.
remote_up() {
    local home=$WORLD/sshd login
    if [[ ! -e $home/sshd_config ]]; then
        login=$(id -un)
        mkdir -p "$home/home" /run/sshd
        SSH_PORT=$(free_port)
        ssh-keygen -q -t ed25519 -N '' -f "$home/host_key"
        ssh-keygen -q -t ed25519 -N '' -f "$home/client_key"
        cat > "$home/sshd_config" <<CONF
ListenAddress 127.0.0.1:$SSH_PORT
HostKey $home/host_key
AuthorizedKeysFile $home/client_key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
SetEnv HOME=$home/home
CONF
        echo "[127.0.0.1]:$SSH_PORT $(cut -d' ' -f1,2 "$home/host_key.pub")" > "$home/known_hosts"
        cat > "$home/ssh_config" <<CONF
Host *
    IdentityFile $home/client_key
    IdentitiesOnly yes
    UserKnownHostsFile $home/known_hosts
    StrictHostKeyChecking yes
CONF
        export GIT_SSH_COMMAND="ssh -F $home/ssh_config"
        bare_repository
        REMOTE=ssh://$login@127.0.0.1:$SSH_PORT$BARE
    fi
    "$(command -v sshd)" -D -f "$home/sshd_config" -E "$WORLD/log/sshd" &
    running sshd $!
    wait_until 10 listens "$SSH_PORT"
}

remote_down() { stop sshd; wait_until 10 silent "$SSH_PORT"; }

# A bare repository on this disk, for stories in which ssh plays no part: REMOTE is its path.
bare_repository() {
    BARE=$WORLD/remote/vault.git
    export REMOTE=$BARE
    git init -q --bare -b main "$BARE"
}

# tip PATH: what the remote's newest commit holds below PATH, a file a line.
tip() { git -C "$BARE" ls-tree -r --name-only "$(tip_commit)" | grep "^$1" || true; }

# tip_file PATH: a file's content there.
tip_file() { git -C "$BARE" show "$(tip_commit):$1"; }

tip_commit() { git -C "$BARE" for-each-ref --sort=-committerdate --count=1 --format='%(objectname)' refs/heads; }

# guarded_remote_up: with git's pre-receive hook, and a second key, `cloud_key` (ssh_config_cloud), whose zone is the cloud's; client_key's is the owner's.
guarded_remote_up() {
    local keys=$WORLD/sshd
    remote_up
    ssh-keygen -q -t ed25519 -N '' -f "$keys/cloud_key"
    sed "s|client_key|cloud_key|" "$keys/ssh_config" > "$keys/ssh_config_cloud"
    # shellcheck disable=SC2016 # the words of the key's own command
    {
        printf 'command="PLATINUM_ZONE=local exec git-shell -c \\"$SSH_ORIGINAL_COMMAND\\"",restrict %s\n' "$(cat "$keys/client_key.pub")"
        printf 'command="PLATINUM_ZONE=cloud exec git-shell -c \\"$SSH_ORIGINAL_COMMAND\\"",restrict %s\n' "$(cat "$keys/cloud_key.pub")"
    } > "$keys/authorized"
    remote_down
    sed -i "s|^AuthorizedKeysFile .*|AuthorizedKeysFile $keys/authorized|" "$keys/sshd_config"
    remote_up
    printf '#!/bin/sh\nexec %q pre-receive\n' "$BIN/cloudagent" > "$BARE/hooks/pre-receive"
    chmod 755 "$BARE/hooks/pre-receive"
}
