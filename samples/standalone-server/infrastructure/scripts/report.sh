# shellcheck shell=bash
# For what backs up: tells Prometheus that it succeeded, by the directory that the node exporter's textfile collector reads.
report_backup() { # kind
  [ -n "${BACKUP_METRICS_DIRECTORY:-}" ] || return 0
  local metrics=$BACKUP_METRICS_DIRECTORY/insightdesk_backup_$1.prom
  cat >"$metrics.part" <<METRICS
# HELP insightdesk_backup_last_success_timestamp_seconds When the last backup that succeeded ended
# TYPE insightdesk_backup_last_success_timestamp_seconds gauge
insightdesk_backup_last_success_timestamp_seconds{kind="$1"} $(date +%s)
METRICS
  chmod 644 "$metrics.part"
  mv "$metrics.part" "$metrics"
}
