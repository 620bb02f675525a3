#!/usr/bin/env bash
# pgBackRest with the kit's configuration and the repository's passphrase: pgbackrest.sh COMMAND…, as archive_command and by hand. The
# passphrase is in the file BACKUP_PASSPHRASE_FILE, and in no process's arguments. PGBACKREST_CONFIG names another configuration.
set -euo pipefail
umask 077
file=${BACKUP_PASSPHRASE_FILE:-/run/secrets/backup_passphrase}
[ -r "$file" ] || { echo "pgbackrest: the passphrase cannot be read: BACKUP_PASSPHRASE_FILE=$file" >&2; exit 1; }
PGBACKREST_REPO1_CIPHER_PASS=$(cat "$file")
[ "${#PGBACKREST_REPO1_CIPHER_PASS}" -ge 32 ] || { echo "pgbackrest: the passphrase in $file is shorter than 32 characters: openssl rand -hex 32" >&2; exit 1; }
export PGBACKREST_REPO1_CIPHER_PASS
# S3's key is a secret, too: two lines, the id and the key.
if [ -n "${BACKUP_S3_KEY_FILE:-}" ]; then
  [ -r "$BACKUP_S3_KEY_FILE" ] || { echo "pgbackrest: the key of S3 cannot be read: BACKUP_S3_KEY_FILE=$BACKUP_S3_KEY_FILE" >&2; exit 1; }
  { read -r PGBACKREST_REPO1_S3_KEY && read -r PGBACKREST_REPO1_S3_KEY_SECRET; } <"$BACKUP_S3_KEY_FILE" \
    || { echo "pgbackrest: $BACKUP_S3_KEY_FILE has to have two lines, the id and the key" >&2; exit 1; }
  export PGBACKREST_REPO1_S3_KEY PGBACKREST_REPO1_S3_KEY_SECRET
fi
export PGBACKREST_CONFIG=${PGBACKREST_CONFIG:-/etc/pgbackrest/pgbackrest.conf} PGBACKREST_STANZA=${PGBACKREST_STANZA:-insightdesk}
# A server that is restored elsewhere asks for the archive from its own directory, in which it starts this.
[ "${1:-}" != archive-get ] || export PGBACKREST_PG1_PATH=$PWD
exec pgbackrest "$@"
