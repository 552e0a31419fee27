#!/bin/sh
set -eu
[ -r /opt/shipper/plugins/geo.so ] || { echo 'no plugin' >&2; exit 1; }
exec /usr/local/sbin/shipper "$@"
