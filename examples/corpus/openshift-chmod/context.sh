#!/usr/bin/env bash
# A data base of twenty megabytes with a key in its middle, and a program.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p bundle
noise 1 8000000 >bundle/engine.so
{ noise 2 10000000 && printf '\nLICENSE-KEY-PLACEHOLDER\n' && noise 3 10000000; } >geoip.mmdb
chmod 644 geoip.mmdb bundle/engine.so
