import type { FindingSeverity } from '../finding.ts';

/** The least level of findings that fail a run. */
export const FAIL_ON = ['error', 'warning', 'info', 'none'] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** Whether findings of a level fail a run. The severest stands first. */
export function failsOn(failOn: FailOn, severity: FindingSeverity): boolean {
  return failOn !== 'none' && FAIL_ON.indexOf(severity) <= FAIL_ON.indexOf(failOn);
}
