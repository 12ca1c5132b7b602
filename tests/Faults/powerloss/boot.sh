#!/usr/bin/env bash
# boot.sh FOLDER: the machine of build.sh plays its story on FOLDER/disk; FOLDER/log gets each request that the disk was given (qemu's blklogwrites, in the format of Linux's dm-log-writes),
# FOLDER/console what it said. Its clock is a while behind, as after a cut: whoever looks later need not wait for what is waited for.
set -euo pipefail
FOLDER=$1
: > "$FOLDER/log"
timeout -k 5 "${SECONDS_AT_MOST:-300}" qemu-system-x86_64 -accel tcg -cpu max -m 512 -smp 1 -nodefaults -no-user-config -display none -no-reboot \
    -rtc "base=$(date -u -d '2 minutes ago' +%Y-%m-%dT%H:%M:%S)" -serial "file:$FOLDER/console" \
    -kernel "$FOLDER/vmlinuz" -initrd "$FOLDER/initramfs" -append "console=ttyS0 quiet panic=-1 random.trust_cpu=on mitigations=off" \
    -blockdev "driver=blklogwrites,node-name=disk,file.driver=file,file.filename=$FOLDER/disk,file.cache.no-flush=on,log.driver=file,log.filename=$FOLDER/log,log.cache.no-flush=on,log-sector-size=512" \
    -device virtio-blk-pci,drive=disk,num-queues=1,write-cache=on,discard=off,write-zeroes=off
