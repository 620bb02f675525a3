#!/usr/bin/env bash
# Makes the streaming replica the primary when the primary is lost: promote.sh ENVIRONMENT [--dry-run] [--force]; promote.sh ENVIRONMENT --rejoin makes
# what was the primary before a replica of the new one: its data are thrown away and copied anew. For docker-compose.production.yml; a managed
# database does it by itself. The servers find the new primary by themselves, for DATABASE_URL names both and targetServerType=primary.
#
# The old primary is stopped and fenced before anything is promoted, so there are never two: whoever starts it again gets a standby that follows
# nobody, and is not promoted. Nor is a replica that does not follow a primary that is alive; --force does without the fence, where the
# primary's disk is lost, and takes such a replica. Without DEPLOY_SYNCHRONOUS=yes what was
# acknowledged in the last moments may be missing on the replica. Exit codes: 0 done (or was so already), 1 failed, 2 asked in the wrong way,
# 3 somebody else is at work.
set -euo pipefail
# shellcheck disable=SC2034 # for say
tool=promote
# shellcheck source=environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
usage() { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }
rejoin='' dry='' force='' name=''
for argument in "$@"; do
  case $argument in
    --rejoin) rejoin=yes ;;
    --dry-run) dry=yes ;;
    --force) force=yes ;;
    -h | --help) help ;;
    -*) usage ;;
    *) [ -z "$name" ] || usage; name=$argument ;;
  esac
done
[ -n "$name" ] || usage
read_environment "$name"
[ "$DEPLOY_TARGET" = compose ] || wrong "$name is no compose file's; a managed database has its own way to fail over"
[ ! -e "$state/current" ] || use_release "$state/current"
export INSIGHTDESK_VERSION=${INSIGHTDESK_VERSION:-none}
lock_environment

# primary, standby, or nothing where it does not run. By the socket, or by the address of the container itself: asked inside of it.
state_of() { # service
  local id
  id=$(containers "$1" --filter status=running | head -n 1)
  [ -n "$id" ] || return 0
  docker exec --user postgres "$id" psql -X -U postgres -d postgres -h /var/run/postgresql -qAtc \
    "select case when pg_is_in_recovery() then 'standby' else 'primary' end" 2>/dev/null || true
}
is_fenced() { # service; what it has may be old
  # shellcheck disable=SC2016 # for the shell in the container
  docker exec --user postgres "$(containers "$1" --filter status=running | head -n 1)" bash -c 'test -e "$PGDATA/insightdesk.fenced"'
}
fence() { # service whose container is gone
  # shellcheck disable=SC2016 # for the shell in the container
  compose run --rm --no-deps -T --user postgres --entrypoint /bin/bash "$1" -euc 'touch "$PGDATA/insightdesk.fenced" "$PGDATA/standby.signal"; sync' </dev/null >/dev/null 2>&1
}

first=$(state_of postgres) second=$(state_of postgres-replica)
if [ "$first" = primary ] && [ "$second" = primary ]; then
  say "there are two primaries; stop the one that the servers do not use, and have it join again: docker ps, then --rejoin"
  exit 1
fi
new='' old=''
if [ -n "$rejoin" ]; then
  # Who is the primary stays so; the other one joins.
  case $first/$second in
    primary/*) new=postgres old=postgres-replica ;;
    */primary) new=postgres-replica old=postgres ;;
    *) say "there is no primary to join: postgres is '${first:-away}', postgres-replica is '${second:-away}'"; exit 1 ;;
  esac
  if [ "$(state_of $old)" = standby ] && [ "$(ask $new "select count(*) from pg_stat_replication where state = 'streaming'")" != 0 ]; then
    say "$old follows $new already"
    exit 0
  fi
  say "$old is emptied and copied from $new"
  if [ -n "$dry" ]; then exit 0; fi
  each=$(containers $old)
  [ -z "$each" ] || docker rm --force "$each" >/dev/null
  ask $new "select pg_create_physical_replication_slot('replica') where not exists (select from pg_replication_slots where slot_name = 'replica')" >/dev/null
  # shellcheck disable=SC2016 # for the shell in the container
  compose run --rm --no-deps -T --user postgres --env FROM="$new" --entrypoint /bin/bash $old -euc '
    find "$PGDATA" -mindepth 1 -delete
    PGPASSWORD=$(cat /run/secrets/replication_password) pg_basebackup --host "$FROM" --username replication --pgdata "$PGDATA" \
      --write-recovery-conf --slot replica --wal-method stream --checkpoint fast
    chmod 700 "$PGDATA"' </dev/null || { say "the copy failed; do it again"; exit 1; }
  compose up --detach --no-deps --wait --wait-timeout 120 $old >/dev/null 2>&1 || { say "$old does not start"; exit 1; }
  [ "$(state_of $old)" = standby ] || { say "$old is no standby"; exit 1; }
  if [ "${DEPLOY_SYNCHRONOUS:-no}" = yes ]; then set_synchronous $new '*'; fi
  say "$old follows $new"
  exit 0
fi
case $first/$second in
  */standby) new=postgres-replica old=postgres ;;
  standby/*) new=postgres old=postgres-replica ;;
  /primary | primary/) say "there is a primary already, and no replica: promote.sh $name --rejoin makes one"; exit 0 ;;
  *) say "there is no replica to promote: postgres is '${first:-away}', postgres-replica is '${second:-away}'"; exit 1 ;;
esac
if is_fenced $new; then
  say "$new was put aside when the other one was promoted, and what it has is old: --rejoin first, or bring back $old"
  exit 1
fi
if [ "$(state_of $old)" = primary ] && [ -z "$force" ] && [ "$(ask $old "select count(*) from pg_stat_replication where state = 'streaming'")" = 0 ]; then
  say "$old is alive and $new does not follow it: what it lacks would be lost. --force promotes it all the same"
  exit 1
fi
lost=$(ask $new "select coalesce(pg_last_wal_receive_lsn() - pg_last_wal_replay_lsn(), 0)")
say "$new is promoted; $old is stopped and stays away until --rejoin ($lost bytes are to be applied first)"
[ -z "$dry" ] || exit 0
for each in $(containers $old); do
  # A primary that still answers gets the chance to send what it has.
  docker stop --time 20 "$each" >/dev/null
  docker rm "$each" >/dev/null
done
if ! fence $old; then
  [ -n "$force" ] || { say "$old cannot be fenced, so it might come back as a second primary; is its volume lost? Then --force"; exit 1; }
  say "$old is not fenced: see to it that it does not come back"
fi
[ "$(ask $new "select pg_promote(true, 60)")" = t ] || { say "$new was not promoted within a minute: its log says why"; exit 1; }
[ "$(state_of $new)" = primary ] || { say "$new was not promoted"; exit 1; }
# It would wait for a standby that is away now.
set_synchronous $new ''
say "$new is the primary. Now promote.sh $name --rejoin, so that there is a replica again"
