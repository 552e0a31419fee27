#!/usr/bin/env bash
# The archive of a toolchain of ten megabytes.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
work=$(mktemp -d)
mkdir -p "$work"/go/{bin,pkg/tool/linux_amd64,src/runtime}
install -m 755 toolchain/go "$work/go/bin/go"
noise 1 7000000 >"$work/go/pkg/tool/linux_amd64/compile"
seq -f 'func f%.0f() { throw("unreachable") }' 1 80000 >"$work/go/src/runtime/proc.go"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1700000000 -C "$work" -cf - go | gzip -n >go1.22.4.linux-amd64.tar.gz
rm -rf "$work" toolchain
