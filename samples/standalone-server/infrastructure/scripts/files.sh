#!/usr/bin/env bash
# Backs up and restores the files of BLOB_STORE=file with restic, encrypted:
#   files.sh backup DIRECTORY            a snapshot of the directory; makes the repository at first; forgets old snapshots
#   files.sh restore SNAPSHOT DIRECTORY  a snapshot, or latest, into an empty directory, each file compared with what was saved
#   files.sh check                       reads a tenth of the repository again
#   files.sh list                        the snapshots
# RESTIC_REPOSITORY (a directory, sftp:…, s3:…) and RESTIC_PASSWORD_FILE say where. The files are backed up after the database: then each file
# that a row of the dump names is in the snapshot, unless it was deleted in between.
set -euo pipefail
umask 077
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=report.sh
. "$here/report.sh"
fail() { echo "files: $*" >&2; exit 1; }
usage() { fail "files.sh backup DIRECTORY | restore SNAPSHOT DIRECTORY | check | list"; }
: "${RESTIC_REPOSITORY:?where the snapshots are: a directory, sftp:host:/path, s3:https://host/bucket}"
: "${RESTIC_PASSWORD_FILE:?the file with the passphrase of the repository}"
[ -r "$RESTIC_PASSWORD_FILE" ] || fail "RESTIC_PASSWORD_FILE cannot be read: $RESTIC_PASSWORD_FILE"
[ "$(wc -c <"$RESTIC_PASSWORD_FILE")" -ge 32 ] || fail "the passphrase is shorter than 32 characters: openssl rand -hex 32"
command -v restic >/dev/null || fail "restic is missing"
export RESTIC_PROGRESS_FPS=0.01
case ${1:-} in
  backup)
    [ $# = 2 ] || usage
    [ -d "$2" ] || fail "$2 is no directory"
    # An empty directory is what a disk leaves that was not mounted, and would in time push the good snapshots out.
    [ -n "$(find "$2" -type f -print -quit)" ] || fail "there is no file in $2: is it mounted?"
    # After a wrong passphrase, or when the repository is out of reach, none is made anew. Only newer versions of restic end with 10.
    code=0
    said=$(restic cat config 2>&1 >/dev/null) || code=$?
    if [ "$code" != 0 ]; then
      [[ $code = 10 || $said == *"Is there a repository at the following location"* ]] || fail "$said"
      restic init --quiet
    fi
    # From within, so that a snapshot has no path of this machine in it.
    cd "$2"
    restic backup --quiet --tag insightdesk --host insightdesk --exclude-caches .
    restic forget --quiet --tag insightdesk --host insightdesk --group-by host,tags --keep-within 2d --keep-daily 30 --keep-weekly 8 --prune
    restic check --quiet
    report_backup files
    echo "files: $(find . -type f | wc -l) files are in $RESTIC_REPOSITORY"
    ;;
  restore)
    [ $# = 3 ] || usage
    [ -d "$3" ] || fail "$3 is no directory"
    [ -z "$(ls -A "$3")" ] || fail "$3 is not empty"
    restic restore "$2" --quiet --tag insightdesk --host insightdesk --target "$3" --verify
    echo "files: $(find "$3" -type f | wc -l) files are in $3"
    ;;
  check)
    [ $# = 1 ] || usage
    restic check --read-data-subset=10%
    ;;
  list)
    [ $# = 1 ] || usage
    restic snapshots --tag insightdesk
    ;;
  *) usage ;;
esac
