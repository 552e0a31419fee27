#!/usr/bin/env bash
# An environment that was never meant for an image. Nothing in it opens anything.
set -e
cd "$1"
printf 'APP_ENV=local\nAPP_KEY=base64:%s\nDB_PASSWORD=%s\n' "$(printf 'not-a-key-not-a-key-not-a-key-00' | base64)" not-a-password >.env
