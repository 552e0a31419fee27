. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p dist linux-amd64 scanner/bin
{ printf '#!/bin/sh\necho v3.15.2\nexit\n'; noise helm 5000000; } >linux-amd64/helm
chmod 755 linux-amd64/helm
tarball dist/helm-v3.15.2-linux-amd64.tar.gz linux-amd64
{ printf '#!/bin/sh\necho v1.30.3\nexit\n'; noise kubectl 6000000; } >dist/kubectl
chmod 644 dist/kubectl
cat >scanner/bin/scanner <<'SH'
#!/bin/sh
# --download-db FOLDER: an archive with a database
set -e
[ "$1" = --download-db ] || { [ -s /var/lib/scanner/db.bin ] && echo 'scanner 0.53'; exit; }
mkdir -p "$2" && cd "$2"
perl -e 'srand(3); print pack("L*", map { rand(4294967296) } 1 .. 1000000)' >db.bin
tar -cf db.tar db.bin
rm db.bin
SH
chmod 755 scanner/bin/scanner
(cd scanner && tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - bin | gzip -n >../dist/scanner.tar.gz)
rm -r linux-amd64 scanner
