import { expect, test } from 'vitest';
import { analysisOfSnapshot } from '../../src/compare/analysis-of-snapshot.ts';
import { MAX_SNAPSHOT, parseSnapshot, serializeSnapshot } from '../../src/compare/parse-snapshot.ts';
import type { Snapshot, SnapshotLayer } from '../../src/compare/snapshot.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import { fabricate } from '../support/fabricate/analysis.ts';
import { NESTED_JSON, WIDE_JSON } from '../support/large-json.ts';
import { contentDigest } from '../support/scans/scan.ts';

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
const snapshot = createSnapshot(analysis, 'c0ffee');

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

const STATUS = 'Package: sh\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n';
const packaged = createSnapshot(
  fabricate([
    {
      ...{ base: true, files: { 'bin/sh': 100, 'etc/issue': 7 } },
      texts: { 'var/lib/dpkg/info/sh.list': '/bin/sh\n/usr/bin/sh\n' },
    },
    {
      ...{ text: 'RUN upgrade', files: { 'usr/bin/sh': 30, 'usr/bin/own': 4 } },
      texts: {
        'var/lib/dpkg/status': STATUS,
        'a/node_modules/m/package.json': '{"name":"m","version":"1"}',
        'b/node_modules/m/package.json': '{"name":"m","version":"1"}',
      },
    },
  ]),
  null,
);

test('a snapshot tells whose the files of own layers are, and the bytes of packages in base layers', () => {
  expect(packaged.packages).toEqual([
    ['deb', 'sh', '1', 'amd64'],
    ['npm', 'm', '1', null],
  ]);
  expect(packaged.layers.map(layer => layer.files)).toEqual([
    [],
    [
      ['a/node_modules/m/package.json', 26, 1],
      ['b/node_modules/m/package.json', 26, 1],
      ['usr/bin/own', 4],
      ['usr/bin/sh', 30, 0],
      ['var/lib/dpkg/status', STATUS.length],
    ],
  ]);
  expect(packaged.layers.map(layer => layer.packages)).toEqual([[[0, 120]], []]);
  expect(packaged.layers.map(layer => layer.directories)).toEqual([[['etc/', 7]], []]);
  expect(parseSnapshot(serializeSnapshot(packaged), 'base.json')).toEqual(packaged);
});

const contented = createSnapshot(
  fabricate([
    { base: true, files: { 'bin/sh': { size: 100, content: 'sh' } } },
    {
      text: 'RUN one',
      files: { b: { size: 30, content: 'b' }, a: { size: 5, content: 'a' }, c: 7 },
      earlier: { b: { size: 10, content: 'b' } },
    },
    { text: 'RUN two', files: { d: 1 } },
  ]),
  null,
);

test('a snapshot says which contents of its files are known, and what they are', () => {
  const known = Buffer.from(contentDigest('a'), 'hex').toString('base64url');
  expect(contented.layers.map(layer => layer.contents)).toEqual([[], [known, null, null], []]);
  expect(parseSnapshot(serializeSnapshot(contented), 'base.json')).toEqual(contented);
});

test('a snapshot that was written before contents were known is read as one that knows none', () => {
  const layers = contented.layers.map(({ contents: _unknown, ...layer }) => layer);
  const read = parse({ ...contented, layers });
  expect(read.layers.map(layer => layer.contents)).toEqual([[], [], []]);
});

test('a snapshot that is too long with contents is written without', () => {
  const long = 'p'.repeat(MAX_SNAPSHOT - JSON.stringify(contented).length);
  const text = serializeSnapshot({ ...contented, reference: contented.reference + long });
  expect(text.length).toBeLessThan(MAX_SNAPSHOT);
  expect(parseSnapshot(text, 'base.json').layers.map(layer => layer.contents)).toEqual([[], [], []]);
});

test('a snapshot of another version is refused, naming both', () => {
  expect(() => parse({ ...snapshot, deadweightSnapshot: 7 })).toThrowError(
    expect.objectContaining({
      code: 'snapshot-invalid',
      message: 'The snapshot base.json has version 7, and this Deadweight reads 1 and 2.',
    }),
  );
});

const own: SnapshotLayer = { ...snapshot.layers[1], ...layerOf(1) };

