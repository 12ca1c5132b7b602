#!/usr/bin/env bash
# How an agent is, asked over HTTP: what /health and /metrics say while it works, fails and comes back, who may ask, and what Prometheus and Grafana make of it.
source "$(dirname "$0")/lib.sh"
title "health and metrics"
MONITORING=$(cd "$STORIES/../../docker/monitoring" && pwd)
# listen NAME: at a port of its own; the agent's address is in NAME_AT.
listen() { declare -g "$1_AT=127.0.0.1:$(free_port)"; local at=$1_AT; setting "$1" listen "\"${!at}\""; }
fetch() { local url=$1; shift; curl -sS --max-time 5 "$@" "http://$url"; }
status_of() { fetch "$@" -o /dev/null -w '%{http_code}'; }
health() { local at=$1_AT; fetch "${!at}/health" | jq -re "$2"; }
# metric NAME LINE: its number. reaches NAME LINE LEAST.
metric() { local at=$1_AT; fetch "${!at}/metrics" | awk -v line="$2" '{ n = $NF; sub(/ [^ ]*$/, "") } $0 == line { print n; found = 1 } END { exit !found }'; }
reaches() { local n; n=$(metric "$1" "$2") && echo "$n" && awk -v n="$n" -v least="$3" 'BEGIN { exit !(n >= least) }'; }

cloud_AT='' owner_AT=''
bare_repository
machine owner local outbox="maildir:$WORLD/sent" imap=no
machine cloud cloud inbox="maildir:$WORLD/mail" imap=no
mkdir -p "$WORLD/mail"/{cur,new,tmp}
on owner init "$WORLD/owner/vault" --remote "$REMOTE" > "$WORLD/log/init" 2>&1
on owner run --once > "$WORLD/log/owner-first" 2>&1
listen cloud
listen owner

say "while it works"
start cloud run
start owner run
check "CloudAgent is ready after its first turn" wait_until 20 health cloud '.ready and .live and .status == "ok"'
check "LocalAgent too"                          wait_until 20 health owner '.ready and .program == "localagent"'
check "which the answer's code says"            sees 200 status_of "$cloud_AT/health"
cp "$(mail gmail-en)" "$WORLD/mail/new/1"
check "a mail that was read is counted"         wait_until 20 sees 1 metric cloud 'platinum_mails_total{result="task"}'
check "and the draft made of it"                wait_until 20 sees 1 metric cloud 'platinum_drafts_total{result="drafted"}'
check "the task is where it lies"               wait_until 20 sees 1 metric owner 'platinum_tasks{stage="pending_approval"}'
check "on both machines"                        wait_until 20 sees 1 metric cloud 'platinum_tasks{stage="pending_approval"}'
check "claimed by this agent once"              sees 1 metric cloud 'platinum_claims_total{result="taken"}'
check "it grows older"                          wait_until 10 reaches owner 'platinum_tasks_oldest_seconds{stage="pending_approval"}' 2
check "since when stands on the page"           health owner '.tasks.pending_approval | .count == 1 and (.oldest | fromdate) > now - 300'
check "cycles of the sync are counted"          reaches cloud 'platinum_syncs_total{result="ok"}' 2
check "and timed"                               reaches cloud 'platinum_sync_seconds_total{phase="push"}' 0.001
check "turns too"                               reaches cloud 'platinum_turn_seconds_total{phase="sync"}' 0.001
id=$(task owner can-you-repair || true)
fill owner "$id" > "$WORLD/log/fill" 2>&1
check "the owner approves"                      on owner approve "$id" --without-original --digest "$(on owner show "$id" --json | jq -r .digest)"
check "what was sent is counted"                wait_until 20 sees 1 metric owner 'platinum_sends_total{result="accepted"}'
check "and Done is"                             wait_until 10 sees 1 metric owner 'platinum_tasks{stage="done"}'
check "nothing of the mail is on the pages"     not grep -iE 'repair|gmail|@' <(fetch "$cloud_AT/health"; fetch "$cloud_AT/metrics"; fetch "$owner_AT/health"; fetch "$owner_AT/metrics")

