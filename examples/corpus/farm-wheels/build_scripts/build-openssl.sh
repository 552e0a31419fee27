#!/bin/bash
set -exuo pipefail
mkdir -p /opt/_internal/openssl
tar -xzf /build_sources/openssl.tar.gz -C /opt/_internal/openssl --strip-components=1
