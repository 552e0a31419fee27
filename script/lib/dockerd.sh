# shellcheck shell=bash
# shellcheck disable=SC2034 # script/engine reads ENGINE_STORES
# Docker engines of our own, one a store, each wholly inside ENGINE_ROOT/<store>:
#   .deadweight  this folder is ours      daemon.json  the daemon's configuration
#   data/        --data-root              run          symbolic link to the folder of sockets
#   config/      DOCKER_CONFIG            log          what dockerd says
#   programs     symbolic link to what was unpacked
#   bridge       name and subnet of its network bridge

ENGINE_STORES='overlay2 containerd'

engine_folder() { printf '%s/%s\n' "$ENGINE_ROOT" "$1"; }

# engine_run_folder DIR: print the real path of the folder of sockets; fails when there is none.
# Never through the link: the kernel counts the characters of the path that a client names.
engine_run_folder() { [ -d "$1/run" ] && (cd -P "$1/run" && pwd); }

# engine_ready STORE: true when our engine of this store answers.
engine_ready() {
  local dir run
  dir=$(engine_folder "$1")
  run=$(engine_run_folder "$dir") || return 1
  ours "$run/dockerd.pid" "$dir/daemon.json" >/dev/null || return 1
  [ "$(curl -sS -m 5 --unix-socket "$run/docker.sock" http://engine/_ping 2>/dev/null)" = OK ]
}

# engine_exports STORE: print what a client of our engine needs.
engine_exports() {
  local dir run bin
  dir=$(engine_folder "$1")
  run=$(engine_run_folder "$dir")
  bin=$(cd -P "$dir/programs" && pwd)/usr/bin
  export_line DOCKER_HOST "unix://$run/docker.sock"
  case :$PATH: in
    ":$bin:"*) export_line PATH "$PATH" ;;
    *) export_line PATH "$bin:$PATH" ;;
  esac
  export_line DOCKER_CONFIG "$dir/config"
  export_line DEADWEIGHT_ENGINE own
  export_line DEADWEIGHT_STORE "$1"
}

# engine_start STORE: bring it up, whatever an earlier run left behind. Images of that run stay.
engine_start() {
  local store=$1 dir run programs plugins bridge=none
  engine_ready "$store" && return 0
  dir=$(engine_folder "$store")
  programs=$(debian_programs engine docker.io docker-cli docker-buildx containerd)
  need_commands curl runc iptables ip:iproute2
  engine_halt "$store"
  own_folder "$dir"
  run=$(engine_make_run_folder "$dir")
  plugins=$dir/config/cli-plugins
  mkdir -p "$plugins" "$dir/data"
  ln -sfn "$programs" "$dir/programs"
  ln -sf "$programs/usr/libexec/docker/cli-plugins/docker-buildx" "$plugins/docker-buildx"
  # Two engines must not pick one subnet: the lock is for all checkouts of this user.
  bridge=$(with_lock "$CACHE_ROOT/bridge.lock" bridge_up "$dir" 2>>"$dir/log") || {
    bridge=none
    log "no network bridge for the $store engine (see $dir/log): builds with RUN steps want --network=host"
  }
  engine_configuration "$store" "$bridge" >"$dir/daemon.json"
  log "starting the $store engine"
  # Closing 9 keeps the daemon from holding the lock that guards this start.
  PATH=$programs/usr/sbin:$programs/usr/bin:$PATH:/usr/sbin:/sbin setsid dockerd \
    --config-file "$dir/daemon.json" --data-root "$dir/data" --exec-root "$run/exec" \
    --pidfile "$run/dockerd.pid" --host "unix://$run/docker.sock" \
    </dev/null >>"$dir/log" 2>&1 9>&- &
  await 60 engine_ready_or_dead "$store" $! || true
  engine_ready "$store" || {
    tail -n 15 "$dir/log" >&2
    engine_halt "$store"
    die "dockerd did not start; its last words are above, all of them in $dir/log"
  }
}

engine_ready_or_dead() { engine_ready "$1" || gone "$2"; }

# engine_configuration STORE BRIDGE: both stores are named outright, since the default has changed.
engine_configuration() {
  local snapshotter=false driver='"storage-driver": "overlay2",'
  [ "$1" = containerd ] && snapshotter=true driver=''
  printf '{ %s "features": { "containerd-snapshotter": %s }, "bridge": "%s", "iptables": false, "ip6tables": false, "mtu": %s }\n' \
    "$driver" "$snapshotter" "$2" "$(bridge_mtu)"
}

# engine_make_run_folder DIR: print a folder whose sockets stay under 108 characters.
engine_make_run_folder() {
  local short
  if [ ! -d "$1/run" ]; then
    rm -f "$1/run"
    # The longest below it: /exec/containerd/containerd.sock.ttrpc
    if [ ${#1} -le 60 ]; then
      mkdir "$1/run"
    else
      short=$(mktemp -d /tmp/deadweight.XXXXXX)
      own_folder "$short"
      ln -s "$short" "$1/run"
    fi
  fi
  engine_run_folder "$1"
}

# engine_halt STORE: end its processes, mounts and network. Its images stay.
engine_halt() {
  local dir run pid each
  dir=$(engine_folder "$1")
  [ -d "$dir" ] || return 0
  if run=$(engine_run_folder "$dir"); then
    if pid=$(ours "$run/dockerd.pid" "$dir/daemon.json"); then stop_process "$pid" 30; fi
    # What a killed daemon leaves: its containerd, and shims, which heed no polite signal.
    for pid in $(processes_naming "$run/exec/"); do stop_process "$pid" 1; done
  fi
  for pid in $(processes_rooted_in "$dir/data/"); do stop_process "$pid" 1; done
  for each in "$dir" ${run:+"$run"}; do unmount_below "$each"; done
  bridge_down "$dir"
  # Bridges of the networks that users created outlive the daemon; it makes them again at its start.
  for each in $(networks_of "$dir/data"); do ip link delete dev "$each" 2>/dev/null || true; done
  [ -z "$run" ] || rm -rf -- "$run/exec" "$run/dockerd.pid" "$run/docker.sock"
}

# engine_remove STORE: engine_halt, and forget it all.
engine_remove() {
  local dir run
  dir=$(engine_folder "$1")
  [ -d "$dir" ] || return 0
  log "taking the $1 engine down"
  engine_halt "$1"
  if [ -L "$dir/run" ] && run=$(engine_run_folder "$dir"); then remove_own_folder "$run"; fi
  remove_own_folder "$dir"
}
