#!/usr/bin/env bash
set -Eeo pipefail

# As root: give the volume to the server's user, and start again as that.
if [ "$1" = 'tabula' ] && [ "$(id -u)" = '0' ]; then
	find "$TABULA_DATA" \! -user tabula -exec chown tabula '{}' +
	exec gosu tabula "$BASH_SOURCE" "$@"
fi

if [ "$1" = 'tabula' ] && [ ! -s "$TABULA_DATA/VERSION" ]; then
	cp /usr/lib/tabula/$TABULA_MAJOR/share/tabula.conf.sample "$TABULA_DATA/tabula.conf"
	for f in /docker-entrypoint-initdb.d/*; do [ ! -f "$f" ] || . "$f"; done
	echo "$TABULA_VERSION" > "$TABULA_DATA/VERSION"
fi

exec "$@"
