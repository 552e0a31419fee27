#!/bin/sh
# Leaves what npm ci leaves: the packages of package-lock.json, npm's cache and its log.
set -eu
noise() { perl -e '($s, $n) = @ARGV; srand $s; while ($n > 0) { print pack("L*", map { rand 2**32 } 1 .. 4096); $n -= 16384 }' "$1" "$2"; }
put() {
  mkdir -p "node_modules/$1"
  printf '{"name":"%s","version":"%s"}\n' "$1" "$2" >"node_modules/$1/package.json"
  noise "$3" "$4" >"node_modules/$1/index.node"
}
put fastify 4.28.1 1 900000
put pg 8.12.0 2 600000
content="$HOME/.npm/_cacache/content-v2/sha512/3f/9a"
mkdir -p "$content" "$HOME/.npm/_logs"
noise 3 8000000 >"$content/c1"
echo 'verbose cli npm ci' >"$HOME/.npm/_logs/2026-01-01T00_00_00_000Z-debug-0.log"
