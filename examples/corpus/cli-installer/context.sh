#!/usr/bin/env bash
# An installer that carries what it installs.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
work=$(mktemp -d)
mkdir -p "$work"/{bin,share,etc}
cat >"$work/bin/tool" <<'SH'
#!/bin/sh
case $1 in
  warm-up) mkdir -p /root/.tool/cache && seq 1 300000 >/root/.tool/cache/index ;;
  *) grep -q never /opt/tool/etc/tool.conf && echo "tool 9.4" ;;
esac
SH
chmod 755 "$work/bin/tool"
noise 1 12000000 >"$work/share/rules.db"
echo 'threads = 4' >"$work/etc/tool.conf"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1700000000 -C "$work" -cf - bin share etc | gzip -n >"$work.tgz"
{
  printf '#!/bin/sh\nset -e\ntest -s "$4"\nmkdir -p "$2"\ntail -n +7 "$0" | tar -xzf - -C "$2"\nexit\n'
  cat "$work.tgz"
} >tool-installer-9.4.run
rm -rf "$work" "$work.tgz"
