import { describe, expect, test } from 'vitest';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import { fabricate, type LayerSpec } from '../support/fabricate/analysis.ts';

interface Options {
  /** Whether the baseline's scans are at hand. */
  readonly scanned?: boolean;
}

function compare(base: readonly LayerSpec[], head: readonly LayerSpec[], { scanned = true }: Options = {}) {
  const [before, after] = [fabricate(base), fabricate(head)];
  const scans = { baseline: scanned ? before.scans : [], head: after.scans };
  const comparison = compareSnapshots(createSnapshot(before, null), createSnapshot(after, null), scans);
  const { contents, notices } = comparison;
  const approximate = notices.filter(({ code }) => code === 'comparison-approximate');
  return { ...comparison, contents, approximate: approximate.map(({ message }) => message) };
}

const run = (files: LayerSpec['files'], more: LayerSpec = {}): LayerSpec => ({
  text: 'RUN x',
  ...(files && { files }),
  ...more,
});

const NONE = { count: 0, bytes: 0 };

test('a file that kept its path and size has changed where its content has', () => {
  const before = run({ a: { size: 5, content: 'one' }, b: { size: 7, content: 'same' } });
  const after = run({ a: { size: 5, content: 'two' }, b: { size: 7, content: 'same' } });
  const { contents, causes, approximate } = compare([before], [after], { scanned: false });
  expect(contents).toEqual({
    changed: { count: 1, bytes: 5, files: [{ path: 'a', bytes: 5, layer: 0 }] },
    assumed: NONE,
    unlistedBytes: 0,
  });
  expect(causes).toEqual([]);
  expect(approximate).toEqual([]);
});

test('equal contents cancel, whichever layers hold them', () => {
  const [one, two] = [
    { size: 5, content: 'one' },
    { size: 5, content: 'two' },
  ];
  const { contents } = compare(
    [run({ a: one }), run({ a: two, b: 1 })],
    [run({ a: two }), run({ a: one, c: 1 })],
  );
  expect(contents).toMatchObject({ changed: NONE, assumed: NONE });
});

test('what only one image has has not changed, nor what has another size', () => {
  const before = run({ a: { size: 5, content: 'one' }, gone: { size: 9, content: 'gone' } });
  const after = run({ a: { size: 6, content: 'two' }, added: { size: 9, content: 'gone' } });
  expect(compare([before], [after]).contents).toMatchObject({ changed: NONE, assumed: NONE });
});

test('a content that one image does not know is taken as equal, and told once', () => {
  const before = run({ a: { size: 500, content: 'one' }, b: { size: 700, content: 'two' }, c: 1 });
  const after = run({ a: 500, b: 700, c: 2 });
  const { contents, approximate } = compare([before], [after]);
  expect(contents).toMatchObject({ changed: NONE, assumed: { count: 2, bytes: 1200 } });
  expect(approximate).toEqual([
    'The comparison is approximate: 2 files (1.2 kB) with the same path and size in both images count as equal, because their contents were not compared.',
  ]);
});

test('as many as possible are taken as equal: only what is left has changed', () => {
  const known = (content: string) => run({ a: { size: 5, content }, [content]: 1 });
  const unknown = run({ a: 5, z: 1 });
  const { contents } = compare(
    [known('one'), known('two'), known('three')],
    [known('four'), known('one'), unknown].map(layer => ({ ...layer, text: 'RUN y' })),
  );
  expect(contents).toMatchObject({ changed: { count: 1, bytes: 5 }, assumed: { count: 1, bytes: 5 } });
});

test('of a path that a layer has twice no content is known', () => {
  const twice = (content: string) =>
    run({ a: { size: 5, content } }, { earlier: { a: { size: 3, content } } });
  expect(compare([twice('one')], [twice('two')]).contents).toMatchObject({ assumed: { count: 1, bytes: 8 } });
});

test('empty files, and layers that both images have, ask for no content', () => {
  const same = run({ a: 5 });
  const { contents, approximate } = compare([same, run({ b: 0, c: 1 })], [same, run({ b: 0, c: 2 })]);
  expect(contents).toMatchObject({ changed: NONE, assumed: NONE });
  expect(approximate).toEqual([]);
});

describe('base layers', () => {
  const base = (content: string): LayerSpec => ({
    base: true,
    files: { 'bin/sh': { size: 100, content }, 'etc/issue': { size: 7, content: 'issue' } },
  });

  test('are compared file by file where their scans are at hand', () => {
    const { contents, approximate } = compare([base('one')], [base('two')]);
    expect(contents).toMatchObject({
      changed: { count: 1, bytes: 100, files: [{ path: 'bin/sh', bytes: 100 }] },
      unlistedBytes: 0,
    });
    expect(approximate).toEqual([]);
  });

  test('are compared by their sums where only a snapshot is there, which is told', () => {
    const { contents, approximate } = compare([base('one')], [base('two')], { scanned: false });
    expect(contents).toMatchObject({ changed: NONE, assumed: NONE, unlistedBytes: 107 });
    expect(approximate).toEqual([
      'The comparison is approximate: 107 B of changed base layers is compared by package and directory, as a snapshot does not list their files.',
    ]);
  });

  test('that did not change need no list', () => {
    const own = (content: string) => run({ a: { size: 5, content } });
    const { contents, approximate } = compare([base('one'), own('1')], [base('one'), own('2')], {
      scanned: false,
    });
    expect(contents).toMatchObject({ changed: { count: 1 }, unlistedBytes: 0 });
    expect(approximate).toEqual([]);
  });
});

test('a snapshot of a path that is too deep to be held is compared by its sums', () => {
  const deep = 'a/'.repeat(17 * 1024 * 1024);
  const before = createSnapshot(fabricate([run({ f: 5, g: 2 })]), null);
  const after = createSnapshot(fabricate([run({ f: 5, g: 3 })]), null);
  const layers = before.layers.map(layer => ({ ...layer, files: [[deep, 5] as const, ['g', 2] as const] }));
  expect(compareSnapshots({ ...before, layers }, after).contents).toMatchObject({
    assumed: NONE,
    unlistedBytes: 5,
  });
});
