#!/usr/bin/env bash
# Triage and draft of 10,000 mails of the labelled corpus, in memory and without a vault, beside MimeKit's parse of the same mails: processor time, both native. COUNT: how many mails.
source "$(dirname "$0")/lib.sh"
COUNT=${COUNT:-10000}
title "triage and drafts for $COUNT mails"
out=$BENCHMARKS/../../out/benchmarks/drafts
dotnet publish "$BENCHMARKS/Drafts" -c Release -r linux-x64 -o "$out" -nodeReuse:false > "$WORLD/log/publish" 2>&1
read -r parsed decoded read sorted drafted count < <("$out/Drafts" "$COUNT" "$RUNS")
row "read: bounded, digest, text, secrets masked" "$read" ms - "parsed by MimeKit" "$parsed"
row "read and sorted" "$sorted" ms - "parsed by MimeKit" "$parsed"
row "read, sorted and drafted" "$drafted" ms "$((parsed * 2))" "parsed by MimeKit" "$parsed"
row "the same" "$drafted" ms - "parsed, and the text decoded" "$decoded"
say "$count of $COUNT got a draft"
end
