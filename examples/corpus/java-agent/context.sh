#!/usr/bin/env bash
# A runtime of some megabytes as an archive, an application and the agent that watches it.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
top=$(mktemp -d)
mkdir -p vendor "$top"/jre-17.0.11/{bin,lib}
printf '#!/bin/sh\ntest -s "${3:-$2}" && echo "started ${3:-$2}"\n' >"$top/jre-17.0.11/bin/java"
chmod 755 "$top/jre-17.0.11/bin/java"
noise runtime 9000000 >"$top/jre-17.0.11/lib/modules"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1700000000 -C "$top" -cf - jre-17.0.11 | gzip -n >vendor/jre-17.tar.gz
rm -rf "$top"
noise billing 7000000 >billing.jar
noise tracing 2500000 >tracing-agent.jar
