import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyzeImage } from '../../src/analysis/analyze-image.ts';
import { type Finding, type FoundFinding, predictSaving } from '../../src/findings/finding.ts';
import { unionOfSavings } from '../../src/findings/freed-bytes.ts';
import { rankFindings, rankSavings } from '../../src/findings/ranking.ts';
import { RuleContext } from '../../src/findings/rule-context.ts';
import { findFindings } from '../../src/findings/rules.ts';
import { fabricate } from '../support/fabricate/analysis.ts';
import { times } from '../support/long.ts';
import { imageOf } from '../support/scans/scan.ts';
import { stacks } from '../support/scans/stacks.ts';

const FINDING: FoundFinding = {
  ...{ rule: 'any', severity: 'info', args: {}, location: null, related: null, saving: null, edits: [] },
  evidence: { layers: [], paths: [], fileCount: 0, bytes: 0 },
  freed: [],
};

/** Frees files whose bytes are told by their names, as those of one image are. */
function freeing(...names: string[]): FoundFinding {
  const freed = names.map(path => ({ layer: 1, path, bytes: path.charCodeAt(0) - 96 }));
  return { ...FINDING, rule: names.join(''), freed };
}

function ranks(findings: readonly FoundFinding[]): string[] {
  return rankSavings(findings).map(
    ({ finding, bytes, addedBytes }) => `${finding.rule} ${bytes} +${addedBytes}`,
  );
}

test('a byte that two fixes free is counted once', () => {
  expect(unionOfSavings([freeing('c', 'd'), freeing('d', 'e')])).toBe(3 + 4 + 5);
  expect(unionOfSavings([])).toBe(0);
});

test('the same path in another layer, or another copy of it, is another byte', () => {
  const file = { layer: 1, path: 'a', bytes: 5 };
  expect(
    unionOfSavings([{ freed: [file, { ...file, layer: 2 }, { ...file, copy: 1 }, { ...file, copy: 0 }] }]),
  ).toBe(15);
});

test('each fix counts what it adds to those above', () => {
  // By itself the second saves more than the third, but most of that the first has freed already.
  expect(ranks([freeing('b', 'e'), freeing('f', 'g'), freeing('g', 'h')])).toEqual([
    'gh 15 +15',
    'be 7 +7',
    'fg 13 +6',
  ]);
});

test('errors are told first, then what adds the most, then the severest, and what saves nothing last', () => {
  const told = (rule: string, severity: Finding['severity']): FoundFinding => ({
    ...FINDING,
    rule,
    severity,
  });
  const saving = (...names: string[]): FoundFinding => {
    const finding = freeing(...names);
    return { ...finding, saving: predictSaving(unionOfSavings([finding])) };
  };
  const found = [told('info', 'info'), told('error', 'error'), saving('g'), saving('f', 'g'), saving('h')];
  // The files stay here: reports would have a hundred thousand of them.
  for (const finding of rankFindings(found)) expect(finding).not.toHaveProperty('freed');
  expect(rankFindings(found).map(({ rule, saving }) => [rule, saving?.addedBytes])).toEqual([
    ['error', undefined],
    ['fg', 13],
    ['h', 8],
    ['g', 0],
    ['info', undefined],
  ]);
});

test('what saves nothing is not ranked', () => {
  expect(ranks([freeing(), freeing('a')])).toEqual(['a 1 +1']);
});

const claimed = fc.array(
  fc.subarray(['a', 'b', 'c', 'd', 'e', 'f', 'g']).map(names => freeing(...names)),
  {
    maxLength: 8,
  },
);

test('what the ranked fixes add is the union, and no fix below adds more than one above', () => {
  fc.assert(
    fc.property(claimed, findings => {
      const added = rankSavings(findings).map(({ addedBytes }) => addedBytes);
      expect(added.reduce((sum, bytes) => sum + bytes, 0)).toBe(unionOfSavings(findings));
      expect(added).toEqual(added.toSorted((a, b) => b - a));
      expect(added).toHaveLength(findings.filter(({ freed }) => freed.length > 0).length);
    }),
    { numRuns: times(300) },
  );
});

