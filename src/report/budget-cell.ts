import {
  formatRatio,
  formatRatioLimit,
  formatSizeLimit,
  fromReportNumber,
  plural,
  type ReportNumber,
} from '../base/number-text.ts';
import { formatSize } from '../base/size.ts';
import type { Report } from './report.ts';

export type ReportBudget = Report['budgets'][number];
export type BudgetName = ReportBudget['name'];

/** What a budget is about, as a sentence starts with it, and whether it is a least or a most. */
const BUDGETS: Readonly<Record<BudgetName, { readonly subject: string; readonly bound: '≤' | '≥' }>> = {
  'max-layers': { subject: 'The layer count', bound: '≤' },
  'max-size': { subject: 'Size', bound: '≤' },
  'max-compressed-size': { subject: 'Compressed size', bound: '≤' },
  'max-own-size': { subject: 'The size of own layers', bound: '≤' },
  'max-layer-size': { subject: 'The largest layer', bound: '≤' },
  'max-size-increase': { subject: 'Growth', bound: '≤' },
  'min-efficiency': { subject: 'Efficiency', bound: '≥' },
  'max-wasted': { subject: 'Waste', bound: '≤' },
  'dive-lowest-efficiency': { subject: "dive's efficiency", bound: '≥' },
  'dive-highest-wasted-bytes': { subject: "dive's wasted bytes", bound: '≤' },
  'dive-highest-user-wasted-percent': { subject: "dive's user-wasted percent", bound: '≤' },
};

/** A budget as a table shows it: `≤ 450 MB`. */
export interface BudgetCell {
  readonly status: ReportBudget['status'];
  readonly text: string;
}

/** The cells of a budget: one, or none when it was not set. A limit that is exceeded goes before one that holds. */
export function budgetCells(report: Report, name: BudgetName): readonly BudgetCell[] {
  const results = report.budgets.filter(budget => budget.name === name);
  const shown = worst(results);
  if (!shown) return [];
  const limit = `${BUDGETS[name].bound} ${limitText(shown)}`;
  const text = `${limit}${headroom(shown)}`;
  return [{ status: shown.status, text: shown.status === 'skipped' ? `${text} not checked` : text }];
}

/** ` (117 left)`, of layers. */
function headroom({ unit, actual, limit, status }: ReportBudget): string {
  const left = limit - fromReportNumber(actual ?? 0);
  return unit === 'layers' && status === 'pass' ? ` (${left} left)` : '';
}

const ORDER = ['fail', 'warn', 'pass', 'skipped'] as const;

function worst(results: readonly ReportBudget[]): ReportBudget | undefined {
  const status = ORDER.find(candidate => results.some(result => result.status === candidate));
  const same = results.filter(result => result.status === status);
  return same.find(result => result.level === 'fail') ?? same[0];
}

/** The budgets that are exceeded, one result a name: the one that fails, else the one that warns. */
export function exceededBudgets(report: Report): readonly ReportBudget[] {
  const names = [...new Set(report.budgets.map(budget => budget.name))];
  const shown = names.flatMap(name => worst(report.budgets.filter(budget => budget.name === name)) ?? []);
  return ORDER.slice(0, 2).flatMap(status => shown.filter(budget => budget.status === status));
}

/** `Efficiency 93.0 % is under the 95 % budget`, without the full stop. */
export function budgetSentence(budget: ReportBudget): string {
  const { subject, bound } = BUDGETS[budget.name];
  const relation = bound === '≥' ? 'under' : 'over';
  const kind = budget.status === 'fail' ? 'budget' : 'warning level';
  if (budget.actual === null) return `${subject} is not known, so its budget was not checked`;
  const [actual, limit] = pairText(fromReportNumber(budget.actual), budget.limit, budget.unit);
  if (budget.unit === 'layers') return `${actual} layers are ${relation} the ${kind} of ${limit}`;
  const measured =
    subject.startsWith('The') || subject.startsWith('dive')
      ? `${subject}, ${actual},`
      : `${subject} ${actual}`;
  return `${measured} is ${relation} the ${limit} ${kind}`;
}

function limitText(budget: ReportBudget): string {
  return pairText(
    budget.actual === null ? null : fromReportNumber(budget.actual),
    budget.limit,
    budget.unit,
  )[1];
}

/** Both numbers, with as many decimals as it takes to tell them apart: 95.0 % is not under 95 %. */
function pairText(
  actual: number | null,
  limit: number,
  unit: ReportBudget['unit'],
): readonly [string, string] {
  if (unit === 'layers') return [String(actual), String(limit)];
  if (unit === 'ratio') return [ratioBeside(actual ?? Number.NaN, limit), formatRatioLimit(limit)];
  const [size, bound] = [formatSize(actual ?? 0), formatSize(limit)];
  if (actual === null || actual === limit || size !== bound) return [size, formatSizeLimit(limit)];
  return [plural(actual, 'byte'), plural(limit, 'byte')];
}

function ratioBeside(actual: number, limit: number): string {
  for (let decimals = 1; decimals < 8; decimals += 1) {
    const text = formatRatio(actual, decimals);
    if (actual === limit || text !== formatRatio(limit, decimals)) return text;
  }
  return formatRatio(actual, 8);
}

/** A measured number in the unit of its budget. */
export function measuredText(value: ReportNumber, unit: ReportBudget['unit']): string {
  const number = fromReportNumber(value);
  if (unit === 'ratio') return formatRatio(number);
  return unit === 'layers' ? String(number) : formatSize(number);
}
