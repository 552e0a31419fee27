import { DeadweightError } from '../base/errors.ts';
import { quote } from '../base/untrusted-text.ts';
import { BUDGETS, type BudgetName } from './budgets.ts';
import { type BudgetLimit, formatBeside, type LimitKind } from './limit.ts';

/** Levels are independent: a budget may warn at one value and fail at another. Without either it is switched off. */
export interface Budget {
  readonly name: BudgetName;
  readonly warn: BudgetLimit | null;
  readonly fail: BudgetLimit | null;
}

/** `450MB`, `95%`, `0.95`, `127`; a number is bytes, a count or a ratio, whichever the budget is about. */
export type LimitSetting = string | number;

/** A limit to fail at, or levels. `off` switches a budget off that holds by default. */
export type BudgetSetting =
  | LimitSetting
  | { readonly warn?: LimitSetting | undefined; readonly fail?: LimitSetting | undefined };

/** @throws DeadweightError `config-invalid` for an invalid limit */
export function parseBudget(name: BudgetName, setting: BudgetSetting): Budget {
  if (isSwitchedOff(setting)) return { name, warn: null, fail: null };
  const { limit } = BUDGETS[name];
  const levels = typeof setting === 'object' ? setting : { fail: setting };
  const warn = parseLimit(`${name}.warn`, limit, levels.warn);
  const fail = parseLimit(typeof setting === 'object' ? `${name}.fail` : name, limit, levels.fail);
  if (warn === null && fail === null) {
    throw new DeadweightError('config-invalid', {
      message: `The budget ${name} has no limit.`,
      remedy: `Give it a warn or a fail level, or set it to off; each must be ${limit.form}.`,
    });
  }
  checkOrder(name, warn, fail);
  return { name, warn, fail };
}

/** @throws DeadweightError `config-invalid` for a level to warn at that lies beyond the level to fail at */
function checkOrder(name: BudgetName, warn: BudgetLimit | null, fail: BudgetLimit | null): void {
  if (warn === null || fail === null || warn.unit !== fail.unit) return;
  const { bound } = BUDGETS[name];
  if (bound === 'min' ? warn.value >= fail.value : warn.value <= fail.value) return;
  const [beyond, within] = bound === 'min' ? ['under', 'over'] : ['over', 'under'];
  const [warnAt, failAt] = formatBeside(warn.value, fail);
  throw new DeadweightError('config-invalid', {
    message: `The budget ${name} warns at ${warnAt}, which is ${beyond} the ${failAt} where it fails, so it never warns.`,
    remedy: `Set warn to a limit ${within} that of fail, or omit it.`,
  });
}

/** Reads the one-line form of a setting that options and inputs take: `450MB`, or `warn 400MB, fail 450MB`. */
export function budgetSetting(text: string): BudgetSetting {
  const levels: { warn?: string; fail?: string } = {};
  for (const part of text.split(',')) {
    // In steps: two runs of white space side by side take the square of their length.
    const [, level = '', rest = ''] = /^(warn|fail)([\s:=].*)$/is.exec(part.trim()) ?? [];
    const limit = rest.trim().replace(/^[:=]/, '').trim();
    if (limit === '') return text;
    levels[level.toLowerCase() === 'warn' ? 'warn' : 'fail'] = limit;
  }
  return levels;
}

function isSwitchedOff(setting: BudgetSetting): boolean {
  return typeof setting === 'string' && /^\s*off\s*$/i.test(setting);
}

function parseLimit(
  name: string,
  { read, form }: LimitKind,
  setting: LimitSetting | undefined,
): BudgetLimit | null {
  if (setting === undefined) return null;
  const limit = read(String(setting).trim());
  if (limit !== null) return limit;
  throw new DeadweightError('config-invalid', {
    message: `The budget ${name} is ${quote(String(setting))}, which is invalid.`,
    remedy: `Write ${form}.`,
  });
}
