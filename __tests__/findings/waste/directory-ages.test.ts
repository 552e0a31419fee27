import { expect, it } from 'vitest';
import { DirectoryAges } from '../../../src/findings/waste/directory-ages.ts';
import { directory, file, scan } from '../../support/scans/scan.ts';

it('knows the lowest layer that has a directory, or anything in it', () => {
  const ages = new DirectoryAges([
    scan([file('etc/apt/sources.list', 1)]),
    scan([directory('etc'), directory('app'), file('app/lib/a', 1)]),
    scan([directory('app'), directory('app/lib'), directory('app/new')]),
  ]);
  expect(ages.wasMadeBy('etc', 0)).toBe(true);
  expect(ages.wasMadeBy('etc/apt', 0)).toBe(true);
  expect(ages.wasMadeBy('app', 1)).toBe(true);
  expect(ages.wasMadeBy('app/lib', 1)).toBe(true);
  expect(ages.wasMadeBy('app/new', 2)).toBe(true);
  expect(ages.wasThereBelow('app', 2)).toBe(true);
  expect(ages.wasThereBelow('app', 1)).toBe(false);
  expect(ages.wasThereBelow('nowhere', 2)).toBe(false);
  expect(ages.wasThereBelow('', 0)).toBe(true);
});
