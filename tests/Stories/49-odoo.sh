#!/usr/bin/env bash
# Odoo's compose file, as far as it can be run without Docker's engine and without Odoo: compose's own judgement of the file; then, in a network of their own where each name leads
# where Docker's would, PostgreSQL 15 with the file's own settings, the start of Odoo before a stand-in for Odoo, its backups, nginx, and certbot with a certificate authority (Pebble).
# shellcheck disable=SC2016,SC2120 # what is in single quotes is for eval
source "$(dirname "$0")/lib.sh"
title "Odoo behind nginx"
ODOO=$(cd "$STORIES/../../docker/odoo" && pwd)
SITE=odoo.werkstatt.example
PATH=/usr/bin:/usr/lib/postgresql/15/bin:$PATH
unset POSTGRES_PASSWORD ODOO_DB_PASSWORD ODOO_ADMIN_PASSWORD SITE_NAME ACME_EMAIL BACKUP_DAYS

# with NAME=VALUE COMMAND...: in that environment; the command may be a function. fails_with PATTERN COMMAND...: it fails, and says why.
with() { local -x "${1?}"; shift; "$@"; }
fails_with() { local why=$1 out; shift; out=$("$@" 2>&1) && return 1; grep -E -- "$why" <<< "$out" || { echo "$out"; return 1; }; }

say "the guide's steps, up to where Docker takes over"
cp -r "$ODOO/.." "$WORLD/docker"
mkdir "$WORLD/bin"
# Compose without its engine, in its older spelling.
printf '#!/bin/sh\n[ "$1" = compose ] && shift && exec docker-compose "$@"\n' > "$WORLD/bin/docker"
chmod 755 "$WORLD/bin/docker"
PATH=$WORLD/bin:$PATH
block() { awk -v n="$1" '/^## / { here = $2 == "Odoo" } /^```sh$/ { i += here; on = here; next } /^```$/ { on = 0 } on && i == n' "$ODOO/../README.md"; }
typed() { local commands; commands=$(block "$1" | grep -v 'docker compose up\|docker compose ps'); [[ -n $commands ]] && (cd "$WORLD" && bash -euxc "$commands"); }
check "they make .env"                          typed 1
ENV=$WORLD/docker/odoo/.env
check "which only its owner reads"              sees 600 stat -c %a "$ENV"
check "with three passwords of their own"       sees 3 eval 'grep -oE "^[A-Z_]+PASSWORD=[0-9a-f]{48}$" "$ENV" | cut -d= -f2 | sort -u | wc -l'
cp "$ENV" "$WORLD/env-first"
check "typed again, they change none"           eval 'typed 1 && cmp "$ENV" "$WORLD/env-first"'
check "what the owner has to say is asked for"  fails_with 'set it in .env' typed 2
sed -i "s/^SITE_NAME=.*/SITE_NAME=$SITE/; s/^ACME_EMAIL=.*/ACME_EMAIL=$ADDRESS/" "$ENV"
check "said, compose takes the file"            typed 2

say "the compose file"
config() { docker-compose --file "$WORLD/docker/odoo/compose.yaml" --env-file "$1" --profile restore config; }
rendered() { config "$ENV" > "$WORLD/compose.yaml"; }
check "with the restore too"                    rendered
compose() { /usr/bin/python3 "$STORIES/judges/compose.py" "$WORLD/compose.yaml" "$@"; }
promises() { compose | grep -v '^memory:\|^published:'; }
check "every promise of every service is kept"  sees "" eval "promises || true"
check "it publishes ports 80 and 443 only"      shows '^published: 443 80$' compose
say "$(compose | grep ^memory)"
mapfile -t names < <(sed -n 's/^\([A-Z_]*\)=$/\1/p' "$ODOO/.env.example")
check "five values are asked of the owner"      [ "${#names[@]}" = 5 ]
refused() { sed "s/^$1=.*/$1=/" "$ENV" > "$WORLD/env-less" && fails_with 'set it in .env' config "$WORLD/env-less"; }
for name in "${names[@]}"; do check "nothing starts without $name"  refused "$name"; done
while IFS='=' read -r name value; do export "$name=$value"; done < <(grep -E '^[A-Z_]+=' "$ENV")

