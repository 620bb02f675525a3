#!/bin/bash
# The read replica: copies the primary at its first start, and follows it. After scripts/promote.sh it is the primary, and stays so.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # A primary that was restored has no slot: they are in no backup.
  slot() { pg_receivewal --host postgres --username replication --no-password --slot replica --create-slot --if-not-exists; }
  PGPASSWORD=$(cat /run/secrets/replication_password)
  export PGPASSWORD
  until slot; do sleep 2; done
  until pg_basebackup --host postgres --username replication --pgdata "$PGDATA" --write-recovery-conf --slot replica --wal-method stream --checkpoint fast; do
    find "$PGDATA" -mindepth 1 -delete
    sleep 2
  done
  # Where a restored primary went back to is not where this one goes: with it, it could not be promoted.
  sed -i -E '/^(recovery_target[a-z_]*|restore_command|archive_mode) *=/d' "$PGDATA/postgresql.auto.conf"
  chmod 700 "$PGDATA"
fi
# What docker-compose.backup.yml adds comes as arguments. Not lower than on the primary, or it refuses.
exec postgres -c hot_standby=on -c max_connections=200 -c shared_buffers=512MB -c max_slot_wal_keep_size=10GB "$@"
