#!/usr/bin/env bash
# Makes a base backup with pgBackRest, beside which the write-ahead log is archived: base-backup.sh [full|diff|incr]. Without an argument a full
# one on Sundays, else what has changed since the last full one. Runs where the server's files are, as their owner; the server needs
#   archive_mode=on  archive_command='…/pgbackrest.sh archive-push %p'  archive_timeout=60
# What is out of date goes with the backup (backup/pgbackrest.conf says what). Two at once: the second one is refused by pgBackRest's lock.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=report.sh
. "$here/report.sh"
type=${1:-}
if [ -z "$type" ]; then
  type='diff'
  [ "$(date -u +%u)" != 7 ] || type=full
fi
[[ $# -le 1 && $type =~ ^(full|diff|incr)$ ]] || { echo "base-backup: which kind? base-backup.sh [full|diff|incr]" >&2; exit 2; }
# Says nothing when it is there already, and that it is another database's when it is.
"$here/pgbackrest.sh" stanza-create
# That a segment really arrives in the archive: without it the backup is worth nothing.
"$here/pgbackrest.sh" check
"$here/pgbackrest.sh" --type="$type" backup
"$here/pgbackrest.sh" info
report_backup base