say "a network in which each name leads to this machine"
certificate_make
chmod 755 "$WORLD/tls"
network_up
resolves() { within getent hosts "$1"; }
check "names are answered"                      wait_until 5 resolves db

say "PostgreSQL 15 as the file has it"
PG=$WORLD/postgres
install -d -o postgres -g postgres -m 700 "$PG"
as_postgres() { within setpriv --reuid postgres --regid postgres --init-groups "$@"; }
initialized() {
    echo "$POSTGRES_PASSWORD" > "$PG/password"
    chown postgres "$PG/password"
    read -ra arguments < <(sed -n 's/^ *POSTGRES_INITDB_ARGS: //p' "$WORLD/compose.yaml")
    # --no-sync: this one has no power cut to fear.
    as_postgres initdb --no-sync --username=postgres --pwfile="$PG/password" "${arguments[@]}" -D "$PG/data"
}
check "a new cluster by the file's arguments"   initialized
mapfile -t command < <(compose command db)
background postgres setpriv --reuid postgres --regid postgres --init-groups "${command[@]}" -D "$PG/data" -c "unix_socket_directories=$PG" -c listen_addresses=127.0.0.1
mapfile -t probe < <(/usr/bin/python3 -c 'import sys, yaml; print("\n".join(yaml.safe_load(open(sys.argv[1]))["services"]["db"]["healthcheck"]["test"][1:]))' "$WORLD/compose.yaml")
postgres_up() { as_postgres psql -h "$PG" -U postgres -c 'SELECT 1'; }
check "its settings are PostgreSQL's"           wait_until 20 postgres_up
sql() { PGPASSWORD=$POSTGRES_PASSWORD within psql -XAtq -v ON_ERROR_STOP=1 -h db -U postgres -d "${DB:-postgres}" "$@"; }
check "the first start makes role and database" as_postgres env PGHOST="$PG" "$ODOO/db/10-odoo.sh"
check "it is well by the file's own check"      within "${probe[@]}"
by_odoo() { PGPASSWORD=$ODOO_DB_PASSWORD within psql -XAtq -h db -U odoo -d odoo -c "$1"; }
check "Odoo's role can make tables"             by_odoo 'CREATE TABLE probe (a int); DROP TABLE probe'
check "but no database"                         fails_with 'permission denied to create database' by_odoo 'CREATE DATABASE other'
check "nor drop its own"                        fails_with 'must be owner of database' by_odoo 'DROP DATABASE odoo'
check "and is nobody without the password"      fails_with 'password authentication failed' with ODOO_DB_PASSWORD=odoo by_odoo 'SELECT 1'

