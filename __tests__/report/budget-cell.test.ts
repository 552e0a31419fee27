import { expect, it } from 'vitest';
import { plainText } from '../../src/base/phrase.ts';
import { BUDGET_NAMES, BUDGETS, type BudgetName } from '../../src/budget/budgets.ts';
import { budgetCell, budgetSentence, exceededBudgets } from '../../src/report/budget-cell.ts';
import { type BudgetEntry, budgetEntries, budgetResults } from '../../src/report/budget-entry.ts';
import { excessCause } from '../../src/report/excess-cause.ts';
import { figuresOf } from '../../src/report/figure.ts';
import type { Report } from '../../src/report/report.ts';
import { failing } from './reports.ts';

/** A level of a budget, as the JSON report has it. */
function budget(
  name: BudgetName,
  limit: number,
  actual: number | null,
  unit: BudgetEntry['unit'],
  status: BudgetEntry['status'],
  level: BudgetEntry['level'] = status === 'warn' ? 'warn' : 'fail',
): BudgetEntry {
  return { name, limit, actual, unit, status, level };
}

function withBudgets(report: Report, ...entries: readonly BudgetEntry[]): Report {
  return { ...report, budgets: budgetResults().parse(entries) };
}

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
])('tells an exceeded budget: %#', (entry, sentence) => {
  expect(exceededBudgets(withBudgets(failing(), entry)).map(budgetSentence)).toEqual([sentence]);
});

it('shows of two levels the one that is exceeded', () => {
  const levels = [
    budget('max-size', 100, 150, 'bytes', 'warn'),
    budget('max-size', 200, 150, 'bytes', 'pass'),
    budget('max-layers', 127, 10, 'layers', 'pass'),
  ];
  const report = withBudgets(failing(), ...levels);
  expect(report.budgets.map(budgetCell)).toEqual([
    { status: 'warn', text: '≤ 100 B' },
    { status: 'pass', text: '≤ 127 (117 left)' },
  ]);
  expect(exceededBudgets(report)).toMatchObject([
    { name: 'max-size', level: 'warn', result: { actual: 150 } },
  ]);
  expect(budgetEntries(report.budgets)).toEqual(levels);
});

it('shows the level to fail at when both hold, and tells what was not checked', () => {
  const report = withBudgets(
    failing(),
    budget('max-size', 100, 50, 'bytes', 'pass', 'warn'),
    budget('max-size', 200, 50, 'bytes', 'pass', 'fail'),
    budget('max-size-increase', 0.05, null, 'ratio', 'skipped'),
  );
  expect(report.budgets.map(budgetCell)).toEqual([
    { status: 'pass', text: '≤ 200 B' },
    { status: 'skipped', text: '≤ 5 % not checked' },
  ]);
  expect(exceededBudgets(report)).toEqual([]);
});

it('puts budgets that fail before those that warn', () => {
  const report = withBudgets(
    failing(),
    budget('max-size', 100, 150, 'bytes', 'warn'),
    budget('max-wasted', 100, 150, 'bytes', 'warn'),
    budget('max-wasted', 120, 150, 'bytes', 'fail'),
  );
  expect(exceededBudgets(report).map(({ name, level }) => `${name}: ${level}`)).toEqual([
    'max-wasted: fail',
    'max-size: warn',
  ]);
});

/** The row that shows each budget, and what most of its excess comes from in a report with waste and growth. */
const PLACES: Readonly<Record<BudgetName, readonly [row: string, cause: string | undefined]>> = {
  'max-layers': ['Layers', undefined],
  'max-size': ['Size', 'growth'],
  'max-compressed-size': ['Compressed', 'growth'],
  'max-own-size': ['Own layers', 'growth'],
  'max-layer-size': ['Largest layer', 'layer'],
  'max-size-increase': ['Growth', 'growth'],
  'max-pull': ['To pull', 'pull'],
  'min-efficiency': ['Efficiency', 'waste'],
  'max-wasted': ['Wasted', 'waste'],
  'dive-lowest-efficiency': ['dive: efficiency', 'waste'],
  'dive-highest-wasted-bytes': ['dive: wasted', 'waste'],
  'dive-highest-user-wasted-percent': ['dive: user wasted', 'waste'],
};

