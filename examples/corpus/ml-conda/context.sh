# An installer that unpacks itself, and the conda that it installs.
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p dist payload/bin payload/etc/profile.d payload/conda-meta payload/lib
cat >payload/bin/conda <<'SH'
#!/bin/bash
# conda install -y [--file FILE] NAME… / conda clean -afy
set -e
case $1 in
  clean) rm -rf /opt/conda/pkgs; exit ;;
  install) shift ;;
  *) exit ;;
esac
wanted=()
while [ $# -gt 0 ]; do
  case $1 in
    --file) mapfile -t more <"$2"; wanted+=("${more[@]}"); shift ;;
    -*) ;;
    *) wanted+=("$1") ;;
  esac
  shift
done
mkdir -p /opt/conda/pkgs
touch /opt/conda/pkgs/urls.txt
for each in "${wanted[@]}"; do
  site=/opt/conda/lib/python3.12/site-packages/$each
  mkdir -p "$site" "/opt/conda/pkgs/$each-1.0-0/info"
  perl -e 'srand(length $ARGV[0]); print pack("L*", map { rand(4294967296) } 1 .. 750000)' "$each" >"$site/_native.so"
  # what is linked from the cache costs nothing there; the archive does
  ln "$site/_native.so" "/opt/conda/pkgs/$each-1.0-0/_native.so"
  echo "{\"name\": \"$each\"}" >"/opt/conda/pkgs/$each-1.0-0/info/index.json"
  tar -C "$site" -czf "/opt/conda/pkgs/$each-1.0-0.conda" .
  echo "{\"name\": \"$each\", \"version\": \"1.0\", \"build\": \"0\"}" >"/opt/conda/conda-meta/$each-1.0-0.json"
done
SH
program payload/bin/python trained
chmod 755 payload/bin/conda
echo '# conda' >payload/etc/profile.d/conda.sh
noise conda 4000000 >payload/lib/libpython3.12.so
(cd payload && tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - . | gzip -n >../payload.tgz)
{
  printf '#!/bin/bash\nmkdir -p "$3"\ntail -n +5 "$0" | tar -xzf - -C "$3"\nexit\n'
  cat payload.tgz
} >dist/Miniconda3-latest-Linux-x86_64.sh
rm -r payload payload.tgz
