import { expect, it } from 'vitest';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import type { PackageType } from '../../src/packages/installed-package.ts';
import { PackageArrivals } from '../../src/packages/package-arrivals.ts';

const STATUS = 'var/lib/dpkg/status';
const APK = 'lib/apk/db/installed';

function layer(id: string, path: string, ...names: readonly string[]): Pick<LayerScan, 'collected'> {
  return { collected: { [id]: [{ path, value: names.map(name => ({ name, version: '1' })) }] } };
}

const NOTHING: Pick<LayerScan, 'collected'> = { collected: {} };

function arrivals(...layers: readonly Pick<LayerScan, 'collected'>[]) {
  const found = new PackageArrivals(layers);
  return (name: string, type: PackageType = 'deb', path = STATUS) => found.layerOf({ type, path, name });
}

it('is the first layer whose database names a package', () => {
  const of = arrivals(layer('dpkg', STATUS, 'a'), NOTHING, layer('dpkg', STATUS, 'a', 'b'), NOTHING);
  expect([of('a'), of('b'), of('c')]).toEqual([0, 2, null]);
});

it('is the last time that it came, when it was away', () => {
  const of = arrivals(
    layer('dpkg', STATUS, 'a', 'b'),
    layer('dpkg', STATUS, 'b'),
    layer('dpkg', STATUS, 'a', 'b'),
  );
  expect([of('a'), of('b')]).toEqual([2, 0]);
});

it('is told of each database by itself, and of the system only', () => {
  const of = arrivals(
    layer('dpkg', 'var/lib/dpkg/status.d/a', 'a'),
    layer('apk', APK, 'a'),
    layer('dpkg', 'var/lib/dpkg/status.d/b', 'b'),
    layer('npm', 'node_modules/a/package.json', 'a'),
  );
  expect(of('a', 'deb', 'var/lib/dpkg/status.d/a')).toBe(0);
  expect(of('b', 'deb', 'var/lib/dpkg/status.d/b')).toBe(2);
  expect(of('a', 'apk', APK)).toBe(1);
  expect(of('a', 'npm', 'node_modules/a/package.json')).toBeNull();
});

it('makes nothing of what a cache says otherwise', () => {
  const odd = { collected: { dpkg: [{ path: STATUS, value: ['a', 1, null, { name: 5 }, { name: '' }] }] } };
  const of = arrivals(layer('dpkg', STATUS, 'a'), odd);
  expect(of('a')).toBe(0);
});
