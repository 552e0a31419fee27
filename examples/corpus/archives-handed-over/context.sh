#!/usr/bin/env bash
# Two releases and their sums.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p upstream
work=$(mktemp -d)
pack() { tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1700000000 -C "$work" -cf - "$1" | gzip -n; }
for each in prometheus:1:8000000 node:2:6000000; do
  IFS=: read -r name seed size <<<"$each"
  { printf '#!/bin/sh\necho %s\nexit\n' "$name" && noise "$seed" "$size"; } >"$work/$name"
  chmod 755 "$work/$name"
  pack "$name" >"upstream/$name.tar.gz"
done
(cd upstream && sha256sum ./*.tar.gz >SHA256SUMS)
rm -rf "$work"
