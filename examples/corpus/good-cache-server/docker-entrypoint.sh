#!/bin/sh
set -e

# first argument is an option: it is for the server
[ "${1#-}" = "$1" ] || set -- kvd "$@"

if [ "$1" = 'kvd' ] && [ "$(id -u)" = '0' ]; then
	find . \! -user kvd -exec chown kvd '{}' +
	exec gosu kvd "$0" "$@"
fi
exec "$@"
