import { parseSize } from '../base/number-text.ts';

export type BudgetUnit = 'bytes' | 'layers' | 'ratio';

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
