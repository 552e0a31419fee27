#!/usr/bin/env bash
# A history, a film, and secrets that open nothing.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p .git/objects/pack .git/refs/heads tests/data
echo 'ref: refs/heads/main' >.git/HEAD
printf '[core]\n\trepositoryformatversion = 0\n[remote "origin"]\n\turl = https://ci:%s@git.example.com/site.git\n' not-a-password-at-all >.git/config
echo 77d1c0ffee77d1c0ffee77d1c0ffee77d1c0ffee >.git/refs/heads/main
noise 1 4000000 >.git/objects/pack/pack-1.pack
noise 2 6000000 >docs/tour.mov
noise 3 1500000 >tests/data/sample.bin
printf 'DATABASE_URL=postgres://site:%s@db/site\nDEBUG=1\n' not-a-password-either >.env
