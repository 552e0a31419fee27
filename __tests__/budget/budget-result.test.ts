import { expect, test } from 'vitest';
import type { ImageAnalysis } from '../../src/analysis/image-analysis.ts';
import type { BudgetSetting } from '../../src/budget/budget.ts';
import { evaluateBudgets } from '../../src/budget/budget-result.ts';
import { parseDiveCi } from '../../src/budget/dive-ci.ts';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import type { Comparison } from '../../src/compare/comparison.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import { parseBudgets } from '../support/budgets.ts';
import type { LayerSpec } from '../support/fabricate/analysis.ts';
import { fabricate } from '../support/fabricate/analysis.ts';

const BASE: LayerSpec = { base: true, files: { 'bin/sh': 600 }, compressedSize: 300, mediaType: 'gzip' };
const WRITE: LayerSpec = { text: 'RUN a', files: { a: 250, b: 100 }, compressedSize: 200, mediaType: 'gzip' };
const DELETE: LayerSpec = {
  text: 'RUN b',
  deletes: ['b'],
  files: { c: 50 },
  compressedSize: 50,
  mediaType: 'gzip',
};
/** Size 1000, own 400, wasted 100, largest own layer 350, efficiency 0.9, compressed 550. */
const IMAGE = fabricate([BASE, WRITE, DELETE]);

function grownFrom(base: number): Comparison {
  const before = fabricate([{ base: true, files: { 'bin/sh': base } }]);
  return compareSnapshots(createSnapshot(before, null), createSnapshot(IMAGE, null));
}

interface Setting {
  readonly analysis?: ImageAnalysis;
  readonly comparison?: Comparison;
}

/** `level: status actual`, without the layer limit that always holds. */
function outcome(settings: Record<string, BudgetSetting>, { analysis = IMAGE, comparison }: Setting = {}) {
  const { results, verdict, notices } = evaluateBudgets(parseBudgets(settings), analysis, comparison ?? null);
  const told = results
    .filter(({ name, fail }) => name !== 'max-layers' || fail?.limit.value !== 127)
    .flatMap(({ warn, fail }) => [
      ...(warn ? [`warn: ${warn.status} ${warn.actual}`] : []),
      ...(fail ? [`fail: ${fail.status} ${fail.actual}`] : []),
    ]);
  return { told, verdict, notices: notices.map(({ message }) => message) };
}

const AT_THE_LIMIT: readonly (readonly [name: string, met: string, exceeded: string, actual: number])[] = [
  ['max-layers', '3', '2', 3],
  ['max-size', '1000', '999', 1000],
  ['max-compressed-size', '550', '549', 550],
  ['max-own-size', '400', '399', 400],
  ['max-layer-size', '350', '349', 350],
  ['max-wasted', '100', '99', 100],
  ['min-efficiency', '90%', '90.1%', 0.9],
  ['dive-lowest-efficiency', String(IMAGE.dive.efficiency), '1', IMAGE.dive.efficiency],
  ['dive-highest-wasted-bytes', String(IMAGE.dive.wastedBytes), '0', IMAGE.dive.wastedBytes],
];

test.each(AT_THE_LIMIT)('%s: a limit that is met is not exceeded', (name, met, exceeded, actual) => {
  expect(outcome({ [name]: met })).toMatchObject({ told: [`fail: met ${actual}`], verdict: 'pass' });
  expect(outcome({ [name]: exceeded })).toMatchObject({
    told: [`fail: exceeded ${actual}`],
    verdict: 'fail',
  });
  expect(outcome({ [name]: { warn: exceeded, fail: met } })).toMatchObject({
    told: [`warn: exceeded ${actual}`, `fail: met ${actual}`],
    verdict: 'warn',
  });
});

test('growth is bytes, or a ratio of the size of the base', () => {
  const comparison = grownFrom(800);
  expect(outcome({ 'max-size-increase': { warn: '199', fail: '200' } }, { comparison })).toMatchObject({
    told: ['warn: exceeded 200', 'fail: met 200'],
  });
  expect(outcome({ 'max-size-increase': { warn: '24.9%', fail: '25%' } }, { comparison })).toMatchObject({
    told: ['warn: exceeded 0.25', 'fail: met 0.25'],
  });
  expect(outcome({ 'max-size-increase': '0' }, { comparison: grownFrom(1001) }).verdict).toBe('pass');
  expect(outcome({ 'max-size-increase': '900%' }, { comparison: grownFrom(0) }).verdict).toBe('fail');
});

