#!/usr/bin/env bash
# Brings the data of a PostgreSQL to a newer major version, by pg_upgrade:
#   upgrade.sh [--check] OLD_BIN NEW_BIN OLD_DATA NEW_DATA       such as /usr/lib/postgresql/16/bin /usr/lib/postgresql/17/bin …/16 …/17
# The old server is stopped, NEW_DATA is empty; both are on this machine, and the user is the one that they run as. With --check nothing is
# changed. Files are copied, so that there has to be room for them twice and the old server can be started again, and all is as it was, as
# long as the new one took no writes. PostgreSQL's superuser is PGUSER, else postgres.
set -euo pipefail
umask 077
fail() { echo "upgrade: $*" >&2; exit 1; }
check=''
[ "${1:-}" != --check ] || { check=yes; shift; }
[ $# = 4 ] || fail "upgrade.sh [--check] OLD_BIN NEW_BIN OLD_DATA NEW_DATA"
old_bin=$1 new_bin=$2 old=$(realpath "$3") new=$(realpath "$4")
user=${PGUSER:-postgres}
for each in "$old_bin/postgres" "$new_bin/pg_upgrade" "$new_bin/initdb" "$new_bin/vacuumdb"; do [ -x "$each" ] || fail "there is no $each"; done
[ "$(id -u)" != 0 ] || fail "run this as the user that PostgreSQL runs as, and not as root"
major() { local said; said=$("$1/postgres" --version); said=${said##*(PostgreSQL) }; echo "${said%%[.a-z ]*}"; }
from=$(major "$old_bin") to=$(major "$new_bin")
[ "$from" -lt "$to" ] || fail "from $from to $to is no upgrade"
[ "$(cat "$old/PG_VERSION" 2>/dev/null)" = "$from" ] || fail "$old holds no data of PostgreSQL $from"
[ -d "$new" ] && [ -z "$(ls -A "$new")" ] || fail "$new is no empty directory"
[ ! -e "$old/postmaster.pid" ] || fail "the old server is running, or was killed: start it and stop it in order ($old/postmaster.pid)"
control=$(LC_ALL=C "$old_bin/pg_controldata" "$old")
grep -q '^Database cluster state: *shut down$' <<<"$control" || fail "the old server was not stopped in order: $(grep 'cluster state' <<<"$control")"
needed=$(du -sm "$old" | cut -f 1) room=$(df -Pm "$new" | awk 'NR == 2 {print $4}')
[ "$room" -gt "$needed" ] || fail "there are $room MB for $needed MB of data"

work=$(mktemp -d)
started=''
end() {
  local result=$?
  [ -z "$started" ] || "$new_bin/pg_ctl" -D "$new" -m fast -w stop >/dev/null 2>&1 || true
  # What is half done is not left to be started by mistake. The old one has not been touched.
  if [ $result != 0 ] || [ -n "$check" ]; then find "$new" -mindepth 1 -delete; fi
  if [ $result = 0 ]; then rm -rf "$work"; else echo "upgrade: the logs are in $work; $old is as it was" >&2; fi
  exit $result
}
trap end EXIT
cd "$work"
checksums=--data-checksums
! grep -q '^Data page checksum version: *0$' <<<"$control" || checksums=''
# Only from 18 on they are made unless one says no.
[ -n "$checksums" ] || [ "$to" -lt 18 ] || checksums=--no-data-checksums
segment=$(sed -nE 's/^Bytes per WAL segment: *([0-9]+)$/\1/p' <<<"$control")
"$new_bin/initdb" -D "$new" -U "$user" --auth=peer --no-instructions ${checksums:+"$checksums"} --wal-segsize=$((segment >> 20)) >initdb.log
upgrade=("$new_bin/pg_upgrade" --old-bindir="$old_bin" --new-bindir="$new_bin" --old-datadir="$old" --new-datadir="$new" --username="$user"
  --socketdir="$work" --jobs=2 --copy)
# It starts both servers, and asks them without a password: only for that time, and only over the socket in a directory that nobody else gets into.
cp "$old/pg_hba.conf" pg_hba.conf
printf 'local all all trust\n' >trust.conf
cp trust.conf "$new/pg_hba.conf"
options=(--old-options="-c hba_file=$work/trust.conf" --new-options="-c hba_file=$work/trust.conf")
"${upgrade[@]}" "${options[@]}" --check >check.log 2>&1 || { tail -n 30 check.log >&2; fail "it cannot be upgraded as it is"; }
if [ -n "$check" ]; then
  echo "upgrade: $old can be upgraded from $from to $to; $needed MB are copied"
  exit
fi
"${upgrade[@]}" "${options[@]}" >upgrade.log 2>&1 || { tail -n 30 upgrade.log >&2; fail "pg_upgrade failed"; }
# Without statistics the first hours are slow.
"$new_bin/pg_ctl" -D "$new" -w -l "$work/server.log" -o "-k $work -c listen_addresses='' -c hba_file=$work/trust.conf -c archive_mode=off" start >/dev/null
started=yes
"$new_bin/vacuumdb" --host="$work" --username="$user" --all --analyze-only --jobs=2 --quiet
"$new_bin/pg_ctl" -D "$new" -m fast -w stop >/dev/null
started=''
cp pg_hba.conf "$new/pg_hba.conf"
cp "$old/pg_ident.conf" "$new/pg_ident.conf"
echo "upgrade: $new holds the data of PostgreSQL $to. What remains: compare postgresql.conf with $old, make the replicas anew, and for"
echo "pgBackRest: pgbackrest.sh stanza-upgrade, then base-backup.sh full; until then there is no backup of this version."
