import { formatRatio, formatRatioLimit, formatSize, formatSizeLimit, plural } from '../base/number-text.ts';
import type { BudgetResult, LevelResult } from '../budget/budget-result.ts';
import { BUDGETS, type BudgetName } from '../budget/budgets.ts';
import type { Report } from './report.ts';

/** A budget as a table shows it: `≤ 450 MB`. */
export interface BudgetCell {
  readonly status: 'pass' | 'warn' | 'fail' | 'skipped';
  readonly text: string;
}

/** A level of a budget that does not hold. */
interface ExceededBudget {
  readonly name: BudgetName;
  readonly level: 'warn' | 'fail';
  readonly result: Extract<LevelResult, { readonly status: 'exceeded' }>;
}

/** The budgets that are exceeded, each at its worse level: those that fail, then those that warn. */
export function exceededBudgets({ budgets }: Report): readonly ExceededBudget[] {
  const exceeded = budgets.flatMap(budget => exceededLevel(budget) ?? []);
  return [
    ...exceeded.filter(({ level }) => level === 'fail'),
    ...exceeded.filter(({ level }) => level === 'warn'),
  ];
}

function exceededLevel({ name, warn, fail }: BudgetResult): ExceededBudget | null {
  if (fail?.status === 'exceeded') return { name, level: 'fail', result: fail };
  return warn?.status === 'exceeded' ? { name, level: 'warn', result: warn } : null;
}

/** Whether some level of a budget was checked and holds. */
export function isHeld({ warn, fail }: BudgetResult): boolean {
  return warn?.status === 'met' || fail?.status === 'met';
}

/** The cell of a budget: its worse level where one is exceeded, else the level to fail at. */
export function budgetCell(budget: BudgetResult): BudgetCell {
  const { name, warn, fail } = budget;
  const exceeded = exceededLevel(budget);
  const shown = exceeded?.result ?? fail ?? warn;
  if (shown === null) return { status: 'skipped', text: '' };
  const bound = BUDGETS[name].bound === 'least' ? '≥' : '≤';
  const text = `${bound} ${amounts(shown)[1]}${headroom(shown)}`;
  if (shown.status === 'skipped') return { status: 'skipped', text: `${text} not checked` };
  return { status: exceeded?.level ?? 'pass', text };
}

/** ` (117 left)`, of layers. */
function headroom({ status, limit, actual }: LevelResult): string {
  return status === 'met' && limit.unit === 'layers' ? ` (${limit.value - actual} left)` : '';
}

/** `Efficiency 93.0 % is under the 95 % budget`, without the full stop. */
export function budgetSentence({ name, level, result }: ExceededBudget): string {
  const { bound, subject } = BUDGETS[name];
  const relation = bound === 'least' ? 'under' : 'over';
  const kind = level === 'fail' ? 'budget' : 'warning level';
  const [actual, limit] = amounts(result);
  return result.limit.unit === 'layers'
    ? `${subject(actual)} are ${relation} the ${kind} of ${limit}`
    : `${subject(actual)} is ${relation} the ${limit} ${kind}`;
}

/** What was measured and the limit, with as many decimals as it takes to tell them apart: 95.0 % is not under 95 %. */
function amounts({ actual, limit }: LevelResult): readonly [actual: string, limit: string] {
  const { value, unit } = limit;
  if (unit === 'layers') return [String(actual), String(value)];
  if (unit === 'ratio') return [ratioBeside(actual ?? Number.NaN, value), formatRatioLimit(value)];
  const [size, bound] = [formatSize(actual ?? 0), formatSize(value)];
  if (actual === null || actual === value || size !== bound) return [size, formatSizeLimit(value)];
  return [plural(actual, 'byte'), plural(value, 'byte')];
}

function ratioBeside(actual: number, limit: number): string {
  for (let decimals = 1; decimals < 8; decimals += 1) {
    const text = formatRatio(actual, decimals);
    if (actual === limit || text !== formatRatio(limit, decimals)) return text;
  }
  return formatRatio(actual, 8);
}

/** What was measured, in the unit of its limit. */
export function measuredText({ actual, limit }: LevelResult): string {
  if (actual === null) return 'unknown';
  if (limit.unit === 'ratio') return formatRatio(actual);
  return limit.unit === 'layers' ? String(actual) : formatSize(actual);
}