say "the start of Odoo"
mkdir -p "$WORLD/tmp" "$WORLD/data"
FILES=$WORLD/data/filestore/odoo
# The stand-in: --init makes the tables that are looked at, and the user whose password is admin, as Odoo does; otherwise it serves.
cat > "$WORLD/bin/odoo" <<'STUB'
#!/usr/bin/env bash
echo "$*" >> "$STORY/odoo-calls"
[[ " $* " == *" --init base "* ]] || exit 0
[[ ! -e $STORY/odoo-dies-early ]] || exit 1
hash=$(/usr/bin/python3 -c 'from passlib.hash import pbkdf2_sha512; print(pbkdf2_sha512.hash("admin"))')
PGPASSWORD=$ODOO_DB_PASSWORD psql -Xq -v ON_ERROR_STOP=1 -h db -U odoo -d odoo -v hash="$hash" <<'SQL'
CREATE TABLE ir_module_module (name text, state text);
INSERT INTO ir_module_module VALUES ('base', 'installed');
CREATE TABLE res_users (id serial PRIMARY KEY, login text, password text);
INSERT INTO res_users (login, password) VALUES ('admin', :'hash'), ('portal', NULL);
CREATE TABLE ir_attachment (id serial PRIMARY KEY, store_fname text);
SQL
[[ ! -e $STORY/odoo-dies-late ]]
STUB
chmod 755 "$WORLD/bin/odoo"
odoo_starts() { within env STORY="$WORLD" TMPDIR="$WORLD/tmp" PATH="$WORLD/bin:$PATH" "$ODOO/odoo/start"; }
calls() { cat "$WORLD/odoo-calls"; }
password_is() {
    DB=odoo sql -c "SELECT password FROM res_users WHERE login = 'admin'" > "$WORLD/hash"
    /usr/bin/python3 -c 'import sys; from passlib.hash import pbkdf2_sha512; sys.exit(not pbkdf2_sha512.verify(sys.argv[1], open(sys.argv[2]).read().strip()))' "$1" "$WORLD/hash"
}
check "not with a short password"               fails_with 'ODOO_ADMIN_PASSWORD has fewer than 12' with ODOO_ADMIN_PASSWORD=admin odoo_starts
check "and Odoo was not called"                 [ ! -e "$WORLD/odoo-calls" ]
touch "$WORLD/odoo-dies-early"
check "a first start that fails"                not odoo_starts
rm "$WORLD/odoo-dies-early"
touch "$WORLD/odoo-dies-late"
check "one that is cut off when all is made"    not odoo_starts
check "with the password that everyone knows"   password_is admin
rm "$WORLD/odoo-dies-late" "$WORLD/odoo-calls"
check "the next start takes it up"              odoo_starts
check "without making the database again"       sees "--config $WORLD/tmp/odoo.conf" calls
check "admin is no longer the password"         not password_is admin
check "the one of .env is"                      password_is "$ODOO_ADMIN_PASSWORD"
DB=odoo sql -c "UPDATE res_users SET password = '$(/usr/bin/python3 -c 'from passlib.hash import pbkdf2_sha512; print(pbkdf2_sha512.hash("mine"))')' WHERE login = 'admin'"
check "started again"                           odoo_starts
check "a password of the owner's stays"         password_is mine
conf() { grep -E "^$1 = " "$WORLD/tmp/odoo.conf"; }
check "the database manager is off"             sees "list_db = False" conf list_db
check "nobody else reads its configuration"     sees 600 stat -c %a "$WORLD/tmp/odoo.conf"
conf admin_passwd > "$WORLD/master"
check "the master password has 256 bits"        grep -qE '^admin_passwd = [A-Za-z0-9_-]{43}$' "$WORLD/master"
odoo_starts > "$WORLD/log/odoo-again"
check "and is another at each start"            not sees "$(cat "$WORLD/master")" conf admin_passwd

