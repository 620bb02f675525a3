#!/usr/bin/env bash
# docker compose on an environment, with the release that runs there: compose.sh ENVIRONMENT ARGUMENT…, such as compose.sh production ps.
set -euo pipefail
# shellcheck disable=SC2034 # for say
tool=compose
# shellcheck source=environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
[ $# -ge 2 ] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }
read_environment "$1"
[ "$DEPLOY_TARGET" = compose ] || wrong "$1 is no compose file's"
[ -e "$state/current" ] || wrong "nothing was deployed to $1 yet"
use_release "$state/current"
shift
compose "$@"
