# shellcheck shell=bash
# A Debian base image for the engine that DOCKER_HOST names: from a registry, or made here.

BASE_NAME=deadweight/debian:bookworm
BASE_RELEASE=bookworm

base_up() {
  local name=${1:-$BASE_NAME} file
  docker image inspect "$name" >/dev/null 2>&1 && return 0
  limit 20 docker info >/dev/null 2>&1 || die "no engine answers: eval \"\$(script/engine up)\" first" 2
  if limit "${DEADWEIGHT_PULL_TIMEOUT:-60}" docker pull -q "debian:$BASE_RELEASE-slim" >&2; then
    docker tag "debian:$BASE_RELEASE-slim" "$name"
    return 0
  fi
  on_debian || die 'cannot pull a Debian image, and only Debian or Ubuntu can make one' 2
  file=$CACHE_ROOT/debian-$BASE_RELEASE-$(dpkg --print-architecture).tar
  [ -f "$file" ] || with_lock "$CACHE_ROOT/base.lock" base_make "$file"
  log "importing $name"
  docker import --change 'CMD ["bash"]' "$file" "$name" >/dev/null
}

# base_make FILE: as the image on Docker Hub is made: no documents, no package archives, no services.
base_make() {
  local mirror security extra
  [ -f "$1" ] && return 0
  need_commands mmdebstrap
  [ -r "$DEBIAN_KEYRING.gpg" ] || [ -r "$DEBIAN_KEYRING.pgp" ] || apt_install debian-archive-keyring
  mirror=$(apt_mirror debian)
  security=$(apt_mirror debian-security)
  # The image has no certificates, and Debian's own mirrors need none: apt checks signatures.
  mirror=${mirror:-$DEBIAN_DEFAULT_MIRROR} security=${security:-http://deb.debian.org/debian-security}
  extra=$(mktemp -d)
  base_settings "$extra"
  log "making a Debian $BASE_RELEASE image with mmdebstrap"
  mmdebstrap --quiet --format=tar --variant=minbase --architectures="$(dpkg --print-architecture)" \
    --aptopt="$extra/apt" --dpkgopt="$extra/dpkg" \
    --customize-hook="upload $extra/policy-rc.d /usr/sbin/policy-rc.d" \
    --customize-hook='chmod 755 "$1/usr/sbin/policy-rc.d"' \
    "$BASE_RELEASE" "$1.part" \
    "deb ${mirror/#https:/http:} $BASE_RELEASE main" \
    "deb ${mirror/#https:/http:} $BASE_RELEASE-updates main" \
    "deb ${security/#https:/http:} $BASE_RELEASE-security main" </dev/null >&2 || die 'mmdebstrap failed'
  mv -f "$1.part" "$1"
  rm -rf -- "$extra"
}

# base_settings DIR: what the image tells apt, dpkg and init scripts.
base_settings() {
  cat >"$1/apt" <<'APT'
Acquire::Languages "none";
Acquire::GzipIndexes "true";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT
  # A mirror that is behind, or a clock that is ahead, is this machine's: the image meets both, too.
  apt-config dump 2>/dev/null | grep -E '^Acquire::Check-(Valid-Until|Date) ' >>"$1/apt" || true
  cat >"$1/dpkg" <<'DPKG'
force-unsafe-io
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/man/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
DPKG
  printf '#!/bin/sh\nexit 101\n' >"$1/policy-rc.d"
}
