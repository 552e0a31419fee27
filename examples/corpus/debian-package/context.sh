#!/usr/bin/env bash
# A program of three megabytes.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
{ printf '#!/bin/sh\necho agent ready\nexit\n' && noise 1 3000000; } >agent
chmod 755 agent
