import { compareBytes } from '../analysis/byte-order.ts';
import { ROOT } from '../layer/path-table.ts';
import type { RenamedPath } from './comparison.ts';
import type { DifferingSides } from './differing-files.ts';
import type { FilePair } from './file-changes.ts';

/** Renamed paths that a comparison lists. */
const MAX_LISTED = 10;

/** A path, or a directory with all that was renamed below it; by the nodes of a table. */
interface Renaming {
  readonly from: number;
  readonly to: number;
  readonly isDirectory: boolean;
  bytes: number;
  count: number;
  /** Of the head; null of several. */
  layer: number | null;
}

/**
 * Says in few paths what was renamed: what the ends of two paths have in common was renamed with a directory above it.
 * Largest bytes first.
 */
export function summarizeRenames(pairs: readonly FilePair[], sides: DifferingSides): RenamedPath[] {
  const { paths, baseline, head } = sides;
  const found = new Map<number, Renaming>();
  for (const { before, after } of pairs) {
    let [from, to] = [baseline.nodeOf(before), head.nodeOf(after)];
    let isDirectory = false;
    while (
      paths.nameOf(from) === paths.nameOf(to) &&
      paths.parentOf(from) !== ROOT &&
      paths.parentOf(to) !== ROOT
    ) {
      from = paths.parentOf(from);
      to = paths.parentOf(to);
      isDirectory = true;
    }
    const key = 2 * (from * paths.size + to) + (isDirectory ? 1 : 0);
    const known = found.get(key);
    const bytes = head.sizeOf(after);
    const layer = head.layerOf(after);
    if (known === undefined) found.set(key, { from, to, isDirectory, bytes, count: 1, layer });
    else {
      known.bytes += bytes;
      known.count += 1;
      if (known.layer !== layer) known.layer = null;
    }
  }
  // Of a hundred thousand renamings only the paths of the largest become text.
  const sizes = Float64Array.from(found.values(), ({ bytes }) => bytes).sort();
  const least = sizes.at(-MAX_LISTED) ?? 0;
  const listed = [...found.values()]
    .filter(({ bytes }) => bytes >= least)
    .map(({ from, to, isDirectory, bytes, count, layer }): RenamedPath => {
      const slash = isDirectory ? '/' : '';
      return {
        from: `${paths.pathOf(from)}${slash}`,
        to: `${paths.pathOf(to)}${slash}`,
        bytes,
        count,
        layer,
      };
    });
  listed.sort((a, b) => b.bytes - a.bytes || compareBytes(a.from, b.from) || compareBytes(a.to, b.to));
  return listed.slice(0, MAX_LISTED);
}
