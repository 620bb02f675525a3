# shellcheck shell=bash disable=SC2154
docker=$kit/docker
dockerfiles() {
  need_python || return
  # Bases are arguments with a default, which hadolint holds to have a version; what is built on is said by who builds.
  "$py/hadolint" "$docker"/Dockerfile.{api,web,worker,backup} && echo "4 Dockerfiles"
}
compose_files() {
  need_tool docker "install Docker's client with its plugin compose" && need_python || return
  export INSIGHTDESK_HOST=app.example.com INSIGHTDESK_VERSION=0.1.0 SMTP_HOST=smtp.example.com
  docker compose version >/dev/null 2>&1 || { cannot "docker compose is missing"; return 3; }
  "$kit/scripts/secrets.sh" "$scratch/secrets" >/dev/null 2>&1 || return 1
  docker compose -f "$docker/docker-compose.production.yml" --profile monitoring config --format json >"$scratch/compose.json" || return 1
  docker stack config -c "$docker/docker-stack.yml" >"$scratch/stack.yml" || return 1
  "$py/python" "$helpers/compose.py" . "$scratch/compose.json" "$scratch/stack.yml" "$scratch/secrets"
}
edge() {
  need_debs || return
  python3 "$helpers/edge.py" "$PWD/$docker" "$bin/nginx"
}
images() {
  need_tool docker "install Docker" || return
  "$helpers/images-test" "$kit"
}
check "Docker: hadolint" dockerfiles
check "Docker: compose and stack" compose_files
check "nginx: edge and gateway" edge
check "Docker: images built and run" images
