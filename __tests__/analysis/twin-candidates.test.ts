import { expect, it } from 'vitest';
import { twinCandidates } from '../../src/analysis/twin-candidates.ts';
import { fabricate } from '../support/fabricate/analysis.ts';

const LARGE = 100_000;

function candidates(...layers: Parameters<typeof fabricate>[0]): unknown {
  const { files } = twinCandidates(fabricate(layers));
  return Object.fromEntries([...files].map(([layer, paths]) => [layer, [...paths].sort()]));
}

it('asks for visible files of one size, the base among them where an own one is', () => {
  expect(
    candidates(
      { base: true, files: { a: LARGE, b: 200_000 } },
      { text: 'COPY', line: 2, files: { c: LARGE, d: 300_000 } },
    ),
  ).toEqual({ 0: ['a'], 1: ['c'] });
});

it('asks nothing of the base alone, of small files, and of what is hashed already', () => {
  expect(candidates({ base: true, files: { a: LARGE, b: LARGE } })).toEqual({});
  expect(candidates({ text: 'COPY', line: 2, files: { a: 1000, b: 1000 } })).toEqual({});
  const known = { size: LARGE, content: 'x' };
  expect(candidates({ text: 'COPY', line: 2, files: { a: known, b: known } })).toEqual({});
});

it('asks for deleted files that the layer which deleted them may have moved', () => {
  expect(
    candidates(
      { base: true },
      { text: 'RUN fetch', line: 2, files: { a: LARGE, b: 150_000 } },
      { text: 'RUN mv', line: 3, deletes: ['a', 'b'], files: { c: LARGE } },
    ),
  ).toEqual({ 1: ['a'], 2: ['c'] });
});

it('asks for small ones that kept their name: a directory may have been moved', () => {
  expect(
    candidates(
      { base: true },
      { text: 'COPY', line: 2, files: { 'a/x': 100, 'a/y': 200, 'a/z': 300 } },
      {
        text: 'RUN mv',
        line: 3,
        deletes: ['a/x', 'a/y', 'a/z'],
        files: { 'b/x': 100, 'b/other': 200, 'b/z': 301 },
      },
    ),
  ).toEqual({ 1: ['a/x'], 2: ['b/x'] });
});

it('asks for none of a size of which there are very many', () => {
  const names = Array.from({ length: 30_000 }, (_, index) => `${index}/__init__.py`);
  const sizeOf = (index: number): number => (index % 3) + 1;
  const files = (folder: string) =>
    Object.fromEntries(names.map((name, index) => [`${folder}/${name}`, sizeOf(index)]));
  const { files: asked } = twinCandidates(
    fabricate([
      { base: true },
      { text: 'COPY', line: 2, files: files('a') },
      { text: 'RUN mv', line: 3, deletes: ['a'], files: files('b') },
    ]),
  );
  expect(asked.size).toBe(0);
});

it('leaves out files that are over a gigabyte together, and says so', () => {
  const large = { size: 600_000_000 };
  const { files, notices } = twinCandidates(
    fabricate([{ text: 'COPY', line: 2, files: { a: large, b: large, c: 70_000, d: 70_000 } }]),
  );
  expect([...(files.get(0) ?? [])]).toEqual(['c', 'd']);
  expect(notices).toMatchObject([{ code: 'content-not-compared' }]);
});
