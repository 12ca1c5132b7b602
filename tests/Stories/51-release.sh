#!/usr/bin/env bash
# What an owner gets: the files of a release, looked at by the tools that are for that, and its packages on a Debian with a systemd of its own.
# That Debian is this machine's own root, with everything that is written to it kept in memory; hence the file systems of the story's own.
[[ -n ${IN_ITS_OWN:-} ]] || exec unshare -m --propagation private env IN_ITS_OWN=1 bash "$0" "$@"
source "$(dirname "$0")/lib.sh"
title "a release"
SOURCES=$(cd "$STORIES/../.." && pwd)
RELEASE=$SOURCES/systemd/release
OUT=$WORLD/out
VERSION=$(sed -n 's,.*<Version>\(.*\)</Version>.*,\1,p' "$SOURCES/Directory.Build.props")
SECONDS_OF_COMMIT=$(git -C "$SOURCES" log -1 --format=%ct)

check "it is made from the programs"            "$RELEASE/build" --from "$BIN" "$OUT"
check "a folder with something in it is left"   not "$RELEASE/build" --from "$BIN" "$OUT"

say "the sums"
summed() { (cd "$OUT" && sha256sum --check --strict --quiet SHA256SUMS) && sees "$(cd "$OUT" && find . -type f ! -name SHA256SUMS ! -name '*.sha256' -printf '%P\n' | sort)" cut -c67- "$OUT/SHA256SUMS"; }
check "SHA256SUMS is of every file"             summed
for program in cloudagent localagent; do
    file=$program-$VERSION-linux-x64
    check "$program is the program as it is"    cmp "$BIN/$program" "$OUT/$file"
    check "with its sum beside it"              sees "$(sha256sum < "$BIN/$program" | cut -c1-64)" cut -c1-64 "$OUT/$file.sha256"
    check "and says its version and commit"     shows "^${VERSION//./\\.}\\+[0-9a-f]{40}$" "$BIN/$program" --version
    newest() { objdump -T "$1" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1; }
    check "it wants no glibc newer than 2.34"   shows '^GLIBC_2\.([0-9]|[12][0-9]|3[0-4])$' newest "$OUT/$file"
done

say "the list of its parts"
for program in cloudagent localagent; do
    bom=$OUT/$program-$VERSION-linux-x64.cdx.json
    of() { jq -re "$1" "$bom"; }
    check "$program's is CycloneDX"             of '.bomFormat == "CycloneDX" and .specVersion == "1.6"'
    check "of that very file"                   sees "$(sha256sum < "$BIN/$program" | cut -c1-64)" of '.metadata.component.hashes[0].content'
    check "each part has a name and a licence"  of '[.components[] | .name and .purl and (.licenses | length > 0)] | all'
    check "each package its version and sum"    of '[.components[] | select(.purl | startswith("pkg:nuget/")) | .version and (.hashes[0].content | test("^[0-9a-f]{128}$"))] | all'
    # shellcheck disable=SC2016 # jq's variables
    check "each reference leads to a part"      of '([.components[]["bom-ref"]] + [.metadata.component["bom-ref"]]) as $all | [.dependencies[] | .ref, .dependsOn[]] | all(IN($all[]))'
    # shellcheck disable=SC2016
    reached() { of '(.dependencies | map({(.ref): .dependsOn}) | add) as $on | [.metadata.component["bom-ref"]] | last(recurse((. + map($on[.] // []) | flatten | unique) as $more | select($more != .) | $more)) | length'; }
    check "each part is reached from the top"   sees "$(of '.components | length + 1')" reached
    check "libgit2 is there, and what it holds" of '[.components[].name] | contains(["libgit2", "zlib", "PCRE2", "llhttp", "ntlmclient", "sha1collisiondetection", "xdiff"])'
    # The packages that the sources name, but for those that only the compiler and the tests see.
    named() { grep -oP '<PackageReference Include="\K[^"]+' "$SOURCES/VaultKit/VaultKit.csproj" | sort; }
    check "and every package that we name"      sees "$(named)" eval "jq -r '.components[].name' '$bom' | sort -u | grep -Fx -f <(named)"
    check "and no compiler, test or analyzer"   not of '[.components[].name] | map(select(test("ILCompiler|ILLink|Analyzers|TUnit|CsCheck|SharpFuzz|AspNetCore"))) | length > 0'
