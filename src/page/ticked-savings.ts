import type { PageFinding } from '../report/html/page-details.ts';

/** Uncompressed bytes: one number where nothing but the report is needed to know it. */
export interface SavingRange {
  readonly least: number;
  readonly most: number;
}

/**
 * What some of the findings save together, no byte twice. A report tells of each finding what those above it do not save:
 * where only some of them are ticked, how much of the rest is theirs is not known.
 * @param findings in the order of the report
 * @param ticked indexes into them
 * @param all the union of all savings
 */
export function tickedSaving(
  findings: readonly Pick<PageFinding, 'saving'>[],
  ticked: ReadonlySet<number>,
  all: number,
): SavingRange {
  let [least, most] = [0, 0];
  /** Savings of what stands above, ticked and not. */
  let [tickedAbove, untickedAbove] = [0, 0];
  for (const [index, { saving }] of findings.entries()) {
    const { bytes = 0, addedBytes = 0 } = saving ?? {};
    const shared = bytes - addedBytes;
    if (ticked.has(index)) {
      least += bytes - Math.min(shared, tickedAbove);
      most += bytes - Math.max(0, shared - untickedAbove);
      tickedAbove += bytes;
    } else {
      untickedAbove += bytes;
    }
  }
  const bound = Math.min(most, all);
  return { least: Math.min(least, bound), most: bound };
}
