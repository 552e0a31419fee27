import { expect, test } from 'vitest';
import { type ContentAccess, findContentCandidates } from '../../src/compare/content-candidates.ts';
import { listDifferingFiles } from '../../src/compare/differing-files.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import { fabricate, type LayerSpec } from '../support/fabricate/analysis.ts';

const BOTH: ContentAccess = { baseline: true, head: true, keepsHead: false };

function ask(
  base: readonly LayerSpec[],
  head: readonly LayerSpec[],
  access: Partial<ContentAccess> = {},
  maxBytes?: number,
  isVerified = false,
) {
  const [before, after] = [fabricate(base), fabricate(head)];
  const sides = listDifferingFiles(
    [createSnapshot(before, null), before.scans.map(scan => ({ ...scan, verified: isVerified }))],
    [createSnapshot(after, null), after.scans.map(scan => ({ ...scan, verified: isVerified }))],
  );
  const candidates = findContentCandidates(sides, { ...BOTH, ...access }, maxBytes);
  return { baseline: plain(candidates.baseline), head: plain(candidates.head) };
}

function plain(paths: ReadonlyMap<number, ReadonlySet<string>>): Record<number, string[]> {
  return Object.fromEntries(Array.from(paths, ([layer, files]) => [layer, [...files].sort()]));
}

const SAME: LayerSpec = { files: { same: 5, a: 9 } };
const layer = (files: LayerSpec['files']): LayerSpec => ({ ...(files && { files }) });

test('asks for files of one path and size, in layers that only one image has', () => {
  const asked = ask(
    [SAME, layer({ a: 5, b: 6, c: 7, same: 5, empty: 0 })],
    [SAME, layer({ a: 5, b: 7, d: 7, empty: 0 }), layer({ c: 7 })],
  );
  expect(asked).toEqual({ baseline: { 1: ['a', 'c'] }, head: { 1: ['a'], 2: ['c'] } });
});

test('asks only for what is not known', () => {
  const known = layer({ a: { size: 5, content: 'a' }, b: { size: 6, content: 'b' } });
  const partly = layer({ a: 5, b: { size: 6, content: 'c' } });
  expect(ask([known], [partly])).toEqual({ baseline: {}, head: { 0: ['a'] } });
});

test('asks for nothing where an equal content is known already', () => {
  const known = layer({ a: { size: 5, content: 'a' } });
  const again = layer({ a: { size: 5, content: 'a' }, b: 1 });
  expect(ask([known], [again, layer({ a: 5, c: 1 })])).toEqual({ baseline: {}, head: {} });
});

test('asks for nothing of what the other image will not answer, unless it is kept', () => {
  const [before, after] = [[layer({ a: 5, b: 1 })], [layer({ a: 5, c: 1 })]] as const;
  expect(ask(before, after, { baseline: false })).toEqual({ baseline: {}, head: {} });
  expect(ask(before, after, { head: false })).toEqual({ baseline: {}, head: {} });
  expect(ask(before, after, { baseline: false, keepsHead: true })).toEqual({
    baseline: {},
    head: { 0: ['a'] },
  });
});

test('asks for nothing of a path that a layer has twice', () => {
  const twice: LayerSpec = { files: { a: 5 }, earlier: { a: 3 } };
  expect(ask([twice], [layer({ a: 8 })])).toEqual({ baseline: {}, head: {} });
});

test('asks for nothing of layers whose bytes were all seen already', () => {
  const [before, after] = [[layer({ a: 5, b: 1 })], [layer({ a: 5, c: 1 })]] as const;
  expect(ask(before, after, {}, undefined, true)).toEqual({ baseline: {}, head: {} });
});

test('reads no more than it may, the small files first', () => {
  const [before, after] = [
    [layer({ large: 1000, middle: 100, small: 10 })],
    [layer({ large: 1000, middle: 100, small: 10, z: 1 })],
  ] as const;
  expect(ask(before, after, {}, 220)).toEqual({
    baseline: { 0: ['middle', 'small'] },
    head: { 0: ['middle', 'small'] },
  });
  expect(ask(before, after, {}, 219)).toEqual({ baseline: { 0: ['small'] }, head: { 0: ['small'] } });
  expect(ask(before, after, {}, 19)).toEqual({ baseline: {}, head: {} });
});
