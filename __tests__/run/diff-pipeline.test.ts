import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSnapshot, serializeSnapshot } from '../../src/compare/parse-snapshot.ts';
import { ComparedInventory } from '../../src/inventory/compared-inventory.ts';
import { createDiskScanStore, type ScanStore } from '../../src/layer/scan-store.ts';
import { diffImages } from '../../src/run/diff-pipeline.ts';
import { weighImage } from '../../src/run/weigh/weigh.ts';
import { legacyDockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file, hardlink, type Node, whiteout } from '../support/fabricate/node.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';
import { PLAIN_SETTINGS } from '../support/plain-settings.ts';
import { silentLog } from '../support/silent-log.ts';
import { testEnvironment } from '../support/test-environment.ts';

type Layers = readonly Readonly<Record<string, Node>>[];

/** An archive whose layers are read by their headers alone: no digest says what is in them. */
async function archive(layers: Layers): Promise<Uint8Array> {
  const steps = layers.map((layer, index) => ({ createdBy: `RUN step ${index}`, layer }));
  return legacyDockerArchive([await fabricateImage({ steps, tags: ['app:1'] })]);
}

async function diff(cwd: string, baseline: string, head: string, scanStore?: ScanStore) {
  const environment = testEnvironment(cwd, scanStore && { scanStore });
  const options = { platform: null };
  const { report, snapshot } = await diffImages({ baseline, head, options }, PLAIN_SETTINGS, environment);
  const { comparison } = report;
  if (!comparison?.contents) throw new TypeError('a comparison looks at contents');
  const approximate = comparison.notices.filter(({ code }) => code === 'comparison-approximate');
  return { ...comparison.contents, approximate: approximate.length, snapshot: snapshot() };
}

const diffFiles = (cwd: string) =>
  diff(cwd, `docker-archive:${join(cwd, 'a.tar')}`, `docker-archive:${join(cwd, 'b.tar')}`);

const OLD = { same: file(3000, { seed: 1 }), changed: file(2000, { seed: 1 }), grown: file(10) };
const NEW = { same: file(3000, { seed: 1 }), changed: file(2000, { seed: 2 }), grown: file(11) };

test('archives are read once more for what decides, and for nothing else', async () => {
  const cwd = await folderOf({ 'a.tar': await archive([OLD]), 'b.tar': await archive([NEW]) });
  const { snapshot, ...contents } = await diffFiles(cwd);
  expect(contents).toEqual({
    changed: { count: 1, bytes: 2000, files: [{ path: 'changed', bytes: 2000, layer: 0 }] },
    assumed: { count: 0, bytes: 0 },
    unlistedBytes: 0,
    approximate: 0,
  });
  const [layer] = snapshot.layers;
  const known = layer?.files.filter((_file, index) => layer.contents[index] !== null);
  expect(known?.map(([path]) => path)).toEqual(['changed', 'same']);
});

test('the files by path are changed as the comparison says, links to them too', async () => {
  const layers = (seed: number): Layers => [
    { base: file(3000, { seed: 1 }), gone: file(500, { seed }) },
    { 'app/a': file(2000, { seed }), 'app/same': file(900, { seed: 1 }), 'app/link': hardlink('app/a') },
    { gone: whiteout() },
  ];
  const cwd = await folderOf({ 'a.tar': await archive(layers(1)), 'b.tar': await archive(layers(2)) });
  const [baseline = '', head = ''] = ['a', 'b'].map(name => `docker-archive:${join(cwd, `${name}.tar`)}`);
  const request = { baseline, head, options: { platform: null } };
  const { report, inventory } = await diffImages(request, PLAIN_SETTINGS, testEnvironment(cwd));
  expect(report.comparison?.contents?.changed.files.map(({ path }) => path)).toContain('app/a');
  const both = inventory();
  if (both.baseline === null) throw new TypeError('two images were compared');
  const rows = [...new ComparedInventory({ head: both.head, baseline: both.baseline }).rows()];
  const changed = rows.filter(({ change }) => change === 'changed').map(({ path }) => path);
  expect(changed.sort()).toEqual(['app/a', 'app/link', 'gone']);
});

