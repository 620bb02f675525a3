#!/usr/bin/env python3
"""Writes the dashboards: dashboards.py DIRECTORY. What is in dashboards/ was written by this, and a check holds it equal."""
import json
import pathlib
import sys

CUSTOMERS = 'route!~"/?(health.*|metrics)"'


def panel(title, unit, *queries, kind="timeseries", note=""):
    return {"title": title, "unit": unit, "queries": queries, "kind": kind, "note": note}


DASHBOARDS = {
    "service": ("Service", [
        panel("Requests by route", "reqps", ("insightdesk:http_requests:rate5m", "{{route}}")),
        panel("Share of requests that fail", "percentunit", ("insightdesk:http_errors:ratio_rate5m", "5xx"),
              note="HighErrorRate fires above 5 %."),
        panel("Time to answer", "s",
              *((f"histogram_quantile({q}, sum by (le) (rate(insightdesk_http_request_duration_seconds_bucket"
                 f"{{{CUSTOMERS}}}[$__rate_interval])))", f"{int(q * 100)} %") for q in (0.5, 0.95, 0.99))),
        panel("Answers by status", "reqps",
              (f"sum by (status) (rate(insightdesk_http_requests_total{{{CUSTOMERS}}}[$__rate_interval]))", "{{status}}")),
        panel("Budget burnt within the hour: availability", "none", ("insightdesk:http_errors:ratio_rate1h / 0.001", "times"),
              kind="stat"),
        panel("Budget burnt within the hour: latency", "none", ("insightdesk:http_slow:ratio_rate1h / 0.01", "times"), kind="stat"),
        panel("Connections of the pool", "none", ("sum by (instance, state) (insightdesk_db_pool_size)", "{{instance}} {{state}}")),
        panel("Time of statements, 95 %", "s", ("insightdesk:db_query_duration_seconds:p95_5m", "{{operation}}")),
        panel("Servers that answer", "none", ('sum by (job) (up{job=~"insightdesk-.+"})', "{{job}}"), kind="stat"),
        panel("Ahead of the database's clock", "s", ("max by (instance) (insightdesk_clock_skew_seconds)", "{{instance}}")),
        panel("Stores of rate limits that did not answer", "cps",
              ("sum by (store) (rate(insightdesk_limit_store_failures_total[$__rate_interval]))", "{{store}}")),
    ]),
    "jvm": ("JVM", [
        panel("Heap", "bytes", ('sum by (instance) (jvm_memory_used_bytes{area="heap"})', "{{instance}} used"),
              ('sum by (instance) (jvm_memory_committed_bytes{area="heap"})', "{{instance}} committed"),
              ('sum by (instance) (jvm_memory_max_bytes{area="heap"} > 0)', "{{instance}} most")),
        panel("Heap by pool", "bytes", ('sum by (id) (jvm_memory_used_bytes{area="heap"})', "{{id}}")),
        panel("Outside the heap, by pool", "bytes", ('sum by (id) (jvm_memory_used_bytes{area="nonheap"})', "{{id}}")),
        panel("Buffers", "bytes", ("sum by (id) (jvm_buffer_memory_used_bytes)", "{{id}}")),
    ]),
    "jobs": ("Jobs and mail", [
        panel("Jobs that are ready", "none", ('insightdesk:job_queue_size:max{status="ready"}', "{{queue}}"),
              note="JobQueueBacklog fires above 1000."),
        panel("Jobs by status", "none", ("sum by (status) (insightdesk:job_queue_size:max)", "{{status}}")),
        panel("Dead jobs", "none", ('sum(insightdesk:job_queue_size:max{status="dead"})', "dead"), kind="stat"),
        panel("Attempts by kind", "ops",
              ("sum by (kind, outcome) (rate(insightdesk_job_processing_seconds_count[$__rate_interval]))", "{{kind}} {{outcome}}")),
        panel("Time of an attempt, 95 %", "s",
              ("histogram_quantile(0.95, sum by (le, kind) (rate(insightdesk_job_processing_seconds_bucket[$__rate_interval])))",
               "{{kind}}")),
        panel("Failed turns of the workers' loops", "cps",
              ("sum by (loop) (rate(insightdesk_worker_loop_failures_total[$__rate_interval]))", "{{loop}}")),
        panel("Signals that could not be sent", "cps",
              ("sum by (wire) (rate(insightdesk_job_signals_failures_total[$__rate_interval]))", "{{wire}}")),
        panel("Mail in", "ops", ("sum by (outcome) (rate(insightdesk_mail_inbound_total[$__rate_interval]))", "{{outcome}}")),
        panel("Mail out", "ops", ("sum by (outcome) (rate(insightdesk_mail_outbound_total[$__rate_interval]))", "{{outcome}}")),
    ]),
    "desk": ("Help desk", [
        panel("Tickets that are not done", "none", ("insightdesk:active_tickets:max", "{{status}}")),
        panel("New tickets that wait", "none", ('insightdesk:active_tickets:max{status="new"}', "new"), kind="stat",
              note="HighTicketBacklog fires above 500."),
        panel("Tickets created, by channel", "ops",
              ("sum by (channel) (rate(insightdesk_tickets_created_total[$__rate_interval]))", "{{channel}}")),
        panel("Tickets created, by priority", "ops",
              ("sum by (priority) (rate(insightdesk_tickets_created_total[$__rate_interval]))", "{{priority}}")),
        panel("Time to resolution, mean", "s",
              ("sum by (priority) (rate(insightdesk_ticket_resolution_seconds_sum[$__rate_interval])) / "
               "sum by (priority) (rate(insightdesk_ticket_resolution_seconds_count[$__rate_interval]))", "{{priority}}")),
    ]),
    "postgresql": ("PostgreSQL", [
        panel("Up", "none", ("pg_up", "{{instance}}"), kind="stat"),
        panel("Replica behind", "s", ("insightdesk_postgres_replica_lag_seconds", "{{instance}}"),
              note="ReplicationLag fires above 30 s."),
        panel("Not replayed by standbys", "bytes", ("insightdesk_postgres_standby_behind_bytes", "{{standby}}")),
        panel("WAL kept for slots", "bytes", ("insightdesk_postgres_slot_retained_bytes", "{{slot_name}}")),
        panel("Age of the oldest unfrozen transaction", "none", ("insightdesk_postgres_database_xid_age", "{{datname}}"),
              note="At 2,000,000,000 the database stops taking writes."),
        panel("Dead rows", "none", ("topk(10, insightdesk_postgres_table_dead_rows)", "{{schemaname}}.{{relname}}")),
        panel("Connections by state", "none", ("sum by (state) (pg_stat_activity_count)", "{{state}}")),
        panel("Longest transaction", "s", ("max by (state) (pg_stat_activity_max_tx_duration)", "{{state}}")),
        panel("Commits and rollbacks", "ops", ("sum(rate(pg_stat_database_xact_commit[$__rate_interval]))", "commits"),
              ("sum(rate(pg_stat_database_xact_rollback[$__rate_interval]))", "rollbacks")),
        panel("Pages found in memory", "percentunit",
              ("sum(rate(pg_stat_database_blks_hit[$__rate_interval])) / (sum(rate(pg_stat_database_blks_hit[$__rate_interval])) + "
               "sum(rate(pg_stat_database_blks_read[$__rate_interval])))", "hits")),
        panel("Deadlocks", "cps", ("sum by (datname) (rate(pg_stat_database_deadlocks[$__rate_interval]))", "{{datname}}")),
        panel("Size", "bytes", ("pg_database_size_bytes", "{{datname}}")),
    ]),
    "valkey": ("Valkey", [
        panel("Up", "none", ("redis_up", "{{instance}}"), kind="stat"),
        panel("Memory", "bytes", ("redis_memory_used_bytes", "{{instance}}")),
        panel("Commands", "ops", ("sum by (instance) (rate(redis_commands_processed_total[$__rate_interval]))", "{{instance}}")),
        panel("Clients", "none", ("redis_connected_clients", "{{instance}}")),
        panel("Keys", "none", ("sum by (db) (redis_db_keys)", "{{db}}")),
        panel("Evicted keys", "cps", ("rate(redis_evicted_keys_total[$__rate_interval])", "{{instance}}")),
        panel("Replicas connected", "none", ("redis_connected_slaves", "{{instance}}")),
        panel("Rejected connections", "cps", ("rate(redis_rejected_connections_total[$__rate_interval])", "{{instance}}")),
    ]),
    "machines": ("Machines and edge", [
        panel("Processors", "percentunit",
              ('1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))', "{{instance}}")),
        panel("Memory", "percentunit", ("1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", "{{instance}}")),
        panel("Disk that is left", "percentunit",
              ('node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs"} / node_filesystem_size_bytes'
               '{fstype!~"tmpfs|ramfs|overlay|squashfs"}', "{{instance}} {{mountpoint}}")),
        panel("Requests at nginx", "reqps", ("sum by (instance) (rate(nginx_http_requests_total[$__rate_interval]))", "{{instance}}")),
        panel("Connections at nginx", "none", ("nginx_connections_active", "{{instance}}")),
        panel("Answers to the probe from outside", "none", ("probe_success", "{{instance}}"), kind="stat"),
        panel("Time of the probe", "s", ("probe_duration_seconds", "{{instance}}")),
        panel("Age of the last backup", "s", ("time() - insightdesk:backup_last_success_timestamp_seconds:max", "{{kind}}"),
              kind="stat"),
    ]),
}


def dashboard(key, title, panels):
    shown = []
    for i, p in enumerate(panels):
        shown.append({
            "id": i + 1,
            "type": p["kind"],
            "title": p["title"],
            "description": p["note"],
            "datasource": {"type": "prometheus", "uid": "prometheus"},
            "gridPos": {"h": 8, "w": 12, "x": 12 * (i % 2), "y": 8 * (i // 2)},
            "fieldConfig": {"defaults": {"unit": p["unit"], "min": 0 if p["unit"] != "s" else None}, "overrides": []},
            "targets": [
                {"refId": chr(ord("A") + n), "expr": expr, "legendFormat": legend,
                 "datasource": {"type": "prometheus", "uid": "prometheus"}}
                for n, (expr, legend) in enumerate(p["queries"])],
        })
    return {
        "uid": f"insightdesk-{key}",
        "title": f"InsightDesk: {title}",
        "tags": ["insightdesk"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "panels": shown,
    }


def main():
    target = pathlib.Path(sys.argv[1])
    for key, (title, panels) in DASHBOARDS.items():
        text = json.dumps(dashboard(key, title, panels), indent=2, ensure_ascii=False)
        (target / f"{key}.json").write_text(text + "\n", encoding="utf-8")


main()
