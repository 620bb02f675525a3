# shellcheck shell=bash disable=SC2154
# Deploying, on stand-ins; on a real engine: production.sh.
to_a_cluster() {
  need_tool kubectl "install kubectl, which holds kustomize" && need_tool jq "install jq" || return
  "$helpers/cluster-test" "$kit" "$(command -v kubectl)"
}
operators_scripts() {
  need_tool jq "install jq" && need_tool curl "install curl" && need_tool openssl "install openssl" || return
  "$helpers/operator-test" "$PWD"
}
check "deployment: to a cluster" to_a_cluster
check "deployment: health, preflight, support bundle, desk" operators_scripts