done

say "the manual"
mkdir "$WORLD/files"
tar -C "$WORLD/files" --strip-components=1 -xzf "$OUT/platinum-$VERSION-files.tar.gz"
formatted() { local said; said=$(LC_ALL=C.UTF-8 MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z "$1" 2>&1 > "$WORLD/log/man"); [[ -z $said && -s $WORLD/log/man ]] || { echo "$said"; return 1; }; }
codes() { sed -n '/^| exit code/,/^$/p' "$SOURCES/README.md" | grep -oE '\| [0-9 /]+ \|' | grep -oE '[0-9]+' | sort -n; }
for program in cloudagent localagent; do
    page=$WORLD/files/man/$program.1
    check "mandoc finds nothing in $program's"  mandoc -Tlint -W warning "$page"
    check "man neither"                         formatted "$page"
    commands() { "$BIN/$program" --help | sed -n '/^Commands:/,$p' | awk 'NR > 1 && NF { print $1 }'; }
    check "each command has a paragraph"        sees "$(commands)" eval "sed -n 's/^\.SS \([^ ]*\)$/\1/p' '$page' | sed 's/[\\]//g'"
    check "each exit code of the README, a row" sees "$(codes)" eval "sed -n '/^\.SH EXIT/,/^\.SH FILES/s/^\.B \([0-9]*\)$/\1/p' '$page'"
done

say "completions, in shells that somebody types into"
mkdir "$WORLD/path" "$WORLD/typist"
for program in cloudagent localagent; do
    # The program, and one word that no script could know; what else is asked of it is written down.
    cat > "$WORLD/path/$program" <<STUB
#!/bin/sh
case \$1 in
    '[suggest:'*) "$BIN/$program" "\$@"; echo brand-new ;;
    *) printf '%s\n' "\$*" > "$WORLD/typed" ;;
esac
STUB
    chmod 755 "$WORLD/path/$program"
done
typed() {
    local shell=$1 program=$2 setup
    case $shell in
        bash) setup="source $WORLD/files/completions/bash/$program" ;;
        zsh) setup="fpath=($WORLD/files/completions/zsh \$fpath); autoload -Uz compinit; compinit -u -d $WORLD/typist/dump" ;;
        fish) setup="source $WORLD/files/completions/fish/$program.fish" ;;
    esac
    rm -f "$WORLD/typed"
    # In a folder of its own: fish offers files, too.
    (cd "$WORLD/typist" && HOME=$WORLD/typist PATH=$WORLD/path:$PATH timeout 60 python3 "$STORIES/judges/tab.py" "$shell" "$setup" "$WORLD/typed" "$program $3")
}
for shell in bash zsh fish; do
    trimmed() { typed "$@" | sed 's/ *$//'; }
    check "$shell completes a command"          sees doctor trimmed "$shell" cloudagent doc
    check "an option of a command"              sees 'approve x --digest' trimmed "$shell" localagent 'approve x --dig'
    check "what the program only knows now"     sees brand-new trimmed "$shell" cloudagent bran
    check "and a file where it knows nothing"   sees "--config $WORLD/files/vault.toml" trimmed "$shell" cloudagent "--config $WORLD/files/vaul"
done

say "the packages"
linted() { local said; said=$(lintian --allow-root --no-cfg --fail-on none "$@" 2>&1 | grep -v 'root privileges') || true; [[ -z $said ]] || { echo "$said"; return 1; }; }
check "lintian finds nothing in them"           linted "$OUT"/*.deb
# Later, elsewhere, by somebody with other habits: the same octets.
mkdir "$WORLD/again"
for name in cloudagent localagent; do "$RELEASE/notices" "$OUT/$name-$VERSION-linux-x64.cdx.json" > "$WORLD/files/copyright-$name"; done
again() { (umask 077 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 "$RELEASE/deb" cloudagent amd64 "$VERSION" "$SECONDS_OF_COMMIT" "$BIN/cloudagent" "$WORLD/files" "$WORLD/again"); }
check "made again, one is the same"             again
check "octet for octet"                         cmp "$OUT/cloudagent_${VERSION}_amd64.deb" "$WORLD/again/cloudagent_${VERSION}_amd64.deb"
# The same once more under a higher number, to go over to.
next() { dpkg-deb -R "$OUT/cloudagent_${VERSION}_amd64.deb" "$WORLD/next" && sed -i 's/^Version: .*/Version: 99/' "$WORLD/next/DEBIAN/control" && dpkg-deb -Znone -b "$WORLD/next" "$WORLD/next.deb"; }
check "there is a next version"                 next

