#!/usr/bin/env bash
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p .git/objects/pack .git/refs/heads
echo 'ref: refs/heads/main' >.git/HEAD
printf '[core]\n\trepositoryformatversion = 0\n' >.git/config
echo 9ae3d7c1f0b5a8e64d2c13579bdf02468ace1357 >.git/refs/heads/main
noise 11 3000000 >.git/objects/pack/pack-1.pack
