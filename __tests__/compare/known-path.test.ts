import { expect, test } from 'vitest';
import { isCacheDirectory, isShelf, KnownPaths } from '../../src/compare/known-path.ts';

test.each([
  ['var/lib/apt/lists/deb_Packages', 'apt-lists'],
  ['var/lib/apt/lists/partial/x', 'apt-lists'],
  ['var/cache/apt/archives/vim.deb', 'apt-archives'],
  ['var/cache/apt/pkgcache.bin', 'apt-cache'],
  ['var/cache/apk/APKINDEX.tar.gz', 'apk-cache'],
  ['root/.cache/pip/http/1', 'pip-cache'],
  ['home/app/.npm/_cacache/index', 'npm-cache'],
  ['usr/local/share/.cache/yarn/v6/x', 'yarn-cache'],
  ['go/pkg/mod/cache/download/x', 'go-cache'],
  ['usr/local/cargo/registry/src/x', 'cargo-cache'],
  ['root/.m2/repository/x.jar', 'maven-cache'],
  ['opt/jdk-21.tar.gz', 'archives'],
  ['src/pkg.TGZ', 'archives'],
  ['tmp/build/x.o', 'temporary-files'],
  ['var/lib/apt/listing', null],
  ['a/b/c/d/e/.cache/pip/x', null],
  ['opt/tmp/x', null],
  ['app/.npmrc', null],
  ['usr/bin/tar', null],
])('%s is %j', (path, kind) => {
  expect(new KnownPaths().kindOf(path)).toBe(kind);
});

test('a cache is told by its own directory, not by those around or inside it', () => {
  expect(['var/lib/apt/lists/', 'root/.cache/pip/'].every(isCacheDirectory)).toBe(true);
  expect(['var/lib/apt/', 'var/lib/apt/lists/partial/', 'root/.cache/', 'tmp/'].some(isCacheDirectory)).toBe(
    false,
  );
});

test('a shelf holds unrelated things', () => {
  expect(['', 'usr/lib/', 'usr/lib/x86_64-linux-gnu/'].every(isShelf)).toBe(true);
  expect(['usr/share/vim/', 'app/', 'usr/lib/python3/'].some(isShelf)).toBe(false);
});
