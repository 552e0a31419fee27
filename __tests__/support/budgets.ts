import { type Budget, type BudgetSetting, parseBudget } from '../../src/budget/budget.ts';
import { BUDGET_NAMES } from '../../src/budget/budgets.ts';

/** Budgets by name, in the order of the settings; what is undefined is left out. */
export function parseBudgets(settings: Readonly<Record<string, BudgetSetting | undefined>>): Budget[] {
  return Object.entries(settings).flatMap(([name, setting]) => {
    const known = BUDGET_NAMES.find(each => each === name);
    if (known === undefined) throw new Error(`there is no budget ${name}`);
    return setting === undefined ? [] : [parseBudget(known, setting)];
  });
}
