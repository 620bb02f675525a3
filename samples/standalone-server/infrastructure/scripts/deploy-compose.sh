# shellcheck shell=bash disable=SC2154
# For deploy.sh: one machine with docker-compose.production.yml.

target_digest() { # image:tag
  local repository=${1%:*} digest
  if [ "${DEPLOY_PULL:-}" = never ]; then
    # An image that was built here has no digest in a registry; its id is as good.
    docker image inspect --format '{{.Id}}' "$1" 2>/dev/null
    return
  fi
  docker pull --quiet "$1" >/dev/null || return 1
  digest=$(docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$1" | grep -m 1 -E "^$repository@sha256:[0-9a-f]{64}$")
  echo "$digest"
}

target_revision() { docker image inspect --format '{{index .Config.Labels "org.opencontainers.image.revision"}}' "$1"; } # image

target_check() {
  local role
  compose config --quiet || return 1
  for role in api worker; do
    run compose run --rm --no-deps -T "$role" config check "$role" </dev/null || return 1
  done
}

stores=(postgres postgres-replica valkey-1 valkey-2 valkey-3)
target_migrate() {
  # Where they run they stay as they are: a changed setting of the database wants a maintenance of its own.
  local each missing=()
  for each in "${stores[@]}"; do
    [ -n "$(containers "$each")" ] || missing+=("$each")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    run compose up --detach --no-recreate --wait --wait-timeout "$patience" "${missing[@]}" || return 1
    # Not from the beginning: the replica is copied from what the primary has first to write.
    if [ "${DEPLOY_SYNCHRONOUS:-no}" = yes ] && [[ " ${missing[*]} " == *" postgres "* ]]; then
      run set_synchronous postgres '*' || return 1
    fi
  fi
  run compose run --rm --no-deps -T migrate </dev/null
}

wait_healthy() { # container
  local end=$((SECONDS + patience)) health
  while [ $SECONDS -lt $end ]; do
    health=$(docker inspect --format '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}} {{.RestartCount}}' "$1" 2>/dev/null) || return 1
    case $health in
      "running healthy "*) docker exec "$1" /opt/insightdesk/healthcheck ready >/dev/null 2>&1 && return 0 ;;
      exited* | dead* | *unhealthy* | *" "[3-9]) break ;;
    esac
    sleep 0.5
  done
  say "a container of the new release does not get healthy: ${health:-}. It says:"
  docker logs --tail 15 "$1" 2>&1 | cut -c 1-400 | sed 's/^/    /' >&2
  return 1
}

# What a container is to be like. Compose's own hash is another one with --no-deps. Which container was made of what is written down, so one
# that was made in another way counts as an old one.
wanted_hash() { # service
  compose config --format json | jq -cS --arg s "$1" '.services[$s] | del(.depends_on, .deploy.replicas)' | sha256sum | cut -d ' ' -f 1
}
made_of() { grep -qxF "$1 $2" "$state/containers" 2>/dev/null; } # container, hash
write_down() { echo "$1 $2" >>"$state/containers"; }
forget_gone() {
  local id hash
  while read -r id hash; do
    if docker inspect "$id" >/dev/null 2>&1; then echo "$id $hash"; fi
  done <"$state/containers" >"$state/.containers"
  mv "$state/.containers" "$state/containers"
}