say "backups"
export BACKUPS=$WORLD/backups FILESTORE=$FILES PGHOST=db PGUSER=postgres PGPASSWORD=$POSTGRES_PASSWORD BACKUP_DAYS=14
mkdir -p "$FILES" "$BACKUPS"
fill() {
    local n name
    by_odoo "CREATE TABLE invoice (id serial PRIMARY KEY, words text, amount numeric, at timestamptz DEFAULT now()); CREATE INDEX ON invoice USING gin (words gin_trgm_ops);
        INSERT INTO invoice (words, amount) SELECT md5(i::text) || E' ü€\\n''\\\\', i / 7.0 FROM generate_series(1, 5000) i"
    for n in {1..200}; do
        name=$(printf '%s' "$n" | sha1sum | cut -c1-40)
        mkdir -p "$FILES/${name:0:2}"
        head -c $((n * 97)) /dev/urandom > "$FILES/${name:0:2}/$name"
        echo "INSERT INTO ir_attachment (store_fname) VALUES ('${name:0:2}/$name');"
    done > "$WORLD/attachments.sql"
    DB=odoo sql -f "$WORLD/attachments.sql"
    chown -R 4321:4322 "$WORLD/data"
}
check "a database and a file store"             fill
# What pg_dump says of a database, and a listing of the file store with owners and sums. \restrict is another word at each call.
dump() { within pg_dump --dbname="${1:-odoo}" | sed '/^\\\(un\)\?restrict /d'; }
listing() { (cd "${1:-$FILES}" && find . -printf '%P %m %U %G %y\n' | sort && find . -type f -print0 | sort -z | xargs -0r sha256sum); }
dump > "$WORLD/dump-before"
listing > "$WORLD/files-before"
backup() { within "$ODOO/backup/backup"; }
restore() { within "$ODOO/backup/restore" "$@"; }
names() { (cd "$BACKUPS" && compgen -G '????-??-??T??????Z' | sort); }
check "a backup"                                backup
FIRST=$(names)
check "that only its owner reads"               sees "700 600 600 600" eval 'echo $(stat -c %a "$BACKUPS/$FIRST" "$BACKUPS/$FIRST"/*)'
check "it can be restored"                      restore --check "$FIRST"
check "nothing is left of the trial"            sees "odoo postgres template0 template1" eval 'echo $(sql -c "SELECT datname FROM pg_database ORDER BY 1")'
check "and nothing was touched by it"           eval 'cmp <(dump) "$WORLD/dump-before" && cmp <(listing) "$WORLD/files-before"'

say "a day's work, and then the wrong button"
by_odoo "DELETE FROM invoice WHERE id > 100; UPDATE res_users SET login = 'changed'; CREATE TABLE later (a int)"
find "$FILES" -name '*a*' -type f -delete
echo new > "$FILES/new"
dump > "$WORLD/dump-spoilt"
listing > "$WORLD/files-spoilt"
untouched() { cmp <(dump) "$WORLD/dump-spoilt" && cmp <(listing) "$WORLD/files-spoilt" && [[ $(sql -c "SELECT count(*) FROM pg_database") == 4 && ! -e $FILES.restoring ]]; }
background session psql -h db -U postgres -d odoo -c 'SELECT pg_sleep(600)'
sessions() { [[ $(sql -c "SELECT count(*) FROM pg_stat_activity WHERE datname = 'odoo'") == "$1" ]]; }
check "while Odoo runs"                         wait_until 5 sessions 1
check "a restore is refused"                    exits 1 restore "$FIRST"
check "and says how to stop it"                 said 'docker compose stop odoo'
sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'odoo'" > "$WORLD/log/terminate"
check "when it has stopped"                     wait_until 5 sessions 0
BAD=2020-01-01T000000Z
bad() { rm -rf "${BACKUPS:?}/$BAD"; cp -r "$BACKUPS/$FIRST" "$BACKUPS/$BAD"; }
resum() { (cd "$BACKUPS/$BAD" && sha256sum database.dump filestore.tar.gz > SHA256SUMS); }
flip() { printf '\x5a' | dd of="$BACKUPS/$BAD/$1" bs=1 seek=$(($(stat -c %s "$BACKUPS/$BAD/$1") / 2)) conv=notrunc status=none; }
for file in database.dump filestore.tar.gz; do
    bad; flip $file
    check "a byte was changed in $file"         exits 1 restore $BAD
    check "is seen"                             said 'is damaged'
    bad; truncate -s -100 "$BACKUPS/$BAD/$file"
    check "a shortened $file is refused"        exits 1 restore $BAD
    bad; rm "$BACKUPS/$BAD/$file"
    check "a missing one"                       exits 1 restore $BAD
    bad; truncate -s -100 "$BACKUPS/$BAD/$file"; resum
    check "one that was short from the start"   fails_with 'nothing was changed' restore $BAD
done
bad; sed -i 1d "$BACKUPS/$BAD/SHA256SUMS"
check "a list of sums that is not whole"        exits 1 restore $BAD
check "a name that is none"                     exits 1 restore ../backups
check "none of these changed anything"          untouched
rm -r "${BACKUPS:?}/$BAD"

