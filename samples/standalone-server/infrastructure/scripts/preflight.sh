#!/usr/bin/env bash
# What has to be so before a first deployment: preflight.sh ENVIRONMENT. Looks and changes nothing; each line is ok, warning or wrong, with what to do.
# Exit codes: 0 nothing is wrong, 1 something is, 2 asked in the wrong way.
set -euo pipefail
# shellcheck disable=SC2034 # for say
tool=preflight
# shellcheck source=environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
case ${1:-} in -h | --help) help ;; esac
[ $# = 1 ] && [[ $1 != -* ]] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }
read_environment "$1"
faults=0 warnings=0
good() { echo "ok       $*"; }
warn() { warnings=$((warnings + 1)); echo "warning  $*"; }
bad() { faults=$((faults + 1)); echo "wrong    $*"; }
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; } # least, found

for needed in jq curl flock; do
  if command -v "$needed" >/dev/null; then good "$needed"; else bad "$needed is missing: install it"; fi
done

host=${DEPLOY_URL#*://} host=${host%%[:/]*}
if [ -z "${DEPLOY_URL:-}" ]; then
  warn "DEPLOY_URL is not set: nobody asks from outside whether a deployment is well"
elif [[ $DEPLOY_URL != https://* ]]; then
  bad "DEPLOY_URL is not https: $DEPLOY_URL"
elif addresses=$(getent ahosts "$host" | cut -d ' ' -f 1 | sort -u | tr '\n' ' ') && [ -n "$addresses" ]; then
  good "$host is $addresses"
else
  bad "$host has no address: enter it in DNS"
fi

mail() {
  local port=${SMTP_PORT:-587} greeting=''
  if ! getent ahosts "${SMTP_HOST:-}" >/dev/null; then bad "SMTP_HOST has no address: ${SMTP_HOST:-not set}"; return; fi
  # shellcheck disable=SC2016 # for the other shell
  greeting=$(timeout 10 bash -c 'exec 3<>"/dev/tcp/$1/$2"; read -r -t 8 line <&3; echo "$line"' _ "$SMTP_HOST" "$port" 2>/dev/null || true)
  if [[ $greeting == 220* ]]; then good "$SMTP_HOST:$port is a mail server"; else bad "$SMTP_HOST:$port does not greet as a mail server does: is the port open?"; fi
}

if [ "$DEPLOY_TARGET" = kubernetes ]; then
  if ! command -v kubectl >/dev/null; then
    bad "kubectl is missing: install it"
  elif ! kube version >/dev/null 2>&1; then
    bad "the cluster of the context $DEPLOY_CONTEXT does not answer: kubectl config get-contexts"
  else
    version=$(kube version --output json | jq -r '.serverVersion.gitVersion | ltrimstr("v")')
    if at_least 1.35 "$version"; then good "Kubernetes $version"; else bad "Kubernetes is $version; at least 1.35 is needed"; fi
    for verb in "create jobs" "patch deployments" "patch configmaps"; do
      # shellcheck disable=SC2086 # a verb and a resource
      if kube auth can-i --quiet $verb; then good "may $verb"; else bad "may not $verb in $DEPLOY_NAMESPACE"; fi
    done
    for resource in externalsecrets.external-secrets.io servicemonitors.monitoring.coreos.com; do
      if kube get crd "$resource" >/dev/null 2>&1; then good "$resource"; else bad "the cluster does not know $resource: install its operator"; fi
    done
  fi
else
  if ! command -v docker >/dev/null; then
    bad "docker is missing: install the engine and its plugin compose"
  elif ! engine=$(docker version --format '{{.Server.Version}}' 2>/dev/null); then
    bad "no container engine answers: start it, or may this user speak to it?"
  else
    if at_least 20.10 "$engine"; then good "engine $engine"; else bad "the engine is $engine; at least 20.10 is needed"; fi
    compose_version=$(docker compose version --short 2>/dev/null || echo 0)
    if at_least 2.24.4 "${compose_version#v}"; then good "compose $compose_version"; else bad "docker compose is $compose_version; at least 2.24.4 is needed"; fi
    memory=$(docker info --format '{{.MemTotal}}')
    if [ "$memory" -ge $((7 << 30)) ]; then good "$((memory >> 20)) MB of memory"; else warn "there are $((memory >> 20)) MB of memory; three API servers, two workers, three web servers and two PostgreSQL want 8 GB"; fi
    root=$(docker info --format '{{.DockerRootDir}}')
    free=$(df --output=avail --block-size=1M "$root" 2>/dev/null | tail -n 1 || true)
    if [ -z "$free" ]; then warn "how much room is left in $root cannot be seen from here"
    elif [ "$free" -ge 20480 ]; then good "$free MB free in $root"
    elif [ "$free" -ge 5120 ]; then warn "$free MB are free in $root; images, logs, database and its copy want 20 GB"
    else bad "only $free MB are free in $root"; fi
  fi
  for folder in secrets tls maintenance acme nginx postgres; do
    if [ -d "$target_directory/$folder" ]; then good "$target_directory/$folder"; else bad "there is no directory $target_directory/$folder: the deployment guide says what is in it"; fi
  done
  used=$(sed -n 's|^  [a-z_]*: {file: ./secrets/\([a-z_]*\)}$|\1|p' "$kit/docker/docker-compose.production.yml")
  for secret in $used; do
    case $secret in alert_smtp_password | pagerduty_routing_key | grafana_password) continue ;; esac
    if [ ! -s "$target_directory/secrets/$secret" ]; then bad "secrets/$secret is missing: scripts/secrets.sh makes it, or says that it is for you to write"; fi
  done
  if [ -d "$target_directory/secrets" ]; then
    mode=$(stat -c %a "$target_directory/secrets")
    if [ "${mode: -2}" = 00 ]; then good "secrets is closed to others"; else bad "secrets can be read by others: chmod 700 $target_directory/secrets"; fi
  fi
  certificate=$target_directory/tls/tls.crt
  if [ ! -s "$certificate" ] || [ ! -s "$target_directory/tls/tls.key" ]; then
    bad "tls/tls.crt and tls/tls.key are missing: the certificate and its key"
  elif ! openssl x509 -in "$certificate" -noout -checkend $((14 * 86400)) >/dev/null; then
    bad "the certificate ends in less than two weeks: $(openssl x509 -in "$certificate" -noout -enddate)"
  elif [ "$(openssl x509 -in "$certificate" -noout -pubkey)" != "$(openssl pkey -in "$target_directory/tls/tls.key" -pubout 2>/dev/null)" ]; then
    bad "tls.key is not the key of tls.crt"
  elif [ -n "${DEPLOY_URL:-}" ] && ! openssl x509 -in "$certificate" -noout -checkhost "$host" | grep -q 'does match' \
    && ! openssl x509 -in "$certificate" -noout -checkip "$host" 2>/dev/null | grep -q 'does match'; then
    bad "the certificate is not for $host"
  else
    good "certificate, until $(openssl x509 -in "$certificate" -noout -enddate | cut -d = -f 2)"
  fi
  taken=$(docker ps --filter "label=com.docker.compose.project=$project" --filter label=com.docker.compose.service=edge --quiet 2>/dev/null || true)
  export INSIGHTDESK_VERSION=${INSIGHTDESK_VERSION:-none}
  if ! said=$(compose config --quiet 2>&1); then
    bad "the compose files are not good: $(tail -n 1 <<<"$said")"
  elif [ -z "$taken" ]; then
    for port in $(compose config --format json | jq -r '.services.edge.ports[]?.published'); do
      # shellcheck disable=SC2016 # for the other shell
      if timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"' _ "$port" 2>/dev/null; then bad "port $port is taken by another program"; else good "port $port is free"; fi
    done
  fi
  mail
fi
echo "preflight: $faults wrong, $warnings warnings"
[ $faults = 0 ]
