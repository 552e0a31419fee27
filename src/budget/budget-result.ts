import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import type { Notice } from '../base/notice.ts';
import type { Comparison } from '../compare/comparison.ts';
import type { Budget } from './budget.ts';
import { BUDGET_NAMES, BUDGETS, type BudgetName } from './budgets.ts';
import type { BudgetLimit } from './limit.ts';

export type Verdict = 'pass' | 'warn' | 'fail';

/** What becomes of a budget to fail at that a baseline is needed for, where there is none. */
export const MISSING_BASELINE = ['warn', 'fail'] as const;

export type MissingBaseline = (typeof MISSING_BASELINE)[number];

/** What one level of a budget came to: the limit, and what was measured, in the limit's unit. */
export type LevelResult =
  | { readonly status: 'met'; readonly limit: BudgetLimit; readonly actual: number }
  | { readonly status: 'exceeded'; readonly limit: BudgetLimit; readonly actual: number }
  | { readonly status: 'skipped'; readonly limit: BudgetLimit; readonly actual: null };

/** What a budget came to: at least one level, and null where it has no such level. */
export type BudgetResult = { readonly name: BudgetName } & LevelResults;

type LevelResults =
  | { readonly warn: null; readonly fail: LevelResult }
  | { readonly warn: LevelResult; readonly fail: null }
  | { readonly warn: LevelResult; readonly fail: LevelResult };

interface BudgetEvaluation {
  /** Of the budgets that have a level, in their order. */
  readonly results: readonly BudgetResult[];
  readonly verdict: Verdict;
  /** A `budget-skipped` for each budget that could not be checked. */
  readonly notices: readonly Notice[];
}

/**
 * Holds an image to its budgets, and to those that hold by default unless they set a fail level or are switched off.
 * Of budgets of one name the last counts. A limit that is just met is not exceeded. What could not be checked is at
 * least a warning.
 */
export function evaluateBudgets(
  budgets: readonly Budget[],
  analysis: ImageAnalysis,
  comparison: Comparison | null,
  missingBaseline: MissingBaseline = 'warn',
): BudgetEvaluation {
  const results: BudgetResult[] = [];
  const notices: Notice[] = [];
  for (const { name, warn, fail } of withDefaults(budgets)) {
    const reasons = new Set<string>();
    const evaluate = (limit: BudgetLimit): LevelResult => {
      const { bound, measure } = BUDGETS[name];
      const measured = measure(analysis, comparison, limit.unit);
      if ('unknown' in measured) {
        reasons.add(measured.unknown);
        return { status: 'skipped', limit, actual: null };
      }
      const { actual } = measured;
      // Comparisons with NaN are false, as in Go: dive's numbers may be NaN, and then hold.
      const isExceeded = bound === 'min' ? actual < limit.value : actual > limit.value;
      return { status: isExceeded ? 'exceeded' : 'met', limit, actual };
    };
    if (warn !== null) results.push({ name, warn: evaluate(warn), fail: fail && evaluate(fail) });
    else if (fail !== null) results.push({ name, warn, fail: evaluate(fail) });
    for (const reason of reasons) {
      notices.push({
        code: 'budget-skipped',
        message: `The budget ${name} was not checked: ${reason}.`,
      });
    }
  }
  const isMissed = comparison === null && missingBaseline === 'fail' && results.some(failsWithoutBaseline);
  return { results, verdict: isMissed ? 'fail' : verdictOf(results), notices };
}

function withDefaults(budgets: readonly Budget[]): readonly Budget[] {
  const byName = new Map<BudgetName, Budget>();
  for (const name of BUDGET_NAMES) {
    const { failsAt } = BUDGETS[name];
    if (failsAt) byName.set(name, { name, warn: null, fail: failsAt });
  }
  for (const budget of budgets) byName.set(budget.name, withDefaultLevel(budget));
  return [...byName.values()];
}

/** A budget that only warns leaves a default fail level in force; one without levels is switched off. */
function withDefaultLevel(budget: Budget): Budget {
  if (budget.warn === null && budget.fail === null) return budget;
  return { ...budget, fail: budget.fail ?? BUDGETS[budget.name].failsAt ?? null };
}

function verdictOf(results: readonly BudgetResult[]): Verdict {
  if (results.some(({ fail }) => fail?.status === 'exceeded')) return 'fail';
  return results.some(({ warn }) => warn?.status === 'exceeded') || results.some(isUnchecked)
    ? 'warn'
    : 'pass';
}

/** Whether some level of a budget could not be checked. */
export function isUnchecked({ warn, fail }: BudgetResult): boolean {
  return warn?.status === 'skipped' || fail?.status === 'skipped';
}

/** Whether nobody asked for the budget: it has the level that holds by default, and no other. */
export function isDefaultBudget({ name, warn, fail }: BudgetResult): boolean {
  const { failsAt } = BUDGETS[name];
  return warn === null && failsAt !== undefined && fail.limit.value === failsAt.value;
}

function failsWithoutBaseline({ name, fail }: BudgetResult): boolean {
  return BUDGETS[name].needsBaseline === true && fail?.status === 'skipped';
}
