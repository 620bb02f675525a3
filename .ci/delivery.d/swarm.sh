# shellcheck shell=bash disable=SC2154
# docker-stack.yml under docker swarm init, once.
swarm() {
  need_tool docker "install Docker" && need_tool jq "install jq" || return
  "$helpers/swarm-test" "$kit"
}
check "swarm: the stack, rolled and gone back" swarm