it.each(BUDGET_NAMES)('shows %s in its row, and blames its excess on its cause', name => {
  const { bound } = BUDGETS[name];
  const [limit, actual] = bound === 'min' ? [0.9, 0.5] : [0.5, 0.9];
  const report = withBudgets(failing(), budget(name, limit, actual, 'ratio', 'fail'));
  const limited = figuresOf(report).filter(({ budgets }) => budgets.length > 0);
  const text = bound === 'min' ? '≥ 90 %' : '≤ 50 %';
  const [row, cause] = PLACES[name];
  expect(limited).toMatchObject([{ name: row, budgets: [{ status: 'fail', text }] }]);
  expect(excessCause(report, name)?.kind).toBe(cause);
});

it('blames the largest layer for a size that did not grow', () => {
  const report = { ...failing(), comparison: null };
  expect(excessCause(report, 'max-own-size')).toMatchObject({ kind: 'layer', bytes: 212_600_000 });
});

it('blames waste on a finding of it, not on one of what is there to be seen, or on the largest path', () => {
  const report = failing();
  const [wasted] = report.wastedFiles;
  const [finding] = report.findings;
  if (wasted === undefined || finding === undefined) throw new Error('The report has no waste');
  const of = (path: string) => ({
    ...finding,
    evidence: { ...finding.evidence, paths: [{ path, bytes: 1 }] },
  });
  const cause = (...paths: readonly string[]) =>
    excessCause({ ...report, findings: paths.map(of) }, 'max-wasted');
  expect(cause('seen/file', wasted.path)).toMatchObject({ bytes: finding.evidence.bytes });
  const folder = wasted.path.slice(0, wasted.path.indexOf('/') + 1);
  expect(cause(folder)).toMatchObject({ bytes: finding.evidence.bytes });
  for (const others of [['seen/file'], []]) {
    const found = cause(...others);
    expect(found).toMatchObject({ kind: 'waste', bytes: wasted.bytes });
    expect(found && plainText(found.text)).toContain(wasted.path);
  }
  expect(excessCause({ ...report, findings: [], wastedFiles: [] }, 'max-wasted')).toBeNull();
});

/** What is said behind a budget of 70 MB that is exceeded, of an image with these layers. */
function causeOf(
  name: BudgetName,
  ...layers: readonly (readonly [origin: 'base' | 'own' | 'unknown', size: number, createdBy: string])[]
): string | null {
  const report = withBudgets(failing(), budget(name, 70e6, 75.4e6, 'bytes', 'fail'));
  const [like] = report.layers;
  if (like === undefined) throw new Error('The report has no layer');
  const own = layers.map(([origin, size, createdBy]) => ({
    ...like,
    origin,
    size,
    compressedSize: null,
    createdBy,
    instruction: null,
  }));
  const cause = excessCause({ ...report, comparison: null, layers: own }, name);
  return cause && plainText(cause.text);
}

it('names a base image that is over the budget alone, and else the largest layer that the Dockerfile adds', () => {
  const head = ['own', 600e3, 'RUN head'] as const;
  const copy = ['own', 300e3, 'COPY . .'] as const;
  const added = 'the largest layer that the Dockerfile adds is 600.0 kB of RUN head';
  expect(causeOf('max-size', ['base', 74.5e6, ''], head, copy)).toBe('the base image alone has 74.5 MB');
  expect(causeOf('max-size', ['base', 69.5e6, ''], head, copy)).toBe(added);
  // How large the base image is compressed, nobody says here; and own layers are not the base image's.
  expect(causeOf('max-compressed-size', ['base', 74.5e6, ''], head, copy)).toBe(added);
  expect(causeOf('max-own-size', ['base', 74.5e6, ''], head, copy)).toBe(added);
  expect(causeOf('max-size', head, copy)).toBe('the largest layer is 600.0 kB of RUN head');
});

it('leaves out what nobody knows of a layer, and what the budget has said', () => {
  const nameless = ['unknown', 74.5e6, ''] as const;
  const head = ['unknown', 600e3, 'RUN head'] as const;
  expect(causeOf('max-size', nameless, head)).toBe('the largest layer is 74.5 MB');
  expect(causeOf('max-size', nameless)).toBeNull();
  expect(causeOf('max-layer-size', nameless, head)).toBeNull();
  expect(causeOf('max-layer-size', ['unknown', 74.5e6, 'RUN big'], head)).toBe('RUN big');
});

it('shows a change that is too little to be shown as none', () => {
  const report = failing();
  const { comparison } = report;
  const delta = comparison && { ...comparison.delta, efficiency: -0.0001 };
  const figures = figuresOf({ ...report, comparison: comparison && delta && { ...comparison, delta } });
  expect(figures).toContainEqual(expect.objectContaining({ name: 'Efficiency', delta: '=', trend: 'same' }));
});
