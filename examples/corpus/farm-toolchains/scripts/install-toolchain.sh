#!/bin/bash
# install-toolchain.sh TRIPLE: unpacks /farm-toolchains/TRIPLE.tar.gz below $CROSS_ROOT
set -euo pipefail
tar -xzf "/farm-toolchains/$1.tar.gz" -C "$CROSS_ROOT"
"$CROSS_ROOT/$1/bin/$1-gcc" --version
