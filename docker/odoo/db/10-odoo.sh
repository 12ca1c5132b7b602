#!/bin/sh
# At the database's first start: Odoo's role can neither make nor drop a database, and the one that it works in is not its own.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --dbname postgres <<'SQL'
\getenv password ODOO_DB_PASSWORD
CREATE ROLE odoo LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE odoo TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C';
\connect odoo
CREATE EXTENSION pg_trgm;
GRANT USAGE, CREATE ON SCHEMA public TO odoo;
SQL
