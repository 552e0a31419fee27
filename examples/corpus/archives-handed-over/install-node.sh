#!/bin/sh
set -e
mkdir -p /opt/node
tar -C /opt/node -xzf /tmp/node.tar.gz
