# shellcheck shell=bash disable=SC2154
# Backup and restore, on a real PostgreSQL.
backup_and_restore() {
  need_debs || return
  local pg
  pg=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  [ -n "$pg" ] || { cannot "There is no PostgreSQL in /usr/lib/postgresql: install postgresql"; return 3; }
  PATH=$pg:$bin:$PATH "$helpers/backup-test" "$kit/scripts"
}
check "backup and restore" backup_and_restore
