#!/usr/bin/env bash
# Facts for a report of a fault, in one archive: support-bundle.sh ENVIRONMENT [FILE]. Versions, what runs, health, settings without secrets, and
# the last warnings and errors. Secrets, tokens, mail and network addresses are masked; look through it before you give it away all the same.
# Exit codes: 0 written, 1 not written, 2 asked in the wrong way.
set -euo pipefail
umask 077
# shellcheck disable=SC2034 # for say
tool=support-bundle
# shellcheck source=environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
case ${1:-} in -h | --help) help ;; esac
[[ $# = [12] ]] && [[ $1 != -* ]] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }
read_environment "$1"
file=${2:-insightdesk-$1-$(date -u +%Y%m%dT%H%M%SZ).tar.gz}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
name=insightdesk-$1
mkdir "$scratch/$name"

# Whatever has a form by which it is known. What is secret on this machine is known by its value besides.
secrets=$scratch/secrets.sed
: >"$secrets"
if [ -n "${target_directory:-}" ] && [ -d "$target_directory/secrets" ]; then
  for secret in "$target_directory"/secrets/*; do
    [ -f "$secret" ] || continue
    value=$(cat "$secret")
    [ ${#value} -lt 6 ] || printf 's#%s#<secret>#g\n' "$(printf '%s' "$value" | head -n 1 | sed 's/[][\.*^$|?+(){}#]/\\&/g')" >>"$secrets"
  done
fi
mask() {
  sed -E -f "$secrets" | sed -E \
    -e 's#(://)[^/@[:space:]"]+@#\1<login>@#g' \
    -e 's#idk_[A-Za-z0-9_.-]+#<token>#g' \
    -e 's#eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*#<token>#g' \
    -e 's#([Bb]earer|[Bb]asic) [A-Za-z0-9+/=._-]+#\1 <token>#g' \
    -e 's#[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+#<mail address>#g' \
    -e 's#\b[0-9]{1,3}(\.[0-9]{1,3}){3}\b#<address>#g' \
    -e 's#((password|secret|token|key)[A-Za-z_]*["=: ]+)[^ ",;}]{6,}#\1<masked>#Ig'
}
# One part of it. That a part cannot be had is a fact, too.
part() { # file, command …
  local to=$scratch/$name/$1
  shift
  { "$@" 2>&1 || echo "(ended with $?)"; } | mask >"$to"
}
versions() {
  uname -srm
  bash --version | head -n 1
  if [ "$DEPLOY_TARGET" = compose ]; then
    docker version --format 'engine {{.Server.Version}}, client {{.Client.Version}}'
    docker compose version
    docker info --format 'cpus {{.NCPU}}, memory {{.MemTotal}}, storage {{.Driver}}'
    df -h "$(docker info --format '{{.DockerRootDir}}')"
  else
    kube version
  fi
}
settings() {
  local id
  if [ "$DEPLOY_TARGET" = compose ]; then
    id=$(containers api --filter status=running | head -n 1)
    [ -n "$id" ] || { echo "no API server runs"; return 1; }
    docker exec "$id" java -jar /opt/insightdesk/insightdesk-server.jar config explain
    docker exec "$id" java -jar /opt/insightdesk/insightdesk-server.jar --version
  else
    kube exec deployment/insightdesk-api -- java -jar /opt/insightdesk/insightdesk-server.jar config explain
    kube exec deployment/insightdesk-api -- java -jar /opt/insightdesk/insightdesk-server.jar --version
  fi
}
running() {
  if [ "$DEPLOY_TARGET" = compose ]; then
    docker ps --all --filter "label=com.docker.compose.project=$project" --format '{{.Names}}\t{{.Image}}\t{{.Status}}'
    docker ps --all --quiet --filter "label=com.docker.compose.project=$project" \
      | xargs -r docker inspect --format '{{.Name}} restarts {{.RestartCount}}, exit code {{.State.ExitCode}}, out of memory {{.State.OOMKilled}}'
  else
    kube get pods,jobs --output wide
    kube get events --sort-by=.lastTimestamp
  fi
}
health() {
  local ca=()
  [ -z "${DEPLOY_CA_FILE:-}" ] || ca=(--ca "$DEPLOY_CA_FILE")
  "$kit/scripts/health-check.sh" "${ca[@]}" "${DEPLOY_URL:?no DEPLOY_URL}"
}
part versions.txt versions
part running.txt running
part release.txt "$kit/scripts/deploy.sh" status "$environment"
part history.txt tail -n 50 "$state/history"
part health.txt health
part settings.txt settings
part log.txt "$kit/scripts/logs.sh" "$environment" --since 24h --level warn --raw
tail -n 2000 "$scratch/$name/log.txt" >"$scratch/log" && mv "$scratch/log" "$scratch/$name/log.txt"
tar -C "$scratch" -czf "$file" "$name" || { say "$file cannot be written"; exit 1; }
say "$file, $(stat -c %s "$file") bytes. Look through it before you give it away"