test('a snapshot that knows no contents makes the comparison approximate; one that knows them does not', async () => {
  const cwd = await folderOf({ 'a.tar': await archive([OLD]), 'b.tar': await archive([NEW]) });
  const { snapshot } = await diffFiles(cwd);
  const layers = snapshot.layers.map(layer => ({ ...layer, contents: [] }));
  await changeFiles(cwd, {
    'known.json': serializeSnapshot(snapshot),
    'unknown.json': serializeSnapshot({ ...snapshot, layers }),
  });
  const a = `docker-archive:${join(cwd, 'a.tar')}`;
  expect(await diff(cwd, 'known.json', a)).toMatchObject({ changed: { count: 1 }, approximate: 0 });
  expect(await diff(cwd, a, 'known.json')).toMatchObject({ changed: { count: 1 }, approximate: 0 });
  expect(await diff(cwd, 'unknown.json', a)).toMatchObject({
    changed: { count: 0 },
    assumed: { count: 2, bytes: 5000 },
    approximate: 1,
  });
});

test('a stored scan lists the files of a base layer that a snapshot has by reference', async () => {
  const cwd = await folderOf({ 'a.tar': await archive([OLD]), 'b.tar': await archive([NEW]) });
  const { snapshot } = await diffFiles(cwd);
  const [layer] = snapshot.layers;
  if (!layer) throw new TypeError('there is a layer');
  const based = {
    ...snapshot,
    ...{ baseLayerCount: 1, baseSize: snapshot.size, ownSize: 0, wastedBytes: 0 },
    layers: [
      {
        ...layer,
        origin: 'base' as const,
        files: [],
        contents: [],
        directories: [['', layer.size] as const],
      },
    ],
  };
  await changeFiles(cwd, { 'base.json': serializeSnapshot(based) });
  expect(parseSnapshot(serializeSnapshot(based), 'base.json')).toEqual(based);
  const a = `docker-archive:${join(cwd, 'a.tar')}`;
  expect(await diff(cwd, 'base.json', a)).toMatchObject({ unlistedBytes: snapshot.size, approximate: 1 });

  const scanStore = createDiskScanStore(join(cwd, 'scans'), { log: silentLog });
  const reference = `docker-archive:${join(cwd, 'b.tar')}`;
  const request = { reference, platform: null, origins: () => null, verify: true };
  await weighImage(request, testEnvironment(cwd, { scanStore }));
  expect(await diff(cwd, 'base.json', a, scanStore)).toMatchObject({
    changed: { count: 1, files: [{ path: 'changed', bytes: 2000 }] },
    unlistedBytes: 0,
    approximate: 0,
  });
});

test('a snapshot may have any name', async () => {
  const cwd = await folderOf({ 'a.tar': await archive([OLD]), 'b.tar': await archive([NEW]) });
  const a = `docker-archive:${join(cwd, 'a.tar')}`;
  const { snapshot } = await diff(cwd, a, `docker-archive:${join(cwd, 'b.tar')}`);
  await changeFiles(cwd, { 'b.snap': serializeSnapshot(snapshot) });
  expect(await diff(cwd, a, 'b.snap')).toMatchObject({ changed: { count: 1, bytes: 2000 } });
});

const sizes = fc.constantFrom(0, 1, 511, 512, 70_000);
const files = fc.array(
  fc.record({
    size: sizes,
    became: fc.constantFrom('equal', 'changed', 'resized'),
    places: fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })),
  }),
  { maxLength: 8 },
);

test('of archives that spread equal files differently, exactly the changed ones are told', async () => {
  const cwd = await folderOf();
  await fc.assert(
    fc.asyncProperty(files, async drawn => {
      const layersOf = (side: 0 | 1): Layers =>
        [0, 1, 2].map(place => {
          const here = drawn.flatMap(({ size, became, places }, index) => {
            if (places[side] !== place) return [];
            const isNew = side === 1 && became !== 'equal';
            const node = file(side === 1 && became === 'resized' ? size + 1 : size, { seed: isNew ? 2 : 1 });
            return [[`f${index}`, node] as const];
          });
          return { ...Object.fromEntries(here), [`only${side}`]: file(1) };
        });
      await changeFiles(cwd, { 'a.tar': await archive(layersOf(0)), 'b.tar': await archive(layersOf(1)) });
      const { changed, assumed, approximate } = await diffFiles(cwd);
      const expected = drawn.filter(({ size, became }) => size > 0 && became === 'changed');
      expect(changed).toMatchObject({
        count: expected.length,
        bytes: expected.reduce((sum, { size }) => sum + size, 0),
      });
      expect({ assumed, approximate }).toEqual({ assumed: { count: 0, bytes: 0 }, approximate: 0 });
    }),
    { numRuns: times(30) },
  );
});