say "on a Debian with systemd"
MEMORY=/mnt ROOT=/mnt/root
mount -t tmpfs tmpfs "$MEMORY"
mkdir "$MEMORY/written" "$MEMORY/work" "$ROOT"
mount -t overlay overlay -o "lowerdir=/,upperdir=$MEMORY/written,workdir=$MEMORY/work" "$ROOT"
mkdir -p "$ROOT/var/debs"
cp "$OUT"/*.deb "$WORLD/next.deb" "$ROOT/var/debs/"
rm -rf "$ROOT/etc/platinum" "$ROOT/var/lib/cloudagent" "$ROOT/var/lib/localagent"
systemd-nspawn -q -D "$ROOT" -b --register=no --keep-unit --private-network systemd.unit=basic.target > "$WORLD/log/boot" 2>&1 < /dev/null &
running nspawn $!
leader() { LEADER=$(pgrep -P "$(cat "$WORLD/pid/nspawn")") && [[ -n $LEADER ]]; }
wait_until 20 leader || true
leader || { echo "systemd-nspawn did not start"; exit 1; }
inside() { nsenter -t "$LEADER" -m -u -i -n -p -r -w env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive "$@"; }
property() { inside systemctl show --value -p "$2" "$1"; }
is() { sees "$3" property "$1" "$2"; }
up() { [[ $(inside systemctl is-system-running) =~ running|degraded ]]; }
check "it boots"                                wait_until 60 up
check "the packages are installed"              inside dpkg -i "/var/debs/cloudagent_${VERSION}_amd64.deb" "/var/debs/localagent_${VERSION}_amd64.deb"
for program in cloudagent localagent; do
    check "$program has a user"                 shows "^$program:.*:/var/lib/$program:" inside getent passwd "$program"
    check "with a home that is its own"         sees "$program $program 700" inside stat -c '%U %G %a' "/var/lib/$program"
    check "its service is neither enabled"      sees disabled eval "inside systemctl is-enabled $program || true"
    check "nor started"                         is "$program" ActiveState inactive
    check "the program is on the path"          shows "^${VERSION//./\\.}" inside "$program" --version
    check "its manual is found"                 inside test -e "/usr/share/man/man1/$program.1.gz"
    clean() { local said; said=$(inside systemd-analyze verify --man=no "/usr/lib/systemd/system/$1.service" 2>&1); [[ -z $said ]] || { echo "$said"; return 1; }; }
    check "systemd has nothing to say of it"    clean "$program"
done
# configuration PATH STATE: the two programs share one folder, each with a state of its own.
configuration() { printf 'vault = "/var/lib/cloudagent/vault"\nstate = "/var/lib/cloudagent/%s"\n' "$2" | inside install -m 644 /dev/stdin "$1"; }
configuration /etc/platinum/vault.toml state
configuration /etc/platinum/owner.toml owner
check "the owner makes a vault"                 inside runuser -u cloudagent -- localagent --config /etc/platinum/owner.toml init /var/lib/cloudagent/vault
check "and starts the service"                  inside systemctl enable --now cloudagent
check "it runs"                                 is cloudagent ActiveState active
check "behind its firewall"                     shows 'tcp dport.*465.*drop' inside nft list table inet cloudagent

say "the next version"
first=$(property cloudagent MainPID)
check "is installed"                            inside dpkg -i /var/debs/next.deb
anew() { [[ $(property cloudagent ActiveState) == active && $(property cloudagent MainPID) != "$first" ]]; }
check "what ran is started again"               wait_until 30 anew
check "what did not run is not"                 is localagent ActiveState inactive

say "taken away"
check "removed"                                 inside dpkg -r cloudagent
check "it has stopped"                          is cloudagent ActiveState inactive
check "its firewall's table is gone"            not inside nft list table inet cloudagent
check "and no link to its unit is left"         not inside test -e /etc/systemd/system/multi-user.target.wants/cloudagent.service
check "purged"                                  inside dpkg --purge cloudagent localagent
check "what the packages brought is gone"       sees "" inside find /usr /etc -xdev \( -name '*cloudagent*' -o -name '*localagent*' \) -newer /var/debs -not -path '/etc/systemd/*'
check "the vault is still there"                inside test -e /var/lib/cloudagent/vault/PROTOCOL
check "with what the owner wrote"               inside test -e /etc/platinum/vault.toml
stop nspawn

if [[ -n ${LONG:-} ]]; then
    say "all of it, twice, in two places"
    git clone -q "$SOURCES" "$WORLD/here"
    git clone -q "$SOURCES" "$WORLD/some/where else/far"
    check "a release is made"                   "$WORLD/here/systemd/release/build" "$WORLD/one"
    check "and made again"                      env TZ=Asia/Tokyo "$WORLD/some/where else/far/systemd/release/build" "$WORLD/two"
    check "octet for octet"                     diff -r "$WORLD/one" "$WORLD/two"
    # Beside the sums.
    files() { find "$WORLD/one" -mindepth 1 ! -name SHA256SUMS ! -name '*.sha256' -printf '%P\n' | sort; }
    expected() {
        printf '%s\n' {cloudagent,localagent}_"$VERSION"_{amd64,arm64}.deb {cloudagent,localagent}-"$VERSION"-linux-x64 {cloudagent,localagent}-"$VERSION"-linux-arm64 "localagent-$VERSION-win-x64.exe" \
            {cloudagent,localagent}-"$VERSION"-linux-{arm64,x64}.cdx.json "localagent-$VERSION-win-x64.cdx.json" "platinum-$VERSION-files.tar.gz"
    }
    check "with every file"                     sees "$(expected | sort)" files
    # Whoever tests a change that is no commit yet tests other octets.
    if [[ -z $(git -C "$SOURCES" status --porcelain) && $("$BIN/cloudagent" --version) == *"+$(git -C "$SOURCES" rev-parse HEAD)" ]]; then
        for program in cloudagent localagent; do check "$program is what was tested"  cmp "$BIN/$program" "$WORLD/one/$program-$VERSION-linux-x64"; done
    fi

    say "on another processor"
    check "a root for arm64 is there"           "$RELEASE/sysroot" "$WORLD/arm64" libssl3 zlib1g
    arm64() { local program=$1; shift; qemu-aarch64-static -L "$WORLD/arm64" "$WORLD/one/$program-$VERSION-linux-arm64" "$@"; }
    for program in cloudagent localagent; do
        check "$program is for arm64, stripped"  shows 'ELF 64-bit.*ARM aarch64.*, stripped' file "$WORLD/one/$program-$VERSION-linux-arm64"
        check "it wants no glibc newer than 2.34" shows '^GLIBC_2\.([0-9]|[12][0-9]|3[0-4])$' newest "$WORLD/one/$program-$VERSION-linux-arm64"
        check "it says its version"             shows "^${VERSION//./\\.}\\+" arm64 "$program" --version
    done
    machine owner local inbox="folder:$WORLD/letters" remote= imap=no
    mkdir "$WORLD/letters"
    cp "$(mail gmail-en)" "$WORLD/letters/"
    check "localagent makes a vault"            arm64 localagent --config "$WORLD/owner/vault.toml" init "$WORLD/owner/vault"
    check "and works in it"                     exits 0 arm64 localagent --config "$WORLD/owner/vault.toml" run --once
    check "an answer is drafted"                said '1 drafted'
    check "which lies there"                    sees 1 lines find "$WORLD/owner/vault/Pending_Approval" -name '*.md'
    check "and git has it"                      shows 'Task: ' arm64 localagent --config "$WORLD/owner/vault.toml" git log

    say "for Windows"
    check "one program for its console"         shows 'PE32\+ executable \(console\) x86-64' file "$WORLD/one/localagent-$VERSION-win-x64.exe"
    check "with its own runtime on the list"    shows 'Microsoft.NETCore.App.Runtime.win-x64' jq -r '.components[].name' "$WORLD/one/localagent-$VERSION-win-x64.cdx.json"
fi
end
