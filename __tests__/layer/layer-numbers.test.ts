import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sha256 } from '../../src/base/digest.ts';
import { decodeNumbers, encodeNumbers, numbersKey } from '../../src/layer/layer-numbers.ts';
import { listScanFiles, trimScanFiles } from '../../src/layer/scan-files.ts';
import { createDiskScanStore } from '../../src/layer/scan-store.ts';
import { diffIdOf } from '../support/fabricate/layer.ts';
import { folderOf } from '../support/folder.ts';
import { silentLog } from '../support/silent-log.ts';

const LAYER = diffIdOf(Buffer.from('a layer'));
const OTHER = diffIdOf(Buffer.from('another'));
const KEY = numbersKey(LAYER, null);

it('what was measured of a layer comes back, and adds up', async () => {
  const directory = await folderOf();
  const store = createDiskScanStore(directory, { log: silentLog });
  await store.putNumbers(LAYER, null, new Map([['a', 1]]));
  await store.putNumbers(LAYER, null, new Map([['b', -2]]));
  await store.putNumbers(OTHER, null, new Map());
  expect(await store.getNumbers(LAYER, null)).toEqual(
    new Map([
      ['a', 1],
      ['b', -2],
    ]),
  );
  expect(await store.getNumbers(OTHER, null)).toEqual(new Map());
  expect(listScanFiles(directory)).toHaveLength(1);
  trimScanFiles(directory, 0, Date.now());
  expect(await readdir(directory)).toEqual([]);
});

it('what was measured at a place is of that place, and of that machine', async () => {
  const directory = await folderOf();
  const store = createDiskScanStore(directory, { log: silentLog, machine: 'here' });
  await store.putNumbers(LAYER, 'a place', new Map([['a', 1]]));
  expect(await store.getNumbers(LAYER, 'a place')).toEqual(new Map([['a', 1]]));
  for (const place of ['another place', null])
    expect(await store.getNumbers(LAYER, place)).toEqual(new Map());
  for (const machine of ['there', undefined]) {
    const options = { log: silentLog, ...(machine !== undefined && { machine }) };
    const other = createDiskScanStore(directory, options);
    expect(await other.getNumbers(LAYER, 'a place')).toEqual(new Map());
  }
  const shared = createDiskScanStore(await folderOf(), { log: silentLog });
  await shared.putNumbers(LAYER, 'a place', new Map([['a', 1]]));
  expect(await shared.getNumbers(LAYER, 'a place')).toEqual(new Map());
});

it('what is damaged, or of another layer, was not measured', async () => {
  const directory = await folderOf();
  const store = createDiskScanStore(directory, { log: silentLog });
  await store.putNumbers(LAYER, null, new Map([['a', 100]]));
  const [name = ''] = await readdir(directory);
  const text = await readFile(join(directory, name), 'utf8');
  expect(decodeNumbers(Buffer.from(text), numbersKey(OTHER, null))).toBeNull();
  for (const damaged of [text.replace('100', '900'), text.slice(0, 80), '', '{}']) {
    await writeFile(join(directory, name), damaged);
    expect(await store.getNumbers(LAYER, null)).toEqual(new Map());
  }
  const list = JSON.stringify([]);
  expect(decodeNumbers(Buffer.from(`${sha256(list)}\n${list}`), KEY)).toBeNull();
});

it('the newest of very many are kept', () => {
  const many = new Map(Array.from({ length: 1500 }, (_, index) => [`${index}n`, index] as const));
  const kept = decodeNumbers(encodeNumbers(many, KEY), KEY);
  expect(kept?.size).toBe(1000);
  expect(kept?.has('1499n')).toBe(true);
});
