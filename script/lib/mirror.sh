# shellcheck shell=bash
# The Debian packages that RUN steps of the end-to-end tests install, in the cache: no test needs a public mirror. They
# are the mirror's own files below its own paths, so apt checks their signatures as ever; RUN steps get them through a
# proxy on the address that the engine's bridge has on this machine, and the base image stays as it is.

MIRROR_FOLDER=$ENGINE_ROOT/mirror
# Downloads are renewed after as many days: a release file that is signed for a week must not expire during a test.
MIRROR_DAYS=2

# mirror_installs: what the Dockerfiles of the tests and examples install, one set of packages a line.
mirror_installs() {
  cat <<'SETS'
--no-install-recommends nano vim-tiny mg
--no-install-recommends vim
--no-install-recommends file
--no-install-recommends ca-certificates curl sqlite3
--no-install-recommends gcc libc6-dev make
--no-install-recommends python3-pip
--no-install-recommends nginx-light gettext-base
--no-install-recommends perl-modules-5.36
git
--no-install-recommends tini gosu jq sudo procps unzip xz-utils bzip2 wget
--no-install-recommends gnupg dirmngr
gpg
--no-install-recommends locales cron supervisor
cron supervisor
--no-install-recommends dpkg-dev pkg-config zlib1g-dev libpq-dev libssl-dev libjemalloc2
--no-install-recommends python3-venv
--no-install-recommends zsh
--no-install-recommends --reinstall base-files dash libc6 tzdata zlib1g
gpg curl ca-certificates nginx-light gettext-base cron
SETS
}

# mirror_address: print HOST:PORT of our running mirror; fails when there is none.
mirror_address() {
  ours "$MIRROR_FOLDER/pid" "$MIRROR_FOLDER/downloads" >/dev/null || return 1
  sed -n 's/^listening on //p' "$MIRROR_FOLDER/log" | grep .
}

# mirror_gateway: print the address by which containers of the engine in DOCKER_HOST reach this machine.
mirror_gateway() {
  docker network inspect bridge --format '{{range .IPAM.Config}}{{println .Gateway}}{{end}}' 2>/dev/null |
    grep -E '^[0-9]+\.[0-9.]+$' | sed -n 1p | grep .
}

