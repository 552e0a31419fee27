import type { BudgetLimit } from './limit.ts';

/** A threshold of a dive rule, as dive reads it. */
export interface GoThreshold {
  /** @returns null when the text is not such a threshold; NaN is a value, as in Go */
  readonly read: (text: string) => BudgetLimit | null;
  /** Follows "which is not". */
  readonly form: string;
}

export const GO_SIZE: GoThreshold = {
  read(text) {
    const value = parseGoBytes(text);
    return value === null ? null : { value, unit: 'bytes' };
  },
  form: 'a size such as 20MB',
};

export const GO_RATIO: GoThreshold = {
  read(text) {
    const value = parseGoFloat(text);
    return value === null || value < 0 || value > 1 ? null : { value, unit: 'ratio' };
  },
  form: 'a number from 0 to 1 such as 0.95',
};

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)(?:inf|infinity)$/i;

/**
 * Reads a number as Go's `strconv.ParseFloat` does, but for hexadecimal ones.
 * @returns NaN and Infinity where the text says so, and null where it is no number or out of range
 */
export function parseGoFloat(text: string): number | null {
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (!DECIMAL.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

const PREFIXES: readonly string[] = ['', 'k', 'm', 'g', 't', 'p', 'e'];

/**
 * Reads a size as go-humanize 1.0.1's `ParseBytes` does: digits, dots and commas (which are dropped), blanks, and
 * a unit in any case, with or without its `b`. A fraction of a byte is cut off.
 * @returns bytes, or null where it is no size or too large for 64 bits
 */
export function parseGoBytes(text: string): number | null {
  const match = /^([\d.,]*)\s*(|[kmgtpe])(i?)b?$/i.exec(text.trimEnd());
  if (!match) return null;
  const [, digits = '', prefix = '', binary = ''] = match;
  if (prefix === '' && binary !== '') return null;
  const value = parseGoFloat(digits.replaceAll(',', ''));
  if (value === null) return null;
  const unit = (binary === '' ? 1000 : 1024) ** PREFIXES.indexOf(prefix.toLowerCase());
  const bytes = Math.trunc(value * unit);
  return bytes < 2 ** 64 ? bytes : null;
}
