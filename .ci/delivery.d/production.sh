# shellcheck shell=bash disable=SC2154
# What takes long: the production shape on a real engine, deployed, and broken under load.
need_registry() {
  [ ! -x "$cache/registry/usr/bin/docker-registry" ] || return 0
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { cannot "Debian's docker-registry cannot be had: no apt-get"; return 3; }
  rm -rf "$cache/registry" "$cache/registry.part"
  mkdir -p "$cache/registry.part"
  (cd "$cache/registry.part" && apt-get download -qq -o APT::Sandbox::User=root docker-registry && dpkg-deb -x docker-registry_*.deb .) >&2 \
    || { cannot "docker-registry cannot be had"; return 3; }
  mv "$cache/registry.part" "$cache/registry"
}
production() {
  need_tool docker "install Docker" && need_tool jq "install jq" && need_registry || return
  REGISTRY=$cache/registry/usr/bin/docker-registry "$helpers/production-test" "$kit"
}
guide() {
  need_tool docker "install Docker" && need_tool jq "install jq" || return
  "$helpers/guide-test"
}
check "deployment guide: followed word by word" guide
check "production: deployed, and broken under load" production
