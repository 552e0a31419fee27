import type { LeftOutFinding } from '../findings/decisions/left-out.ts';
import type { Report } from './report.ts';

type Counts = NonNullable<Report['leftOutFindings']>;

/** How many findings of which rule are left out by what, as reports have it. */
export function reportLeftOut(
  leftOut: readonly LeftOutFinding[],
  ignored: readonly { readonly finding: { readonly rule: string } }[],
): Counts {
  const all = [
    ...leftOut.map(({ rule, by }) => ({ rule, cause: by })),
    ...ignored.map(({ finding: { rule } }) => ({ rule, cause: 'comment' as const })),
  ];
  const groups = Map.groupBy(all, ({ rule, cause }) => `${cause} ${rule}`);
  return [...groups.values()].flatMap(group =>
    group.slice(0, 1).map(each => ({ ...each, count: group.length })),
  );
}
