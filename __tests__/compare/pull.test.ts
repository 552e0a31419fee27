import { expect, test } from 'vitest';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import type { PullCost } from '../../src/compare/comparison.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import { fabricate, type LayerSpec } from '../support/fabricate/analysis.ts';

const DEBIAN: LayerSpec = { base: true, files: { 'bin/bash': 1000 }, compressedSize: 400 };
const SOURCES: LayerSpec = { text: 'COPY . /app', line: 2, files: { 'app/main.js': 50 }, compressedSize: 20 };
const INSTALL: LayerSpec = {
  ...{ text: 'RUN npm ci', line: 3, compressedSize: 90 },
  files: { 'app/node_modules/x/index.js': { size: 300, content: 'x', mtime: 1 } },
};
/** The same files, made at another time. */
const AGAIN: LayerSpec = {
  ...INSTALL,
  compressedSize: 91,
  files: { 'app/node_modules/x/index.js': { size: 300, content: 'x', mtime: 2 } },
};

function pullOf(before: readonly LayerSpec[], after: readonly LayerSpec[]): PullCost {
  const [baseline, head] = [fabricate(before), fabricate(after)].map(image => createSnapshot(image, null));
  if (baseline === undefined || head === undefined) throw new RangeError('there are two');
  const { pull } = compareSnapshots(baseline, head);
  if (pull === null) throw new TypeError('it is measured');
  return pull;
}

const reasons = ({ layers }: PullCost): (string | null)[] =>
  layers.map(({ layer, unchanged }) => `${layer} ${unchanged}`);

test('layers that the baseline has are not pulled', () => {
  const pull = pullOf([DEBIAN, SOURCES], [DEBIAN, SOURCES]);
  expect(pull).toEqual({
    ...{ size: 0, compressedSize: 0, unchangedSize: 0, unchangedCompressedSize: 0, cause: null, layers: [] },
  });
});

test('what is built again after a change is pulled for nothing, and the change is named', () => {
  const changed = { ...SOURCES, files: { 'app/main.js': 60 }, compressedSize: 25 };
  const pull = pullOf([DEBIAN, SOURCES, INSTALL], [DEBIAN, changed, AGAIN]);
  expect(pull).toMatchObject({
    size: 360,
    compressedSize: 116,
    unchangedSize: 300,
    unchangedCompressedSize: 91,
  });
  expect(reasons(pull)).toEqual(['1 null', '2 earlier-layer']);
  expect(pull.cause).toMatchObject({ layer: 1, instruction: { startLine: 2 } });
});

test('without a change before it only its times differ', () => {
  expect(reasons(pullOf([DEBIAN, INSTALL], [DEBIAN, AGAIN]))).toEqual(['1 metadata']);
});

test('in another order both are built again at another place', () => {
  const other = (mtime: number): LayerSpec => ({
    ...{ text: 'RUN make', line: 3, compressedSize: 9 },
    files: { 'opt/tool': { size: 30, content: 't', mtime } },
  });
  const pull = pullOf([DEBIAN, INSTALL, other(1)], [DEBIAN, other(2), AGAIN]);
  expect(reasons(pull)).toEqual(['1 order', '2 order']);
});

test('on another base image it is built again', () => {
  const updated: LayerSpec = { ...DEBIAN, files: { 'bin/bash': 1100 } };
  const pull = pullOf([DEBIAN, INSTALL], [updated, AGAIN]);
  expect(reasons(pull)).toEqual(['0 null', '1 base-image']);
  expect(pull).toMatchObject({ compressedSize: 491, unchangedSize: 300, cause: null });
});

test('other content of the same size is no content that did not change', () => {
  const other: LayerSpec = {
    ...INSTALL,
    files: { 'app/node_modules/x/index.js': { size: 300, content: 'y' } },
  };
  expect(reasons(pullOf([DEBIAN, INSTALL], [DEBIAN, other]))).toEqual(['1 null']);
  const fewer: LayerSpec = { ...INSTALL, files: { ...INSTALL.files, 'app/b': 5 } };
  expect(reasons(pullOf([DEBIAN, fewer], [DEBIAN, AGAIN]))).toEqual(['1 null']);
});

test('a blob that the image has twice is pulled once', () => {
  expect(pullOf([DEBIAN], [DEBIAN, INSTALL, SOURCES, INSTALL])).toMatchObject({ compressedSize: 110 });
});

test('where a compressed size is not known, the uncompressed one is all there is', () => {
  const { compressedSize: _unknown, ...local } = AGAIN;
  const pull = pullOf([DEBIAN, INSTALL], [DEBIAN, local]);
  expect(pull).toMatchObject({ size: 300, compressedSize: null, unchangedCompressedSize: null });
});

test('the same tar in another blob is told as that', () => {
  const snapshot = createSnapshot(fabricate([DEBIAN, INSTALL]), null);
  const layers = snapshot.layers.map((layer, index) =>
    index === 1 ? { ...layer, digest: `sha256:${'1'.repeat(64)}` } : layer,
  );
  const { pull } = compareSnapshots(snapshot, { ...snapshot, layers });
  expect(pull?.layers).toMatchObject([{ layer: 1, unchanged: 'compressed-anew' }]);
});

test('a layer that holds what lay in two is other than either, though no file of it is new', () => {
  const manifest: LayerSpec = {
    ...{ text: 'COPY api/package.json ./', line: 2, compressedSize: 3 },
    files: { 'app/package.json': { size: 63, content: 'p' } },
  };
  const sources = (line: number): LayerSpec => ({
    ...{ text: 'COPY api/ ./', line, compressedSize: 20 },
    files: {
      'app/package.json': { size: 63, content: 'p', mtime: line },
      'app/main.js': { size: 50, content: 'm', mtime: line },
    },
  });
  const [before, after] = [
    [DEBIAN, manifest, INSTALL, sources(4)],
    [DEBIAN, sources(2), AGAIN],
  ];
  const pull = pullOf(before, after);
  expect(reasons(pull)).toContain('2 earlier-layer');
  expect(pull.cause).toMatchObject({ layer: 1 });
  const [baseline, head] = [before, after].map(layers => createSnapshot(fabricate(layers), null));
  if (baseline === undefined || head === undefined) throw new RangeError('there are two');
  // The copy that went is the one that nobody saw.
  expect(compareSnapshots(baseline, head).causes).toMatchObject([
    { kind: 'waste', change: 'removed', bytes: -63, baseline: [{ layer: 1 }] },
  ]);
});

test('what something was moved above is not told as made at another time', () => {
  const copy = (line: number): LayerSpec => ({
    ...{ text: 'COPY api/ ./', line, compressedSize: 9 },
    files: { 'app/api.js': { size: 30, content: 'a', mtime: line } },
  });
  const manifest: LayerSpec = { text: 'COPY package.json ./', line: 2, files: { 'app/package.json': 5 } };
  const pull = pullOf([DEBIAN, manifest, INSTALL, copy(4)], [DEBIAN, copy(2), AGAIN]);
  expect(reasons(pull)).not.toContain('2 metadata');
});
