#!/usr/bin/env bash
# FS=ext4|btrfs MARKS_AT=MIB [UNSYNCED=all] build.sh BIN FOLDER CACHE DISK MAIL
# A virtual machine in FOLDER: kernel, initramfs with the published programs. The kernel is Debian's, as files that are not installed, kept in CACHE.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
BIN=$1 FOLDER=$2 CACHE=$3 DISK=$4 MAIL=$5

# Modules in the order in which they need each other; ext4 is in the kernel.
MODULES=(drivers/virtio/{virtio_ring,virtio,virtio_pci_modern_dev,virtio_pci_legacy_dev,virtio_pci} drivers/block/virtio_blk)
case ${FS:?ext4 or btrfs} in
    ext4) OPTIONS=commit=3600,noauto_da_alloc ;;
    btrfs)
        OPTIONS=commit=300
        MODULES+=(lib/libcrc32c lib/raid6/raid6_pq crypto/xor lib/zstd/zstd_compress fs/btrfs/btrfs)
        ;;
esac

newest() { package=$(apt-cache depends linux-image-cloud-amd64 2> /dev/null | sed -n 's/.*Depends: \(linux-image-[0-9]\)/\1/p' | head -n 1); }
newest
if [[ -z $package || ! -e $CACHE/$package/boot ]]; then
    mkdir -p "$CACHE" "$FOLDER/deb"
    cd "$FOLDER/deb"
    # Of what the lists name, the archive keeps the newest only.
    if [[ -z $package ]] || ! apt-get download -q "$package"; then
        apt-get update -q
        newest
        apt-get download -q "${package:?apt knows no linux-image-cloud-amd64}"
    fi
    cd - > /dev/null
    dpkg -x "$FOLDER"/deb/*.deb "$FOLDER/kernel"
    rm -r "$FOLDER/deb"
    rm -rf "${CACHE:?}/$package"
    mv -T "$FOLDER/kernel" "$CACHE/$package"
fi
cp "$CACHE/$package"/boot/vmlinuz-* "$FOLDER/vmlinuz"

root=$FOLDER/root
mkdir -p "$root"/{bin,modules,lib64,lib/x86_64-linux-gnu} "$root$MAIL"/{cur,new,tmp} "$root/incoming"
! ldd /bin/busybox > /dev/null 2>&1 || { echo "/bin/busybox needs libraries: install busybox-static"; exit 1; }
cp /bin/busybox "$BIN/cloudagent" "$BIN/localagent" "$root/bin/"
for module in "${MODULES[@]}"; do cp "$CACHE/$package"/lib/modules/*/kernel/"$module.ko" "$root/modules/"; done
# What the programs are linked with, what they open (OpenSSL), and what the libgit2 in them is linked with.
libraries=$(ldd "$BIN/localagent" /lib/x86_64-linux-gnu/libssl.so.3 | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p' | sort -u)
for library in $libraries /lib/x86_64-linux-gnu/lib{ssl.so.3,dl.so.2,pthread.so.0}; do cp -L "$library" "$root/lib/x86_64-linux-gnu/"; done
cp -L /lib64/ld-linux-x86-64.so.2 "$root/lib64/"
cp -p "$MAIL"/new/* "$root/incoming/"
cp "$HERE/init" "$HERE/story.sh" "$root/"
"$(command -v cc || command -v clang)" -O1 -static -Wall -o "$root/bin/nosync" "$HERE/nosync.c"
# The owner's editor: each blank of a draft gets an answer.
cat > "$root/fill" << 'END'
#!/bin/sh
sed -i 's/{{[^}]*}}/Thursday at ten/g' "$1"
echo "PS: ask for Anna." >> "$1"
END
chmod 755 "$root/init" "$root/fill"
{
    printf 'DISK=%q MAIL=%q INCOMING=/incoming MARKS_AT=%q UNSYNCED=%q SYNCS=\n' "$DISK" "$MAIL" "${MARKS_AT:?}" "${UNSYNCED:-}"
    printf 'FS=%q OPTIONS=%q MODULES="%s"\n' "$FS" "$OPTIONS" "${MODULES[*]##*/}"
} > "$root/settings"
(cd "$root" && find . | /bin/busybox cpio -o -H newc 2> /dev/null) > "$FOLDER/initramfs"
rm -r "$root"
