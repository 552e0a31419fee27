import { expect, it } from 'vitest';
import {
  formatCountDelta,
  formatDuration,
  formatGrowth,
  formatPoints,
  formatRatio,
  formatRatioLimit,
  formatSizeLimit,
  fromReportNumber,
  toReportNumber,
} from '../../src/base/number-text.ts';
import { budgetCells, budgetSentence, exceededBudgets } from '../../src/report/budget-cell.ts';
import { budget, failing } from '../report/reports.ts';

it.each([
  [formatRatio(0.93), '93.0 %'],
  [formatRatio(Number.NaN), 'undefined'],
  [formatRatio(Number.POSITIVE_INFINITY), '∞ %'],
  [formatRatioLimit(0.95), '95 %'],
  [formatRatioLimit(0.975), '97.5 %'],
  [formatRatioLimit(0.1 + 0.2), '30 %'],
  [formatSizeLimit(450e6), '450 MB'],
  [formatSizeLimit(1.5e9), '1.5 GB'],
  [formatPoints(-0.041), '−4.1 pt'],
  [formatPoints(0.0001), '±0.0 pt'],
  [formatCountDelta(-1), '−1'],
  [formatCountDelta(0), '±0'],
  [formatGrowth(12.4, 400), '+3.1 %'],
  [formatGrowth(-1, 1e9), '−<0.1 %'],
  [formatGrowth(20e6, 1000), '+2000000 %'],
  [formatGrowth(5, 0), null],
  [formatDuration(312), '0.3 s'],
  [formatDuration(41_000), '41 s'],
  [formatDuration(59_700), '1 min 0 s'],
  [formatDuration(185_000), '3 min 5 s'],
  [formatDuration(3_720_000), '1 h 2 min'],
])('%s is %s', (text, expected) => {
  expect(text).toBe(expected);
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5])('%s survives JSON', value => {
  expect(fromReportNumber(JSON.parse(JSON.stringify(toReportNumber(value))))).toBe(value);
});

it.each([
  [budget('min-efficiency', 0.95, 0.93, 'ratio', 'fail'), 'Efficiency 93.0 % is under the 95 % budget'],
  [budget('min-efficiency', 0.95, 0.94996, 'ratio', 'fail'), 'Efficiency 94.996 % is under the 95 % budget'],
  [budget('max-size', 450e6, 460.3e6, 'bytes', 'fail'), 'Size 460.3 MB is over the 450 MB budget'],
  [
    budget('max-size', 450e6, 450_000_001, 'bytes', 'fail'),
    'Size 450,000,001 bytes is over the 450,000,000 bytes budget',
  ],
  [budget('max-size-increase', 0.05, 0.1, 'ratio', 'warn'), 'Growth 10.0 % is over the 5 % warning level'],
  [budget('max-layers', 127, 130, 'layers', 'fail'), '130 layers are over the budget of 127'],
  [
    budget('dive-highest-user-wasted-percent', 0.1, 0.2, 'ratio', 'fail'),
    "dive's user-wasted percent, 20.0 %, is over the 10 % budget",
  ],
])('tells an exceeded budget: %#', (result, sentence) => {
  expect(budgetSentence(result)).toBe(sentence);
});

it('shows of two levels the one that is exceeded', () => {
  const levels = [
    budget('max-size', 100, 150, 'bytes', 'warn'),
    budget('max-size', 200, 150, 'bytes', 'pass'),
    budget('max-layers', 127, 10, 'layers', 'pass'),
  ];
  const report = { ...failing(), budgets: levels };
  expect(budgetCells(report, 'max-size')).toEqual([{ status: 'warn', text: '≤ 100 B' }]);
  expect(budgetCells(report, 'max-layers')).toEqual([{ status: 'pass', text: '≤ 127 (117 left)' }]);
  expect(budgetCells(report, 'max-wasted')).toEqual([]);
  expect(exceededBudgets(report)).toEqual(levels.slice(0, 1));
});
