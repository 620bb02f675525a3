#!/usr/bin/env bash
# Restores a dump of backup.sh into the empty database of RESTORE_DATABASE_URL: restore.sh FILE. BACKUP_IDENTITY is the file with the key, as
# age-keygen wrote it. All or nothing: one transaction, and nothing is touched before the whole file was decrypted and found unaltered. Needs
# age, psql and pg_restore, and room for the dump in TMPDIR. The user has to be a superuser, or own the database and be a member of the roles
# that the dump grants to; the role insightdesk_work is made if there is none.
set -euo pipefail
umask 077
# shellcheck source=database.sh
. "$(dirname "${BASH_SOURCE[0]}")/database.sh"

fail() { echo "restore: $*" >&2; exit 1; }
[ $# = 1 ] || fail "which file? restore.sh FILE"
: "${RESTORE_DATABASE_URL:?the empty database: postgres://user:password@host/name}"
: "${BACKUP_IDENTITY:?the file with the key}"
[ -r "$1" ] || fail "there is no file $1"
for tool in psql pg_restore age; do command -v "$tool" >/dev/null || fail "$tool is missing"; done
database_environment "$RESTORE_DATABASE_URL" || fail "RESTORE_DATABASE_URL is wrong"

ask() { psql --no-psqlrc --no-password --tuples-only --no-align --quiet --set ON_ERROR_STOP=1 --command "$1"; }
tables=$(ask "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\_toast%'")
[ "$tables" = 0 ] || fail "the database $PGDATABASE has $tables tables already; restore into an empty one, and have the servers use that"

dump=$(mktemp)
trap 'rm -f "$dump"' EXIT
age --decrypt --identity "$BACKUP_IDENTITY" --output "$dump" "$1" || fail "$1 cannot be decrypted: another key, or it was altered"
ask "do \$\$ begin if to_regrole('insightdesk_work') is null then create role insightdesk_work nologin; end if; end \$\$"
pg_restore --no-password --no-owner --exit-on-error --single-transaction --dbname="$PGDATABASE" "$dump"
ask "analyze"
echo "restore: $1 is in $PGDATABASE"
