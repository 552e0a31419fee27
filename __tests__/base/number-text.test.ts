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
