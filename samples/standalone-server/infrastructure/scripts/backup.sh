#!/usr/bin/env bash
# Dumps the database of BACKUP_DATABASE_URL, encrypted for BACKUP_RECIPIENT (age1…, as age-keygen prints it), into BACKUP_DIRECTORY, and
# forgets dumps older than BACKUP_KEEP_DAYS (30). Only who has the key, which stays elsewhere, can read them: restore.sh. Tells Prometheus
# by BACKUP_METRICS_DIRECTORY, where the node exporter's textfile collector reads. Needs age, and pg_dump of the server's version or newer.
#
# The user has to see all rows: a superuser or one with BYPASSRLS. Row-level security is forced on the owner too, and PostgreSQL refuses
# the dump of a user who would get only some rows.
set -euo pipefail
umask 077
# shellcheck source=database.sh
. "$(dirname "${BASH_SOURCE[0]}")/database.sh"
# shellcheck source=report.sh
. "$(dirname "${BASH_SOURCE[0]}")/report.sh"

fail() { echo "backup: $*" >&2; exit 1; }
: "${BACKUP_DATABASE_URL:?the database: postgres://user:password@host/name}"
: "${BACKUP_DIRECTORY:?the directory for the dumps}"
: "${BACKUP_RECIPIENT:?whom dumps are encrypted for: age1…}"
keep=${BACKUP_KEEP_DAYS:-30}
[[ $keep =~ ^[1-9][0-9]*$ ]] || fail "BACKUP_KEEP_DAYS has to be a number of days, such as 30: $keep"
[ -d "$BACKUP_DIRECTORY" ] || fail "BACKUP_DIRECTORY is no directory: $BACKUP_DIRECTORY"
for tool in pg_dump age; do command -v "$tool" >/dev/null || fail "$tool is missing"; done
database_environment "$BACKUP_DATABASE_URL" || fail "BACKUP_DATABASE_URL is wrong"

name=insightdesk-$(date -u +%Y%m%dT%H%M%SZ).dump.age
part=$BACKUP_DIRECTORY/.$name.part
trap 'rm -f "$part"' EXIT
pg_dump --format=custom --no-password --lock-wait-timeout=60s | age --encrypt --recipient "$BACKUP_RECIPIENT" --output "$part"
sync "$part"
mv "$part" "$BACKUP_DIRECTORY/$name"
echo "backup: $BACKUP_DIRECTORY/$name, $(stat -c %s "$BACKUP_DIRECTORY/$name") bytes"

report_backup database
# Only after a new one is there.
find "$BACKUP_DIRECTORY" -maxdepth 1 -name 'insightdesk-*.dump.age' -mtime "+$keep" -print -delete
