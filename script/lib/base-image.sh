# shellcheck shell=bash
# A Debian base image for the engine that DOCKER_HOST names: from a registry, or made here.

BASE_NAME=deadweight/debian:bookworm
BASE_RELEASE=bookworm
# Raise it when the image is made otherwise: a kept one of another recipe is not used.
BASE_RECIPE=2

base_up() {
  local name=${1:-$BASE_NAME} file said
  docker image inspect "$name" >/dev/null 2>&1 && return 0
  limit 20 docker info >/dev/null 2>&1 || die "no engine answers: eval \"\$(script/engine up)\" first" 2
  if said=$(limit 60 docker pull -q "debian:$BASE_RELEASE-slim" 2>&1); then
    docker tag "debian:$BASE_RELEASE-slim" "$name"
    return 0
  fi
  log "cannot pull debian:$BASE_RELEASE-slim (${said##*: })"
  on_debian || die 'cannot pull a Debian image, and only Debian or Ubuntu can make one' 2
  file=$CACHE_ROOT/debian-$BASE_RELEASE-$(dpkg --print-architecture)-r$BASE_RECIPE.tar
  [ -f "$file" ] || with_lock "$CACHE_ROOT/base.lock" base_make "$file"
  log "importing $name"
  docker import --change 'CMD ["bash"]' "$file" "$name" >/dev/null
}

# base_make FILE: as the image on Docker Hub is made: no documents, no package archives.
base_make() {
  local mirror security settings hooks=/usr/share/mmdebstrap/hooks/merged-usr
  local options=(--format=tar --variant=minbase --architectures="$(dpkg --print-architecture)")
  [ -f "$1" ] && return 0
  need_commands mmdebstrap
  have_debian_keyring || apt_install debian-archive-keyring
  mirror=$(apt_mirror debian)
  security=$(apt_mirror debian-security)
  # The image has no certificates, and Debian's own mirrors need none: apt checks signatures.
  mirror=${mirror:-$DEBIAN_DEFAULT_MIRROR} security=${security:-http://deb.debian.org/debian-security}
  settings=$(mktemp -d)
  base_settings "$settings"
  options+=(--aptopt="$settings/apt" --dpkgopt="$settings/dpkg")
  # Without this, an older mmdebstrap picks the package usrmerge, and 45 MB of Perl with it.
  options+=(--include=usr-is-merged)
  [ ! -d $hooks ] || options+=("--hook-dir=$hooks")
  log "making a Debian $BASE_RELEASE image with mmdebstrap"
  quietly mmdebstrap "${options[@]}" "$BASE_RELEASE" "$1.part" \
    "deb ${mirror/#https:/http:} $BASE_RELEASE main" \
    "deb ${mirror/#https:/http:} $BASE_RELEASE-updates main" \
    "deb ${security/#https:/http:} $BASE_RELEASE-security main" || die 'mmdebstrap failed'
  mv -f "$1.part" "$1"
  rm -rf -- "$settings"
}

# base_settings DIR: what the image tells apt and dpkg.
base_settings() {
  cat >"$1/apt" <<'APT'
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT
  # A mirror that is behind, or a clock that is ahead, is this machine's, and the image meets both.
  apt-config dump 2>/dev/null | grep -E '^Acquire::Check-(Valid-Until|Date) ' >>"$1/apt" || true
  cat >"$1/dpkg" <<'DPKG'
force-unsafe-io
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/man/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
DPKG
}
