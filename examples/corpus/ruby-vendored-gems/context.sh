#!/usr/bin/env bash
# What `bundle cache` put into vendor/cache.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p vendor/cache
noise rack 150000 >vendor/cache/rack-3.0.11.gem
noise nokogiri 4100000 >vendor/cache/nokogiri-1.16.5.gem
noise rubocop 700000 >vendor/cache/rubocop-1.64.1.gem
# ADD stores a file again whose time is another than the one that lies there.
touch -d @1700000000 vendor/cache/*
