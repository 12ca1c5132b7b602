#!/usr/bin/env bash
# The executables on disk, beside git's own.
source "$(dirname "$0")/lib.sh"
title "sizes"
megabytes() { stat -Lc %s "$1" | awk '{ print $1 / 1048576 }'; }
git=$(megabytes "$(command -v git)")
row "cloudagent: one file" "$(megabytes "$BIN/cloudagent")" MB 16 "git" "$git"
row "localagent: one file" "$(megabytes "$BIN/localagent")" MB 24 "git" "$git"
end
