#!/usr/bin/env bash
# Makes the secrets of docker-compose.production.yml: secrets.sh DIRECTORY. What is there stays as it is, so that it can be run again after an
# upgrade. The directory is closed to others; the files in it are readable, for they are mounted into containers of several users.
set -euo pipefail
[ $# = 1 ] || { echo "secrets: which directory? secrets.sh DIRECTORY" >&2; exit 1; }
mkdir -p "$1"
chmod 700 "$1"
cd "$1"
make() { # name, command
  local name=$1
  shift
  [ ! -e "$name" ] || return 0
  "$@" | tr -d '\n' >".$name.part"
  chmod 444 ".$name.part"
  mv ".$name.part" "$name"
  echo "secrets: $1 made $name"
}
for name in postgres_password database_password replication_password monitoring_password valkey_password metrics_token grafana_password; do
  make "$name" openssl rand -hex 24
done
# Without this the backups are worth nothing: a copy of it belongs elsewhere.
make backup_passphrase openssl rand -hex 32
make jwt_secret openssl rand -hex 32
make encryption_key openssl rand -base64 32
# Whichever of the two is the primary is found by the servers themselves.
make database_url printf 'postgres://insightdesk:%s@postgres:5432,postgres-replica:5432/insightdesk?targetServerType=primary&connectTimeout=3' "$(cat database_password)"
make valkey_url printf 'redis://:%s@valkey-1:6379,valkey-2:6379,valkey-3:6379' "$(cat valkey_password)"
# The exporters want to know whose password it is.
password=$(cat valkey_password)
make valkey_exporter_password printf '{"redis://valkey-1:6379":"%s","redis://valkey-2:6379":"%s","redis://valkey-3:6379":"%s"}' "$password" "$password" "$password"
# What only others know: the mail server's login, and where alerts go.
for name in smtp_user smtp_pass alert_smtp_password pagerduty_routing_key; do
  [ -e "$name" ] || echo "secrets: $1/$name is for you to write" >&2
done
