#!/usr/bin/env bash
# Brings the database back as it was at a time: restore-point.sh DIRECTORY TIME, or latest instead of a time for all that is in the archive.
# DIRECTORY is empty and becomes the server's data; TIME has to say its zone, such as "2026-03-01 14:30:00+00". A server that is started
# on the directory then reads the archive up to there and takes writes. Runs as the user that the server runs as, with base-backup.sh's settings.
#
# The restored server does not archive: as long as the old one may run, two would write into one archive. Once it is the one that stays,
# take archive_mode from its postgresql.auto.conf (alter system reset), and recovery_target_time too, which a replica that is copied from it would
# have as well, and could never be promoted; restart it and make a full backup. Where the server's command line says archive_mode=on,
# as in docker-compose.backup.yml, that counts, and it archives at once, on a timeline of its own: there the old server has to be gone.
set -euo pipefail
umask 077
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fail() { echo "restore-point: $*" >&2; exit 1; }
[ $# = 2 ] || fail "where to, and to when? restore-point.sh DIRECTORY TIME|latest"
directory=$1 time=$2
[ -d "$directory" ] || fail "$directory is no directory"
[ -z "$(ls -A "$directory")" ] || fail "$directory is not empty; move what is in it elsewhere first"
if [ "$time" = latest ]; then
  target=(--type=default)
else
  [[ $time =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}[\ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$ ]] \
    || fail "the time has to say its zone, such as 2026-03-01 14:30:00+00: $time"
  seconds=$(date -d "$time" +%s) || fail "there is no such time: $time"
  [ "$seconds" -le "$(date +%s)" ] || fail "$time has not come yet"
  # In one form, whatever it was given in.
  fraction=''
  [[ ! $time =~ (\.[0-9]+) ]] || fraction=${BASH_REMATCH[1]}
  target=(--type=time "--target=$(date -u -d "@$seconds" '+%Y-%m-%d %H:%M:%S')$fraction+00" --target-action=promote)
fi
[[ $here =~ ^[A-Za-z0-9/._-]+$ ]] || fail "the server cannot start a script from a path with such characters: $here"
# The server reads the archive by the same script, which knows the passphrase.
"$here/pgbackrest.sh" --recovery-option="restore_command=$here/pgbackrest.sh archive-get %f \"%p\"" "${target[@]}" --pg1-path="$directory" --archive-mode=off restore
chmod 700 "$directory"
echo "restore-point: $directory holds the base of $time; a server started on it reads the archive up to there"
