import { DeadweightError } from '../base/errors.ts';
import { parseSize } from '../base/size.ts';
import type { Budget, BudgetLimit, BudgetName } from './budget.ts';

/** `450MB`, `95%`, `0.95`, `127`; a number is bytes, a count or a ratio, whichever the budget is about. */
export type LimitSetting = string | number;

/** A limit to fail at, or levels. `off` switches a budget off that holds by default. */
export type BudgetSetting =
  | LimitSetting
  | { readonly warn?: LimitSetting | undefined; readonly fail?: LimitSetting | undefined };

interface Quantity {
  /** @returns null when the text is none */
  readonly read: (text: string) => BudgetLimit | null;
  /** What it must be, after "must be". */
  readonly form: string;
}

const SIZE: Quantity = { read: readBytes, form: 'a size such as 450MB, 1.5 GiB or a number of bytes' };
const GROWTH: Quantity = {
  read: text => readPercent(text) ?? readBytes(text),
  form: 'a size such as 10MB, or a percentage of the base such as 5%',
};
const RATIO: Quantity = {
  read: readRatio,
  form: 'a ratio from 0 to 1 such as 0.95, or a percentage such as 95%',
};
const COUNT: Quantity = { read: readCount, form: 'a whole number of layers such as 100' };

const QUANTITIES: ReadonlyMap<string, readonly [BudgetName, Quantity]> = new Map(
  (
    [
      ['max-layers', COUNT],
      ['max-size', SIZE],
      ['max-compressed-size', SIZE],
      ['max-own-size', SIZE],
      ['max-layer-size', SIZE],
      ['max-size-increase', GROWTH],
      ['min-efficiency', RATIO],
      ['max-wasted', SIZE],
      ['dive-lowest-efficiency', RATIO],
      ['dive-highest-wasted-bytes', SIZE],
      ['dive-highest-user-wasted-percent', RATIO],
    ] as const
  ).map(entry => [entry[0], entry]),
);

/**
 * Reads budgets by name.
 * @throws DeadweightError `config-invalid` for a name or a limit that is none
 */
export function parseBudgets(settings: Readonly<Record<string, BudgetSetting | undefined>>): Budget[] {
  return Object.entries(settings).flatMap(([name, setting]) => {
    const known = QUANTITIES.get(name);
    if (!known) throw unknownBudget(name);
    return setting === undefined ? [] : [parseBudget(...known, setting)];
  });
}

function parseBudget(name: BudgetName, quantity: Quantity, setting: BudgetSetting): Budget {
  if (isSwitchedOff(setting)) return { name, warn: null, fail: null };
  const levels = typeof setting === 'object' ? setting : { fail: setting };
  const warn = parseLimit(`${name}.warn`, quantity, levels.warn);
  const fail = parseLimit(typeof setting === 'object' ? `${name}.fail` : name, quantity, levels.fail);
  if (warn === null && fail === null) {
    throw new DeadweightError('config-invalid', {
      message: `The budget ${name} has no limit.`,
      remedy: `Give it a warn or a fail level, or set it to off; each must be ${quantity.form}.`,
    });
  }
  return { name, warn, fail };
}

function isSwitchedOff(setting: BudgetSetting): boolean {
  return typeof setting === 'string' && /^\s*off\s*$/i.test(setting);
}

function parseLimit(
  name: string,
  { read, form }: Quantity,
  setting: LimitSetting | undefined,
): BudgetLimit | null {
  if (setting === undefined) return null;
  const limit = read(String(setting).trim());
  if (limit !== null) return limit;
  throw new DeadweightError('config-invalid', {
    message: `The budget ${name} is ${JSON.stringify(setting)}.`,
    remedy: `It must be ${form}.`,
  });
}

function unknownBudget(name: string): DeadweightError {
  return new DeadweightError('config-invalid', {
    message: `There is no budget named ${JSON.stringify(name)}.`,
    remedy: `The budgets are ${[...QUANTITIES.keys()].join(', ')}.`,
  });
}

/** A bare fraction would be rounded to no bytes or to one: it was surely meant as something else. */
function readBytes(text: string): BudgetLimit | null {
  const bytes = /^[\d.]*\.\d*$/.test(text) ? null : parseSize(text);
  return bytes === null ? null : { value: bytes, unit: 'bytes' };
}

/** `0.7%` → 0.007: by moving the point, as a division would round twice. */
function readPercent(text: string): BudgetLimit | null {
  const digits = /^(\d+(?:\.\d+)?|\.\d+)\s*%$/.exec(text)?.[1];
  const value = digits === undefined ? Number.NaN : Number(`${digits}e-2`);
  return Number.isFinite(value) ? { value, unit: 'ratio' } : null;
}

function readRatio(text: string): BudgetLimit | null {
  const bare = /^(?:\d+(?:\.\d+)?|\.\d+)$/.test(text)
    ? { value: Number(text), unit: 'ratio' as const }
    : null;
  const limit = readPercent(text) ?? bare;
  return limit !== null && limit.value <= 1 ? limit : null;
}

function readCount(text: string): BudgetLimit | null {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? { value, unit: 'layers' } : null;
}
