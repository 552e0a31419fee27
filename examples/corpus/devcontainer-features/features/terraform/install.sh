#!/usr/bin/env bash
set -e
apt-get update -y
apt-get install -y --no-install-recommends unzip
mkdir -p /tmp/tf-downloads
cp terraform.tar.gz /tmp/tf-downloads/
cd /tmp/tf-downloads
tar -xzf terraform.tar.gz
install -m 755 terraform /usr/local/bin/terraform
