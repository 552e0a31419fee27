. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p server/lib
program server/bin/ledgerd 'ledgerd 8.4'
cat >server/bin/ledger-init <<'SH'
#!/bin/sh
mkdir -p "$1" && head -c 2000000 /dev/zero | tr '\0' 'x' >"$1/system.ibd"
SH
chmod 755 server/bin/ledger-init
noise server 7000000 >server/lib/libledger.so
tarball server.tar.gz server
rm -r server
