# shellcheck shell=bash
# What every script shares. Source it first:
#   . "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# Bash 3.2 is enough, so that the scripts also run where macOS put an old one.

REPO_ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
CACHE_ROOT=${XDG_CACHE_HOME:-$HOME/.cache}/deadweight
ENGINE_ROOT=${DEADWEIGHT_ENGINE_DIR:-$REPO_ROOT/.engine}
case $ENGINE_ROOT in /*) ;; *) ENGINE_ROOT=$PWD/$ENGINE_ROOT ;; esac
export REPO_ROOT CACHE_ROOT ENGINE_ROOT

# log MESSAGE…: one line for the reader. Standard output belongs to the result.
log() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# die MESSAGE [CODE]: say what stopped us and end. 1: it failed. 2: it cannot be done here.
die() {
  log "$1"
  exit "${2:-1}"
}

# have COMMAND…: true when all are on the PATH.
have() {
  local name
  for name; do command -v "$name" >/dev/null 2>&1 || return 1; done
}

# limit SECONDS COMMAND…: give up after so long, where the machine has timeout(1).
limit() {
  local seconds=$1
  shift
  if have timeout; then timeout -k 2 "$seconds" "$@"; else "$@"; fi
}

# quietly COMMAND…: what it says matters only when it fails.
quietly() {
  local said
  said=$("$@" 2>&1 </dev/null) && return 0
  printf '%s\n' "$said" | tail -n 15 >&2
  return 1
}

# await SECONDS COMMAND…: try ten times a second until it succeeds.
await() {
  local tries=$(($1 * 10))
  shift
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.1
  done
}

# export_line NAME VALUE: a line that a shell can eval, whatever is in VALUE.
export_line() { printf "export %s='%s'\n" "$1" "${2//\'/\'\\\'\'}"; }

# ours PIDFILE TEXT: print the process id in PIDFILE when that process lives and has TEXT in its
# command line. A number alone proves nothing: ids are reused after a crash or a reboot.
ours() {
  local pid
  pid=$(cat "$1" 2>/dev/null) && [ -n "$pid" ] || return 1
  if [ -r "/proc/$pid/cmdline" ]; then
    { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -F -- "$2" >/dev/null || return 1
  else
    ps -o command= -p "$pid" 2>/dev/null | grep -F -- "$2" >/dev/null || return 1
  fi
  printf '%s\n' "$pid"
}

# stop_process PID SECONDS: ask it to end, and insist after so long.
stop_process() {
  kill -TERM "$1" 2>/dev/null || return 0
  await "$2" gone "$1" && return 0
  log "process $1 did not end within $2 s, killing it"
  kill -KILL "$1" 2>/dev/null || true
  await 5 gone "$1"
}

# gone PID: true when it has ended; a zombie that nobody reaps has ended, too.
gone() {
  kill -0 "$1" 2>/dev/null || return 0
  [ -r "/proc/$1/stat" ] && grep -q '^[0-9]* (.*) Z ' "/proc/$1/stat"
}

# own_folder DIR: make a folder that is ours to remove later.
own_folder() { mkdir -p "$1" && : >"$1/.deadweight"; }

# remove_own_folder DIR: remove it, but only when own_folder made it,
# and never across a mount where rm can tell.
remove_own_folder() {
  [ -e "$1" ] || return 0
  [ -f "$1/.deadweight" ] || die "$1 is not a folder that this script made; remove it yourself"
  case $(rm --help 2>&1 || true) in
    *--one-file-system*) rm -rf --one-file-system -- "$1" ;;
    *) rm -rf -- "$1" ;;
  esac
}

# with_lock FILE COMMAND…: one at a time among all who use FILE. COMMAND's children do not inherit
# the lock as long as they close descriptor 9.
with_lock() {
  local file=$1
  shift
  mkdir -p "$(dirname "$file")"
  if have flock; then
    (
      flock 9
      "$@"
    ) 9>"$file"
  else
    "$@"
  fi
}
