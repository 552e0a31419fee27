import { expect, test } from 'vitest';
import { analysisOfSnapshot } from '../../src/compare/analysis-of-snapshot.ts';
import { parseSnapshot, SNAPSHOT_LIMIT, serializeSnapshot } from '../../src/compare/parse-snapshot.ts';
import type { Snapshot, SnapshotLayer } from '../../src/compare/snapshot.ts';
import { snapshotOf } from '../../src/compare/snapshot-of.ts';
import { fabricate } from './fabricate.ts';

const layers = [
  { base: true as const, files: { 'bin/sh': 100 } },
  { text: 'RUN one', files: { '\u{ff5e}': 1, '\u{1f600}': 2, b: 30, a: 5 }, earlier: { b: 10 } },
  {
    text: 'RUN two',
    createdBy: 'RUN |1 TOKEN=s3cret value /bin/sh -c two # buildkit',
    deletes: ['b', 'bin/sh'],
  },
];
const analysis = fabricate(layers);
const snapshot = snapshotOf(analysis, 'c0ffee');

test('a snapshot holds the files of own layers, by their bytes, a path written twice summed', () => {
  expect(snapshot.layers.map(layer => layer.files)).toEqual([
    [],
    [
      ['a', 5],
      ['b', 40],
      ['\u{ff5e}', 1],
      ['\u{1f600}', 2],
    ],
    [],
  ]);
  expect(snapshot).toMatchObject({ size: 148, wastedBytes: 40, shadowedBaseBytes: 100, commit: 'c0ffee' });
});

test('a snapshot holds no values of build arguments', () => {
  expect(serializeSnapshot(snapshot)).not.toContain('s3cret');
  expect(snapshot.layers[2]?.createdBy).toBe('RUN /bin/sh -c two # buildkit');
});

test('a snapshot of another version is refused, naming both', () => {
  expect(() => parse({ ...snapshot, deadweightSnapshot: 7 })).toThrowError(
    expect.objectContaining({
      code: 'snapshot-invalid',
      message: 'The snapshot base.json has version 7, and this Deadweight reads 1.',
    }),
  );
});

const own: SnapshotLayer = { ...snapshot.layers[1], ...layerOf(1) };

const DAMAGED: readonly (readonly [name: string, value: unknown, problem: RegExp])[] = [
  ['no object', 'text', /not a Deadweight snapshot/],
  ['another object', { size: 1 }, /not a Deadweight snapshot/],
  ['a negative size', { ...snapshot, size: -1 }, /damaged at size/],
  ['a fraction of a byte', { ...snapshot, size: 1.5 }, /damaged at size/],
  ['more than a number holds', { ...snapshot, size: 2 ** 60 }, /damaged at size/],
  ['null for NaN', { ...snapshot, efficiency: Number.NaN }, /damaged at efficiency/],
  ['an efficiency above one', { ...snapshot, efficiency: 1.1 }, /damaged at efficiency/],
  ['a diffID that is none', withLayer(1, { diffId: '../../etc' }), /damaged at layers.1.diffId/],
  ['no layers', { ...snapshot, layers: null }, /damaged at layers/],
  ['too many layers', { ...snapshot, layers: Array(5000).fill(own) }, /damaged at layers/],
  ['a file without bytes', withLayer(1, { files: [['a']] }), /damaged at layers.1.files/],
  ['a file of negative bytes', withLayer(1, { files: [['a', -5]] }), /damaged at layers.1.files/],
  ['a million wrong files', withLayer(1, { files: Array(1_000_000).fill({}) }), /damaged at layers.1.files/],
  ['a million wrong layers', { ...snapshot, layers: Array(1_000_000).fill({}) }, /damaged at layers/],
  ['a size that is not the sum', { ...snapshot, size: 149 }, /do not add up to its size, 149/],
  ['files that are not the layer', withLayer(1, { files: [['a', 5]] }), /files of layer 1 do not add up/],
  ['more base layers than layers', { ...snapshot, baseLayerCount: 9 }, /base has more layers/],
  ['a base in the middle', withLayer(1, { origin: 'base' }), /base layers are not the first 1/],
  ['a base size that is not the sum', { ...snapshot, baseSize: 99 }, /size of its base, 99/],
  ['an own size that is not the rest', { ...snapshot, ownSize: 49 }, /own layers do not add up/],
  ['waste that is not the sum', { ...snapshot, wastedBytes: 41 }, /wasted bytes, 41/],
  ['waste beyond the size', withLayer(0, { wastedBytes: 101 }), /layer 0 wastes more/],
  ['compressed without its layers', { ...snapshot, compressedSize: 5 }, /a layer has none/],
  ['an unknown base with a size', { ...snapshot, baseLayerCount: null }, /unknown and yet has a size/],
];

test.each(DAMAGED)('%s is refused', (_name, value, problem) => {
  expect(() => parse(value)).toThrowError(
    expect.objectContaining({ code: 'snapshot-invalid', message: expect.stringMatching(problem) }),
  );
});

test.each([
  ['text that is no JSON', '{"deadweightSnapshot":1'],
  ['text beyond the limit', ' '.repeat(SNAPSHOT_LIMIT + 1)],
  ['deep nesting', '['.repeat(200_000)],
  ['nothing', ''],
])('%s is refused', (_name, text) => {
  expect(() => parseSnapshot(text, 'base.json')).toThrowError(
    expect.objectContaining({ code: 'snapshot-invalid' }),
  );
});

test('a snapshot stands in for the analysis it was made from', () => {
  const again = analysisOfSnapshot(snapshot);
  expect(snapshotOf({ ...again, layers: analysis.layers, scans: analysis.scans }, 'c0ffee')).toEqual(
    snapshot,
  );
  expect(again.efficiency).toEqual(analysis.efficiency);
  expect(again.dive).toEqual(analysis.dive);
  expect(again.notices.map(({ code }) => code)).toEqual(['from-snapshot']);
});

function parse(value: unknown): Snapshot {
  return parseSnapshot(JSON.stringify(value), 'base.json');
}

function layerOf(index: number): SnapshotLayer {
  const layer = snapshot.layers[index];
  if (layer === undefined) throw new RangeError(`no layer ${index}`);
  return layer;
}

function withLayer(index: number, change: object): unknown {
  const changed = snapshot.layers.map((layer, at) => (at === index ? { ...layer, ...change } : layer));
  return { ...snapshot, layers: changed };
}
