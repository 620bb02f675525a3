#!/usr/bin/env bash
# Brings a release to an environment: deploy.sh ENVIRONMENT --to COMMIT|VERSION [--restart] [--dry-run], deploy.sh ENVIRONMENT --back,
# deploy.sh status ENVIRONMENT. What the environment is, environments/ENVIRONMENT.env says.
#
# In this order: the images' digests; are the settings good for the new release?; the schema; the servers one by one, a new one before an old
# one goes; is it well from outside? Whoever fails before the servers has changed nothing but what of the schema was already done, on which the
# running release runs too. Whoever fails after it goes back to the release before; the schema stays. Doing it again is harmless: what is
# already so stays. --restart replaces servers that are right too, such as for another secret.
#
# Exit codes: 0 done, 1 failed and nothing was changed, 2 asked in the wrong way, 3 somebody else is at work, 4 failed and went back,
# 5 failed and could not go back.
set -euo pipefail
# In braces, so that all of it was read before it begins: a checkout may change it meanwhile.
{
# shellcheck disable=SC2034 # for say
tool=deploy
# shellcheck source=environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
usage() { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }

command=deploy reference='' dry='' restart='' name=''
while [ $# -gt 0 ]; do
  case $1 in
    status) [ -z "$name" ] || usage; command=status ;;
    --to) reference=${2:-}; shift; [[ $reference =~ ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$ ]] || usage ;;
    --back) command=back ;;
    --restart) restart=yes ;;
    --dry-run) dry=yes ;;
    -h | --help) help ;;
    -*) usage ;;
    *) [ -z "$name" ] || usage; name=$1 ;;
  esac
  shift
done
[ -n "$name" ] || usage
read_environment "$name"
for needed in jq curl flock; do command -v "$needed" >/dev/null || wrong "$needed is missing"; done
patience=${DEPLOY_PATIENCE:-240}

# Does it, or only says it.
run() {
  if [ -n "$dry" ]; then echo "would: $*" >&2; else "$@"; fi
}

# -------- What runs where: both kinds of targets answer the same questions.

# shellcheck source=deploy-compose.sh
# shellcheck source=deploy-kubernetes.sh
. "$(dirname "${BASH_SOURCE[0]}")/deploy-$DEPLOY_TARGET.sh"

digest_of() { # role; the image of the release, by digest
  local image=$registry/insightdesk-$1:$reference digest
  digest=$(target_digest "$image") || return 1
  echo "$digest"
}

write_release() { # file
  local role image revision='' found
  : >"$1"
  for role in "${ROLES[@]}"; do
    image=$(digest_of "$role") || { say "there is no image $registry/insightdesk-$role:$reference"; return 1; }
    echo "INSIGHTDESK_${role^^}_IMAGE=$image" >>"$1"
    found=$(target_revision "$image") || return 1
    [ -z "$revision" ] || [ "$found" = "$revision" ] || { say "the images of $reference are of different commits: $revision, $found"; return 1; }
    revision=$found
  done
  if [[ $reference =~ ^[0-9a-f]{40}$ ]] && [ "$revision" != "$reference" ]; then
    say "the images of $reference say that they were built from $revision"
    return 1
  fi
  printf 'INSIGHTDESK_VERSION=%s\nINSIGHTDESK_REVISION=%s\n' "$reference" "$revision" >>"$1"
}

note() { # what
  [ -n "$dry" ] || printf '%s %s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(id -un)" "$*" >>"$state/history"
}

healthy() {
  if [ -z "${DEPLOY_URL:-}" ]; then say "DEPLOY_URL is not set: not asked from outside"; return 0; fi
  local ca=()
  [ -z "${DEPLOY_CA_FILE:-}" ] || ca=(--ca "$DEPLOY_CA_FILE")
  run "$kit/scripts/health-check.sh" --wait 60 "${ca[@]}" "$DEPLOY_URL"
}

if [ "$command" = status ]; then
  if [ -e "$state/current" ]; then
    echo "wanted   $(release_value "$state/current" REVISION) ($(release_value "$state/current" VERSION)), since $(tail -n 1 "$state/history")"
  else
    echo "wanted   nothing was deployed from here"
  fi
  result=0
  target_running || result=1
  exit $result
fi

mkdir -p "$state"
lock_environment
next=$(mktemp "$state/.next.XXXXXX")
trap 'rm -f "$next"' EXIT
if [ "$command" = back ]; then
  [ -e "$state/previous" ] || wrong "there is no release before to go back to"
  cp "$state/previous" "$next"
  reference=$(release_value "$next" VERSION)
else
  [ -n "$reference" ] || usage
  say "$reference: images"
  write_release "$next" || exit 1
fi
[ -n "$dry" ] && sed 's/^/  /' "$next" >&2

use_release "$next"
say "$reference: settings"
target_check || { say "the settings are not good for $reference; nothing was changed"; exit 1; }
if [ "$command" = deploy ]; then
  say "$reference: schema"
  target_migrate || { note "failed: migration of $reference"; say "the migration failed; the servers were not touched"; exit 1; }
fi
say "$reference: servers"
if target_roll && healthy && { [ -n "$dry" ] || target_running >/dev/null; }; then
  if [ -z "$dry" ]; then
    # The same release once more is not one to go back to.
    if [ -e "$state/current" ] && ! cmp -s "$state/current" "$next"; then cp "$state/current" "$state/.previous"; mv "$state/.previous" "$state/previous"; fi
    mv "$next" "$state/current"
  fi
  note "runs $reference $INSIGHTDESK_REVISION"
  target_after
  if [ -n "$dry" ]; then say "$reference would run then"; else say "$reference runs"; fi
  exit 0
fi
note "failed: servers of $reference"
if [ ! -e "$state/current" ]; then
  say "$reference failed, and there is no release before to go back to"
  exit 5
fi
use_release "$state/current"
say "$reference failed; back to $INSIGHTDESK_VERSION"
restart=''
if target_back && healthy; then
  note "went back to $INSIGHTDESK_VERSION"
  say "$INSIGHTDESK_VERSION runs again"
  exit 4
fi
note "could not go back to $INSIGHTDESK_VERSION"
say "could not go back: look at deploy.sh status $environment"
exit 5
}
