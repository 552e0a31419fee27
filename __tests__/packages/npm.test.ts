import { describe, expect, it } from 'vitest';
import { installScripts } from '../../src/packages/npm-reader.ts';
import { file } from '../support/fabricate/node.ts';
import { collected, fixture, packagesIn } from './packaged.ts';

function manifest(name: string, version: string): ReturnType<typeof file> {
  return file(JSON.stringify({ name, version }));
}

describe('packages in node_modules', () => {
  it('have what is below them, but for the packages inside', async () => {
    const { packages, ownerOf } = await packagesIn({
      'srv/node_modules/.package-lock.json': file(fixture('npm/package-lock.json')),
      'srv/node_modules/@acme/dep/package.json': manifest('@acme/dep', '1.0.1'),
      'srv/node_modules/@acme/dep/index.js': file(1000),
      'srv/node_modules/@acme/dep/dist/esm/package.json': file('{"type":"module"}'),
      'srv/node_modules/@acme/dep/node_modules/sub/package.json': manifest('sub', '2.0.0'),
      'srv/node_modules/@acme/dep/node_modules/sub/x/y/z.js': file(500),
      'srv/node_modules/alias/package.json': manifest('sub', '2.0.0'),
      'srv/node_modules/tool/package.json': manifest('tool', '3.1.0'),
      'srv/node_modules/.bin/tool': file(5),
      'srv/package.json': manifest('app', '1.0.0'),
    });
    expect(
      packages.map(({ name, path, bytes, isDevelopment }) => [name, path, bytes, isDevelopment]),
    ).toEqual([
      ['@acme/dep', 'srv/node_modules/@acme/dep', 1000 + 38 + 17, false],
      ['sub', 'srv/node_modules/@acme/dep/node_modules/sub', 532, false],
      ['tool', 'srv/node_modules/tool', 33, true],
      ['sub', 'srv/node_modules/alias', 32, false],
    ]);
    expect(ownerOf('srv/node_modules/@acme/dep/lib/deleted.js')?.name).toBe('@acme/dep');
    expect(ownerOf('srv/node_modules/.bin/tool')).toBeNull();
    expect(ownerOf('srv/package.json')).toBeNull();
  });

  it('are found wherever a package manager puts them', async () => {
    const { packages } = await packagesIn({
      'node_modules/top/package.json': manifest('top', '1.0.0'),
      'app/node_modules/.pnpm/left@1.0.0/node_modules/left/package.json': manifest('left', '1.0.0'),
      'node_modules/top/part/package.json': manifest('part', '1.0.0'),
      'app/xnode_modules/no/package.json': manifest('no', '1.0.0'),
      'app/node_modules/@scope/package.json': manifest('@scope', '1.0.0'),
      'node_modules/nameless/package.json': file('{}'),
    });
    expect(packages.map(({ name, version }) => `${name}@${version}`).sort()).toEqual([
      '@scope@1.0.0',
      'left@1.0.0',
      'nameless@',
      'top@1.0.0',
    ]);
  });

  it.each([['[]'], ['null'], ['{"name":'], [''], ['['.repeat(500_000)], ['"\\u0000"'], ['\ufeff']])(
    'whose manifest is none (%#) are not there',
    text => {
      expect(collected('node_modules/x/package.json', text)).toBeNull();
    },
  );

  it('have the name of their directory when their own is no name', () => {
    for (const name of ['"a\\nb"', '""', '7', `"${'n'.repeat(600)}"`]) {
      expect(
        collected('node_modules/x/package.json', `{"name":${name},"__proto__":{"version":"9"}}`),
      ).toEqual({
        name: 'x',
        version: '',
      });
    }
  });

  it('are for development when npm’s record of that directory says so', () => {
    const path = 'a/node_modules/.package-lock.json';
    const packages = { 'node_modules/a': { dev: true }, 'node_modules/a/node_modules/b': { dev: true } };
    expect(collected(path, JSON.stringify({ packages }))).toBe(
      'a/node_modules/a\na/node_modules/a/node_modules/b',
    );
    const others = { x: { dev: 'true' }, y: { devOptional: true }, z: null, '../../../out': { dev: true } };
    expect(collected(path, JSON.stringify({ packages: others }))).toBe('out');
    expect(collected(path, '{"packages":[]}')).toBeNull();
    expect(collected('a/.package-lock.json', JSON.stringify({ packages }))).toBeNull();
  });
});

describe('scripts that installing runs', () => {
  const lifecycle = JSON.stringify({ scripts: { prepare: 'tsc', test: 'x', postinstall: 'husky' } });

  it('are told of manifests that are in no package', () => {
    const project = { needs: [], development: [], hasWorkspaces: false };
    const scripts = ['postinstall', 'prepare'];
    expect(collected('app/package.json', lifecycle)).toEqual({ ...project, scripts });
    expect(collected('package.json', lifecycle)).toEqual({ ...project, scripts });
    expect(collected('app/package.json', '{"scripts":{"test":"x"}}')).toBeNull();
    expect(collected('app/package.json', '{"scripts":["prepare"]}')).toBeNull();
    expect(collected('app/node_modules/a/lib/package.json', lifecycle)).toBeNull();
    expect(collected('app/node_modules/a/package.json', lifecycle)).toEqual({ name: 'a', version: '' });
    expect(collected('app/xpackage.json', lifecycle)).toBeNull();
  });

  it('count for the packages beside the manifest, in whatever layer that is', () => {
    const layer = (path: string, scripts: readonly string[]) => ({
      collected: { npm: [{ path, value: { scripts } }] },
    });
    const scans = [layer('app/package.json', ['prepare']), layer('other/package.json', ['install'])];
    const of = (path: string) => installScripts(scans, [path]);
    expect(of('app/node_modules/a/node_modules/b/x.js')).toEqual(['prepare']);
    expect(of('other/node_modules/a/x.js')).toEqual(['install']);
    expect(of('elsewhere/node_modules/a/x.js')).toEqual([]);
    expect(of('app/src/x.js')).toEqual([]);
  });

  it('count for workspaces below, too', () => {
    const scans = [
      { collected: { npm: [{ path: 'app/apps/web/package.json', value: { scripts: ['prepare'] } }] } },
    ];
    expect(installScripts(scans, ['app/node_modules/a'])).toEqual(['prepare']);
    expect(installScripts(scans, ['node_modules/a'])).toEqual(['prepare']);
    expect(installScripts(scans, ['app/apps/web/src/node_modules/a', 'ap/node_modules/a'])).toEqual([]);
  });
});

describe('what a manifest needs', () => {
  it('is what it asks for, but for peers that it can do without', () => {
    const text = JSON.stringify({
      name: 'a',
      dependencies: { b: '1', '@s/c': '1', '../d': '1', '..': '1', 'e/f': '1' },
      optionalDependencies: { g: '1' },
      peerDependencies: { h: '1', i: '1', b: '1' },
      peerDependenciesMeta: { i: { optional: true } },
      devDependencies: { j: '1' },
      workspaces: [],
    });
    const needs = ['b', '@s/c', 'g', 'h'];
    expect(collected('node_modules/a/package.json', text)).toEqual({ name: 'a', version: '', needs });
    expect(collected('app/package.json', text)).toEqual({
      scripts: [],
      needs,
      development: ['j'],
      hasWorkspaces: true,
    });
    expect(collected('app/package.json', '{"dependencies":["a"],"name":"x"}')).toBeNull();
  });
});
