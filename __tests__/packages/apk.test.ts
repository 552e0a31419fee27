import { describe, expect, it } from 'vitest';
import { file, symlink } from '../support/fabricate/node.ts';
import { collected, fixture, packagesIn } from './packaged.ts';

describe('apk’s database', () => {
  it.each(['lib/apk/db/installed', 'usr/lib/apk/db/installed'])(
    'at %s says which files are whose',
    async path => {
      const { packages, ownerOf, notices } = await packagesIn({
        [path]: file(fixture('apk/installed')),
        'lib/ld-musl-x86_64.so.1': file(600_000),
        'lib/libc.musl-x86_64.so.1': symlink('ld-musl-x86_64.so.1'),
        top: file(3),
        'usr/include/zlib.h': file(90),
        'usr/lib/pkgconfig/zlib.pc': file(7),
        'usr/include/other.h': file(5),
      });
      expect(packages).toMatchObject([
        { type: 'apk', name: 'musl', version: '1.2.4-r1', architecture: 'x86_64', bytes: 600_000, path },
        { name: 'zlib-dev', bytes: 100, fileCount: 3, relations: null },
        { name: '.build-deps', bytes: 0, layers: [0] },
      ]);
      expect(ownerOf('usr/include/zconf.h')?.name).toBe('zlib-dev');
      expect(ownerOf('usr/include/other.h')).toBeNull();
      expect(notices).toEqual([]);
    },
  );

  it('may end without an empty line, and have lines of any other form', () => {
    expect(collected('lib/apk/db/installed', 'junk\n:\nR:early\nP:a\nV:1\r\nF:x\nR:\nR:y')).toEqual([
      { name: 'a', version: '1', architecture: null, files: 'early\nx/y' },
    ]);
  });

  it('does not repeat a long directory for a million names', () => {
    const text = `P:a\nV:1\nF:${'d'.repeat(4000)}\n${'R:f\n'.repeat(100_000)}`;
    expect(collected('lib/apk/db/installed', text)).toBeNull();
  });
});
