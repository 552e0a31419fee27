import type { LayerEntry } from '../layer/entry.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { LayerStack } from './layer-stack.ts';
import { mayHaveSameContent } from './rewrite.ts';

/**
 * Files of equal size that hide each other, by layer index, where the `content` of a side is not known: hashing them
 * tells a copy-up from a change. Empty when nothing is to be learned.
 * @throws DeadweightError `limit-exceeded`
 */
export function contentCandidates(scans: readonly LayerScan[]): ReadonlyMap<number, ReadonlySet<string>> {
  const candidates = new Map<number, Set<string>>();
  const ask = (layer: number, entry: LayerEntry): void => {
    if (entry.content !== undefined) return;
    const paths = candidates.get(layer) ?? new Set();
    candidates.set(layer, paths.add(entry.path));
  };
  for (const inode of new LayerStack(scans).inodes) {
    const removal = inode.isVisible ? null : inode.lastRemoval;
    if (removal?.reason !== 'overwritten' || removal.replacement === null) continue;
    if (!mayHaveSameContent(inode.entry, removal.replacement.entry)) continue;
    ask(inode.layer, inode.entry);
    ask(removal.replacement.layer, removal.replacement.entry);
  }
  return candidates;
}

/**
 * The scans, with what a second pass over the same layers learned of contents. `more` is what `Image.scan` returns:
 * null where the layer was not scanned again. Nothing else is taken from it; a scan of another layer is ignored.
 */
export function mergeContent(
  scans: readonly LayerScan[],
  more: readonly (LayerScan | null)[],
): readonly LayerScan[] {
  return scans.map((scan, index) => {
    const other = more[index];
    return other && describesSameLayer(scan, other) ? withContent(scan, other) : scan;
  });
}

function describesSameLayer(scan: LayerScan, other: LayerScan): boolean {
  return scan.diffId === other.diffId && scan.entries.length === other.entries.length;
}

function withContent(scan: LayerScan, other: LayerScan): LayerScan {
  const entries = scan.entries.map((entry, index) => {
    const twin = other.entries[index];
    if (entry.content !== undefined || twin?.content === undefined) return entry;
    return twin.path === entry.path && twin.size === entry.size ? { ...entry, content: twin.content } : entry;
  });
  const files = entries.filter(entry => entry.kind === 'file');
  const known = files.filter(entry => entry.content !== undefined).length;
  const contentKnown = known === files.length ? 'all' : known > 0 ? 'some' : 'none';
  return { ...scan, entries, contentKnown };
}
