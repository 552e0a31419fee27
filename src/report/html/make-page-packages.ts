import { formatSizeDelta, plural } from '../../base/number-text.ts';
import { versionsText } from '../../compare/versions-text.ts';
import type { ImageInventory } from '../../inventory/inventory.ts';
import type { Report, ReportPackageDelta } from '../report.ts';
import type { PagePackage, PagePackages } from './page-details.ts';

/**
 * The packages of the head as they are and as they changed, and those that it has no more.
 * @param inventory of the head; null where only the report is there, which tells of the layers that are seen in the end
 */
export function makePagePackages(
  { packages, comparison }: Report,
  inventory: ImageInventory | null,
): PagePackages {
  const holders = inventory === null ? NO_LAYERS : layersOf(inventory);
  const changes = comparison?.packages ?? null;
  const changed = Map.groupBy(changes?.packages ?? [], keyOf);
  const list = [...Map.groupBy(packages, keyOf)].map(([key, copies]) => {
    const deltas = changed.get(key) ?? [];
    changed.delete(key);
    return packageOf(copies, deltas, changes !== null, holders.get(key));
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

type Holders = ReadonlyMap<string, ReadonlySet<number>>;
const NO_LAYERS: Holders = new Map();

/** Layers with bytes of each package, seen in the end or hidden. */
function layersOf(inventory: ImageInventory): Holders {
  const holders = new Map<string, Set<number>>();
  for (const { package: owner, layer, size } of inventory.rows()) {
    if (owner === null || size === 0) continue;
    const key = keyOf(owner);
    const layers = holders.get(key);
    if (layers === undefined) holders.set(key, new Set([layer]));
    else layers.add(layer);
  }
  return holders;
}

function keyOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type}\0${name}`;
}

/** Copies of one type and name, in whatever version and for whatever architecture. */
function packageOf(
  copies: Report['packages'],
  deltas: readonly ReportPackageDelta[],
  isCompared: boolean,
  holders: Iterable<number> = [],
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
    layers: [...new Set([...copies.flatMap(({ layers }) => layers), ...holders])].sort((a, b) => a - b),
  };
}

/** null where there is no version. */
function joined(versions: readonly (string | null)[]): string | null {
  return versionsText(versions.filter(version => version !== null));
}
