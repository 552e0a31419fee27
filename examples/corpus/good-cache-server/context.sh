# The sources of a small server.
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p dist kvd-7.2.5
cat >kvd-7.2.5/kvd.c <<'C'
#include <stdio.h>
#include <string.h>
#include "table.h"
int main(int count, char **words) {
  if (count > 1 && strcmp(words[1], "--version") == 0) puts("kvd 7.2.5");
  return table[sizeof table - 1] == 1;
}
C
{ echo 'static const unsigned char table[] = {'; seq -s ',' 0 250 | head -c 900; echo ',0 };'; } >kvd-7.2.5/table.h
cat >kvd-7.2.5/Makefile <<'MAKE'
all: kvd
kvd: kvd.c table.h
	$(CC) -O2 -s -o $@ kvd.c
install: kvd
	install -m 755 kvd /usr/local/bin/kvd
MAKE
tarball dist/kvd-7.2.5.tar.gz kvd-7.2.5
sha256sum dist/kvd-7.2.5.tar.gz | cut -d ' ' -f 1 >dist/kvd-7.2.5.tar.gz.sha256
rm -r kvd-7.2.5
