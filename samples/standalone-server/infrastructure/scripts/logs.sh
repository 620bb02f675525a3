#!/usr/bin/env bash
# What the servers of an environment log: logs.sh ENVIRONMENT [--since 15m] [--tenant ID] [--trace ID] [--level warn] [--role api] [--follow] [--raw].
# Asks Loki where LOKI_URL is set, else Docker or Kubernetes. --raw prints the JSON lines as they are. Exit codes: 0 printed, 1 not to be had,
# 2 asked in the wrong way.
set -euo pipefail
# shellcheck disable=SC2034 # for say
tool=logs
# shellcheck source=environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
usage() { sed -n '2s/^# //p' "$0" >&2; exit 2; }
since=15m tenant='' trace='' level=debug role='' follow='' raw='' name=''
while [ $# -gt 0 ]; do
  case $1 in
    --since) [[ ${2:-} =~ ^[1-9][0-9]*[smh]$ ]] || usage; since=$2; shift ;;
    --tenant) [[ ${2:-} =~ ^[0-9a-f-]{36}$ ]] || usage; tenant=$2; shift ;;
    --trace) [[ ${2:-} =~ ^[0-9a-f]{32}$ ]] || usage; trace=$2; shift ;;
    --level) [[ ${2:-} =~ ^(error|warn|info|debug)$ ]] || usage; level=$2; shift ;;
    --role) [[ ${2:-} =~ ^(api|web|worker)$ ]] || usage; role=$2; shift ;;
    --follow) follow=yes ;;
    --raw) raw=yes ;;
    -h | --help) help ;;
    -*) usage ;;
    *) [ -z "$name" ] || usage; name=$1 ;;
  esac
  shift
done
[ -n "$name" ] || usage
read_environment "$name"
command -v jq >/dev/null || wrong "jq is missing"

# Lines that are no JSON, such as of a JVM that ends, are shown too unless something was asked for that they cannot have.
filter() {
  jq --unbuffered -Rr --arg tenant "$tenant" --arg trace "$trace" --arg level "$level" --arg raw "$raw" '
    def weight: {"ERROR": 4, "WARN": 3, "INFO": 2, "DEBUG": 1}[.] // 2;
    . as $line | (try fromjson catch null) as $entry
    | if ($entry | type) != "object" then select($tenant == "" and $trace == "" and ($level == "info" or $level == "debug")) | $line
      else $entry
        | select($tenant == "" or .tenant == $tenant)
        | select($trace == "" or .trace_id == $trace)
        | select(((.level // "INFO") | weight) >= ($level | ascii_upcase | weight))
        | if $raw != "" then $line else
            ([.time, (.level // "INFO"), (.message // ""), (if .tenant then "tenant=" + .tenant else empty end),
              (if .request_id then "request=" + .request_id else empty end), (if .trace_id then "trace=" + .trace_id else empty end)] | join(" "))
            + (if .exception then "\n" + .exception else "" end)
          end
      end'
}
if [ -n "${LOKI_URL:-}" ]; then
  [ -z "$follow" ] || wrong "--follow is for Docker and Kubernetes; ask Loki again instead"
  command -v curl >/dev/null || wrong "curl is missing"
  answer=$(curl --silent --show-error --fail --get --max-time 60 --data-urlencode "query={service=~\"${role:-api|web|worker}\"}${trace:+ |= \"$trace\"}${tenant:+ |= \"$tenant\"}" \
    --data-urlencode "since=$since" --data-urlencode limit=5000 --data-urlencode direction=forward "${LOKI_URL%/}/loki/api/v1/query_range") \
    || { say "Loki at $LOKI_URL does not answer"; exit 1; }
  jq -r '[.data.result[].values[]] | sort_by(.[0] | tonumber) | .[] | .[1]' <<<"$answer" | filter
elif [ "$DEPLOY_TARGET" = kubernetes ]; then
  selector="app.kubernetes.io/component in (${role:-api, web, worker})"
  # shellcheck disable=SC2086 # an option or none
  kube logs --selector "$selector" --since "$since" --tail=-1 --max-log-requests=50 --prefix=false ${follow:+--follow} | filter
else
  if [ -n "$role" ]; then roles=("$role"); else roles=("${ROLES[@]}"); fi
  each_log() { # options; the log of each server
    local one each
    for one in "${roles[@]}"; do
      for each in $(containers "$one"); do
        docker logs "$@" --since "$since" "$each" 2>&1 &
      done
    done
    wait
  }
  if [ -n "$follow" ]; then
    each_log --follow | filter
  else
    # In order of time over all servers.
    each_log --timestamps | sort | cut -d ' ' -f 2- | filter
  fi
fi
