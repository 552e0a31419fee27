# shellcheck shell=bash
# A real registry on 127.0.0.1, on a port that the kernel picks. Engines trust 127.0.0.0/8 without TLS.

REGISTRY_FOLDER=$ENGINE_ROOT/registry

# registry_address: print HOST:PORT of our running registry; fails when there is none.
registry_address() {
  local port
  port=$(cat "$REGISTRY_FOLDER/port" 2>/dev/null) && [ -n "$port" ] || return 1
  [ "$(curl -s -m 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/v2/")" = 200 ] || return 1
  # Somebody else's registry may have our old port by now.
  [ -f "$REGISTRY_FOLDER/container" ] || ours "$REGISTRY_FOLDER/pid" "$REGISTRY_FOLDER/config.yml" >/dev/null || return 1
  printf '127.0.0.1:%s\n' "$port"
}

registry_up() {
  local program
  registry_address >/dev/null && return 0
  registry_down
  own_folder "$REGISTRY_FOLDER"
  if have docker-registry; then
    registry_start_program docker-registry
  elif on_debian_as_root || { on_debian && have curl xz gpgv && have_debian_keyring; }; then
    program=$(debian_programs registry docker-registry)/usr/bin/docker-registry
    registry_start_program "$program"
  elif limit 10 docker info >/dev/null 2>&1; then
    registry_start_container
  else
    die 'no registry: put docker-registry (Debian package docker-registry) on the PATH, or start Docker' 2
  fi
  await 15 registry_address || {
    tail -n 15 "$REGISTRY_FOLDER/log" >&2
    die "the registry does not answer; all it said is in $REGISTRY_FOLDER/log"
  }
}

registry_start_program() {
  local detached='setsid'
  have setsid || detached='nohup'
  log 'starting the registry'
  cat >"$REGISTRY_FOLDER/config.yml" <<YAML
version: 0.1
log: { level: info, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: '$REGISTRY_FOLDER/storage' }, delete: { enabled: true } }
http: { addr: '127.0.0.1:0' }
YAML
  local config=$REGISTRY_FOLDER/config.yml log=$REGISTRY_FOLDER/log pid=$REGISTRY_FOLDER/pid
  (
    # Variables like REGISTRY_HTTP_ADDR would override the file.
    unset "${!REGISTRY_@}"
    $detached "$1" serve "$config" </dev/null >"$log" 2>&1 9>&- &
    echo $! >"$pid"
  )
  await 15 registry_find_port || true
}

registry_find_port() {
  sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\).*/\1/p' "$REGISTRY_FOLDER/log" >"$REGISTRY_FOLDER/port"
  [ -s "$REGISTRY_FOLDER/port" ]
}

registry_start_container() {
  log 'starting registry:2 as a container'
  limit 120 docker run -d --rm -p 127.0.0.1::5000 registry:2 >"$REGISTRY_FOLDER/container" 2>"$REGISTRY_FOLDER/log" ||
    { cat "$REGISTRY_FOLDER/log" >&2 && die 'docker cannot run registry:2'; }
  docker port "$(cat "$REGISTRY_FOLDER/container")" 5000/tcp | sed -n 's/^127\.0\.0\.1://p' >"$REGISTRY_FOLDER/port"
}

registry_down() {
  local pid
  [ -d "$REGISTRY_FOLDER" ] || return 0
  if pid=$(ours "$REGISTRY_FOLDER/pid" "$REGISTRY_FOLDER/config.yml"); then stop_process "$pid" 10; fi
  if [ -s "$REGISTRY_FOLDER/container" ]; then
    docker rm -f "$(cat "$REGISTRY_FOLDER/container")" >/dev/null 2>&1 || log 'the registry container was already gone'
  fi
  remove_own_folder "$REGISTRY_FOLDER"
}
