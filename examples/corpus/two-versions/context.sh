#!/usr/bin/env bash
# Archives of a service and of a plugin, which each bring a version of one library.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p artifacts/service artifacts/plugin
noise 1 300000 >artifacts/service/service-2.1.jar
noise 2 3000000 >artifacts/service/guava-31.1-jre.jar
noise 3 3100000 >artifacts/plugin/guava-33.2.0-jre.jar
noise 4 1900000 >artifacts/service/bcprov-jdk18on-1.78.jar
cp artifacts/service/bcprov-jdk18on-1.78.jar artifacts/plugin/
noise 5 200000 >artifacts/plugin/audit-plugin-0.4.jar
