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

it('leaves out files that are over a gigabyte together, and says so', () => {
  const large = { size: 600_000_000 };
  const { files, notices } = twinCandidates(
    fabricate([{ text: 'COPY', line: 2, files: { a: large, b: large, c: 70_000, d: 70_000 } }]),
  );
  expect([...(files.get(0) ?? [])]).toEqual(['c', 'd']);
  expect(notices).toMatchObject([{ code: 'content-not-compared' }]);
});
