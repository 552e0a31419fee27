import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sha256 } from '../../src/base/digest.ts';
import { decodeNumbers, encodeNumbers } from '../../src/layer/layer-numbers.ts';
import { listScanFiles, trimScanFiles } from '../../src/layer/scan-files.ts';
import { createDiskScanStore } from '../../src/layer/scan-store.ts';
import { diffIdOf } from '../support/fabricate/layer.ts';
import { folderOf } from '../support/folder.ts';
import { silentLog } from '../support/silent-log.ts';

const LAYER = diffIdOf(Buffer.from('a layer'));
const OTHER = diffIdOf(Buffer.from('another'));

it('what was measured of a layer comes back, and adds up', async () => {
  const directory = await folderOf();
  const store = createDiskScanStore(directory, { log: silentLog });
  await store.putNumbers(LAYER, new Map([['a', 1]]));
  await store.putNumbers(LAYER, new Map([['b', -2]]));
  await store.putNumbers(OTHER, new Map());
  expect(await store.getNumbers(LAYER)).toEqual(
    new Map([
      ['a', 1],
      ['b', -2],
    ]),
  );
  expect(await store.getNumbers(OTHER)).toEqual(new Map());
  expect(listScanFiles(directory)).toHaveLength(1);
  trimScanFiles(directory, 0, Date.now());
  expect(await readdir(directory)).toEqual([]);
});

it('what is damaged, or of another layer, was not measured', async () => {
  const directory = await folderOf();
  const store = createDiskScanStore(directory, { log: silentLog });
  await store.putNumbers(LAYER, new Map([['a', 100]]));
  const [name = ''] = await readdir(directory);
  const text = await readFile(join(directory, name), 'utf8');
  expect(decodeNumbers(Buffer.from(text), OTHER)).toBeNull();
  for (const damaged of [text.replace('100', '900'), text.slice(0, 80), '', '{}']) {
    await writeFile(join(directory, name), damaged);
    expect(await store.getNumbers(LAYER)).toEqual(new Map());
  }
  const list = JSON.stringify([]);
  expect(decodeNumbers(Buffer.from(`${sha256(list)}\n${list}`), LAYER)).toBeNull();
});

it('the newest of very many are kept', () => {
  const many = new Map(Array.from({ length: 1500 }, (_, index) => [`${index}n`, index] as const));
  const kept = decodeNumbers(encodeNumbers(many, LAYER), LAYER);
  expect(kept?.size).toBe(1000);
  expect(kept?.has('1499n')).toBe(true);
});
