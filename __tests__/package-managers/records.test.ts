import { describe, expect, it, test } from 'vitest';
import { cacheUse, OFFLINE } from '../../src/package-managers/cache-use.ts';
import { findLeftover, isPackageState } from '../../src/package-managers/leftovers.ts';
import {
  BUILDLESS_PROGRAMS,
  type CacheKind,
  isFileless,
  PACKAGE_MANAGERS,
} from '../../src/package-managers/package-managers.ts';
import { readProgram, wordsBehind } from '../../src/package-managers/program.ts';

function expectDistinct(all: readonly string[]): void {
  expect(all.filter((each, index) => all.indexOf(each) !== index)).toEqual([]);
}

test('a program, an id and a kind of cache are of one record', () => {
  expectDistinct(PACKAGE_MANAGERS.map(({ id }) => id));
  expectDistinct(
    PACKAGE_MANAGERS.flatMap(({ programs, shorthands, companions }) => [
      ...programs,
      ...Object.keys(shorthands ?? {}),
      ...(companions ?? []).map(({ name }) => name),
    ]),
  );
  expectDistinct(PACKAGE_MANAGERS.flatMap(({ caches }) => (caches ?? []).map(({ kind }) => kind)));
});

describe.each(PACKAGE_MANAGERS)('the record of $id', record => {
  const { programs, unpackers = [], shorthands, verbs = {}, installsAnew = [], recommends, caches } = record;
  const known = Object.values(verbs).flat();

  it('has each verb once', () => expectDistinct(known));

  it('shortens commands of its own', () => {
    for (const { program, verb } of Object.values(shorthands ?? {})) {
      expect(programs).toContain(program);
      expect(known).toContain(verb.split(' ')[0]);
    }
  });

  it('says more of programs and verbs of its own', () => {
    expect(programs).toEqual(expect.arrayContaining([...unpackers]));
    expect(verbs.manifest ?? []).toEqual(expect.arrayContaining([...installsAnew]));
    expect(verbs.names ?? []).toEqual(expect.arrayContaining([...(recommends?.verbs ?? [])]));
  });

  it('adds options to verbs of its own', () => {
    for (const remedy of (caches ?? []).flatMap(({ remedies }) => remedies)) {
      if (remedy.kind !== 'option') continue;
      for (const action of remedy.takenBy) expect(verbs[action]).not.toBeUndefined();
    }
  });
});

test.each([
  [['/opt/bin/pip3.11', 'install', 'x'], 'pip', ['install', 'x']],
  [['python3', '-m', 'pip', 'install'], 'pip', ['install']],
  [['/usr/bin/python3.12', '-m', 'poetry', 'sync'], 'poetry', ['sync']],
  [['apt-get', '-y', 'install'], 'apt-get', ['-y', 'install']],
  [['pipenv', 'install'], 'pipenv', ['install']],
  [[], '', []],
])('%j runs %s', (words, program, behind) => {
  expect(readProgram(words)).toBe(program);
  expect(wordsBehind(words)).toEqual(behind);
});

test.each([
  ['var/log/apt/term.log', 'var/log/apt/*'],
  ['var/log/dnf5.log.1', null],
  ['var/lib/dpkg/status-old', 'var/lib/dpkg/*-old'],
  ['var/cache/debconf/templates.dat-old', 'var/cache/debconf/*-old'],
  ['var/cache/ldconfig/aux-cache', null],
])('%s is left behind', (path, glob) => {
  expect(findLeftover(path)).toBeDefined();
  expect(findLeftover(path)?.isRead).toBeUndefined();
  expect(findLeftover(path)?.glob ?? null).toBe(glob);
});

test.each(['var/lib/dnf/history.sqlite-wal', 'var/lib/yum/yumdb/x/y', 'var/backups/dpkg.status.0'])(
  '%s is left behind, but read',
  path => expect(findLeftover(path)?.isRead).toBe(true),
);

test.each(['var/log/app.log', 'var/log/app/dpkg.log', 'var/lib/dpkg/info/x-old', 'var/lib/dpkg/status'])(
  '%s is not left behind',
  path => expect(findLeftover(path)).toBeUndefined(),
);

test('what every installation rewrites', () => {
  const state = [
    'var/lib/dpkg/status',
    'usr/lib/apk/db/installed',
    'usr/share/rpm/rpmdb.sqlite',
    'var/log/x',
  ];
  expect([...state, 'etc/ld.so.cache', 'var/lib/dnf/history.sqlite'].filter(isPackageState)).toHaveLength(6);
  expect(['var/lib/app/x', 'etc/ld.so.conf', 'usr/lib/rpm/macros'].filter(isPackageState)).toEqual([]);
});

test.each([
  'npm ci --offline',
  'yum -C install x',
  'microdnf -C install x',
  'dnf5 --cacheonly install x',
  'UV_OFFLINE=1 uv sync',
  'npm_config_prefer_offline=true npm ci',
  'COMPOSER_DISABLE_NETWORK=1 composer install',
  'gem pristine --all',
])('%s needs what was downloaded', command => {
  expect(OFFLINE.test(command)).toBe(true);
});

test.each(['npm ci', 'dnf install x', 'tar -C /x', 'offline'])('%s does without', command => {
  expect(OFFLINE.test(command)).toBe(false);
});

test.each<[CacheKind, string, boolean]>([
  ['pnpm-store', '["pnpm", "dlx", "x"]', true],
  ['pnpm-store', 'pnpx x', true],
  ['pnpm-store', 'pnpm start', false],
  ['uv-cache', 'uv tool run x', true],
  ['uv-cache', 'uvx x', true],
  ['uv-cache', 'uv run x', false],
  ['bun-cache', '["bunx", "x"]', true],
  ['maven-repository', '["./mvnw", "exec:java"]', true],
  ['maven-repository', 'java -cp /root/.m2/x.jar', true],
  ['go-cache', 'go run .', true],
  ['go-cache', '/go', false],
  ['nuget-cache', 'dotnet app.dll', false],
  ['nuget-cache', 'dotnet watch', true],
])('an image with %s that runs %s needs it: %s', (kind, command, isNeeded) => {
  expect(cacheUse(kind).needed?.test(command)).toBe(isNeeded);
});

test('programs of distributions', () => {
  expect(['dnf5', 'tdnf', 'apt-mark', 'dpkg-query'].every(program => BUILDLESS_PROGRAMS.has(program))).toBe(
    true,
  );
  expect(BUILDLESS_PROGRAMS.has('mk-build-deps')).toBe(false);
  expect(['apt', 'microdnf', 'apt-mark'].every(program => isFileless(program, []))).toBe(true);
  expect(['dpkg', 'rpm', 'apt-key'].some(program => isFileless(program, []))).toBe(false);
});
