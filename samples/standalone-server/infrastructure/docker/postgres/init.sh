#!/bin/bash
# First start of the primary: the roles of the server and of the replica. Run by the image's entry point as the superuser.
set -euo pipefail
password() { sed "s/'/''/g" "/run/secrets/$1"; }
psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres <<SQL
-- The library works under insightdesk_work, to which row-level security applies.
create role insightdesk_work nologin;
create role insightdesk login password '$(password database_password)';
grant insightdesk_work to insightdesk;
alter database insightdesk owner to insightdesk;
create role replication login replication password '$(password replication_password)';
create role monitoring login password '$(password monitoring_password)' in role pg_monitor;
select pg_create_physical_replication_slot('replica');
SQL
echo 'host replication replication all scram-sha-256' >>"$PGDATA/pg_hba.conf"
