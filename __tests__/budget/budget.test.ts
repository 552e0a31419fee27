import { expect, test } from 'vitest';
import { type BudgetSetting, budgetSetting, type LimitSetting } from '../../src/budget/budget.ts';
import type { BudgetName } from '../../src/budget/budgets.ts';
import type { BudgetLimit } from '../../src/budget/limit.ts';
import { parseBudgets } from '../support/budgets.ts';

const bytes = (value: number): BudgetLimit => ({ value, unit: 'bytes' });
const ratio = (value: number): BudgetLimit => ({ value, unit: 'ratio' });
const layers = (value: number): BudgetLimit => ({ value, unit: 'layers' });

const LIMITS: readonly (readonly [BudgetName, LimitSetting, BudgetLimit])[] = [
  ['max-size', '250MB', bytes(250e6)],
  ['max-size', '250MiB', bytes(250 * 2 ** 20)],
  ['max-own-size', '1.5 GB', bytes(1.5e9)],
  ['max-compressed-size', 1024, bytes(1024)],
  ['max-layer-size', '0', bytes(0)],
  ['max-wasted', ' 20 mb ', bytes(20e6)],
  ['max-layers', 100, layers(100)],
  ['max-layers', '100', layers(100)],
  ['min-efficiency', '95%', ratio(0.95)],
  ['min-efficiency', 0.95, ratio(0.95)],
  ['min-efficiency', '.9', ratio(0.9)],
  ['min-efficiency', 1, ratio(1)],
  ['min-efficiency', '100 %', ratio(1)],
  ['max-size-increase', '5%', ratio(0.05)],
  ['max-size-increase', '0.7%', ratio(0.007)],
  ['max-size-increase', '150%', ratio(1.5)],
  ['max-size-increase', '10MB', bytes(10e6)],
  ['max-size-increase', 0, bytes(0)],
  ['dive-lowest-efficiency', '0.9', ratio(0.9)],
  ['dive-highest-wasted-bytes', '20MB', bytes(20e6)],
  ['dive-highest-user-wasted-percent', '10%', ratio(0.1)],
];

test.each(LIMITS)('%s: %j', (name, setting, limit) => {
  expect(parseBudgets({ [name]: setting })).toEqual([{ name, warn: null, fail: limit }]);
  expect(parseBudgets({ [name]: { warn: setting } })).toEqual([{ name, warn: limit, fail: null }]);
});

test('levels are independent, budgets keep their order, and off switches off', () => {
  expect(
    parseBudgets({ 'max-size': { warn: '1MB', fail: '2MB' }, 'max-layers': 'OFF', 'max-wasted': undefined }),
  ).toEqual([
    { name: 'max-size', warn: bytes(1e6), fail: bytes(2e6) },
    { name: 'max-layers', warn: null, fail: null },
  ]);
});

const WRONG: readonly (readonly [string, BudgetSetting, string])[] = [
  ['max-size', '', 'max-size'],
  ['max-size', '5%', '5%'],
  ['max-size', '-1', '-1'],
  ['max-size', '1e9', '1e9'],
  ['max-size', '0.95', '0.95'],
  ['max-size', Number.NaN, 'max-size'],
  ['max-size', '99999999TB', '99999999TB'],
  ['max-size', {}, 'max-size'],
  ['max-size', { fail: 'much' }, 'max-size.fail'],
  ['max-layers', '12.5', '12.5'],
  ['max-layers', '10MB', '10MB'],
  ['max-layers', -1, '-1'],
  ['min-efficiency', 95, '95'],
  ['min-efficiency', '101%', '101%'],
  ['min-efficiency', '0.9MB', '0.9MB'],
  ['max-size-increase', '0.05', '0.05'],
  ['max-size-increase', '-5%', '-5%'],
  ['max-size', { warn: '500MB', fail: '400MB' }, 'warns at 500.0 MB, which is over the 400 MB'],
  ['max-size', { warn: 400_000_001, fail: 400_000_000 }, 'warns at 400,000,001 bytes'],
  ['min-efficiency', { warn: 0.9, fail: 0.95 }, 'warns at 90.0 %, which is under the 95 %'],
];

test.each(WRONG)('%s: %j is refused', (name, setting, named) => {
  expect(() => parseBudgets(Object.fromEntries([[name, setting]]))).toThrowError(
    expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(named) }),
  );
});

test('levels may be equal, and of two units', () => {
  const equal = { warn: '5%', fail: '5%' };
  const mixed = { warn: '100MB', fail: '5%' };
  expect(parseBudgets({ 'max-size-increase': equal })).toMatchObject([
    { warn: ratio(0.05), fail: ratio(0.05) },
  ]);
  expect(parseBudgets({ 'max-size-increase': mixed })).toMatchObject([
    { warn: bytes(1e8), fail: ratio(0.05) },
  ]);
});

test.each([
  ['450MB', '450MB'],
  ['warn 400MB, fail 450MB', { warn: '400MB', fail: '450MB' }],
  ['fail 450MB', { fail: '450MB' }],
  ['warn: 1.5 GB', { warn: '1.5 GB' }],
  ['FAIL=5% , Warn=1%', { fail: '5%', warn: '1%' }],
  ['warn 400MB, 450MB', 'warn 400MB, 450MB'],
  ['off', 'off'],
])('the one-line form %j is read', (text, levels) => {
  expect(budgetSetting(text)).toEqual(levels);
});
