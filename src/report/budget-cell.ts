import { clip, MAX_READ, oneLine, visible } from '../base/untrusted-text.ts';
import {
  type BudgetResult,
  isDefaultBudget,
  isUnchecked,
  type LevelResult,
} from '../budget/budget-result.ts';
import { BUDGETS, type BudgetName } from '../budget/budgets.ts';
import { formatAmount, formatBeside, formatLimit } from '../budget/limit.ts';
import { failingFindings } from './failing-findings.ts';
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

/** Whether all budgets were checked, and some hold that somebody set. */
export function isWithinBudget({ budgets }: Report): boolean {
  return budgets.some(budget => isHeld(budget) && !isDefaultBudget(budget)) && !budgets.some(isUnchecked);
}

/** Why a report fails whose budgets are all kept or unchecked, without the full stop; null where that is not so. */
export function missedSentence(report: Report): string | null {
  const { budgets, verdict, comparisonAbsence } = report;
  if (failingFindings(report).length > 0) return null;
  if (verdict !== 'fail' || budgets.some(({ fail }) => fail?.status === 'exceeded')) return null;
  const missed = budgets.filter(budget => isUnchecked(budget) && BUDGETS[budget.name].needsBaseline === true);
  if (missed.length === 0) return null;
  const names = missed.map(({ name }) => name).join(', ');
  const unchecked = `${names} ${missed.length === 1 ? 'was' : 'were'} not checked, and without a base missing-baseline makes that a failure`;
  if (comparisonAbsence === null) return `${unchecked}: name one with --against (input: against)`;
  const why = oneLine(comparisonAbsence.message.slice(0, MAX_READ)).replace(/^There is no comparison: /, '');
  return `${unchecked}: ${clip(visible(why).replace(/\.(?: .*)?$/s, ''), 200)}`;
}

/** The cell of a budget: its worse level where one is exceeded, else the level to fail at. */
export function budgetCell(budget: BudgetResult): BudgetCell {
  const exceeded = exceededLevel(budget);
  const shown = shownLevel(budget);
  const bound = BUDGETS[budget.name].bound === 'min' ? '≥' : '≤';
  const text = `${bound} ${limitText(shown)}${headroom(shown)}`;
  if (shown.status === 'skipped') return { status: 'skipped', text: `${text} not checked` };
  return { status: exceeded?.level ?? 'pass', text };
}

/** The level that a table shows: the worse one where one is exceeded, else that to fail at. */
export function shownLevel(budget: BudgetResult): LevelResult {
  return exceededLevel(budget)?.result ?? (budget.fail === null ? budget.warn : budget.fail);
}

function limitText({ actual, limit }: LevelResult): string {
  return actual === null ? formatLimit(limit) : formatBeside(actual, limit)[1];
}

/** ` (117 left)`, of layers. */
function headroom({ status, limit, actual }: LevelResult): string {
  return status === 'met' && limit.unit === 'layers' ? ` (${limit.value - actual} left)` : '';
}

/** `Efficiency 93.0 % is under the 95 % budget`, without the full stop. */
export function budgetSentence({ name, level, result }: ExceededBudget): string {
  const { bound, subject } = BUDGETS[name];
  const relation = bound === 'min' ? 'under' : 'over';
  const kind = level === 'fail' ? 'budget' : 'warning level';
  const [actual, limit] = formatBeside(result.actual, result.limit);
  return result.limit.unit === 'layers'
    ? `${subject(actual)} are ${relation} the ${kind} of ${limit}`
    : `${subject(actual)} is ${relation} the ${limit} ${kind}`;
}

/** What was measured, in the unit of its limit. */
export function measuredText({ actual, limit }: LevelResult): string {
  return actual === null ? 'unknown' : formatAmount(actual, limit);
}
