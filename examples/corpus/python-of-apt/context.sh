#!/usr/bin/env bash
# A Python of its own build, as the official images have it below /usr/local.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
stand_in_pip stand-in
{ printf '#!/bin/sh\nexec /usr/local/bin/python3 "$@"\nexit\n' && noise python 6000000; } >stand-in/python3.12
chmod 755 stand-in/python3.12
