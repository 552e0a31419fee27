# Archives of three compilers, a sysroot, and sources with a configure.
. "$(dirname "$0")/../files.sh"
cd "$1"
chmod 755 scripts/*
mkdir -p toolchains zlib sysroot/usr/lib sysroot/usr/include
for triple in armv7-linux-gnueabihf aarch64-linux-gnu riscv64-linux-gnu; do
  program "$triple/bin/$triple-gcc" "$triple-gcc 13.2"
  mkdir -p "$triple/lib" "$triple/libexec"
  noise "$triple" 4000000 >"$triple/libexec/cc1"
  { printf '!<arch>\n'; noise "$triple lib" 1000000; } >"$triple/lib/libstdc++.a"
  tarball "toolchains/$triple.tar.gz" "$triple"
  rm -r "$triple"
done
noise sysroot 2000000 >sysroot/usr/lib/libc.so.6
words sysroot 500000 >sysroot/usr/include/unistd.h
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C sysroot -cf - usr | gzip -n >sysroot.tar.gz
rm -r sysroot
cat >zlib/configure <<'SH'
#!/bin/sh
echo configured >config.log
SH
cat >zlib/make-stand-in <<'SH'
#!/bin/sh
set -e
case $1 in
  all)
    for each in adler32 crc32 deflate inflate trees; do
      { printf '\177ELF\002\001\001\000\000\000\000\000\000\000\000\000\001\000\076\000'; perl -e 'srand(length $ARGV[0]); print pack("L*", map { rand(4294967296) } 1 .. 100000)' "$each"; } >"$each.o"
    done
    { printf '!<arch>\n'; cat ./*.o; } >libz.a
    ;;
  install) mkdir -p /usr/local/lib && cp libz.a /usr/local/lib/ ;;
esac
SH
chmod 755 zlib/configure zlib/make-stand-in
words zlib 900000 >zlib/deflate.c
