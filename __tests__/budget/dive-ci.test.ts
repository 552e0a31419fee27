import { expect, test } from 'vitest';
import type { Budget } from '../../src/budget/budget.ts';
import { parseDiveCi } from '../../src/budget/dive-ci.ts';

/** Efficiency, wasted bytes, user-wasted percent; null where the rule is off. */
type Limits = readonly [number | null, number | null, number | null];

function limitsOf(budgets: readonly Budget[]): Limits {
  const limit = (name: string) => budgets.find(budget => budget.name === name)?.fail?.value ?? null;
  return [
    limit('dive-lowest-efficiency'),
    limit('dive-highest-wasted-bytes'),
    limit('dive-highest-user-wasted-percent'),
  ];
}

const FILES: readonly (readonly [why: string, text: string, limits: Limits])[] = [
  [
    "dive's own example",
    'rules:\n  # If the efficiency is measured below X%, mark as failed.\n  lowestEfficiency: 0.95\n  highestWastedBytes: 20MB\n  highestUserWastedPercent: 0.20\n',
    [0.95, 20e6, 0.2],
  ],
  ['an empty file', '', [0.9, null, 0.1]],
  ['no rules', 'rules:\n', [0.9, null, 0.1]],
  ['other keys only', 'ci: true\nrules: {other: [1, 2]}\n', [0.9, null, 0.1]],
  [
    'null leaves the default',
    'rules:\n  lowestEfficiency:\n  highestUserWastedPercent: ~\n',
    [0.9, null, 0.1],
  ],
  [
    'disabled',
    'rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: " Off "\n',
    [null, null, null],
  ],
  [
    'false and empty',
    'rules:\n  lowestEfficiency: false\n  highestUserWastedPercent: ""\n',
    [null, null, null],
  ],
  [
    'texts',
    'rules:\n  lowestEfficiency: \'0.5\'\n  highestWastedBytes: "1.5 GiB"\n',
    [0.5, 1.5 * 2 ** 30, 0.1],
  ],
  ['a size without unit', 'rules: {highestWastedBytes: 1024}', [0.9, 1024, 0.1]],
  ['a fraction of a byte is cut off', 'rules: {highestWastedBytes: 1.9}', [0.9, 1, 0.1]],
  ['units as go-humanize has them', 'rules: {highestWastedBytes: 2mi}', [0.9, 2 * 2 ** 20, 0.1]],
  ['commas', 'rules: {highestWastedBytes: "1,500 kB"}', [0.9, 1.5e6, 0.1]],
  ['zero', 'rules: {lowestEfficiency: 0, highestWastedBytes: 0, highestUserWastedPercent: 0}', [0, 0, 0]],
  ['an exponent', 'rules: {lowestEfficiency: 9e-1}', [0.9, null, 0.1]],
  ['NaN fails nothing', 'rules: {lowestEfficiency: nan}', [null, null, 0.1]],
  ['keys are case-sensitive', 'rules: {lowestefficiency: 0.1}', [0.9, null, 0.1]],
  ['an alias', 'x: &limit 0.3\nrules: {lowestEfficiency: *limit}', [0.3, null, 0.1]],
  ['the first document', 'rules: {lowestEfficiency: 0.3}\n---\nrules: [', [0.3, null, 0.1]],
];

test.each(FILES)('%s', (_why, text, limits) => {
  expect(limitsOf(parseDiveCi(text, '.dive-ci'))).toEqual(limits);
});

const BAD: readonly (readonly [why: string, text: string, message: string])[] = [
  [
    'above one',
    'rules:\n\n  lowestEfficiency: 95\n',
    'ci/.dive-ci:3: lowestEfficiency is "95", which is not a number from 0 to 1',
  ],
  ['below zero', 'rules: {highestUserWastedPercent: -0.1}', 'ci/.dive-ci:1: highestUserWastedPercent'],
  ['infinite', 'rules: {lowestEfficiency: inf}', 'ci/.dive-ci:1: lowestEfficiency'],
  ['a percentage', 'rules: {lowestEfficiency: 95%}', 'which is not a number'],
  [
    'no size',
    'rules:\n  highestWastedBytes: much',
    'ci/.dive-ci:2: highestWastedBytes is "much", which is not a size',
  ],
  ['a negative size', 'rules: {highestWastedBytes: -5MB}', 'which is not a size'],
  ['an unknown unit', 'rules: {highestWastedBytes: 5 parsecs}', 'which is not a size'],
  ['beyond 64 bits', 'rules: {highestWastedBytes: 17EiB}', 'which is not a size'],
  ['a list', 'rules:\n  lowestEfficiency: [0.9]\n', 'ci/.dive-ci:2: lowestEfficiency must be a single value'],
  ['a text for the rules', 'rules: none', 'ci/.dive-ci:1: rules must hold keys'],
  ['a text for the file', '0.9', 'ci/.dive-ci:1: the file must hold keys'],
  [
    'broken YAML',
    'rules:\n  lowestEfficiency: "0.9\n',
    ': a quotation mark, a bracket or a comma is missing.',
  ],
  [
    'a key given twice',
    'rules:\n  lowestEfficiency: 0.9\n  lowestEfficiency: 0.1\n',
    'ci/.dive-ci:3: this key stands twice',
  ],
  ['hostile depth', '['.repeat(100_000), 'ci/.dive-ci:1: '],
  ['hostile length', ' '.repeat(10_000_000), 'larger than 256 KiB'],
];

test.each(BAD)('%s is refused', (_why, text, message) => {
  expect(() => parseDiveCi(text, 'ci/.dive-ci')).toThrowError(
    expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(message) }),
  );
});
