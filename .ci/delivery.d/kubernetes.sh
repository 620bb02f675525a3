# shellcheck shell=bash disable=SC2154
# The manifests, as kustomize renders them. Three versions of Kubernetes: the oldest that gets fixes, one between, and the newest.
kubernetes=$kit/kubernetes
export kubernetes
render() {
  need_tool kubectl "install kubectl, which holds kustomize" || return
  local overlay
  for overlay in staging production; do
    kubectl kustomize "$kubernetes/overlays/$overlay" >"$scratch/$overlay.yaml" || return 1
  done
}
kubernetes_schemas() {
  render && need_python || return
  local version unknown
  for version in 1.35.0 1.36.0 1.37.0; do
    "$py/kubernetes-validate" --strict -k "$version" "$scratch/staging.yaml" "$scratch/production.yaml" >"$scratch/validated" 2>&1 \
      || { grep -v ' passed for ' "$scratch/validated"; return 1; }
    # Those of operators are the next check's.
    unknown=$(grep -oE "find schema for kind [A-Za-z]+" "$scratch/validated" | sort -u)
    [ "$unknown" = $'find schema for kind ExternalSecret\nfind schema for kind ServiceMonitor' ] \
      || { echo "not validated: $unknown" >&2; return 1; }
  done
  echo "$(grep -c ' passed for ' "$scratch/validated") resources, valid for Kubernetes 1.35, 1.36 and 1.37"
}
kubernetes_operators() {
  render && need_node || return
  NODE_PATH=$node/node_modules node "$helpers/operators.cjs" "$node" "$scratch" "$scratch/staging.yaml" "$scratch/production.yaml" \
    "$kubernetes"/secrets/*/*.yaml "$kubernetes"/gitops/*/*.yaml
}
kubernetes_overlays() {
  render && need_python || return
  "$py/python" "$helpers/overlays.py" . "$scratch/staging.yaml" "$scratch/production.yaml"
}
check "Kubernetes: schemas" kubernetes_schemas
check "Kubernetes: resources of operators" kubernetes_operators
check "Kubernetes: staging is production, rules of the pods and networks" kubernetes_overlays
