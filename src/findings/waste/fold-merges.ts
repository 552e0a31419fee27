import { editsKey } from '../../dockerfile/edit/dockerfile-edit.ts';
import { type FoundFinding, predictSaving } from '../finding.ts';
import { distinctFreed } from '../freed-bytes.ts';

/** The rule that tells of whole merges: of those that no other rule tells of. */
const OF_MERGES = 'consecutive-runs';

/**
 * Each merge told once: where other rules tell of a part of what it mends, the largest of their findings frees the rest
 * of it as well, so that a fix saves what is said of it.
 */
export function foldMerges(found: readonly FoundFinding[]): readonly FoundFinding[] {
  const whole = new Map(
    found.flatMap(finding => (finding.rule === OF_MERGES ? [[editsKey(finding.edits), finding]] : [])),
  );
  if (whole.size === 0) return found;
  const parts = Map.groupBy(
    found.filter(({ rule, edits, freed }) => rule !== OF_MERGES && freed.length > 0 && edits.length > 0),
    ({ edits }) => editsKey(edits),
  );
  const replaced = new Map<FoundFinding, FoundFinding | null>();
  for (const [key, merge] of whole) {
    const told = parts.get(key) ?? [];
    if (told.length === 0) continue;
    replaced.set(merge, null);
    const lead = told.reduce((best, each) => (bytesOf(each) > bytesOf(best) ? each : best));
    const known = new Set(told.flatMap(({ freed }) => freed.map(({ layer, path }) => `${layer} ${path}`)));
    const rest = merge.freed.filter(({ layer, path }) => !known.has(`${layer} ${path}`));
    const freed = distinctFreed([lead, { freed: rest }]);
    const saving = predictSaving(freed.reduce((sum, { bytes }) => sum + bytes, 0));
    replaced.set(lead, { ...lead, freed, saving });
  }
  return found.flatMap(finding => {
    const other = replaced.get(finding);
    return other === undefined ? [finding] : (other ?? []);
  });
}

function bytesOf({ saving }: FoundFinding): number {
  return saving?.bytes ?? 0;
}
