# shellcheck shell=bash disable=SC2154
# Backup and restore, of a real PostgreSQL and of files; the units. What takes longer is in recovery.sh.
backup_and_restore() {
  need_debs && need_postgresql || return
  PATH=$postgresql:$bin:$PATH "$helpers/backup-test" "$kit/scripts"
}
point_in_time() {
  need_debs && need_postgresql || return
  PATH=$postgresql:$bin:$PATH "$helpers/point-test" "$PWD/$kit"
}
files() {
  need_debs || return
  PATH=$bin:$PATH "$helpers/files-test" "$kit/scripts"
}
units() {
  need_tool systemd-analyze "install systemd" || return
  "$helpers/units-test" "$PWD/$kit"
}
check "backup and restore" backup_and_restore
check "restore to a point in time" point_in_time
check "backup of files" files
check "systemd: units" units
