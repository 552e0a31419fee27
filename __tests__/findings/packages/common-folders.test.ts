import { expect, it } from 'vitest';
import { NamedPaths } from '../../../src/findings/packages/common-folders.ts';

it('a path is named by itself, or by a directory that is not of all packages', () => {
  const named = new NamedPaths([
    'usr/lib/jvm/java-17',
    'usr/local/lib',
    'usr/lib/x86_64-linux-gnu',
    'usr/lib/x86_64-linux-gnu/libjemalloc.so.2',
    'usr/share/doc',
    'usr/share/maven',
    '',
  ]);
  const yes = [
    'usr/lib/jvm/java-17',
    'usr/lib/jvm/java-17/bin/java',
    'usr/lib/x86_64-linux-gnu/libjemalloc.so.2',
    'usr/share/maven/bin/mvn',
  ];
  const no = [
    'usr/lib/jvm/java-17-openjdk/bin/java',
    'usr/local/lib/libx.so',
    'usr/lib/x86_64-linux-gnu/libx.so',
    'usr/share/doc/x/copyright',
    'usr/lib/jvm',
  ];
  expect(yes.filter(path => named.has(path))).toEqual(yes);
  expect(no.filter(path => named.has(path))).toEqual([]);
});
