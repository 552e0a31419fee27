import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import type { Notice } from '../base/notice.ts';
import type { Comparison } from '../compare/comparison.ts';
import { LAYER_LIMIT } from '../image/layer-limit.ts';
import type { Budget, BudgetName, BudgetResult, Verdict } from './budget.ts';
import { measure } from './measure.ts';

export interface BudgetEvaluation {
  /** One for each level that has a limit, in the order of the budgets; the warn level first. */
  readonly results: readonly BudgetResult[];
  readonly verdict: Verdict;
  /** A `budget-skipped` for each budget that could not be checked. */
  readonly notices: readonly Notice[];
}

/** What holds unless a budget of that name says otherwise. */
const DEFAULTS: readonly Budget[] = [
  { name: 'max-layers', warn: null, fail: { value: LAYER_LIMIT, unit: 'layers' } },
];

/** Budgets where less is worse. */
const LEAST: ReadonlySet<BudgetName> = new Set<BudgetName>(['min-efficiency', 'dive-lowest-efficiency']);

/**
 * Holds an image to its budgets, and to 127 layers unless `max-layers` sets a fail level or is switched off.
 * Of budgets of one name the last counts. A limit that is just met is not exceeded.
 */
export function evaluateBudgets(
  budgets: readonly Budget[],
  analysis: ImageAnalysis,
  comparison: Comparison | null,
): BudgetEvaluation {
  const results: BudgetResult[] = [];
  const notices: Notice[] = [];
  for (const budget of withDefaults(budgets)) {
    const reasons = new Set<string>();
    for (const level of ['warn', 'fail'] as const) {
      const limit = budget[level];
      if (limit === null) continue;
      const measured = measure(budget.name, limit.unit, analysis, comparison);
      const fixed = { name: budget.name, limit: limit.value, unit: limit.unit, level };
      if ('unknown' in measured) {
        reasons.add(measured.unknown);
        results.push({ ...fixed, actual: null, status: 'skipped' });
      } else {
        const { actual } = measured;
        const status = isExceeded(budget.name, actual, limit.value) ? level : 'pass';
        results.push({ ...fixed, actual, status });
      }
    }
    for (const reason of reasons) {
      notices.push({
        code: 'budget-skipped',
        message: `The budget ${budget.name} was not checked: ${reason}.`,
      });
    }
  }
  return { results, verdict: verdictOf(results), notices };
}

function withDefaults(budgets: readonly Budget[]): readonly Budget[] {
  const byName = new Map(DEFAULTS.map(budget => [budget.name, budget]));
  for (const budget of budgets) byName.set(budget.name, overDefault(budget));
  return [...byName.values()];
}

/** A budget that only warns leaves a default fail level in force; one without levels is switched off. */
function overDefault(budget: Budget): Budget {
  const standard = DEFAULTS.find(({ name }) => name === budget.name);
  if (!standard || (budget.warn === null && budget.fail === null)) return budget;
  return { ...budget, fail: budget.fail ?? standard.fail };
}

/** Comparisons with NaN are false, as in Go: dive's numbers may be NaN, and then hold. */
function isExceeded(name: BudgetName, actual: number, limit: number): boolean {
  return LEAST.has(name) ? actual < limit : actual > limit;
}

function verdictOf(results: readonly BudgetResult[]): Verdict {
  const statuses = new Set(results.map(result => result.status));
  if (statuses.has('fail')) return 'fail';
  return statuses.has('warn') ? 'warn' : 'pass';
}
