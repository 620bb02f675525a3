#!/usr/bin/env bash
# Says in what the cluster differs from an overlay: drift.sh staging|production. Changes nothing. Ends with 0 when it does not, with 1 when it does, and with 2
# when it could not be asked. Prints names of resources and of fields only: values may be nobody's business. What others set on purpose is left out: replicas,
# which the HPA sets, and what a controller or the API server adds, which kubectl diff does not report.
set -euo pipefail
fail() { echo "drift: $*" >&2; exit 2; }
[ $# = 1 ] && [[ $1 =~ ^(staging|production)$ ]] || fail "of which environment? drift.sh staging|production"
overlay=$(dirname "${BASH_SOURCE[0]}")/../kubernetes/overlays/$1
command -v kubectl >/dev/null || fail "kubectl is missing"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kubectl kustomize "$overlay" >"$work/wanted.yaml" || fail "$overlay cannot be rendered"
code=0
# The fields that differ, by a diff without the lines around them.
KUBECTL_EXTERNAL_DIFF="diff -r -U0" kubectl diff --server-side --force-conflicts --field-manager=drift -f "$work/wanted.yaml" >"$work/diff" 2>"$work/errors" || code=$?
[ "$code" -le 1 ] || fail "$(head -n 3 "$work/errors")"
# A hunk of nothing but generation, managed fields or replicas is none.
awk '
  /^diff / { file = $NF; sub(/.*\//, "", file); next }
  /^(---|\+\+\+|@@)/ { next }
  /^[-+]/ {
    field = $0; sub(/^[-+] */, "", field); sub(/^- /, "", field); sub(/:.*/, "", field)
    if (field ~ /^(generation|resourceVersion|uid|creationTimestamp|managedFields|replicas)$/) next
    if (!(file in fields)) order[++n] = file
    if (index(" " fields[file] " ", " `" field "` ") == 0) fields[file] = fields[file] " `" field "`"
  }
  END { for (i = 1; i <= n; i++) print "- **" order[i] "**:" fields[order[i]] }
' "$work/diff" >"$work/report"
if [ ! -s "$work/report" ]; then
  echo "drift: $1 is what Git says" >&2
  exit 0
fi
echo "What runs in $1 differs from the branch \`deploy/$1\`. By \`kubectl diff\`, with fields and without values:"
echo
cat "$work/report"
exit 1
