# What the scripts build: unpacked archives stand for it.
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p sources openssl
noise openssl 2500000 >openssl/libssl.so.3
{ printf '!<arch>\n'; noise 'openssl archive' 1500000; } >openssl/libssl.a
tarball sources/openssl.tar.gz openssl
for version in 3.11 3.12; do
  program "cpython-$version/bin/python3" "Python $version"
  mkdir -p "cpython-$version/lib"
  noise "cpython $version" 4000000 >"cpython-$version/lib/libpython.so"
  { printf '!<arch>\n'; noise "cpython archive $version" 3000000; } >"cpython-$version/lib/libpython.a"
  tarball "sources/cpython-$version.tar.gz" "cpython-$version"
done
rm -r openssl cpython-3.11 cpython-3.12
