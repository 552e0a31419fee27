import { expect, test } from 'vitest';
import { isSharedDirectory, KnownPaths } from '../../src/compare/known-path.ts';
import { findCacheDirectory, isCacheDirectory } from '../../src/package-managers/cache-directory.ts';

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
  ['root/.m2/repository/x.jar', 'maven-repository'],
  ['root/.cache/uv/archive-v0/x', 'uv-cache'],
  ['root/.cache/pypoetry/artifacts/x.whl', 'poetry-cache'],
  ['root/.cache/pypoetry/virtualenvs/app/bin/python', null],
  ['root/.yarn/berry/cache/x.zip', 'yarn-cache'],
  ['pnpm/store/v10/files/00/x', 'pnpm-store'],
  ['root/.local/share/pnpm/store/v3/files/00/x', 'pnpm-store'],
  ['.pnpm-store/v3/files/00/x', 'pnpm-store'],
  ['root/.bun/install/cache/x@1.0.0/x.js', 'bun-cache'],
  ['root/.cache/node/corepack/v1/yarn/4.0.0/yarn.js', null],
  ['go/pkg/mod/example.com/x@v1.0.0/x.go', 'go-cache'],
  ['root/.gradle/wrapper/dists/gradle-8.zip', 'gradle-cache'],
  ['usr/local/bundle/cache/rails-7.gem', 'gem-cache'],
  ['app/vendor/bundle/ruby/3.3.0/cache/rails-7.gem', 'gem-cache'],
  ['var/lib/gems/3.1.0/cache/rake-13.gem', 'gem-cache'],
  ['var/lib/gems/3.1.0/gems/rake-13/rake.rb', null],
  ['app/vendor/cache/rails-7.gem', null],
  ['root/.nuget/packages/x/1.0.0/x.dll', 'nuget-cache'],
  ['opt/conda/pkgs/zlib-1.3/lib/libz.so', 'conda-packages'],
  ['root/miniconda3/pkgs/cache/1.json', 'conda-packages'],
  ['opt/conda/lib/libz.so', null],
  ['opt/jdk-21.tar.gz', 'archives'],
  ['src/pkg.TGZ', 'archives'],
  ['tmp/build/x.o', 'temporary-files'],
  ['usr/tmp/x', 'temporary-files'],
  ['root/tmp/x', 'temporary-files'],
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

test.each([
  ['usr/local/lib/ruby/gems/3.3.0/cache/rails-7.gem', 'usr/local/lib/ruby/gems/3.3.0/cache'],
  ['root/.cache/pip/http/1', 'root/.cache/pip'],
  ['opt/jdk.tar.gz', null],
])('%s is in the cache %j', (path, directory) => {
  expect(findCacheDirectory(path)).toBe(directory);
});

test('a shared directory holds unrelated things', () => {
  expect(['', 'usr/lib/', 'usr/lib/x86_64-linux-gnu/'].every(isSharedDirectory)).toBe(true);
  expect(['usr/share/vim/', 'app/', 'usr/lib/python3/'].some(isSharedDirectory)).toBe(false);
});