check "the restore"                             restore "$FIRST"
check "the database is what it was"             eval 'cmp <(dump) "$WORLD/dump-before"'
check "the file store too, with its owners"     eval 'cmp <(listing) "$WORLD/files-before"'
check "Odoo's role works in it"                 by_odoo 'CREATE TABLE probe (a int); DROP TABLE probe; UPDATE invoice SET amount = amount'
OLD=$(sql -c "SELECT datname FROM pg_database WHERE datname LIKE 'odoo_before_%'")
check "what was there is kept"                  eval 'cmp <(dump "$OLD") "$WORLD/dump-spoilt" && cmp <(listing "$FILES${OLD#odoo}") "$WORLD/files-spoilt"'
sql -c "DROP DATABASE $OLD"
rm -r "$FILES${OLD#odoo}"

say "a machine that has nothing yet"
sql -c 'DROP DATABASE odoo' -c 'CREATE DATABASE odoo'
rm -r "$WORLD/data/filestore"
check "gets all of it"                          restore "$FIRST"
check "the same database"                       eval 'cmp <(dump) "$WORLD/dump-before"'
check "the same files, in Odoo's folders"       eval 'cmp <(listing) "$WORLD/files-before" && [[ $(stat -c %u "$WORLD/data/filestore") == 4321 ]]'
rm "$FILES/$(cd "$FILES" && find . -type f | sort | head -n 1)"
check "a file that the store has lost"          backup
check "is named when the backup is tried"       shows 'missing: 1' restore --check "$(names | tail -n 1)"

