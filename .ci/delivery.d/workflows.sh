# shellcheck shell=bash disable=SC2154
workflows_actionlint() {
  need_python && need_go actionlint github.com/rhysd/actionlint/cmd/actionlint@v1.7.12 || return
  PATH=$py:$PATH "$go/actionlint@v1.7.12" -shellcheck "$py/shellcheck" && echo "$(find .github/workflows -name '*.yml' | wc -l) workflows"
}
workflows_zizmor() {
  need_python || return
  "$py/zizmor" --offline --no-progress --quiet --persona regular .github/workflows && echo "nothing found"
}
# Each action by its commit, with the version it is in a comment, and each version by one commit only.
workflows_pins() {
  local used
  used=$(grep -hoE 'uses: .*' .github/workflows/*.yml | sort -u)
  if grep -vE '^uses: [a-zA-Z0-9./_-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$' <<<"$used"; then echo "not pinned" >&2; return 1; fi
  [ -n "$used" ] || return 1
  [ "$(sed -E 's/uses: ([^/]+\/[^/@]+).*@.*/\1/' <<<"$used" | sort -u | wc -l)" = "$(sed -E 's/uses: ([^/]+\/[^/@]+).*@/\1@/' <<<"$used" | sort -u | wc -l)" ] \
    || { echo "an action is used in two versions" >&2; return 1; }
  echo "$(wc -l <<<"$used") actions"
}
check "workflows: actionlint" workflows_actionlint
check "workflows: zizmor" workflows_zizmor
check "workflows: pins" workflows_pins
workflows_drift() {
  need_tool kubectl "install kubectl" || return
  "$helpers/drift-test" "$kit/scripts"
}
check "workflows: drift report" workflows_drift
