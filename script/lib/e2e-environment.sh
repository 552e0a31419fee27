#!/usr/bin/env bash
# Brings up what the end-to-end tests need and prints it as shell lines:
#   DEADWEIGHT_E2E_OVERLAY2, DEADWEIGHT_E2E_CONTAINERD   DOCKER_HOST of an engine of either store
#   DEADWEIGHT_REGISTRY                                  a registry on loopback
#   DOCKER_CONFIG                                        with DEADWEIGHT_MIRROR=1: sends RUN steps to a mirror on this machine
# and PATH where the engines are our own.
set -euo pipefail
# shellcheck source=script/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

for store in overlay2 containerd; do
  exports=$("$REPO_ROOT/script/engine" up --store "$store")
  (
    eval "$exports"
    "$REPO_ROOT/script/engine" base >&2
    case $store in
      overlay2) printf "export DEADWEIGHT_E2E_OVERLAY2='%s'\n" "${DOCKER_HOST:-unix:///var/run/docker.sock}" ;;
      containerd) printf "export DEADWEIGHT_E2E_CONTAINERD='%s'\n" "${DOCKER_HOST:-unix:///var/run/docker.sock}" ;;
    esac
  )
  printf '%s\n' "$exports" | grep -E '^export (PATH|DOCKER_CONFIG)=' || true
done
if [ -n "${DEADWEIGHT_MIRROR:-}" ]; then
  (
    eval "$exports"
    "$REPO_ROOT/script/engine" mirror up
  )
fi
"$REPO_ROOT/script/engine" registry up
