#!/usr/bin/env bash
# Whether an InsightDesk server is well, from outside: health-check.sh [--wait SECONDS] [--strict] [--json] [--ca FILE] URL. Asks /health/live
# and /health/ready. Exit codes: 0 ready, 1 not ready or not reached, 2 asked in the wrong way, 4 ready but degraded (with --strict).
set -euo pipefail
help() { sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit 0; }
usage() { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }
wrong() { echo "health: $*" >&2; exit 2; }
wait=0 json='' strict='' url='' curl=(curl --silent --show-error --max-time 20)
while [ $# -gt 0 ]; do
  case $1 in
    --wait) [[ ${2:-} =~ ^[0-9]+$ ]] || usage; wait=$2; shift ;;
    --ca) [ -r "${2:-}" ] || wrong "there is no file ${2:-}"; curl+=(--cacert "$2"); shift ;;
    --json) json=yes ;;
    --strict) strict=yes ;;
    -h | --help) help ;;
    -*) usage ;;
    *) [ -z "$url" ] || usage; url=$1 ;;
  esac
  shift
done
[[ $url =~ ^https?://[^/]+ ]] || usage
url=${url%/}
for needed in curl jq; do command -v "$needed" >/dev/null || wrong "$needed is missing"; done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

ask() { # path; prints the status, 000 where nothing answers
  : >"$scratch/answer"
  "${curl[@]}" --output "$scratch/answer" --write-out '%{http_code}' "$url$1" 2>"$scratch/error" || true
}
end=$((SECONDS + wait))
while :; do
  live=$(ask /health/live)
  ready=$(ask /health/ready)
  # A page of somebody else may be answered with 200 too.
  state=$(jq -r '.status // empty' "$scratch/answer" 2>/dev/null || true)
  result=1
  [ "$ready" = 200 ] && [[ $state =~ ^(up|degraded)$ ]] && result=0
  [ $result != 0 ] && [ $SECONDS -lt $end ] || break
  sleep 1
done
[ $result != 0 ] || [ "$state" != degraded ] || [ -z "$strict" ] || result=4
jq -c . "$scratch/answer" >"$scratch/json" 2>/dev/null && [ -n "$state" ] || echo '{}' >"$scratch/json"
why=$(head -c 300 "$scratch/error" | tr '\n' ' ')
[ -n "$state" ] || state=${why:-no answer of an InsightDesk server}
if [ -n "$json" ]; then
  jq -c --arg url "$url" --arg live "$live" --argjson ready "$([ $result = 1 ] && echo false || echo true)" --arg state "$state" \
    '{url: $url, live: ($live == "200"), ready: $ready, status: $state, checks: (.checks // {})}' "$scratch/json"
else
  echo "$url: live $live, ready $ready, $state"
  jq -r '.checks // {} | to_entries[] | "  \(.key): \(.value.status) \(.value.detail // "")"' "$scratch/json"
fi
exit $result
