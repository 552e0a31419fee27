#!/usr/bin/env bash
# Brings up what the end-to-end tests need and prints it as shell lines:
#   DEADWEIGHT_E2E_OVERLAY2, DEADWEIGHT_E2E_CONTAINERD   DOCKER_HOST of an engine of either store
#   DOCKER_CONFIG                                        sends RUN steps to the mirror of packages on this machine
#   DEADWEIGHT_REGISTRY                                  a registry on loopback
# and PATH where the engines are our own.
set -euo pipefail
# shellcheck source=script/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

hosts=()
for store in overlay2 containerd; do
  exports=$("$REPO_ROOT/script/engine" up --store "$store")
  host=$(eval "$exports" && "$REPO_ROOT/script/engine" base >&2 && printf '%s' "${DOCKER_HOST:-unix:///var/run/docker.sock}")
  hosts+=("$host")
  printf "export DEADWEIGHT_E2E_%s='%s'\n" "$(printf '%s' "$store" | tr '[:lower:]' '[:upper:]')" "$host"
  printf '%s\n' "$exports" | grep -E '^export (PATH|DOCKER_CONFIG)=' || true
done
(eval "$exports" && "$REPO_ROOT/script/engine" mirror up "${hosts[@]}")
"$REPO_ROOT/script/engine" registry up
