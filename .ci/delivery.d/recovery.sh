# shellcheck shell=bash disable=SC2154
# What takes longer of scripts.sh: on a container engine, and on the packaged server.
pgbackrest_image() {
  need_tool docker "install Docker" || return
  "$helpers/backup-image-test" "$kit"
}
backups_in_s3() {
  need_tool docker "install Docker" && need_debs && need_postgresql || return
  PATH=$postgresql:$bin:$PATH "$helpers/s3-test" "$PWD/$kit"
}
major_upgrade() {
  need_tool docker "install Docker" || return
  "$helpers/upgrade-in-container" "$kit/scripts"
}
round_trip() {
  need_tool curl "install curl" || return
  "$helpers/round-trip-test" "$PWD/$kit"
}
check "PostgreSQL with pgBackRest: image and compose" pgbackrest_image
check "backups in S3" backups_in_s3
check "upgrade of PostgreSQL" major_upgrade
check "mail: round trip" round_trip
