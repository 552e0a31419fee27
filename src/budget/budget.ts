/** The budgets that options, inputs and the configuration file set. */
export const LIMIT_NAMES = [
  'max-layers',
  'max-size',
  'max-compressed-size',
  'max-own-size',
  'max-layer-size',
  'max-size-increase',
  'min-efficiency',
  'max-wasted',
] as const;

/** Those of a `.dive-ci` file. */
export const DIVE_NAMES = [
  'dive-lowest-efficiency',
  'dive-highest-wasted-bytes',
  'dive-highest-user-wasted-percent',
] as const;

export type BudgetName = (typeof LIMIT_NAMES)[number] | (typeof DIVE_NAMES)[number];

export type BudgetUnit = 'bytes' | 'layers' | 'ratio';

/** A limit with its unit: a growth budget is bytes or a ratio of the base's size (0.05 is five percent). */
export interface BudgetLimit {
  readonly value: number;
  readonly unit: BudgetUnit;
}

/** Levels are independent: a budget may warn at one value and fail at another. */
export interface Budget {
  readonly name: BudgetName;
  readonly warn: BudgetLimit | null;
  readonly fail: BudgetLimit | null;
}

export type Verdict = 'pass' | 'warn' | 'fail';

export interface BudgetResult {
  readonly name: BudgetName;
  /** The limit as the level has it. */
  readonly limit: number;
  /** What was measured, in the same unit; null when it is not known (then `status` is `skipped`). */
  readonly actual: number | null;
  readonly unit: BudgetUnit;
  readonly level: 'warn' | 'fail';
  readonly status: 'pass' | 'warn' | 'fail' | 'skipped';
}
