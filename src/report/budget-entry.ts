import { z } from 'zod';
import { lazy } from '../base/lazy.ts';
import { fromReportNumber, toReportNumber } from '../base/number-text.ts';
import type { BudgetResult, LevelResult } from '../budget/budget-result.ts';
import { BUDGET_NAMES, type BudgetName } from '../budget/budgets.ts';
import { BUDGET_UNITS } from '../budget/limit.ts';

/** JSON has no NaN and no Infinity: they are written as strings. */
export const anyNumber = lazy(() => z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]));

const budgetEntry = lazy(() =>
  z.object({
    name: z.enum(BUDGET_NAMES),
    limit: z.number(),
    actual: anyNumber().nullable().describe('null when it is not known: then the status is skipped'),
    unit: z.enum(BUDGET_UNITS),
    level: z.enum(['warn', 'fail']),
    status: z.enum(['pass', 'warn', 'fail', 'skipped']),
  }),
);

/** A budget in the JSON report: one entry a level, the warn level first. */
export type BudgetEntry = z.infer<ReturnType<typeof budgetEntry>>;

/** Reads the entries of a JSON report as results of budgets with both their levels. */
export const budgetResults = lazy(() => z.array(budgetEntry()).transform(joinLevels));

/** The results of budgets as the JSON report lists them. */
export function budgetEntries(results: readonly BudgetResult[]): BudgetEntry[] {
  return results.flatMap(({ name, warn, fail }) => [
    ...(warn === null ? [] : [entryOf(name, 'warn', warn)]),
    ...(fail === null ? [] : [entryOf(name, 'fail', fail)]),
  ]);
}

function entryOf(name: BudgetName, level: BudgetEntry['level'], result: LevelResult): BudgetEntry {
  const { limit, actual, status } = result;
  return {
    name,
    limit: limit.value,
    actual: actual === null ? null : toReportNumber(actual),
    unit: limit.unit,
    level,
    status: { met: 'pass' as const, exceeded: level, skipped: 'skipped' as const }[status],
  };
}

function joinLevels(entries: readonly BudgetEntry[]): readonly BudgetResult[] {
  const results = new Map<BudgetName, BudgetResult>();
  for (const entry of entries) {
    results.set(entry.name, withLevel(results.get(entry.name) ?? null, entry));
  }
  return [...results.values()];
}

function withLevel(result: BudgetResult | null, entry: BudgetEntry): BudgetResult {
  const { name, level } = entry;
  const added = levelOf(entry);
  if (level === 'warn') return { name, warn: added, fail: result?.fail ?? null };
  return { name, warn: result?.warn ?? null, fail: added };
}

function levelOf({ limit: value, actual, unit, status }: BudgetEntry): LevelResult {
  const limit = { value, unit };
  if (actual === null || status === 'skipped') return { status: 'skipped', limit, actual: null };
  return { status: status === 'pass' ? 'met' : 'exceeded', limit, actual: fromReportNumber(actual) };
}
