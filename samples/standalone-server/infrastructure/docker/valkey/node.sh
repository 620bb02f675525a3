#!/bin/bash
# A node of the Valkey cluster: node.sh NUMBER PRIMARIES HOST…, the hosts in the order of their numbers, of which NUMBER, from 1, is this one. The
# password is in /run/secrets/valkey_password. Each of the first PRIMARIES nodes has its share of the slots by its number, the others are
# replicas of them; and each looks for the others by name every few seconds. So nobody has to form the cluster, and it comes together again when
# all of them were started anew with other addresses. Nothing in here is the only copy of anything; what is kept in /data is who the nodes are.
set -uo pipefail
if [ "$(id -u)" = 0 ]; then
  chown valkey /data
  exec setpriv --reuid=valkey --regid=valkey --clear-groups bash "$0" "$@"
fi
number=$1 primaries=$2
shift 2
hosts=("$@")
self=${hosts[number - 1]}
slots=16384 share=$(((number - 1) % primaries))
from=$((share * slots / primaries)) to=$(((share + 1) * slots / primaries - 1))

# The password is read from the secret, and is in no process's arguments.
umask 077
password=$(cat /run/secrets/valkey_password) || exit 1
cat >/tmp/valkey.conf <<CONF
requirepass $password
primaryauth $password
save ""
maxmemory ${VALKEY_MAXMEMORY:-256mb}
maxmemory-policy noeviction
dir /data
cluster-enabled yes
cluster-config-file nodes.conf
cluster-node-timeout 2000
cluster-announce-hostname $self
cluster-preferred-endpoint-type hostname
CONF
valkey-server /tmp/valkey.conf &
server=$!
trap 'kill -TERM $server' TERM INT

export REDISCLI_AUTH=$password
cli() { timeout 3 valkey-cli -h "$1" "${@:2}" 2>/dev/null; } # host, command
address() { getent ahostsv4 "$1" | awk '{print $1; exit}'; }

# A line of "cluster nodes" is: id, address with name, flags, primary, two times, epoch, link, slots.
look_around() {
  local nodes host there mine gone old owner
  nodes=$(cli 127.0.0.1 cluster nodes) || return 0
  for host in "${hosts[@]}"; do
    [ "$host" != "$self" ] || continue
    awk -v host="$host" '{split($2, at, ",")} at[2] == host && $3 !~ /fail|handshake/ && $8 == "connected" {found = 1} END {exit !found}' <<<"$nodes" && continue
    there=$(address "$host")
    [ -z "$there" ] || cli 127.0.0.1 cluster meet "$there" 6379 >/dev/null
  done
  # Who failed, and whose name another one has by now, lost its disk: it is forgotten, or it would keep its slots. Where there are replicas they take
  # the slots over first.
  mapfile -t gone < <(awk -v alone=$((primaries == ${#hosts[@]})) '
    {split($2, at, ",")}
    $3 ~ /(^|,)fail(,|$)/ {if (NF < 9 || alone) gone[$1] = at[2]; next}
    $3 !~ /fail|handshake/ {there[at[2]] = 1}
    END {for (id in gone) if (gone[id] in there) print id}' <<<"$nodes")
  for old in "${gone[@]}"; do cli 127.0.0.1 cluster forget "$old" >/dev/null; done
  mine=$(grep myself <<<"$nodes")
  [[ $mine == *master* && -z $(cut -d ' ' -f 9- <<<"$mine") ]] || return 0
  owner=$(awk -v slot="$from" '$3 !~ /myself|fail/ {for (i = 9; i <= NF; i++) {split($i, range, "-"); if (slot >= range[1] + 0 && slot <= (range[2] == "" ? range[1] : range[2]) + 0) print $1}}' <<<"$nodes")
  if [ -n "$owner" ]; then
    cli 127.0.0.1 cluster replicate "$owner" >/dev/null
  elif [ "$number" -le "$primaries" ]; then
    # Refused while another has one of them.
    cli 127.0.0.1 cluster addslotsrange "$from" "$to" >/dev/null
  fi
}

while kill -0 $server 2>/dev/null; do
  look_around
  sleep 2 &
  wait -n $server $! 2>/dev/null
done
wait $server
