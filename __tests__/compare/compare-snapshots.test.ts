import { expect, test } from 'vitest';
import { DeadweightError } from '../../src/base/errors.ts';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import type { Comparison } from '../../src/compare/comparison.ts';
import { snapshotOf } from '../../src/compare/snapshot-of.ts';
import type { ImageSpec, LayerSpec } from './fabricate.ts';
import { fabricate } from './fabricate.ts';

const DEBIAN: LayerSpec = { base: true, files: { 'bin/bash': 1000 } };
const APT: LayerSpec = { text: 'RUN apt-get install -y curl', line: 2, files: { 'usr/bin/curl': 300 } };
const COPY: LayerSpec = { text: 'COPY . /app', line: 3, files: { 'app/main.js': 50 } };

function compare(base: readonly LayerSpec[], head: readonly LayerSpec[], specs: readonly ImageSpec[] = []) {
  const [before, after] = [fabricate(base, specs[0]), fabricate(head, specs[1])];
  return compareSnapshots(snapshotOf(before, 'aaa'), snapshotOf(after, null));
}

function changes({ layers }: Comparison): string[] {
  return layers.map(
    ({ change, baseIndex, headIndex }) => `${baseIndex ?? '-'}→${headIndex ?? '-'} ${change}`,
  );
}

function told({ causes }: Comparison): string[] {
  return causes.map(({ kind, bytes, createdBy }) => `${kind} ${bytes} ${createdBy}`);
}

test('an instruction put in between is added, and what follows it is not changed', () => {
  const vim: LayerSpec = { text: 'RUN apt-get install -y vim', files: { 'usr/bin/vim': 9000 } };
  const comparison = compare([DEBIAN, APT, COPY], [DEBIAN, APT, vim, COPY]);
  expect(changes(comparison)).toEqual(['0→0 unchanged', '1→1 unchanged', '-→2 added', '2→3 unchanged']);
  expect(told(comparison)).toEqual(['instruction-added 9000 RUN apt-get install -y vim']);
  expect(comparison.causes[0]?.files).toEqual([{ path: 'usr/bin/vim', bytes: 9000 }]);
  expect(comparison.delta).toMatchObject({
    size: 9000,
    ownSize: 9000,
    baseSize: 0,
    layerCount: 1,
    ownLayerCount: 1,
  });
});

test('a removed instruction stands where it was, with the negative of its bytes', () => {
  const comparison = compare([DEBIAN, APT, COPY], [DEBIAN, COPY]);
  expect(changes(comparison)).toEqual(['0→0 unchanged', '1→- removed', '2→1 unchanged']);
  expect(told(comparison)).toEqual(['instruction-removed -300 RUN apt-get install -y curl']);
  expect(comparison.causes[0]?.instruction?.startLine).toBe(2);
});

test('the same instruction with other content is rebuilt, however it is broken into lines', () => {
  const again: LayerSpec = {
    ...APT,
    text: 'run apt-get \\\n  install -y curl',
    files: { 'usr/bin/curl': 320 },
  };
  const comparison = compare([DEBIAN, APT, COPY], [DEBIAN, again, COPY]);
  expect(changes(comparison)).toEqual(['0→0 unchanged', '1→1 changed', '2→2 unchanged']);
  expect(comparison.causes).toMatchObject([{ kind: 'instruction-rebuilt', bytes: 20, otherBytes: 0 }]);
});

test('an edited instruction is changed: the likest of its keyword in the gap', () => {
  const make: LayerSpec = { text: 'RUN make -C /src all', files: { a: 10 } };
  const edited: LayerSpec = { text: 'RUN apt-get install -y curl git', files: { 'usr/bin/git': 700 } };
  const comparison = compare([DEBIAN, APT, COPY], [DEBIAN, make, edited, COPY]);
  expect(changes(comparison)).toEqual(['0→0 unchanged', '-→1 added', '1→2 changed', '2→3 unchanged']);
  expect(told(comparison)).toEqual([
    'instruction-changed 400 RUN apt-get install -y curl git',
    'instruction-added 10 RUN make -C /src all',
  ]);
});

test('the only instruction of its keyword in the gap is an edit, however little the texts have in common', () => {
  const other: LayerSpec = { text: 'RUN make', files: { a: 10 } };
  expect(changes(compare([DEBIAN, APT], [DEBIAN, other]))).toEqual(['0→0 unchanged', '1→1 changed']);
});

test('instructions of different keywords are not an edit of each other', () => {
  const added: LayerSpec = { text: 'ADD . /app', files: { 'app/main.js': 60 } };
  expect(changes(compare([DEBIAN, COPY], [DEBIAN, added]))).toEqual([
    '0→0 unchanged',
    '1→- removed',
    '-→1 added',
  ]);
});

