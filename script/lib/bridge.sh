# shellcheck shell=bash
# A network bridge that belongs to one engine alone, so that it never meets docker0, another
# checkout's engine, or rules that somebody else's Docker made. The daemon gets --iptables=false;
# the three rules it needs name our bridge and go away with it.

# bridge_name DIR: a name of at most 15 characters that is the same at every call.
bridge_name() { printf 'dw%s\n' "$(printf '%s' "$1" | sha256sum | cut -c1-10)"; }

# bridge_rules add|drop NAME SUBNET
bridge_rules() {
  bridge_rule "$1" nat POSTROUTING -s "$3" ! -o "$2" -j MASQUERADE &&
    bridge_rule "$1" filter FORWARD -i "$2" -j ACCEPT &&
    bridge_rule "$1" filter FORWARD -o "$2" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
}

# bridge_rule add|drop TABLE RULE…: first in its chain, before what another Docker may refuse.
bridge_rule() {
  local action=$1 table=$2
  shift 2
  if [ "$action" = add ]; then
    iptables -w -t "$table" -I "$@"
  else
    while iptables -w -t "$table" -D "$@" 2>/dev/null; do :; done
  fi
}

# bridge_up DIR: make the bridge of the engine in DIR, remember it in DIR/bridge, print its name.
bridge_up() {
  local name number prefix address
  name=$(bridge_name "$1")
  bridge_down "$1"
  # Of a checkout that was deleted while its engine ran: nothing remembers it, and no other can have its name.
  ip link delete dev "$name" 2>/dev/null || true
  for number in $(seq 1 254); do
    prefix=10.213.$number
    # grep without -q: it must not end before its writer does, since pipefail would read that as a no.
    ip -4 -o addr show | grep -F " $prefix." >/dev/null && continue
    ip -4 route show table all | grep -F "$prefix." >/dev/null && continue
    printf '%s %s.0/24\n' "$name" "$prefix" >"$1/bridge"
    # Without an address of its own, a bridge has the lowest of its containers': when that one ends, the others
    # go on sending to it, and reach nothing for a minute.
    address=$(printf '02:42:0a:d5:%02x:01' "$number")
    ip link add name "$name" address "$address" type bridge && ip addr add "$prefix.1/24" dev "$name" &&
      ip link set dev "$name" up && bridge_rules add "$name" "$prefix.0/24" && printf '%s\n' "$name" && return 0
    break
  done
  bridge_down "$1"
  return 1
}

# bridge_down DIR: remove it and its rules, as far as they are there.
bridge_down() {
  local name subnet
  [ -f "$1/bridge" ] || return 0
  read -r name subnet <"$1/bridge" || true
  bridge_rules drop "$name" "$subnet"
  ip link delete dev "$name" 2>/dev/null || true
  rm -f "$1/bridge"
}

# bridge_mtu: the packet size of the way out; a bridge that assumes 1500 stalls behind a smaller one.
bridge_mtu() {
  local device
  device=$(ip -4 route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p' | sed -n 1p)
  cat "/sys/class/net/${device:-lo}/mtu" 2>/dev/null || echo 1500
}