const UNKNOWN = fabricate([{ files: { a: 5 } }], { baseKnown: false });

test.each([
  ['max-size-increase', IMAGE, 'no base to compare with'],
  ['max-compressed-size', UNKNOWN, 'the compressed size is unknown'],
  ['max-own-size', UNKNOWN, 'which layers come from the base'],
])('%s is skipped and said, never passed, when it is not known', (name, analysis, reason) => {
  const { told, verdict, notices } = outcome({ [name]: { warn: '0', fail: '0' } }, { analysis });
  expect(told).toEqual(['warn: skipped null', 'fail: skipped null']);
  expect(verdict).toBe('warn');
  expect(notices).toEqual([expect.stringContaining(reason)]);
  expect(notices[0]).toContain(name);
});

test.each(['max-compressed-size', 'max-pull'])(
  '%s is said to be known of engines with containerd, too',
  name => {
    const before = fabricate([{ files: { b: 5 } }], { baseKnown: false });
    const comparison = compareSnapshots(createSnapshot(before, null), createSnapshot(UNKNOWN, null));
    const { notices } = outcome({ [name]: '1MB' }, { analysis: UNKNOWN, comparison });
    expect(notices).toEqual([expect.stringMatching(/containerd's store have it.*overlay2.* do not\.$/)]);
  },
);

test('a missing base fails the budgets to fail at that need one, where that is asked for', () => {
  const verdict = (settings: Record<string, BudgetSetting>, comparison: Comparison | null = null) =>
    evaluateBudgets(parseBudgets(settings), IMAGE, comparison, 'fail').verdict;
  expect(verdict({ 'max-size-increase': '1MB' })).toBe('fail');
  expect(verdict({ 'max-size-increase': '1MB' }, grownFrom(800))).toBe('pass');
  expect(verdict({ 'max-size-increase': { warn: '1MB' } })).toBe('warn');
  expect(verdict({ 'max-size': '1MB' })).toBe('pass');
  // It is unchecked for another reason, which no base would mend.
  const unknown = evaluateBudgets(parseBudgets({ 'max-compressed-size': '1MB' }), UNKNOWN, null, 'fail');
  expect(unknown.verdict).toBe('warn');
});

test('of an unknown base every layer may be the largest', () => {
  expect(outcome({ 'max-layer-size': '4' }, { analysis: UNKNOWN })).toMatchObject({
    told: ['fail: exceeded 5'],
  });
});

const many = (count: number) => fabricate(Array.from({ length: count }, () => ({ text: 'RUN true' })));

test('127 layers hold unless another limit is set or the budget is off', () => {
  const verdict = (count: number, settings: Record<string, BudgetSetting> = {}) =>
    evaluateBudgets(parseBudgets(settings), many(count), null).verdict;
  expect(verdict(127)).toBe('pass');
  expect(verdict(128)).toBe('fail');
  expect(verdict(128, { 'max-layers': { warn: 100 } })).toBe('fail');
  expect(verdict(120, { 'max-layers': { warn: 100 } })).toBe('warn');
  expect(verdict(128, { 'max-layers': 130 })).toBe('pass');
  expect(verdict(128, { 'max-layers': 'off' })).toBe('pass');
  expect(evaluateBudgets([], many(3), null).results).toEqual([
    {
      name: 'max-layers',
      warn: null,
      fail: { status: 'met', limit: { value: 127, unit: 'layers' }, actual: 3 },
    },
  ]);
});

test('of budgets of one name the last counts', () => {
  const budgets = [...parseBudgets({ 'max-size': '1' }), ...parseBudgets({ 'max-size': '1000' })];
  expect(evaluateBudgets(budgets, IMAGE, null).verdict).toBe('pass');
});

test("dive's rules hold for what is not a number, and fail for what is infinite, as in Go", () => {
  const rules = parseDiveCi('rules: {lowestEfficiency: off}', '.dive-ci');
  const verdict = (userWastedPercent: number) =>
    evaluateBudgets(rules, { ...IMAGE, dive: { ...IMAGE.dive, userWastedPercent } }, null).verdict;
  expect([0.1, 0.100001, Number.NaN, Number.POSITIVE_INFINITY].map(verdict)).toEqual([
    'pass',
    'fail',
    'pass',
    'fail',
  ]);
});
