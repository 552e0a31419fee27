/** The least level of findings that fail a run, the severest first. */
export const FAIL_ON = ['error', 'warning', 'info', 'none'] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** Whether findings of a level fail a run. */
export function failsOn(failOn: FailOn, severity: Exclude<FailOn, 'none'>): boolean {
  return failOn !== 'none' && FAIL_ON.indexOf(severity) <= FAIL_ON.indexOf(failOn);
}
