# A release of some tools.
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p vendor toolkit-3.2.0/lib
program toolkit-3.2.0/bin/toolkit 'toolkit 3.2.0'
program toolkit-3.2.0/bin/tool-lint 'nothing found'
noise toolkit 6000000 >toolkit-3.2.0/lib/libtoolkit.so
words toolkit 1500000 >toolkit-3.2.0/lib/rules.js
tarball vendor/toolkit-3.2.0.tar.gz toolkit-3.2.0
sha256sum vendor/toolkit-3.2.0.tar.gz | cut -d ' ' -f 1 >vendor/SHA256
rm -r toolkit-3.2.0
