# shellcheck shell=bash
# A machine of its own: a Debian root from this machine's own apt sources, booted by systemd-nspawn.

# The suites of this machine's own system, each "URI SUITE", without those of other makers.
# shellcheck disable=SC2016 # the fields are apt's
suites() { apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Component: main' | grep -E " $(codename)(-|$)" | sort -u; }
codename() { (source /etc/os-release && echo "$VERSION_CODENAME"); }

# root_make ROOT: what a provider's small image has: systemd, sshd, sudo. It is made once for all stories of one run, beside the programs. SYSTEM=jammy: an Ubuntu 22.04, where the mirror has one.
root_make() {
    local system=${SYSTEM:-$(codename)} made
    made=$(dirname "$BIN")/roots/$system
    mkdir -p "$made"
    # Another story may be at it.
    (flock 9; [[ -e $made.done ]] || root_build "$system" "$made") 9> "$made.lock" && cp -a --reflink=auto "$made" "$1"
}
root_build() {
    local from check=() components=main
    from=$(suites | awk -v r="$(codename)" '$2 == r { print $1; exit }')
    # Its keys are not on this machine; the root has them, and takes its updates by them.
    [[ $1 != jammy ]] || from=${from%debian/}ubuntu check=(--no-check-gpg) components=main,universe
    rm -rf "$2" && mkdir "$2" || return 1
    debootstrap --variant=minbase "${check[@]}" --components=$components --include=systemd,systemd-sysv,dbus,libpam-systemd,libssl3,openssh-client,openssh-server,ca-certificates,iproute2,sudo "$1" "$2" "$from" || return 1
    if [[ $1 == jammy ]]; then printf "deb $from %s main universe\n" jammy jammy-updates jammy-security; else suites | sed 's/.*/deb & main/'; fi > "$2/etc/apt/sources.list"
    echo vm > "$2/etc/hostname"
    printf '%s\n' '127.0.0.1 localhost vm' '::1 localhost' > "$2/etc/hosts"
    touch "$2.done"
}

# root_add ROOT PACKAGE...: before it boots, by this machine's network.
root_add() {
    local root=$1
    shift
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    chroot "$root" sh -c "apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $*"
}

# boot ROOT [OPTION OF SYSTEMD-NSPAWN...]: and waits until every unit runs. The functions below are about this one.
LEADER=''
boot() {
    ROOT=$1
    shift
    systemd-nspawn -q -D "$ROOT" -b --register=no --keep-unit "$@" > "$WORLD/log/boot" 2>&1 < /dev/null &
    running nspawn $!
    wait_until 10 leader || { echo "systemd-nspawn did not start"; exit 1; }
    leader
}
leader() { LEADER=$(pgrep -P "$(cat "$WORLD/pid/nspawn")") && [[ -n $LEADER ]]; }
up() { [[ $(inside systemctl is-system-running) == running ]]; }

# inside COMMAND...: in the booted root, as root. as USER COMMAND...: as that user.
inside() { nsenter -t "$LEADER" -m -u -i -n -p -r -w env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C "$@"; }
as() { local user=$1; shift; inside runuser -u "$user" -- env HOME="$(inside getent passwd "$user" | cut -d: -f6)" "$@"; }
property() { inside systemctl show --value -p "$2" "$1"; }
is() { sees "$3" property "$1" "$2"; }
active() { is "$1" ActiveState active; }
put() { install -D -m "${3:-644}" "$1" "$ROOT$2"; }

# guide HEADING [N]: the N-th block of commands below that heading in systemd/README.md.
guide() { awk -v heading="## $1" -v n="${2:-1}" '/^## / { here = $0 == heading; i = 0 } here && /^```sh$/ { i++; on = 1; next } /^```$/ { on = 0 } on && i == n' "$UNITS/README.md"; }
# documented USER HEADING [N]: it is run as that user in a folder like the sources'.
documented() {
    local user=$1 commands
    commands=$(guide "$2" "${3:-1}" | sed 's/your-vm/127.0.0.1/g')
    [[ -n $commands ]] || { echo "there is no block ${3:-1} below $2"; return 1; }
    as "$user" XDG_RUNTIME_DIR="/run/user/$(inside id -u "$user")" bash -euxc "cd /sources && $commands"
}