say "for Prometheus and Grafana"
for name in cloud owner; do
    at=${name}_AT
    fetch "${!at}/metrics" > "$WORLD/$name.metrics"
    clean() { local said; said=$(promtool check metrics < "$WORLD/$name.metrics" 2>&1) && sees "" echo "$said"; }
    check "promtool has nothing to say of $name's" clean
done
check "both give the same metrics"              sees "$(grep '^# TYPE' "$WORLD/cloud.metrics")" grep '^# TYPE' "$WORLD/owner.metrics"
given() { grep -o '^platinum_[a-z_]*' "$WORLD/cloud.metrics" | sort -u; }
named() { grep -oh 'platinum_[a-z_]*' "$@" | sort -u; }
check "every metric has its line"               sees "$(sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$WORLD/cloud.metrics" | sort)" given
only_given() { local other; other=$(comm -13 <(given) <(named "$@")); sees "" echo "$other"; }
queries() { jq -er '.panels[].targets[].expr, .templating.list[].definition' "$MONITORING/dashboard.json"; }
queries > "$WORLD/queries"
check "the dashboard's queries name these only" only_given "$WORLD/queries"
every_query() { local n; n=$(grep -c platinum_ "$WORLD/queries") && sees "$n" lines cat "$WORLD/queries"; }
check "and each names one"                      every_query
check "so do the rules"                         only_given "$MONITORING/rules.yml"
check "and their tests"                         only_given "$MONITORING/rules.test.yml"
labels() { grep -ohE '[a-z]+=~?"[a-z_|]+"' "$@" | tr -d '~"' | sort -u | while IFS='=' read -r label values; do for value in ${values//|/ }; do grep -q "$label=\"$value\"" "$WORLD/cloud.metrics" "$WORLD/owner.metrics" || echo "$label=$value"; done; done; }
check "whose labels have such values"           sees "what=model" labels "$WORLD/queries" "$MONITORING/rules.yml"
check "promtool takes the configuration"        promtool check config "$MONITORING/prometheus.yml"
check "and the rules"                           promtool check rules "$MONITORING/rules.yml"
check "which say what they should"              promtool test rules "$MONITORING/rules.test.yml"
pinned() { local images; images=$(sed -n 's/^ *image: //p' "$MONITORING/compose.yaml"); [[ -n $images ]] && not grep -vE ':v?[0-9]+\.[0-9]+\.[0-9]+$' <<< "$images"; }
check "images are pinned"                       pinned

say "while something fails"
mv "$BARE" "$BARE.away"
check "the sync's failure is on the page"       wait_until 20 health cloud '.status == "failing" and .failing[0].what == "sync"'
check "it stays ready: work goes on"            sees 200 status_of "$cloud_AT/health"
check "how it ended is counted"                 reaches cloud 'platinum_syncs_total{result="offline"}' 1
check "for how long is told"                    wait_until 10 reaches cloud 'platinum_failing_seconds{what="sync",account=""}' 2
since=$(health cloud '.failing[0].since')
check "status says the same"                    shows "^failing +sync since ${since:0:10} ${since:11:5} UTC: ." on cloud status
mv "$WORLD/mail" "$WORLD/mail.away"
stop cloud
start cloud run
check "a mailbox that is gone is told, too"     wait_until 20 health cloud '.failing | map([.what, .account]) | contains([["mail", "main"]])'
check "a restart makes nothing younger"         wait_until 20 sees "$since" health cloud '.failing[] | select(.what == "sync") | .since'
mv "$BARE.away" "$BARE"; mv "$WORLD/mail.away" "$WORLD/mail"
# A remote that failed is asked again after a while; a change here does not wait for it.
check "and it is over when it is over"          wait_until 60 health cloud '.status == "ok" and .failing == []'
check "for Prometheus as well"                  sees 0 metric cloud 'platinum_failing_seconds{what="sync",account=""}'

say "who asks how"
check "HEAD has no body"                        sees "200 0" fetch "$cloud_AT/health" -I -o /dev/null -w '%{http_code} %{size_download}'
check "anything else is not allowed"            sees 405 status_of "$cloud_AT/health" -X POST -d x
check "nothing else is there"                   sees 404 status_of "$cloud_AT/health/../etc/passwd" --path-as-is
check "not by a foreign page's name"            sees 421 status_of "$cloud_AT/health" -H 'Host: evil.example:8080'
check "but by localhost"                        sees 200 status_of "$cloud_AT/health" -H 'Host: localhost:8080'
check "what is too long is refused"             sees 431 status_of "$cloud_AT/health" -H "X: $(head -c 9000 /dev/zero | tr '\0' x)"
says() { exec 3<> "/dev/tcp/${cloud_AT%:*}/${cloud_AT#*:}"; printf '%b' "$1" >&3; timeout 5 cat <&3; exec 3>&-; }
check "what is no request, too"                 shows '^HTTP/1.1 400 ' says 'hello <script>\r\n\r\n'
check "and nothing of it is said again"         not shows 'script' says 'hello <script>\r\n\r\n'
slow() { local began=$SECONDS; says 'GET /health HTTP/1.1\r\n'; ((SECONDS - began <= 4)); }
check "who does not come to an end is let go"   slow
check "and the next is answered"                sees 200 status_of "$cloud_AT/health"

say "what it costs"
before=$(metric cloud platinum_memory_anonymous_bytes)
scrapes() { local n=200; while ((n-- > 0)); do fetch "$cloud_AT/metrics" > /dev/null || return 1; done; }
check "asked two hundred times"                 scrapes
# What the answers took is given back with a later turn.
check "it keeps next to nothing of it"          wait_until 15 not reaches cloud platinum_memory_anonymous_bytes $((before + 1000000))
say "$before octets before, $(metric cloud platinum_memory_anonymous_bytes) after"
exec 3<> "/dev/tcp/${cloud_AT%:*}/${cloud_AT#*:}"
kill -TERM "$(cat "$WORLD/pid/cloud")"
check "it stops while somebody hangs on"        wait_until 3 gone "$(cat "$WORLD/pid/cloud")"
exec 3>&-

say "a port that is taken"
setting cloud listen "\"$owner_AT\""
start cloud run
check "the agent goes on without"               wait_until 20 grep -q "can't be given at $owner_AT" "$WORLD/log/cloud"
cp "$(mail outlook-de)" "$WORLD/mail/new/2"
drafts() { [[ $(find "$WORLD/cloud/vault/Pending_Approval" -name "*.md" | wc -l) == 1 ]]; }
check "and drafts"                              wait_until 20 drafts
stop owner
owned() { sees cloudagent health owner .program; }
check "when it is free it takes it"             wait_until 20 owned
check "it said so once"                         sees 1 grep -c "can't be given" "$WORLD/log/cloud"
stop cloud

say "from elsewhere"
port=$(free_port)
setting cloud listen "\"0.0.0.0:$port\""
check "not without a token"                     exits 12 on cloud run
check "and it says how to get one"              said 'openssl rand'
jq '.health = "0123456789abcdef"' "$WORLD/cloud/secrets.json" > "$WORLD/s" && cat "$WORLD/s" > "$WORLD/cloud/secrets.json"
start cloud run
check "with one it runs"                        wait_until 20 sees 200 status_of "127.0.0.1:$port/health" -H 'Authorization: Bearer 0123456789abcdef'
check "and who has none is not answered"        sees 401 status_of "127.0.0.1:$port/metrics"
check "nor who has another"                     sees 401 status_of "127.0.0.1:$port/metrics" -H 'Authorization: Bearer 0123456789abcdeg'
end