const DAMAGED: readonly (readonly [name: string, value: unknown, problem: RegExp])[] = [
  ['no object', 'text', /not a Deadweight snapshot/],
  ['another object', { size: 1 }, /not a Deadweight snapshot/],
  [
    'a report',
    { schemaVersion: 1, tool: { name: 'deadweight' } },
    /is a report \(--json\), and not a snapshot/,
  ],
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
  ['a package without a version', { ...packaged, packages: [['deb', 'sh']] }, /damaged at packages/],
  ['no word of packages', { ...packaged, packages: undefined }, /damaged at packages/],
  ['a million wrong packages', { ...packaged, packages: Array(1_000_000).fill(0) }, /damaged at packages/],
  ['fewer packages than are named', { ...packaged, packages: [] }, /layer 0 names packages/],
  ['an owner of unknown packages', { ...packaged, packages: null }, /layer 0 names packages/],
  ['an owner beyond the packages', withPackaged(1, { files: [['a', 158, 2]] }), /layer 1 names packages/],
  ['an owner below zero', withPackaged(1, { files: [['a', 158, -1]] }), /damaged at layers.1.files/],
  ['an owner in words', withPackaged(1, { files: [['a', 158, 'sh']] }), /damaged at layers.1.files/],
  ['a file of two owners', withPackaged(1, { files: [['a', 158, 0, 1]] }), /damaged at layers.1.files/],
  ['a package of fractions', withPackaged(0, { packages: [[0, 1.5]] }), /damaged at layers.0.packages/],
  ['packages larger than their layer', withPackaged(0, { packages: [[0, 121]] }), /size, 127/],
  ['a base layer of unknown contents', withPackaged(0, { packages: [], directories: [] }), /size, 127/],
  ['contents of unknown packages', { ...snapshot, packages: null }, /size, 100/],
  ['a directory of negative bytes', withPackaged(0, { directories: [['etc/', -7]] }), /layers.0.directories/],
  ['a base layer with files', withPackaged(0, { files: [['a', 127]] }), /of the base and lists files/],
  ['packages counted twice', withPackaged(1, { packages: [[0, 5]] }), /beside its files/],
  ['the first version with packages', firstWith({ files: [['a', 158, 0]] }), /damaged at layers.1.files/],
  ['a content in hexadecimal', withContents(['0'.repeat(32), null, null]), /damaged at layers.1.contents/],
  ['a content of too many bits', withContents(['_'.repeat(22), null, null]), /damaged at layers.1.contents/],
  ['contents that are no list', withContents('A'.repeat(22)), /damaged at layers.1.contents/],
  ['fewer contents than files', withContents([null, null]), /layer 1 has contents of other files/],
  ['steps of fewer files', withSteps([0, 0]), /layer 1 has steps of other files/],
  ['a step that is not there', withSteps([0, 1, 2]), /layer 1 has steps of other files/],
  ['a step below the first', withSteps([0, -1, 0]), /damaged at layers.1.steps.ofFiles/],
  ['an unknown base with a size', { ...snapshot, baseLayerCount: null }, /unknown and yet has a size/],
];

test.each(DAMAGED)('%s is refused', (_name, value, problem) => {
  expect(() => parse(value)).toThrowError(
    expect.objectContaining({ code: 'snapshot-invalid', message: expect.stringMatching(problem) }),
  );
});

test.each([
  ['text that is no JSON', '{"deadweightSnapshot":1'],
  ['text beyond the limit', ' '.repeat(MAX_SNAPSHOT + 1)],
  ['nothing', ''],
])('%s is refused', (_name, text) => {
  expect(() => parseSnapshot(text, 'base.json')).toThrowError(
    expect.objectContaining({ code: 'snapshot-invalid' }),
  );
});

test.each([
  ['a million lists in each other', NESTED_JSON, 'nests more than 100 deep'],
  ['ten million keys', WIDE_JSON, 'has more than 8,000,000 values'],
])('%s are refused before they are made', (_name, text, why) => {
  expect(text.length).toBeLessThan(MAX_SNAPSHOT);
  expect(() => parseSnapshot(text, 'base.json')).toThrowError(
    expect.objectContaining({
      code: 'limit-exceeded',
      message: `The snapshot base.json ${why}.`,
      remedy: 'Give a file that deadweight wrote with --snapshot.',
    }),
  );
});

test('a snapshot of a million files is read', () => {
  const path = (index: number) => `usr/lib/${index}`;
  const files = Array.from({ length: 1_000_000 }, (_, index) => [path(index), 1, 0] as const);
  const small = createSnapshot(fabricate([{ text: 'RUN one', files: { a: 1_000_000 } }]), null);
  const [layer] = small.layers;
  const text = serializeSnapshot({
    ...small,
    packages: [['npm', 'x', '1', null]],
    layers: layer === undefined ? [] : [{ ...layer, files }],
  });
  expect(parseSnapshot(text, 'base.json').layers[0]?.files).toHaveLength(1_000_000);
});

test('a snapshot stands in for the analysis it was made from', () => {
  const again = analysisOfSnapshot(snapshot);
  const { layers, scans, wastedFiles } = analysis;
  expect(createSnapshot({ ...again, layers, scans, wastedFiles }, 'c0ffee')).toEqual(snapshot);
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

function withPackaged(index: number, change: object): Snapshot {
  const changed = packaged.layers.map((layer, at) => (at === index ? { ...layer, ...change } : layer));
  return { ...packaged, layers: changed };
}

function withContents(contents: unknown): unknown {
  const changed = contented.layers.map((layer, at) => (at === 1 ? { ...layer, contents } : layer));
  return { ...contented, layers: changed };
}

function withSteps(ofFiles: readonly number[]): unknown {
  const made = ['RUN one', 'RUN two'].map(createdBy => ({ createdBy, instruction: null }));
  const changed = contented.layers.map((layer, at) =>
    at === 1 ? { ...layer, steps: { made, ofFiles } } : layer,
  );
  return { ...contented, layers: changed };
}

function firstWith(change: object): unknown {
  const { layers: changed, ...rest } = withPackaged(1, change);
  return { ...rest, deadweightSnapshot: 1, layers: changed };
}

function withLayer(index: number, change: object): unknown {
  const changed = snapshot.layers.map((layer, at) => (at === index ? { ...layer, ...change } : layer));
  return { ...snapshot, layers: changed };
}