# mirror_up HOST…: for the engine in DOCKER_HOST, whose containers download, and for those at each HOST. Where
# containers cannot reach this machine it says so, and none is up.
mirror_up() {
  local gateway downloads host
  # What an earlier run left in the environment goes away with its mirror.
  case ${DOCKER_CONFIG:-} in "$MIRROR_FOLDER"/*) unset DOCKER_CONFIG ;; esac
  gateway=$(mirror_gateway) || {
    mirror_forgo 'the engine has no network bridge'
    return 0
  }
  downloads=$CACHE_ROOT/mirror-$BASE_RELEASE-$(docker info --format '{{.Architecture}}')-$(mirror_installs | git hash-object --stdin | cut -c1-10)
  if ! mirror_runs "$downloads" "$gateway"; then
    with_lock "$CACHE_ROOT/mirror.lock" mirror_fill "$downloads" "$gateway"
    mirror_start "$downloads" "$gateway" || {
      mirror_forgo "no mirror can listen on $gateway, where containers reach this machine"
      return 0
    }
  fi
  for host in "${DOCKER_HOST:-}" "$@"; do
    mirror_reached "$host" || {
      mirror_forgo "containers of the engine at ${host:-its default address} do not reach this machine at $gateway"
      return 0
    }
  done
  mirror_configuration
}

# mirror_forgo WHY
mirror_forgo() {
  log "$1: RUN steps get their packages from public mirrors, as far as they can"
  mirror_down
}

# mirror_runs DOWNLOADS GATEWAY: true when there is nothing to bring up.
mirror_runs() {
  [ "$(readlink "$MIRROR_FOLDER/downloads")" = "$1" ] || return 1
  mirror_fresh "$1" || return 1
  case $(mirror_address) in "$2":*) ;; *) return 1 ;; esac
}

# mirror_reached HOST: true when a container of the engine at HOST can connect to the running mirror.
mirror_reached() {
  local address
  address=$(mirror_address) || return 1
  (
    [ -z "$1" ] || export DOCKER_HOST=$1
    limit 60 docker run --rm "$BASE_NAME" timeout 20 bash -c ": </dev/tcp/${address/:/\/}"
  ) >/dev/null 2>&1
}

# mirror_start DOWNLOADS GATEWAY [--fill]
mirror_start() {
  local detached='setsid'
  have setsid || detached='nohup'
  mirror_down
  own_folder "$MIRROR_FOLDER"
  mkdir -p "$1"
  ln -s "$1" "$MIRROR_FOLDER/downloads"
  (
    # A proxy of this machine is the mirror's way out, too.
    export NODE_USE_ENV_PROXY=1
    $detached node "$REPO_ROOT/script/lib/mirror-server.mjs" "$MIRROR_FOLDER/downloads" "${@:2}" \
      </dev/null >"$MIRROR_FOLDER/log" 2>&1 9>&- &
    echo $! >"$MIRROR_FOLDER/pid"
  )
  await 15 mirror_address
}

# mirror_fresh DOWNLOADS: true when all is there and need not be renewed.
mirror_fresh() { find "$1.complete" -mtime "-$MIRROR_DAYS" 2>/dev/null | grep . >/dev/null; }

# mirror_fill DOWNLOADS GATEWAY: let a container of the base image download all once.
mirror_fill() {
  ! mirror_fresh "$1" || return 0
  rm -rf -- "$1.part"
  # Where nothing listens or nothing gets here, mirror_up meets that again and tells it.
  if ! { mirror_start "$1.part" "$2" --fill && mirror_reached "${DOCKER_HOST:-}"; }; then return 0; fi
  log 'downloading the packages that RUN steps install'
  if quietly docker run --rm -e "http_proxy=http://$(mirror_address)" "$BASE_NAME" sh -ec "$(mirror_script)"; then
    mirror_down
    rm -rf -- "$1"
    mv "$1.part" "$1"
    : >"$1.complete"
  else
    tail -n 5 "$MIRROR_FOLDER/log" >&2
    mirror_down
    [ -f "$1.complete" ] || die 'cannot download the packages that RUN steps install' 2
    log 'cannot renew the packages that RUN steps install: those of an earlier run will do'
  fi
}

# mirror_script: print what the container runs. Nothing is installed there, so each line fetches its set whole.
mirror_script() {
  printf 'apt-get update\ncd /tmp\napt-get upgrade -y --download-only\n'
  mirror_installs | sed 's/^/apt-get install -y --download-only /'
}

# mirror_configuration: a DOCKER_CONFIG that gives RUN steps the proxy, and otherwise has what the present one has.
mirror_configuration() {
  local old=${DOCKER_CONFIG:-$HOME/.docker} new=$MIRROR_FOLDER/config each
  mkdir -p "$new"
  for each in "$old"/*; do
    case ${each##*/} in config.json | '*') ;; *) ln -sfn "$each" "$new/${each##*/}" ;; esac
  done
  node - "$old/config.json" "http://$(mirror_address)" >"$new/config.json" <<'JS'
    const { existsSync, readFileSync } = require('node:fs');
    const [old, httpProxy] = process.argv.slice(2);
    const config = existsSync(old) ? JSON.parse(readFileSync(old, 'utf8')) : {};
    const proxies = { default: { httpProxy, noProxy: 'localhost,127.0.0.1' } };
    console.log(JSON.stringify({ ...config, proxies }));
JS
}

mirror_down() {
  local pid
  [ -d "$MIRROR_FOLDER" ] || return 0
  if pid=$(ours "$MIRROR_FOLDER/pid" "$MIRROR_FOLDER/downloads"); then stop_process "$pid" 5; fi
  remove_own_folder "$MIRROR_FOLDER"
}
