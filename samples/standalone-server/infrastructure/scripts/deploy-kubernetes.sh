# shellcheck shell=bash disable=SC2154
# For deploy.sh: a cluster, by kubectl. Where Argo CD or Flux is at work they bring what is in their branch, and this is not used.

target_digest() { # image:tag
  local digest
  digest=$(docker buildx imagetools inspect "$1" --format '{{.Manifest.Digest}}') || return 1
  [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] && echo "${1%:*}@$digest"
}

# An index of several platforms has the label in each of them.
target_revision() { # image
  docker buildx imagetools inspect "$1" --format '{{json .Image}}' \
    | jq -er 'first(.. | objects | .Labels? // empty | .["org.opencontainers.image.revision"] // empty)'
}

# The overlay with the digests of the release.
render() {
  local role variable
  rendered=$state/rendered
  rm -rf "$rendered"
  mkdir -p "$rendered"
  {
    # kustomize takes no absolute paths.
    printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: ["%s"]\nimages:\n' \
      "$(realpath --relative-to="$(realpath "$rendered")" "$(realpath "$kit")/kubernetes/overlays/$DEPLOY_OVERLAY")"
    for role in "${ROLES[@]}"; do
      variable=INSIGHTDESK_${role^^}_IMAGE
      printf '  - {name: ghcr.io/insightdesk/insightdesk-%s, newName: "%s", digest: "%s"}\n' "$role" "${!variable%@*}" "${!variable#*@}"
    done
  } >"$rendered/kustomization.yaml"
  kubectl kustomize "$rendered" >"$rendered/all.yaml" || return 1
  # What a migration stands on, where nothing is yet.
  awk 'BEGIN { RS = "---\n"; ORS = "---\n" } ("\n" $0) ~ /\nkind: (Namespace|ConfigMap|ExternalSecret|NetworkPolicy)\n/' "$rendered/all.yaml" >"$rendered/ground.yaml"
}
migration='app.kubernetes.io/component=migrate' others='app.kubernetes.io/component!=migrate'

# The cluster's own opinion of all of it, before anything is touched. Where the namespace is not there yet it cannot be asked.
target_check() {
  render || return 1
  if [ -n "$(kube get deployment insightdesk-api --ignore-not-found --output name)" ]; then
    kube apply --dry-run=server --selector "$others" --filename "$rendered/all.yaml" >/dev/null
  fi
}

target_migrate() {
  local end=$((SECONDS + 1800)) ended=''
  if [ -z "$(kube get deployment insightdesk-api --ignore-not-found --output name)" ]; then
    run kube apply --filename "$rendered/ground.yaml" >&2 || return 1
  fi
  run kube delete job insightdesk-migrate --ignore-not-found --wait --timeout=60s >&2 || return 1
  run kube apply --selector "$migration" --filename "$rendered/all.yaml" >&2 || return 1
  [ -z "$dry" ] || return 0
  while [ $SECONDS -lt $end ]; do
    ended=$(kube get job insightdesk-migrate --output 'jsonpath={.status.conditions[?(@.status=="True")].type}') || ended=''
    case " $ended " in
      *" Complete "*) return 0 ;;
      *" Failed "*) break ;;
    esac
    sleep 2
  done
  say "the migration ${ended:-did not end in time}. It says:"
  kube logs job/insightdesk-migrate --tail=15 2>&1 | cut -c 1-400 | sed 's/^/    /' >&2 || true
  return 1
}

# New pods before old ones go: maxUnavailable is 0.
target_roll() {
  local role
  run kube apply --selector "$others" --filename "$rendered/all.yaml" >&2 || return 1
  for role in "${ROLES[@]}"; do
    [ -z "$restart" ] || run kube rollout restart "deployment/insightdesk-$role" >&2 || return 1
  done
  for role in "${ROLES[@]}"; do
    run kube rollout status "deployment/insightdesk-$role" --timeout="${patience}s" >&2 || { say "$role does not roll out"; return 1; }
  done
}
target_back() { render && target_roll; }
target_after() { :; }

target_running() {
  local role image wanted revision result=0 release=${next:-$state/current}
  for role in "${ROLES[@]}"; do
    wanted=$([ ! -e "$release" ] || release_value "$release" "${role^^}_IMAGE")
    revision=$([ ! -e "$release" ] || release_value "$release" REVISION)
    while read -r image name ready; do
      [ "$image" = "$wanted" ] && [ "$ready" = true ] || result=1
      echo "$role $name $([ "$image" = "$wanted" ] && echo "$revision" || echo another) $image $([ "$ready" = true ] && echo ready || echo not ready)"
    done < <(kube get pods --selector "app.kubernetes.io/component=$role" --output json \
      | jq -r '.items[] | "\(.spec.containers[0].image) \(.metadata.name) \(.status.containerStatuses[0].ready // false)"')
  done
  return $result
}