test('files that replace others of the same bytes are a cause of no bytes', () => {
  const renamed: LayerSpec = { ...COPY, files: { 'app/index.js': 50 } };
  const { causes } = compare([DEBIAN, COPY], [DEBIAN, renamed]);
  expect(causes).toMatchObject([{ kind: 'instruction-rebuilt', bytes: 0, otherBytes: 0 }]);
  expect(causes[0]?.files).toEqual([
    { path: 'app/index.js', bytes: 50 },
    { path: 'app/main.js', bytes: -50 },
  ]);
});

test('another base image is one cause, whatever its layers, and own layers are matched above it', () => {
  const bigger: LayerSpec = { base: true, files: { 'bin/bash': 1200 } };
  const second: LayerSpec = { base: true, files: { 'usr/bin/python': 800 } };
  const comparison = compare([DEBIAN, APT], [bigger, second, APT]);
  expect(changes(comparison)).toEqual(['0→- removed', '-→0 added', '-→1 added', '1→2 unchanged']);
  expect(comparison.causes).toEqual([
    {
      ...{ kind: 'base-image', bytes: 1000, instruction: null, createdBy: 'debian:bookworm' },
      ...{ files: [], otherBytes: 1000 },
    },
  ]);
  expect(comparison.baseImageChanged).toBe(true);
  expect(compare([DEBIAN, APT], [DEBIAN, COPY]).baseImageChanged).toBe(false);
});

test('layers of archives are matched by diffID, then by the command that made them', () => {
  const unknown = { baseKnown: false };
  const untold = (createdBy: string, files: Record<string, number>): LayerSpec => ({ createdBy, files });
  const classic = untold('/bin/sh -c apt-get install -y curl', { 'usr/bin/curl': 300 });
  const buildkit = untold('RUN /bin/sh -c apt-get install -y curl # buildkit', { 'usr/bin/curl': 310 });
  const bottom = untold('#(nop) ADD file:1 in /', { 'bin/bash': 1000 });
  const comparison = compare(
    [bottom, classic],
    [bottom, untold('RUN x', { x: 1 }), buildkit],
    [unknown, unknown],
  );
  expect(changes(comparison)).toEqual(['0→0 unchanged', '-→1 added', '1→2 changed']);
  expect(told(comparison)).toEqual([
    'layers 10 RUN /bin/sh -c apt-get install -y curl # buildkit',
    'layers 1 RUN x',
  ]);
  expect(comparison.baseImageChanged).toBeNull();
  expect(comparison.notices).toEqual([]);
});

test('a base that only one side knows is said', () => {
  const comparison = compare(
    [{ files: { 'bin/bash': 1000 } }, APT],
    [DEBIAN, APT, COPY],
    [{ baseKnown: false }],
  );
  expect(comparison.notices.map(({ code }) => code)).toEqual(['comparison-base-unknown']);
  expect(comparison.delta).toMatchObject({
    size: 50,
    ownSize: null,
    baseLayerCount: null,
    ownEfficiency: null,
  });
  expect(changes(comparison)).toEqual(['0→0 unchanged', '1→1 unchanged', '-→2 added']);
});

test('compressed sizes are compared within the same media types only', () => {
  const stored = (layer: LayerSpec, compressedSize: number, mediaType: string): LayerSpec => ({
    ...layer,
    ...{ compressedSize, mediaType },
  });
  const gzip = [stored(DEBIAN, 400, 'gzip')];
  expect(compare(gzip, [stored(DEBIAN, 410, 'gzip')]).delta.compressedSize).toBe(10);
  const mixed = compare(gzip, [stored(DEBIAN, 390, 'zstd')]);
  expect(mixed.delta.compressedSize).toBeNull();
  expect(mixed.notices.map(({ code }) => code)).toEqual(['compressed-size-not-comparable']);
  expect(compare(gzip, [DEBIAN]).delta.compressedSize).toBeNull();
  expect(compare(gzip, [DEBIAN]).notices).toEqual([]);
});

test('images of different platforms are refused', () => {
  expect(() => compare([DEBIAN], [DEBIAN], [{}, { architecture: 'arm64' }])).toThrowError(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining('linux/arm64') }),
  );
  expect(() => compare([DEBIAN], [DEBIAN], [{}, { architecture: 'arm64' }])).toThrow(DeadweightError);
});

test('layers by the thousand are compared in seconds', () => {
  const many = (start: number): LayerSpec[] =>
    Array.from({ length: 2500 }, (_, i) => ({
      text: `RUN step ${start + i}`,
      files: { [`f${start + i}`]: 1 },
    }));
  const comparison = compare(many(0), many(1000));
  expect(comparison.layers.filter(({ change }) => change === 'unchanged')).toHaveLength(1500);
  expect(comparison.delta.size).toBe(0);
});
