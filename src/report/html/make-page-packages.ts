import { formatSizeDelta, plural } from '../../base/number-text.ts';
import { versionsText } from '../../compare/versions-text.ts';
import type { Report, ReportPackageDelta } from '../report.ts';
import type { PagePackage, PagePackages } from './page-details.ts';

/** The packages of the head as they are and as they changed, and those that it has no more. */
export function makePagePackages({ packages, comparison }: Report): PagePackages {
  const changes = comparison?.packages ?? null;
  const changed = Map.groupBy(changes?.packages ?? [], keyOf);
  const list = [...Map.groupBy(packages, keyOf)].map(([key, copies]) => {
    const deltas = changed.get(key) ?? [];
    changed.delete(key);
    return packageOf(copies, deltas, changes !== null);
  });
  const gone = [...changed.values()].map(deltas => packageOf([], deltas, true));
  const { added, removed, updated, kept } = changes?.totals ?? NO_CHANGES;
  const changeCount = added.count + removed.count + updated.count + kept.count;
  const unlisted = changes === null ? 0 : changeCount - changes.packages.length;
  return {
    list: [...list, ...gone].sort((a, b) => b.bytes - a.bytes),
    isCompared: changes !== null,
    otherDelta: changes?.otherBytes ?? 0,
    notes: [
      ...(changes !== null && changes.otherBytes !== 0
        ? [`${formatSizeDelta(changes.otherBytes)} is of files that belong to no package.`]
        : []),
      ...(unlisted > 0 ? [`${plural(unlisted, 'smaller change')} of packages are left out.`] : []),
      'Which package asked for which is not recorded: a package is told with the layer that holds its files.',
    ],
  };
}

const NONE = { count: 0 };
const NO_CHANGES = { added: NONE, removed: NONE, updated: NONE, kept: NONE };

function keyOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return JSON.stringify([type, name]);
}

/** Copies of one type and name, in whatever version and for whatever architecture. */
function packageOf(
  copies: Report['packages'],
  deltas: readonly ReportPackageDelta[],
  isCompared: boolean,
): PagePackage {
  const { type = '', name = '' } = copies[0] ?? deltas[0] ?? {};
  const after = joined(copies.map(({ version }) => version)) ?? joined(deltas.map(delta => delta.after));
  // What did not change is not among the changes.
  const before = deltas.length === 0 && isCompared ? after : joined(deltas.map(delta => delta.before));
  return {
    type,
    name,
    before,
    after,
    copies: copies.length,
    bytes: copies.reduce((sum, { bytes }) => sum + bytes, 0),
    delta: isCompared ? deltas.reduce((sum, { bytes }) => sum + bytes, 0) : null,
    layers: [...new Set(copies.flatMap(({ layers }) => layers))].sort((a, b) => a - b),
  };
}

/** null where there is no version. */
function joined(versions: readonly (string | null)[]): string | null {
  return versionsText(versions.filter(version => version !== null));
}
