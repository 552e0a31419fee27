# shellcheck shell=bash
# What the context.sh of a case makes its files with: . "$(dirname "$0")/../files.sh"

# noise SEED BYTES: bytes that no compression shortens, the same every time.
noise() {
  node -e '
    const { createCipheriv, createHash } = require("node:crypto");
    const key = createHash("sha256").update(process.argv[1]).digest();
    process.stdout.write(createCipheriv("aes-256-ctr", key, key.subarray(0, 16)).update(Buffer.alloc(+process.argv[2])));
  ' "$1" "$2"
}

# words SEED BYTES: text that shortens about as sources do, the same every time.
words() {
  node -e '
    const { createHash } = require("node:crypto");
    const [, seed, size] = process.argv;
    const list = ["return", "const", "value", "index", "await", "function", "options", "if", "else", "=>", "null", "(item)", "{", "}"];
    const lines = [];
    for (let length = 0, at = 0; length < +size; at += 1) {
      const bytes = createHash("sha256").update(`${seed} ${at}`).digest();
      const line = `  ${[...bytes.subarray(0, 9)].map(byte => list[byte % list.length]).join(" ")} ${bytes.toString("hex", 20, 26)};\n`;
      lines.push(line);
      length += line.length;
    }
    process.stdout.write(lines.join("").slice(0, +size));
  ' "$1" "$2"
}

# stand_in_pip FOLDER: pip and python3 that write what the real ones write, at the same places, without a network.
stand_in_pip() {
  mkdir -p "$1"
  cat >"$1/pip" <<'SH'
#!/bin/sh
# pip install [--no-cache-dir] [--user] [-r FILE] [NAME==VERSION]…; sizes as in its table.
set -eu
[ "${1:-}" != --version ] || { echo 'pip 24.0 (a stand-in)'; exit; }
[ "${1:-}" = install ] || exit 0
shift
site=${VIRTUAL_ENV:+$VIRTUAL_ENV/lib/python3.11/site-packages}
site=${site:-/usr/local/lib/python3.11/site-packages}
cache=${PIP_CACHE_DIR:-$HOME/.cache/pip} wanted=
[ -z "${PIP_NO_CACHE_DIR:-}" ] || cache=
while [ $# -gt 0 ]; do
  case $1 in
    --no-cache-dir | --no-cache) cache= ;;
    --user) site=$HOME/.local/lib/python3.11/site-packages ;;
    -r | --requirement) wanted="$wanted $(grep -v '^#' "$2")" && shift ;;
    --index-url | -c | --find-links) shift ;;
    -*) ;;
    *) wanted="$wanted $1" ;;
  esac
  shift
done
noise() {
  perl -e 'srand(unpack("%32C*", $ARGV[0])); my $n = $ARGV[1]; while ($n > 0) { my $k = $n > 65536 ? 65536 : $n; print substr(pack("L*", map { rand(4294967296) } 0 .. $k / 4), 0, $k); $n -= $k }' "$1" "$2"
}
for each in $wanted; do
  name=${each%%==*} version=${each##*==}
  case $name in
    torch) size=24000000 ;;
    triton | tensorflow) size=16000000 ;;
    numpy | scipy | pandas | transformers) size=5000000 ;;
    *) size=400000 ;;
  esac
  # an upgrade takes the old one away
  rm -rf "$site/$name" "$site/$name"-*.dist-info
  mkdir -p "$site/$name/tests" "$site/$name-$version.dist-info"
  noise "$each" "$size" >"$site/$name/_native.so"
  seq -f "def call_%.0f(value): return value" 2000 >"$site/$name/__init__.py"
  seq -f "def test_%.0f(): assert True" 500 >"$site/$name/tests/test_all.py"
  printf 'Metadata-Version: 2.1\nName: %s\nVersion: %s\n' "$name" "$version" >"$site/$name-$version.dist-info/METADATA"
  echo pip >"$site/$name-$version.dist-info/INSTALLER"
  printf '%s\n' "$name/__init__.py,," "$name/_native.so,," "$name/tests/test_all.py,," "$name-$version.dist-info/METADATA,," "$name-$version.dist-info/INSTALLER,," "$name-$version.dist-info/RECORD,," >"$site/$name-$version.dist-info/RECORD"
  if [ -n "$cache" ]; then
    sum=$(printf %s "$each" | sha256sum | cut -c 1-56)
    folder=$cache/http-v2/$(echo "$sum" | cut -c 1)/$(echo "$sum" | cut -c 2)/$(echo "$sum" | cut -c 3)
    mkdir -p "$folder"
    noise "$name wheel" $((size / 2)) >"$folder/$sum.body"
    echo "cached $each" >"$folder/$sum"
  fi
  echo "Successfully installed $name-$version"
done
SH
  cat >"$1/python3" <<'SH'
#!/bin/sh
set -eu
case "${1:-} ${2:-}" in
  '-m venv')
    for folder; do :; done
    mkdir -p "$folder/bin" "$folder/lib/python3.11/site-packages"
    printf 'home = /usr/local/bin\nversion = 3.11.9\n' >"$folder/pyvenv.cfg"
    for program in python3 pip; do ln -s "/usr/local/bin/$program" "$folder/bin/$program"; done
    ;;
  '-m pip') shift 2 && exec pip "$@" ;;
  '-m '* | '-c '*) ;;
  *) [ ! -e "${1:-}" ] || grep -c '' "$1" ;;
esac
SH
  chmod +x "$1/pip" "$1/python3"
}

# tarball FILE FOLDER: a .tar.gz of a folder, the same every time.
tarball() {
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$(dirname "$2")" -cf - "$(basename "$2")" | gzip -n >"$1"
}

# program FILE TEXT: a script that prints the text.
program() {
  mkdir -p "$(dirname "$1")"
  printf '#!/bin/sh\necho "%s"\n' "$2" >"$1"
  chmod 755 "$1"
}
