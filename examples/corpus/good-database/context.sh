# A gosu that is a script, and a release of a server.
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p dist tabula-9.4.1/bin tabula-9.4.1/lib tabula-9.4.1/share
cat >dist/gosu-1.14 <<'SH'
#!/bin/sh
[ "$1" != --version ] || { echo '1.14 (a stand-in)'; exit; }
user=$1
shift
exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- "$@"
SH
sha256sum dist/gosu-1.14 | cut -d ' ' -f 1 >dist/gosu-1.14.sha256
program tabula-9.4.1/bin/tabula 'tabula 9.4.1'
noise server 9000000 >tabula-9.4.1/lib/libtabula.so.9
noise tools 3000000 >tabula-9.4.1/lib/libtools.so.2
printf "#listen_addresses = 'localhost'\nmax_connections = 100\n" >tabula-9.4.1/share/tabula.conf.sample
tarball dist/tabula-9.4.1.tar.gz tabula-9.4.1
rm -r tabula-9.4.1
