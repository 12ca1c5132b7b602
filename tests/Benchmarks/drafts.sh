#!/usr/bin/env bash
# Triage and draft of 10,000 mails of the labelled corpus, in memory and without a vault, beside MimeKit's parse of the same mails: processor time, both native; then `localagent triage` of a folder with
# them, beside a native program that only parses its files: wall time of whole processes. COUNT: how many mails.
source "$(dirname "$0")/lib.sh"
COUNT=${COUNT:-10000}
title "triage and drafts for $COUNT mails"
out=$BENCHMARKS/../../out/benchmarks/drafts
dotnet publish "$BENCHMARKS/Drafts" -c Release -r linux-x64 -o "$out" -nodeReuse:false > "$WORLD/log/publish" 2>&1
read -r parsed disposed decoded read sorted drafted count < <("$out/Drafts" "$COUNT" "$RUNS")
row "read: bounded, digest, text, secrets masked" "$read" ms - "parsed by MimeKit" "$parsed"
row "read and sorted" "$sorted" ms - "parsed by MimeKit" "$parsed"
row "read, sorted and drafted" "$drafted" ms "$((parsed * 2))" "parsed by MimeKit" "$parsed"
row "the same" "$drafted" ms - "parsed, and the text decoded" "$decoded"
row "the same" "$drafted" ms - "parsed, and disposed of at once" "$disposed"
say "$count of $COUNT got a draft"
mkdir -p "$WORLD/mails"
labelled=("$BENCHMARKS"/../Corpus/labelled/*.eml)
for ((i = 0; i < COUNT; i++)); do echo "${labelled[i % ${#labelled[@]}]} $WORLD/mails/$i.eml"; done | xargs -n 2 -P 2 cp
mapfile -t rows < <(measure "$RUNS" "sh -c '$BIN/localagent triage $WORLD/mails > $WORLD/log/triaged'" "$out/Drafts $WORLD/mails")
take() { echo "${rows[$1]}" | cut -d' ' -f"$2"; }
check "each is sorted" shows "^ *$((2 * COUNT))$" lines cat "$WORLD/log/triaged"
row "localagent triage, the whole process" "$(take 0 1)" ms - "parsed by MimeKit, whole process" "$(take 1 1)"
row "the most memory" "$(take 0 2)" MB - "MimeKit's" "$(take 1 2)"
end
