#!/usr/bin/env bash
# Archives of two tools.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p vendor
pack() { tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1700000000 "$@" | gzip -n; }
work=$(mktemp -d)
mkdir -p "$work"/{bin,lib}
printf '#!/bin/sh\necho cross 13\n' >"$work/bin/cross-gcc"
chmod 755 "$work/bin/cross-gcc"
noise 1 20000000 >"$work/lib/cc1"
pack -C "$work" -cf - bin lib >vendor/cross-13.tar.gz
printf '#!/bin/sh\necho emulator 34\n' >"$work/bin/emulator"
chmod 755 "$work/bin/emulator"
rm "$work/bin/cross-gcc"
noise 2 15000000 >"$work/lib/cc1"
mv "$work/lib/cc1" "$work/lib/system.img"
pack -C "$work" -cf - bin lib >vendor/system-34.tar.gz
rm -rf "$work"
