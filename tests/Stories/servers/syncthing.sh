# shellcheck shell=bash
# Two devices of the owner's that hold one folder in common by Syncthing, on loopback only.

# devices_make FOLDER FOLDER: their configuration; nothing runs yet.
devices_make() {
    DEVICES=("$@")
    local n ids=() ports=()
    for n in 0 1; do
        mkdir -p "$WORLD/syncthing$n" "${DEVICES[n]}"
        syncthing generate --home "$WORLD/syncthing$n" > "$WORLD/log/syncthing-generate" 2>&1
        ids+=("$(syncthing --home "$WORLD/syncthing$n" --device-id)")
        ports+=("$(free_port)")
    done
    for n in 0 1; do
        cat > "$WORLD/syncthing$n/config.xml" <<CONF
<configuration version="36">
  <folder id="vault" label="vault" path="${DEVICES[n]}" type="sendreceive" rescanIntervalS="10" fsWatcherEnabled="true" fsWatcherDelayS="1">
    <device id="${ids[0]}"></device><device id="${ids[1]}"></device><maxConflicts>10</maxConflicts>
  </folder>
  <device id="${ids[0]}" name="zero"><address>tcp://127.0.0.1:${ports[0]}</address></device>
  <device id="${ids[1]}" name="one"><address>tcp://127.0.0.1:${ports[1]}</address></device>
  <gui enabled="false"></gui>
  <options>
    <listenAddress>tcp://127.0.0.1:${ports[n]}</listenAddress>
    <globalAnnounceEnabled>false</globalAnnounceEnabled><localAnnounceEnabled>false</localAnnounceEnabled>
    <relaysEnabled>false</relaysEnabled><natEnabled>false</natEnabled><crashReportingEnabled>false</crashReportingEnabled>
    <urAccepted>-1</urAccepted><autoUpgradeIntervalH>0</autoUpgradeIntervalH><reconnectionIntervalS>1</reconnectionIntervalS><startBrowser>false</startBrowser>
  </options>
</configuration>
CONF
    done
}

devices_meet() {
    local n
    for n in 0 1; do
        syncthing serve --no-browser --no-restart --no-default-folder --home "$WORLD/syncthing$n" >> "$WORLD/log/syncthing$n" 2>&1 &
        running "syncthing$n" $!
    done
}

devices_part() { stop syncthing0; stop syncthing1; }
