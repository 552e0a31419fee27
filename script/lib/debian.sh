# shellcheck shell=bash
# Programs from Debian, without installing them: the packages of one suite, unpacked into the cache.
# The chain of trust is apt's own: keyring → InRelease → Packages.xz → .deb.

# The suite whose docker.io is new enough; its programs run on older releases as long as their libc is.
DEBIAN_SUITE=${DEADWEIGHT_ENGINE_SUITE:-testing}
DEBIAN_DEFAULT_MIRROR=http://deb.debian.org/debian
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring

# on_debian: true on Debian, Ubuntu and what descends from them.
on_debian() { have dpkg apt-get; }

on_debian_as_root() { on_debian && [ "$(id -u)" = 0 ]; }

# have_debian_keyring: Ubuntu has none until a package is installed.
have_debian_keyring() { [ -r "$DEBIAN_KEYRING.gpg" ] || [ -r "$DEBIAN_KEYRING.pgp" ]; }

# apt_mirror SUFFIX: print the first configured archive address that ends in SUFFIX.
apt_mirror() {
  local file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list; do
    [ ! -r "$file" ] || sed -e '/^[[:space:]]*#/d' "$file"
  done | tr -s '[:space:]' '\n' | awk -v suffix="/$1" '
    /^https?:\/\// { sub(/\/+$/, ""); if (substr($0, length($0) - length(suffix) + 1) == suffix && !found) { print; found = 1 } }'
}

# apt_install PACKAGE…: install from the machine's own release; needs root.
apt_install() {
  on_debian_as_root || die "missing: $*. Install them, or run this as root" 2
  log "installing $* with apt-get"
  # Of two at once the second would be refused.
  with_lock "$CACHE_ROOT/apt.lock" apt_get_once "$@" || die "apt-get could not install: $*"
}

apt_get_once() {
  {
    quietly apt_get_install "$@" || { quietly apt-get update && quietly apt_get_install "$@"; }
  } 9>&-
}

apt_get_install() { DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"; }

# need_commands COMMAND[:PACKAGE]…: install the packages of the commands that are missing.
need_commands() {
  local each missing=()
  for each; do have "${each%%:*}" || missing+=("${each##*:}"); done
  [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"
}

# download URL FILE: FILE appears only once it is whole.
download() {
  curl -fsSL --retry 3 --connect-timeout 10 -o "$2.part" "$1" && mv -f "$2.part" "$2"
}

# checked_download URL FILE SHA256
checked_download() {
  download "$1" "$2" || return 1
  printf '%s  %s\n' "$3" "$2" | sha256sum -c --quiet - >&2 || {
    rm -f "$2"
    log "$1 does not have the SHA-256 that the index promises"
    return 1
  }
}

# release_of MIRROR FOLDER: leave the signed text of the suite's InRelease in FOLDER/Release.
release_of() {
  local keyring=$DEBIAN_KEYRING.gpg status
  [ -r "$keyring" ] || keyring=$DEBIAN_KEYRING.pgp
  download "$1/dists/$DEBIAN_SUITE/InRelease" "$2/InRelease" || return 1
  # One good signature suffices: this machine need not know every key of a newer release.
  rm -f "$2/Release"
  status=$(gpgv --keyring "$keyring" --status-fd 1 --output "$2/Release" "$2/InRelease" 2>/dev/null) || true
  case $status in
    *BADSIG*) log "$1: the signature of $DEBIAN_SUITE is wrong" && return 1 ;;
    *VALIDSIG*) ;;
    *) log "$1: no known key has signed $DEBIAN_SUITE" && return 1 ;;
  esac
}

# packages_of MIRROR FOLDER ARCH PACKAGE…: print "name version path sha256 libc" of each package.
packages_of() {
  local mirror=$1 folder=$2 arch=$3 path sum
  shift 3
  release_of "$mirror" "$folder" || return 1
  path=main/binary-$arch/Packages.xz
  sum=$(awk -v path="$path" '/^[A-Z]/ { inside = ($1 == "SHA256:") } inside && $3 == path { print $1 }' "$folder/Release")
  [ -n "$sum" ] || return 1
  # By hash, so that a mirror that is being updated meanwhile gives what the release names.
  checked_download "$mirror/dists/$DEBIAN_SUITE/main/binary-$arch/by-hash/SHA256/$sum" "$folder/Packages.xz" "$sum" ||
    checked_download "$mirror/dists/$DEBIAN_SUITE/$path" "$folder/Packages.xz" "$sum" || return 1
  xz -dc "$folder/Packages.xz" | awk -v wanted=" $* " '
    BEGIN { RS = ""; FS = "\n" }
    { name = substr($1, 10) }
    index(wanted, " " name " ") {
      version = path = sum = ""; libc = "0"
      for (i = 1; i <= NF; i++) {
        split($i, field, ": ")
        if (field[1] == "Version") version = field[2]
        if (field[1] == "Filename") path = field[2]
        if (field[1] == "SHA256") sum = field[2]
        if (field[1] == "Depends" && match($i, /libc6 \(>= [^)]*/)) libc = substr($i, RSTART + 10, RLENGTH - 10)
      }
      print name, version, path, sum, libc
    }'
}

# unpack_packages TARGET PACKAGE…: fill the folder TARGET with the unpacked packages.
unpack_packages() {
  local target=$1 arch folder mirror list='' name version path sum libc here count=0
  shift
  arch=$(dpkg --print-architecture)
  folder=$target.tmp
  rm -rf -- "$folder"
  mkdir -p "$folder/root"
  for mirror in "$(apt_mirror debian)" "$DEBIAN_DEFAULT_MIRROR"; do
    [ -n "$mirror" ] || continue
    log "reading the index of Debian $DEBIAN_SUITE at $mirror"
    list=$(packages_of "$mirror" "$folder" "$arch" "$@") && [ -n "$list" ] && break
  done
  [ -n "$list" ] || die "cannot read the package index of Debian $DEBIAN_SUITE" 2
  here=$(dpkg-query -W -f '${Version}' libc6 2>/dev/null || echo 0)
  while read -r name version path sum libc; do
    dpkg --compare-versions "$here" ge "$libc" ||
      die "$name $version needs libc $libc, this machine has $here: install Docker with buildx yourself, or name another suite in DEADWEIGHT_ENGINE_SUITE" 2
    log "fetching $name $version"
    checked_download "$mirror/$path" "$folder/package.deb" "$sum" || die "cannot download $name"
    dpkg-deb -x "$folder/package.deb" "$folder/root" || die "cannot unpack $name"
    printf '%s %s\n' "$name" "$version" >>"$folder/root/versions"
    count=$((count + 1))
  done <<<"$list"
  [ "$count" -eq $# ] || die "Debian $DEBIAN_SUITE for $arch does not have all of: $*" 2
  rm -rf -- "$target"
  mv "$folder/root" "$target"
  rm -rf -- "$folder"
}

# debian_programs NAME PACKAGE…: print the folder that holds the unpacked packages.
debian_programs() {
  local target
  target=$CACHE_ROOT/$1-$DEBIAN_SUITE-$(dpkg --print-architecture)
  if [ ! -d "$target" ]; then
    need_commands curl xz:xz-utils gpgv
    have_debian_keyring || apt_install debian-archive-keyring
    [ -e /etc/ssl/certs/ca-certificates.crt ] || apt_install ca-certificates
    with_lock "$CACHE_ROOT/$1.lock" unpack_once "$target" "${@:2}" >&2
  fi
  printf '%s\n' "$target"
}

unpack_once() { [ -d "$1" ] || unpack_packages "$@"; }
