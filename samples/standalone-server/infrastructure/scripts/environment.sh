# shellcheck shell=bash disable=SC2034,SC2154
# For deploy.sh and its neighbours: what environments/ENVIRONMENT.env says, and Docker or Kubernetes of that environment. Sourced.
kit=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ROLES=(api worker web)

# The beginning of the script itself is its manual.
help() { sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit 0; }
say() { echo "$tool: $*" >&2; }
wrong() { say "$*"; exit 2; }

# A relative path of the file is beside the file.
beside() { # directory, path
  case $2 in /*) echo "$2" ;; *) echo "$1/$2" ;; esac
}

read_environment() { # name
  [[ $1 =~ ^[a-z][a-z0-9-]*$ ]] || wrong "an environment has a name such as staging or production: $1"
  environment=$1
  local directory=${DEPLOY_ENVIRONMENTS:-$kit/environments} file line name value number=0
  directory=$(cd "$directory" 2>/dev/null && pwd) || wrong "there is no directory $directory: DEPLOY_ENVIRONMENTS"
  file=$directory/$1.env
  [ -r "$file" ] || wrong "there is no $file, which says where $1 is; one-machine.example.env in the kit shows what is in it"
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    [[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
    [[ $line =~ ^([A-Z][A-Z0-9_]*)=(.*)$ ]] || wrong "$file, line $number: is not of the form NAME=value"
    name=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
    [[ $name =~ ^(DEPLOY_|INSIGHTDESK_|SMTP_HOST$|LOKI_URL$|[A-Z_]+_IMAGE$) ]] || wrong "$file, line $number: $name is nothing that is set here"
    [ -n "${!name+set}" ] || export "$name=$value"
  done <"$file"
  case ${DEPLOY_TARGET:-} in
    compose)
      target_directory=$(beside "$directory" "${DEPLOY_DIRECTORY:-$kit/docker}")
      target_directory=$(cd "$target_directory" 2>/dev/null && pwd) || wrong "$file: DEPLOY_DIRECTORY is no directory"
      project=${DEPLOY_PROJECT:-insightdesk-$1}
      compose_files=(--file "$kit/docker/docker-compose.production.yml")
      local each extra=${DEPLOY_COMPOSE_FILES:-}
      while IFS= read -r each; do
        [ -z "$each" ] || compose_files+=(--file "$(beside "$target_directory" "$each")")
      done <<<"${extra//:/$'\n'}"
      state=$target_directory/.deploy
      ;;
    kubernetes)
      : "${DEPLOY_CONTEXT:?the context of kubectl}" "${DEPLOY_NAMESPACE:=insightdesk}" "${DEPLOY_OVERLAY:=$1}"
      [ -d "$kit/kubernetes/overlays/$DEPLOY_OVERLAY" ] || wrong "$file: DEPLOY_OVERLAY: there is no kubernetes/overlays/$DEPLOY_OVERLAY"
      state=${DEPLOY_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/insightdesk/deploy/$1}
      ;;
    *) wrong "$file: DEPLOY_TARGET has to be compose or kubernetes" ;;
  esac
  registry=${INSIGHTDESK_REGISTRY:-ghcr.io/insightdesk}
  [ -z "${DEPLOY_CA_FILE:-}" ] || DEPLOY_CA_FILE=$(beside "$directory" "$DEPLOY_CA_FILE")
}

# Images of a release, as .deploy/current writes them down: INSIGHTDESK_API_IMAGE=…@sha256:… and INSIGHTDESK_VERSION, INSIGHTDESK_REVISION.
use_release() { # file
  local name value
  while IFS='=' read -r name value; do
    [[ $name =~ ^INSIGHTDESK_(API|WEB|WORKER)_IMAGE$|^INSIGHTDESK_(VERSION|REVISION)$ ]] && export "$name=$value"
  done <"$1"
}
release_value() { sed -n "s/^INSIGHTDESK_$2=//p" "$1"; } # file, name

compose() {
  docker compose --project-name "$project" --project-directory "$target_directory" "${compose_files[@]}" "$@"
}
kube() { kubectl --context "$DEPLOY_CONTEXT" --namespace "$DEPLOY_NAMESPACE" "$@"; }

# All containers of a service, the oldest first: one id a line.
containers() { # service, filters of docker ps …
  local service=$1
  shift
  docker ps --all --quiet --no-trunc --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$service" \
    --filter label=com.docker.compose.oneoff=False "$@" | xargs -r docker inspect --format '{{.Created}} {{.Id}}' | sort | cut -d ' ' -f 2
}

# PostgreSQL of the compose file, asked as its superuser from inside.
ask() { # service, SQL
  docker exec --user postgres "$(containers "$1" --filter status=running | head -n 1)" \
    psql -X -U postgres -d postgres -h /var/run/postgresql -v ON_ERROR_STOP=1 -qAtc "$2"
}
# With DEPLOY_SYNCHRONOUS=yes what was acknowledged is on both machines, and nothing can be written while one of them is away.
set_synchronous() { # service of the primary, names of standbys
  ask "$1" "alter system set synchronous_standby_names = '$2'" && ask "$1" "select pg_reload_conf()" >/dev/null
}

# Only one at a time changes an environment; the lock is the kernel's and ends with the process.
lock_environment() {
  mkdir -p "$state"
  exec {lock}>"$state/lock"
  flock --nonblock "$lock" || { say "another one is at work on $environment ($state/lock)"; exit 3; }
}
