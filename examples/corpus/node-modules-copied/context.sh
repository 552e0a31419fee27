#!/usr/bin/env bash
# node_modules as the pipeline leaves it: what the tests need is there.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
put() {
  mkdir -p "node_modules/$1"
  printf '{"name":"%s","version":"%s","main":"index.js"}\n' "$1" "$2" >"node_modules/$1/package.json"
  seq -f "exports.$1%.0f = true;" 1 "$3" >"node_modules/$1/index.js"
}
put fastify 4.27.0 110000
put vitest 1.6.0 160000
put esbuild 0.21.4 500
mkdir -p node_modules/esbuild/bin
noise 21 9000000 >node_modules/esbuild/bin/esbuild
chmod 755 node_modules/esbuild/bin/esbuild
cat >node_modules/.package-lock.json <<'JSON'
{
  "name": "api",
  "lockfileVersion": 3,
  "requires": true,
  "packages": {
    "node_modules/esbuild": { "version": "0.21.4", "dev": true },
    "node_modules/fastify": { "version": "4.27.0" },
    "node_modules/vitest": { "version": "1.6.0", "dev": true }
  }
}
JSON
