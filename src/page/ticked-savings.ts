import type { PageFinding } from '../report/html/page-details.ts';
import { sumOf } from './sum.ts';

/** Uncompressed bytes: one number where nothing but the report is needed to know it. */
export interface SavingRange {
  readonly least: number;
  readonly most: number;
}

/**
 * What some of the findings save together, no byte twice. A report tells of each finding what those above it do not save, of
 * all and of those with edits what they save together: of some of them that may leave open which bytes are saved twice.
 * @param findings in the order of the report
 * @param ticked indexes into them
 * @param all the union of all savings
 * @param edited the union of the savings of those with edits; null where it is not known
 */
export function tickedSaving(
  findings: readonly Pick<PageFinding, 'saving' | 'hasEdits'>[],
  ticked: ReadonlySet<number>,
  all: number,
  edited: number | null,
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
  /** Some of a group save no byte twice that all of the group do not save twice as well, and no more than all of it. */
  const boundBy = (group: readonly (readonly [number, Savable])[], union: number): void => {
    const chosen = group.filter(([index]) => ticked.has(index));
    const twice = Math.max(0, sumOf(group, bytesOf) - union);
    least = Math.max(least, sumOf(chosen, bytesOf) - twice);
    if (chosen.length === ticked.size) most = Math.min(most, union);
  };
  const entries = [...findings.entries()];
  boundBy(entries, all);
  if (edited !== null)
    boundBy(
      entries.filter(([, { hasEdits }]) => hasEdits),
      edited,
    );
  return { least: Math.min(least, most), most };
}

type Savable = Pick<PageFinding, 'saving' | 'hasEdits'>;

function bytesOf([, { saving }]: readonly [number, Savable]): number {
  return saving?.bytes ?? 0;
}
