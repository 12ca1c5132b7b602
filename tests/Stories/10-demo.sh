#!/usr/bin/env bash
# A stranger's first minute: one command, no account, no server.
source "$(dirname "$0")/lib.sh"
title "the demo"
demo() { HOME=$WORLD/home TMPDIR=$WORLD/tmp timeout 60 "$BIN/localagent" demo "$@" > "$WORLD/log/demo" 2> "$WORLD/log/demo-stderr"; }
mkdir "$WORLD/home" "$WORLD/tmp"

began=$SECONDS
check "it ends well"                          demo
check "in seconds ($((SECONDS - began)))"     [ $((SECONDS - began)) -lt 30 ]
for n in 1 2 3 4 5 6 7 8 9 10; do
    check "step $n of the gate is told"       grep -Eq "^[^0-9a-z]*${n}[^0-9]" "$WORLD/log/demo"
done
check "the draft is shown"                    grep -qi "draft" "$WORLD/log/demo"
check "and the history"                       grep -Eq "Task: |[0-9a-f]{7,}" "$WORLD/log/demo"
check "no colour where there is no terminal"  not grep -q $'\x1b' "$WORLD/log/demo"
check "nothing is left behind"                sees 0 lines find "$WORLD/tmp" -mindepth 1 -maxdepth 1 -name '*latinum*'

say "with the stranger's own mail"
mkdir "$WORLD/letters"
cp "$(mail outlook-de)" "$(mail gmail-en)" "$(mail newsletter)" "$WORLD/letters/"
check "it ends well"                          demo --mail "$WORLD/letters"
for word in Holzfenster "oak table" "oak at 20|newsletter"; do
    check "says what became of: $word"        grep -Eq "$word" "$WORLD/log/demo"
done
if [[ -d $STORIES/../Corpus/mail ]]; then
    check "the whole corpus"                  demo --mail "$STORIES/../Corpus/mail"
fi
check "not a folder: said, not thrown"        not demo --mail "$WORLD/no-such-folder"
check "without a stack"                       not grep -E '^ +at [A-Z]' "$WORLD/log/demo-stderr"

say "kept, to look around in"
check "it ends well"                          demo --keep
kept=$(grep -Eo "$WORLD/tmp/[^ ]+" "$WORLD/log/demo" "$WORLD/log/demo-stderr" -h | head -n 1) || true
check "the folder is named and there"         test -d "$kept"
check "nothing in the home"                   sees 0 lines find "$WORLD/home" -mindepth 1
end
