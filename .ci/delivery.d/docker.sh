# shellcheck shell=bash disable=SC2154
docker=$kit/docker
dockerfiles() {
  need_python || return
  # Bases are arguments with a default, which hadolint holds to have a version; what is built on is said by who builds.
  "$py/hadolint" "$docker"/Dockerfile.{api,web,worker,backup,postgres} && echo "5 Dockerfiles"
}
# What docker-compose.production.yml is with another file over it: with_file NAME.
with_file() {
  INSIGHTDESK_HOST=app.example.com INSIGHTDESK_VERSION=0.1.0 SMTP_HOST=smtp.example.com ACME_EMAIL=admin@example.com docker compose \
    -f "$docker/docker-compose.production.yml" -f "$docker/docker-compose.$1.yml" --profile monitoring config --format json >"$scratch/$1.json"
}
compose_files() {
  need_tool docker "install Docker's client with its plugin compose" && need_python || return
  export INSIGHTDESK_HOST=app.example.com INSIGHTDESK_VERSION=0.1.0 SMTP_HOST=smtp.example.com
  docker compose version >/dev/null 2>&1 || { cannot "docker compose is missing"; return 3; }
  "$kit/scripts/secrets.sh" "$scratch/secrets" >/dev/null 2>&1 || return 1
  docker compose -f "$docker/docker-compose.production.yml" --profile monitoring config --format json >"$scratch/compose.json" || return 1
  with_file backup && with_file certbot && with_file traefik && with_file kong || return 1
  docker stack config -c "$docker/docker-stack.yml" >"$scratch/stack.yml" || return 1
  "$py/python" "$helpers/compose.py" . "$scratch/compose.json" "$scratch/stack.yml" "$scratch/secrets" \
    "$scratch"/{backup,certbot,traefik,kong}.json
}
edge() {
  need_debs || return
  python3 "$helpers/edge.py" "$PWD/$docker" "$bin/nginx"
}
certificates() {
  need_debs && need_python && need_tool openssl "install openssl" || return
  PATH=$py:$bin:$PATH "$helpers/certbot-test" "$docker"
}
kong() {
  need_tool docker "install Docker's client with its plugin compose" && need_python && with_file kong || return
  "$py/python" "$helpers/kong.py" "$PWD/$docker" "$scratch/kong.json"
}
traefik() {
  need_tool docker "install Docker's client with its plugin compose" && need_debs && need_python && with_file traefik || return
  python3 -c 'import json, sys; json.dump(json.load(sys.stdin)["services"]["edge"], sys.stdout)' <"$scratch/traefik.json" >"$scratch/traefik-edge.json" || return 1
  PATH=$bin:$PATH python3 "$helpers/traefik.py" "$PWD/$docker" "$scratch/traefik-edge.json" "$py/traefik"
}
images() {
  need_tool docker "install Docker" || return
  "$helpers/images-test" "$kit"
}
check "Docker: hadolint" dockerfiles
check "Docker: compose and stack" compose_files
check "nginx: edge and gateway" edge
check "Traefik: edge" traefik
check "Kong: gateway" kong
check "Certbot: issue, renewal, reload" certificates
check "Docker: images built and run" images