# One server more than there should be, then one of the old ones fewer, until none is old. Where there are no old ones, all at once.
roll() { # service
  local service=$1 wanted replicas each known more fresh=() stale=() created=()
  wanted=$(wanted_hash "$service")
  replicas=$(compose config --format json | jq --arg s "$service" '.services[$s].deploy.replicas // 1')
  # What is not running serves nobody.
  for each in $(containers "$service" --filter status=exited --filter status=created --filter status=dead); do run docker rm --volumes "$each" >/dev/null; done
  for each in $(containers "$service"); do
    if made_of "$each" "$wanted" && [ -z "$restart" ]; then fresh+=("$each"); else stale+=("$each"); fi
  done
  say "$service: ${#fresh[@]} of $replicas are right, ${#stale[@]} are to go"
  if [ -n "$dry" ]; then
    echo "would: start $((replicas - ${#fresh[@]})) of $service one by one, wait until each is ready, and stop an old one for each" >&2
    return 0
  fi
  for each in "${fresh[@]}"; do wait_healthy "$each" || return 1; done
  while [ ${#fresh[@]} -lt "$replicas" ]; do
    known=" $(containers "$service" | tr '\n' ' ')"
    more=1
    [ ${#stale[@]} -gt 0 ] || more=$((replicas - ${#fresh[@]}))
    compose up --detach --no-deps --no-recreate --scale "$service=$(($(wc -w <<<"$known") + more))" "$service" >"$state/.up" 2>&1 || { tail -n 5 "$state/.up" >&2; return 1; }
    created=()
    for each in $(containers "$service"); do [[ $known == *" $each "* ]] || created+=("$each"); done
    [ ${#created[@]} -gt 0 ] || { say "$service: no container was started"; return 1; }
    for each in "${created[@]}"; do
      if ! wait_healthy "$each"; then
        docker rm --force --volumes "${created[@]}" >/dev/null
        return 1
      fi
      write_down "$each" "$wanted"
      fresh+=("$each")
    done
    if [ ${#stale[@]} -gt 0 ]; then
      # It drains: in the time that stop_grace_period gives.
      docker stop "${stale[0]}" >/dev/null && docker rm --volumes "${stale[0]}" >/dev/null || return 1
      stale=("${stale[@]:1}")
    fi
  done
  for each in "${stale[@]}"; do docker stop "$each" >/dev/null && docker rm --volumes "$each" >/dev/null || return 1; done
}

# Edge and gateway, with what nginx reads: files that were replaced are seen by a new container only.
front() { # service
  local service=$1 wanted id
  wanted=$({ wanted_hash "$service"; cd "$target_directory" && find nginx -type f -exec sha256sum {} + | sort; } | sha256sum | cut -d ' ' -f 1)
  id=$(containers "$service" --filter status=running)
  if [ -n "$id" ]; then
    made_of "$id" "$wanted" && return 0
    say "$service is made anew; it is away for a second"
    # What nginx refuses is not started.
    run compose run --rm --no-deps -T "$service" nginx -e stderr -t </dev/null || return 1
  fi
  [ -z "$dry" ] || { echo "would: start $service" >&2; return 0; }
  compose up --detach --no-deps --force-recreate "$service" >"$state/.up" 2>&1 || { tail -n 5 "$state/.up" >&2; return 1; }
  write_down "$(containers "$service" --filter status=running)" "$wanted"
}

target_roll() {
  local service
  for service in "${ROLES[@]}"; do roll "$service" || return 1; done
  for service in gateway edge; do front "$service" || return 1; done
  [ -n "$dry" ] || forget_gone
}
target_back() {
  local service
  for service in "${ROLES[@]}"; do roll "$service" || return 1; done
}
target_after() { :; }

# What runs; answers whether it is what is wanted.
target_running() {
  local service id image revision wanted result=0
  for service in "${ROLES[@]}"; do
    for id in $(containers "$service"); do
      image=$(docker inspect --format '{{.Config.Image}} {{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}' "$id")
      revision=$(docker inspect --format '{{index .Config.Labels "org.opencontainers.image.revision"}}' "$id")
      echo "$service ${id:0:12} $revision $image"
      if [ -e "$state/current" ]; then wanted=$(release_value "$state/current" "${service^^}_IMAGE"); else wanted=''; fi
      [ -z "${next:-}" ] || wanted=$(release_value "$next" "${service^^}_IMAGE")
      [[ $image == "$wanted running healthy" ]] || result=1
    done
  done
  return $result
}
