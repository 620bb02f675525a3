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
  # Production of somebody who has neither PostgreSQL nor Valkey elsewhere.
  rm -rf "$scratch/inside"
  mkdir -p "$scratch/inside"
  cp -r "$kubernetes" "$scratch/inside/kubernetes"
  mkdir "$scratch/inside/kubernetes/overlays/inside"
  printf '%s\n' 'apiVersion: kustomize.config.k8s.io/v1beta1' 'kind: Kustomization' 'resources: [../production]' \
    'components: [../../components/valkey, ../../components/postgres]' >"$scratch/inside/kubernetes/overlays/inside/kustomization.yaml"
  kubectl kustomize "$scratch/inside/kubernetes/overlays/inside" >"$scratch/inside.yaml"
}
# The definitions of CloudNativePG's resources are in its Go module.
cnpg=github.com/cloudnative-pg/cloudnative-pg@v1.28.0
need_cnpg() {
  need_tool go "it fetches CloudNativePG's definitions" || return
  crds=$(cd "$cache" && go mod download -json "$cnpg" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')/config/crd/bases
  [ -d "$crds" ] || { cannot "CloudNativePG's definitions cannot be had"; return 3; }
}
kubernetes_schemas() {
  render && need_python || return
  local version unknown
  for version in 1.35.0 1.36.0 1.37.0; do
    "$py/kubernetes-validate" --strict -k "$version" "$scratch/staging.yaml" "$scratch/production.yaml" "$scratch/inside.yaml" >"$scratch/validated" 2>&1 \
      || { grep -v ' passed for ' "$scratch/validated"; return 1; }
    # Those of operators are the next check's.
    unknown=$(grep -oE "find schema for kind [A-Za-z]+" "$scratch/validated" | sort -u)
    [ "$unknown" = $'find schema for kind Cluster\nfind schema for kind ExternalSecret\nfind schema for kind ScheduledBackup\nfind schema for kind ServiceMonitor' ] \
      || { echo "not validated: $unknown" >&2; return 1; }
  done
  echo "$(grep -c ' passed for ' "$scratch/validated") resources, valid for Kubernetes 1.35, 1.36 and 1.37"
}
kubernetes_operators() {
  render && need_node || return
  NODE_PATH=$node/node_modules node "$helpers/operators.cjs" "$node" "$scratch" "$scratch/staging.yaml" "$scratch/production.yaml" "$scratch/inside.yaml" \
    "$kubernetes"/secrets/*/*.yaml "$kubernetes"/gitops/*/*.yaml
}
kubernetes_overlays() {
  render && need_python || return
  "$py/python" "$helpers/overlays.py" . "$scratch/staging.yaml" "$scratch/production.yaml"
}
check "Kubernetes: schemas" kubernetes_schemas
check "Kubernetes: resources of operators" kubernetes_operators
check "Kubernetes: staging is production, rules of the pods and networks" kubernetes_overlays
kubernetes_stores() {
  render && need_python && need_cnpg || return
  "$py/python" "$helpers/stores.py" . "$scratch/inside.yaml" "$crds"
}
check "Kubernetes: PostgreSQL and Valkey inside" kubernetes_stores
