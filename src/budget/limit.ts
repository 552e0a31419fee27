import {
  formatRatio,
  formatRatioLimit,
  formatSize,
  formatSizeLimit,
  parseSize,
  plural,
} from '../base/number-text.ts';

export const BUDGET_UNITS = ['bytes', 'layers', 'ratio'] as const;

export type BudgetUnit = (typeof BUDGET_UNITS)[number];

/** A limit with its unit: a growth budget is bytes or a ratio of the baseline's size (0.05 is five percent). */
export interface BudgetLimit {
  readonly value: number;
  readonly unit: BudgetUnit;
}

/** How people write the limit of a budget. */
export interface LimitKind {
  /** @returns null when the text is not such a limit */
  readonly read: (text: string) => BudgetLimit | null;
  /** Follows "must be". */
  readonly form: string;
  /** Stands for the value in `--max-size <size>`. */
  readonly placeholder: string;
}

export const SIZE: LimitKind = {
  read: readBytes,
  form: 'a size such as 450MB, 1.5 GiB or a number of bytes',
  placeholder: 'size',
};

export const GROWTH: LimitKind = {
  read: text => readPercent(text) ?? readBytes(text),
  form: 'a size such as 10MB, or a percentage of the base such as 5%',
  placeholder: 'limit',
};

export const RATIO: LimitKind = {
  read: readRatio,
  form: 'a ratio from 0 to 1 such as 0.95, or a percentage such as 95%',
  placeholder: 'ratio',
};

export const COUNT: LimitKind = {
  read: readCount,
  form: 'a whole number of layers such as 100',
  placeholder: 'count',
};

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
  const isBare = /^(?:\d+(?:\.\d+)?|\.\d+)$/.test(text);
  const limit: BudgetLimit | null = isBare ? { value: Number(text), unit: 'ratio' } : readPercent(text);
  return limit !== null && limit.value <= 1 ? limit : null;
}

function readCount(text: string): BudgetLimit | null {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? { value, unit: 'layers' } : null;
}

/** How amounts of a unit are shown. */
interface UnitFormat {
  /** What was measured. */
  readonly amount: (actual: number) => string;
  /** A limit, as people write it. */
  readonly limit: (value: number) => string;
  /** Both, with as many decimals as it takes to tell them apart: 95.0 % is not under 95 %. */
  readonly beside: (actual: number, value: number) => readonly [actual: string, limit: string];
}

const UNIT_FORMATS: Readonly<Record<BudgetUnit, UnitFormat>> = {
  bytes: {
    amount: actual => formatSize(actual),
    limit: value => formatSizeLimit(value),
    beside(actual, value) {
      const isTold = actual === value || formatSize(actual) !== formatSize(value);
      if (isTold) return [formatSize(actual), formatSizeLimit(value)];
      return [plural(actual, 'byte'), plural(value, 'byte')];
    },
  },
  layers: {
    amount: actual => String(actual),
    limit: value => String(value),
    beside: (actual, value) => [String(actual), String(value)],
  },
  ratio: {
    amount: actual => formatRatio(actual),
    limit: value => formatRatioLimit(value),
    beside: (actual, value) => [ratioBeside(actual, value), formatRatioLimit(value)],
  },
};

function ratioBeside(actual: number, limit: number): string {
  for (let decimals = 1; decimals < 8; decimals += 1) {
    const text = formatRatio(actual, decimals);
    if (actual === limit || text !== formatRatio(limit, decimals)) return text;
  }
  return formatRatio(actual, 8);
}

/** What was measured, in the unit of its limit: `410.5 MB`, `93.0 %`, `12`. */
export function formatAmount(actual: number, { unit }: BudgetLimit): string {
  return UNIT_FORMATS[unit].amount(actual);
}

/** `450 MB`, `95 %`, `127`. */
export function formatLimit({ value, unit }: BudgetLimit): string {
  return UNIT_FORMATS[unit].limit(value);
}

/** What was measured and its limit, told apart: `450.0 MB` beside `450 MB` becomes both in bytes. */
export function formatBeside(
  actual: number,
  { value, unit }: BudgetLimit,
): readonly [actual: string, limit: string] {
  return UNIT_FORMATS[unit].beside(actual, value);
}
