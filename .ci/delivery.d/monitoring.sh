# shellcheck shell=bash disable=SC2154
monitoring=$kit/monitoring

prometheus_config() {
  need_debs || return
  "$bin/promtool" check config --syntax-only "$monitoring/prometheus/prometheus.yml" \
    && "$bin/promtool" check rules "$monitoring"/prometheus/rules/*.yml && echo "configuration and rules are valid"
}
prometheus_tests() {
  need_debs || return
  "$bin/promtool" test rules "$monitoring"/prometheus/tests/*.test.yml && echo "$(grep -h -- '- name:' "$monitoring"/prometheus/tests/*.yml | wc -l) tests"
}
alert_register() {
  need_python || return
  "$py/python" "$helpers/alerts.py" .
}
blackbox_config() {
  need_debs || return
  "$bin/prometheus-blackbox-exporter" --config.check --config.file="$monitoring/exporters/blackbox.yml" && echo "valid"
}
alertmanager_routes() {
  need_debs || return
  local config=$monitoring/alertmanager/alertmanager.yml want labels got wrong=0 count=0
  "$bin/amtool" check-config "$config" || return 1
  while IFS='|' read -r want labels; do
    want=${want// /} count=$((count + 1))
    # shellcheck disable=SC2086 # labels are words
    got=$("$bin/amtool" config routes test --config.file "$config" $labels 2>/dev/null)
    [ "$got" = "$want" ] || { wrong=1; echo "$labels: goes to $got, not to $want" >&2; }
  done < <(grep -vE '^(#|$)' "$monitoring/alertmanager/routes.test.txt")
  [ "$wrong" = 0 ] && [ "$count" -gt 0 ] && echo "$count routes"
}
dashboards() {
  mkdir -p "$scratch/dashboards"
  python3 "$monitoring/grafana/dashboards.py" "$scratch/dashboards" && diff -r "$scratch/dashboards" "$monitoring/grafana/dashboards" \
    && echo "are as dashboards.py writes them"
}
observation() {
  need_debs && need_python || return
  LD_LIBRARY_PATH=$(echo "$cache"/root/usr/lib/*-linux-gnu) "$py/python" "$helpers/observation.py" "$PWD/$kit" "$bin"
}
logs() {
  need_tool kubectl "install kubectl, which holds kustomize" && need_tool docker "install Docker's client with its plugin compose" && need_python && need_node || return
  kubectl kustomize --load-restrictor=LoadRestrictionsNone "$monitoring/logs/kubernetes" >"$scratch/logs.yaml" || return 1
  for version in 1.35.0 1.36.0 1.37.0; do
    "$py/kubernetes-validate" --strict -k "$version" "$scratch/logs.yaml" >"$scratch/validated" 2>&1 || { grep -v ' passed for ' "$scratch/validated"; return 1; }
  done
  "$kit/scripts/secrets.sh" "$scratch/secrets" >/dev/null 2>&1 || return 1
  INSIGHTDESK_HOST=app.example.com INSIGHTDESK_VERSION=0.1.0 SMTP_HOST=smtp.example.com docker compose -f "$kit/docker/docker-compose.production.yml" \
    --profile monitoring config --format json >"$scratch/logs-compose.json" || return 1
  "$py/python" -c 'import json, sys, yaml; json.dump([q["query"] for q in yaml.safe_load(sys.stdin)["queries"]], sys.stdout)' \
    <"$monitoring/logs/queries.yml" >"$scratch/queries.json" || return 1
  NODE_PATH=$node/node_modules node "$helpers/logql.cjs" "$scratch/queries.json" >"$scratch/trees.json" || return 1
  "$py/python" "$helpers/logs.py" . "$scratch/logs-compose.json" "$scratch/logs.yaml" "$scratch/trees.json"
}
uptime_kuma() {
  need_python || return
  "$py/python" "$helpers/kuma.py" "$monitoring/uptime-kuma"
}
check "Prometheus: configuration" prometheus_config
check "Prometheus: tests of the rules" prometheus_tests
check "alerts: tests, runbooks, metrics that exist" alert_register
check "blackbox exporter" blackbox_config
check "Alertmanager: configuration and routes" alertmanager_routes
check "Grafana: dashboards" dashboards
check "observation: targets, rules, panels on a running Prometheus" observation
check "Loki and Alloy: pipeline, configuration, queries" logs
check "Uptime Kuma: monitors" uptime_kuma
