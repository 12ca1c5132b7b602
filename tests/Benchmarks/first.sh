#!/usr/bin/env bash
# The first start before a full mailbox: 10,000 unanswered mails at Dovecot, read, drafted and pushed by one `cloudagent run --once`, killed and begun again on the way. Ten minutes.
source "$(dirname "$0")/lib.sh"
MAILS=${MAILS:-10000}
title "first start before $MAILS mails"
certificate_make
imap_up
bare_repository
machine owner local outbox="maildir:$WORLD/sent" imap=no
on owner init "$WORLD/owner/vault" --remote "$REMOTE" > "$WORLD/log/init" 2>&1
on owner run --once > "$WORLD/log/owner-first" 2>&1
python3 "$BENCHMARKS/mails.py" "$WORLD/mail/$ADDRESS" "$MAILS"
chown -R nobody:nogroup "$WORLD/mail"
machine cloud cloud inbox=imap

# sampled NAME ARGS...: runs it as `on` does; the most anonymous memory that it had, in MB, goes to $WORLD/log/most. What it says stays in $WORLD/log/NAME.
sampled() {
    start "$@"
    python3 - "$(cat "$WORLD/victim")" <<'PY' >> "$WORLD/log/most"
import sys, time
most = 0
while True:
    try:
        with open(f"/proc/{sys.argv[1]}/smaps_rollup") as rollup:
            most = max(most, next(int(line.split()[1]) for line in rollup if line.startswith("Anonymous:")))
    except (OSError, StopIteration):
        break
    time.sleep(0.02)
print(most / 1024)
PY
}
filed() { find "$WORLD/cloud/vault" -name '*-????????????????.md' | wc -l; }
seconds() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", (b - a) / 1000 }'; }

say "killed after twenty seconds, and begun again"
began=$(now)
start cloud run --once
sleep 20
kill -9 "$(cat "$WORLD/victim")"
before=$(filed)
say "filed until then: $before"
sampled cloud run --once
check "each mail is a draft, once"          sees "$MAILS" lines find "$WORLD/cloud/vault/Pending_Approval" -name '*.md'
check "the remote has them"                 sees "$MAILS" bash -c "git -C '$BARE' ls-tree -r --name-only main Pending_Approval/ | wc -l"
took=$(seconds "$began" "$(now)")
say "what it said:"
cat "$WORLD/log/cloud"

# Beside it the least that anybody needs: each mail fetched and parsed by Python's library, and the memory of that.
read -r python most < <(python3 - "$IMAP_PORT" "$WORLD/tls/ca.pem" "$ADDRESS" "$PASSWORD" <<'PY'
import email, imaplib, resource, ssl, sys, time
port, ca, address, password = sys.argv[1:]
began = time.perf_counter()
with imaplib.IMAP4_SSL("127.0.0.1", int(port), ssl_context=ssl.create_default_context(cafile=ca)) as server:
    server.login(address, password)
    server.select(readonly=True)
    for number in server.search(None, "ALL")[1][0].split():
        email.message_from_bytes(server.fetch(number, "(BODY.PEEK[])")[1][0][1])
print(f"{time.perf_counter() - began:.1f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.1f}")
PY
)
row "read, drafted and pushed, killed once" "$took" s - "fetched and parsed by Python" "$python"
row "the most anonymous memory" "$(cat "$WORLD/log/most")" MB 24 "Python's, resident" "$most"
end