say "fourteen days"
rm -r "${BACKUPS:?}"/*
for days in 1 13 15 400; do mkdir "$BACKUPS/$(date -u -d "$days days ago" +%Y-%m-%dT%H%M%SZ)"; done
mkdir "$BACKUPS/2001-my-own" "$BACKUPS/.partial"
check "no backup with a wrong password"         fails_with 'password authentication failed' with PGPASSWORD=wrong backup
check "takes none away, and leaves none"        [ "$(lines names)" = 4 ]
check "a backup takes away what is older"       backup
check "and nothing else"                        [ "$(lines names)" = 3 -a -d "$BACKUPS/2001-my-own" -a ! -e "$BACKUPS/.partial" ]
check "its newest is the one just made"         [ -s "$BACKUPS/$(names | tail -n 1)/database.dump" ]
rm -r "${BACKUPS:?}"/*
background daily "$ODOO/backup/run"
made() { [[ $(lines names) == "$1" ]]; }
check "a first start makes one at once"         wait_until 10 made 1
well() { find "$BACKUPS" -maxdepth 1 -name '*Z' -mmin -1560 | grep -q .; }
check "it is well by the file's own check"      eval "well && grep -q \"find /backups -maxdepth 1 -name '\*Z' -mmin -1560 | grep -q\" '$WORLD/compose.yaml'"
halt daily
background daily "$ODOO/backup/run"
sleep 2
check "and the next start none"                 made 1

say "nginx, with the privileges that the file leaves it"
capabilities() { /usr/bin/python3 -c 'import sys, yaml; print(",".join(["-all"] + ["+" + c.lower() for c in yaml.safe_load(open(sys.argv[1]))["services"][sys.argv[2]].get("cap_add", [])]))' "$WORLD/compose.yaml" "$1"; }
confined() { local caps; caps=$(capabilities "$1"); shift; within setpriv --no-new-privs --inh-caps=-all --bounding-set="$caps" "$@"; }
confined_background() { local name=$1 first; shift; mapfile -t first < <(announced "$name"); confined "$name" "${first[@]}" "$@" >> "$WORLD/log/$name" 2>&1 & running "$name" $!; }
check "no name is no site"                      not within env SITE_NAME='a b; }' "$ODOO/nginx/start"
confined_background nginx "$ODOO/nginx/start"
check "it runs before there is a certificate"   wait_until 10 port 127.0.0.1 80
tested() { confined nginx nginx -t -c /run/nginx/nginx.conf; }
check "nginx has nothing against it"            eval 'tested 2>&1 | tee "$WORLD/log/nginx-t" | grep "test is successful" && ! grep -E "warn|emerg" "$WORLD/log/nginx-t"'
check "it is well by the file's own check"      eval 'within curl -sf http://127.0.0.1:8081/ && grep -q http://127.0.0.1:8081/ "$WORLD/compose.yaml"'
check "nothing answers by TLS"                  not port 127.0.0.1 443
# asked ARGS...: the answer's code and its headers; body: what the stand-in was asked.
asked() { within curl -s -m 20 --cacert "$WORLD/ca.pem" -o "$WORLD/body" -D - "$@" | tr -d '\r'; }
body() { asked "$@" > "$WORLD/log/headers" && cat "$WORLD/body"; }
touch "$WORLD/ca.pem"
check "http is sent to https"                   shows "^location: https://$SITE/web\?a=b\$" asked "http://$SITE/web?a=b"
# 52: the server hung up without a word.
check "another name gets no answer"             exits 52 within curl -s http://other.example/
check "nor does the address"                    exits 52 within curl -s http://127.0.0.1/
check "a challenge that is not there"           shows '^HTTP/1.1 404' asked "http://$SITE/.well-known/acme-challenge/none"
check "and no file outside of it"               shows '^HTTP/1.1 (404|400|301)' asked --path-as-is "http://$SITE/.well-known/acme-challenge/../../../../etc/passwd"

say "certbot, with an authority that looks whether the name leads here"
cat > "$WORLD/pebble.json" <<CONF
{"pebble": {"listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000", "certificate": "$WORLD/tls/server.pem", "privateKey": "$WORLD/tls/server.key",
 "httpPort": 80, "tlsPort": 443, "ocspResponderURL": "", "externalAccountBindingRequired": false, "certificateValidityPeriod": 864000}}
CONF
background pebble env PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 pebble -config "$WORLD/pebble.json" -dnsserver 127.0.0.11:53
check "an authority"                            wait_until 5 port 127.0.0.1 14000
within bash -c 'echo "server = https://127.0.0.1:14000/dir" > /etc/letsencrypt/cli.ini'
certbot_up() { confined_background certbot env REQUESTS_CA_BUNDLE="$WORLD/tls/ca.pem" "$ODOO/certbot/run"; }
certbot_up
served() { within openssl s_client -connect 127.0.0.1:443 -servername "$SITE" < /dev/null 2> /dev/null | openssl x509 -noout -serial; }
check "gives a certificate, and nginx has it"   wait_until 40 served
SERIAL=$(served)
within curl -s --cacert "$WORLD/tls/ca.pem" https://127.0.0.1:15000/roots/0 > "$WORLD/ca.pem"
check "certbot is well by the file's own check" eval 'within openssl x509 -noout -checkend 300 -in /etc/letsencrypt/live/odoo/fullchain.pem && grep -q live/odoo/fullchain.pem "$WORLD/compose.yaml"'

say "Odoo behind it"
check "while Odoo is away: 502"                 shows '^HTTP/1.1 502' asked "https://$SITE/"
background odoo python3 "$STORIES/servers/odoo_stub.py" 127.0.0.1
check "Odoo is there"                           wait_until 5 port 127.0.0.1 8072
answer() { body "$@" | jq -r "$FIELD"; }
check "the workers have /"                      sees 8069 with FIELD=.port answer "https://$SITE/web/login"
check "which are told of https"                 sees https with FIELD='.headers["x-forwarded-proto"]' answer "https://$SITE/"
check "of the site's name"                      sees "$SITE" with FIELD='.headers["x-forwarded-host"]' answer "https://$SITE/"
check "and of who asks, whatever he says"       sees 127.0.0.1 with FIELD='.headers["x-forwarded-for"]' answer -H 'X-Forwarded-For: 9.9.9.9' "https://$SITE/"
for header in 'strict-transport-security: max-age=31536000' 'x-content-type-options: nosniff' 'x-frame-options: SAMEORIGIN' 'referrer-policy: strict-origin-when-cross-origin' 'server: nginx'; do
    check "$header"                             shows "^$header\$" asked "https://$SITE/web"
done
check "each of them once"                       sees 1 eval 'asked "https://$SITE/web" | grep -ic "^x-frame-options"'
check "also where it refuses"                   shows '^strict-transport-security' asked "https://$SITE/web/database/manager"
check "the session's cookie is safe"            shows '^set-cookie: session_id=abc;.*secure.*httponly.*samesite=lax|^set-cookie: session_id=abc;.*httponly.*secure|^set-cookie: session_id=abc;.*secure; *samesite=lax' asked "https://$SITE/web/session/x"
for path in /web/database/manager /web/database/selector /web/database /web//database/create /WEB/Database/drop /web/%64atabase/backup /web/x/../database/restore /xmlrpc/db /xmlrpc/2/db; do
    check "refused: $path"                      shows '^HTTP/1.1 404' asked --path-as-is "https://$SITE$path"
done
check "other ways stay open"                    shows '^HTTP/1.1 200' asked "https://$SITE/xmlrpc/2/common"
socket() { within python3 "$STORIES/judges/websocket.py" "$SITE" "$WORLD/ca.pem" "$@"; }
check "a web socket opens on 8072, both ways"   sees "101 8072 echo" socket /websocket
for path in /websocket/peek_notifications /longpolling/poll; do
    check "polls go there too: $path"           sees 8072 with FIELD=.port answer "https://$SITE$path"
done
check "what only begins alike does not"         sees 8069 with FIELD=.port answer "https://$SITE/websocketeers"
check "a poll is waited for"                    sees "/websocket/peek_notifications?wait=3" with FIELD=.path answer "https://$SITE/websocket/peek_notifications?wait=3"
head -c 30000000 /dev/zero > "$WORLD/large"
check "a file of 30 MB comes up"                sees 30000000 with FIELD=.body answer --data-binary "@$WORLD/large" "https://$SITE/web/binary/upload"
truncate -s 70000000 "$WORLD/large"
check "one of 70 MB does not"                   shows '^HTTP/1.1 413' asked --data-binary "@$WORLD/large" "https://$SITE/web/binary/upload"
tls() { within openssl s_client -connect 127.0.0.1:443 -servername "${NAME:-$SITE}" "$@" < /dev/null; }
check "TLS 1.2 and 1.3"                         eval 'tls -tls1_2 && tls -tls1_3'
check "nothing older"                           not tls -tls1_1 -cipher ALL:@SECLEVEL=0
check "no certificate for another name"         fails_with 'unrecognized name' with NAME=other.example tls
halt odoo
background odoo python3 "$STORIES/servers/odoo_stub.py" 127.0.0.2
within curl -s -X POST -d '{"host": "odoo.", "addresses": ["127.0.0.2"]}' http://127.0.0.1:8055/add-a
check "an Odoo at another address is found"     wait_until 15 sees 127.0.0.2 with FIELD=.address answer "https://$SITE/"

say "renewal"
background visitors bash -c 'while sleep 0.2; do curl -s -m 5 --cacert "$1/ca.pem" -o /dev/null -w "%{http_code}\n" "https://$2/"; done' visitors "$WORLD" "$SITE"
halt certbot
certbot_up
renewed() { local now; now=$(served) && [[ $now != "$SERIAL" ]]; }
check "a certificate that runs out is renewed"  wait_until 40 renewed
gapless() { [[ $(lines cat "$WORLD/log/visitors") -gt 5 && $(sort -u "$WORLD/log/visitors") == 200 ]]; }
check "and no visitor was turned away"          gapless
check "nginx had nothing to complain of"        not grep -E '\[(emerg|alert|crit)\]' "$WORLD/log/nginx"
network_down
end
