#!/bin/bash
# The read replica: copies the primary at its first start, and follows it. After scripts/promote.sh it is the primary, and stays so.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  PGPASSWORD=$(cat /run/secrets/replication_password)
  export PGPASSWORD
  until pg_basebackup --host postgres --username replication --pgdata "$PGDATA" --write-recovery-conf --slot replica --wal-method stream --checkpoint fast; do
    find "$PGDATA" -mindepth 1 -delete
    sleep 2
  done
  chmod 700 "$PGDATA"
fi
# Not lower than on the primary, or it refuses.
exec postgres -c hot_standby=on -c max_connections=200 -c shared_buffers=512MB -c max_slot_wal_keep_size=10GB
