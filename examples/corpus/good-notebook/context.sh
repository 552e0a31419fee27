# A micromamba that installs without a network, and a mamba that it installs.
. "$(dirname "$0")/../files.sh"
cd "$1"
chmod 755 fix-permissions
mkdir -p dist pack/bin
cat >pack/bin/micromamba <<'SH'
#!/bin/bash
# install [--root-prefix=P] [--prefix=P] NAME… / clean --all
set -e
root=${CONDA_DIR:-/opt/conda}
case $1 in
  clean) rm -rf "$root/pkgs" ~/.conda; exit ;;
  install) shift ;;
esac
mkdir -p "$root/conda-meta" "$root/bin" "$root/pkgs"
for each; do
  case $each in -*) continue ;; esac
  site=$root/lib/python3.12/site-packages/$each
  mkdir -p "$site"
  perl -e 'srand(length $ARGV[0]); print pack("L*", map { rand(4294967296) } 1 .. $ARGV[1] / 4)' "$each" 4000000 >"$site/_native.so"
  seq -f 'def call_%.0f(value): return value' 3000 >"$site/__init__.py"
  tar -C "$site" -czf "$root/pkgs/$each-1.0-0.tar.gz" .
  echo "{\"name\": \"$each\", \"version\": \"1.0\", \"build\": \"0\"}" >"$root/conda-meta/$each-1.0-0.json"
done
[ -e "$root/bin/mamba" ] || cp "$0" "$root/bin/mamba"
printf '#!/bin/sh\necho serving\n' >"$root/bin/start-notebook"
chmod 755 "$root/bin/start-notebook"
SH
chmod 755 pack/bin/micromamba
(cd pack && tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - bin | bzip2 >../dist/micromamba.tar.bz2)
rm -r pack
