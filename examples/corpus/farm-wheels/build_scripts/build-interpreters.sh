#!/bin/bash
set -exuo pipefail
for version in 3.11 3.12; do
  mkdir -p "/opt/_internal/cpython-$version"
  tar -xzf "/build_sources/cpython-$version.tar.gz" -C "/opt/_internal/cpython-$version" --strip-components=1
  ln -s "/opt/_internal/cpython-$version" "/opt/python/cp${version/./}"
done