/** Bytes of any size of few files: rules may free different parts of one. */
const partial = fc.array(
  fc
    .array(
      fc.record({
        layer: fc.nat(1),
        path: fc.constantFrom('a', 'b', 'c', 'd'),
        bytes: fc.nat(20),
        copy: fc.constantFrom(0, 0, 1),
      }),
      { maxLength: 5 },
    )
    .map(freed => ({ ...FINDING, freed })),
  { maxLength: 8 },
);

test('of what several free of one file the largest counts, in whatever order they come', () => {
  fc.assert(
    fc.property(partial, findings => {
      const largest = new Map<string, number>();
      for (const { layer, path, bytes, copy } of findings.flatMap(({ freed }) => freed)) {
        const key = `${layer} ${path} ${copy}`;
        largest.set(key, Math.max(largest.get(key) ?? 0, bytes));
      }
      const union = [...largest.values()].reduce((sum, bytes) => sum + bytes, 0);
      expect(unionOfSavings(findings)).toBe(union);
      expect(unionOfSavings(findings.toReversed())).toBe(union);
      const ranked = rankSavings(findings);
      const added = ranked.map(({ addedBytes }) => addedBytes);
      expect(added.reduce((sum, bytes) => sum + bytes, 0)).toBe(union);
      expect(added).toEqual(added.toSorted((a, b) => b - a));
      for (const { bytes, addedBytes } of ranked) expect(addedBytes).toBeLessThanOrEqual(bytes);
    }),
    { numRuns: times(500) },
  );
});

test('the part of a file that one fix takes is no more than what another takes with all of it', () => {
  const [part, all] = [1, 10].map(bytes => ({ ...FINDING, freed: [{ layer: 1, path: 'a', bytes }] }));
  if (!part || !all) throw new TypeError('there are two');
  expect(rankSavings([part, all]).map(({ addedBytes }) => addedBytes)).toEqual([10, 0]);
  const other = {
    ...FINDING,
    freed: [
      { layer: 1, path: 'a', bytes: 4 },
      { layer: 1, path: 'b', bytes: 9 },
    ],
  };
  expect(rankSavings([part, all, other]).map(({ addedBytes }) => addedBytes)).toEqual([13, 6, 0]);
});

test('what the fixes of an image free adds up to the waste of its own layers, byte for byte', () => {
  const analysis = fabricate([
    { base: true, files: { 'bin/sh': 70_000 } },
    { text: 'RUN a', line: 2, files: { a: 50_000, b: 10 }, earlier: { a: 30_000 } },
    { text: 'RUN b', line: 3, files: { b: 90_000 }, deletes: ['a', 'bin/sh'] },
    { text: 'RUN c', line: 4, files: { b: 91_000 } },
  ]);
  const findings = findFindings(new RuleContext(analysis));
  // The ten bytes of the first b are too few to be listed.
  expect(unionOfSavings(findings)).toBe(analysis.efficiency.wastedBytes - 10);
  for (const { saving, freed } of findings) {
    expect(saving?.bytes).toBe(freed.reduce((sum, { bytes }) => sum + bytes, 0));
  }
});

test('two files of one layer that were hidden under one path are two savings', () => {
  const analysis = fabricate([
    { base: true, files: { 'bin/sh': 70_000 } },
    { text: 'RUN a', line: 2, files: { log: 30_000, 'log.1': 40_000 } },
    { text: 'RUN b', line: 3, links: { log: 'log.1' } },
    { text: 'RUN c', line: 4, deletes: ['log.1'] },
    { text: 'RUN d', line: 5, deletes: ['log'] },
  ]);
  const findings = findFindings(new RuleContext(analysis));
  expect(findings.map(({ saving, freed }) => [saving?.bytes, freed[0]?.path])).toEqual([
    [40_000, 'log'],
    [30_000, 'log'],
  ]);
  expect(unionOfSavings(findings)).toBe(70_000);
});

test('of any layers all waste is found, and none of it twice', () => {
  fc.assert(
    fc.property(stacks(), scans => {
      const analysis = analyzeImage(imageOf(scans), scans, null);
      const findings = findFindings(new RuleContext(analysis));
      expect(unionOfSavings(findings)).toBe(analysis.efficiency.wastedBytes);
      expect(findings.reduce((sum, { saving }) => sum + (saving?.bytes ?? 0), 0)).toBe(
        analysis.efficiency.wastedBytes,
      );
    }),
    { numRuns: times(300) },
  );
});
