import type { LayerEntry, LayerScan } from '../layer/layer-scan.ts';
import type { WasteReason } from './image-analysis.ts';
import type { Inode } from './inode.ts';

/** Why a file is hidden whose name was given to another in a later layer. Equal content must be proven, never guessed. */
export function rewriteReason(old: Inode, replacement: Inode | null): WasteReason {
  if (replacement === null) return 'replaced-by-other';
  const before = old.entry;
  const after = replacement.entry;
  if (!mayHaveSameContent(before, after) || before.content === undefined) return 'overwritten';
  if (before.content !== after.content) return 'overwritten';
  return hasSameMetadata(before, after) ? 'identical' : 'metadata-only';
}

/** Whether the contents would tell more than 'overwritten'. */
function mayHaveSameContent(before: LayerEntry, after: LayerEntry): boolean {
  return before.size === after.size && before.size > 0;
}

function hasSameMetadata(a: LayerEntry, b: LayerEntry): boolean {
  return a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.mtime === b.mtime;
}

/** A regular file where it was written. */
interface Written {
  readonly layer: number;
  readonly entry: LayerEntry;
}

/**
 * Files of equal size of which a later layer's takes the name of an earlier one's, by layer index, where the `content`
 * of a side is not known: hashing them tells a copy-up from a change. Empty when nothing is to be learned.
 * A name that was deleted in between is asked for, too: that costs a hash, where a tree would cost more.
 */
export function contentCandidates(scans: readonly LayerScan[]): ReadonlyMap<number, ReadonlySet<string>> {
  const candidates = new Map<number, Set<string>>();
  if (scans.every(scan => scan.contentKnown === 'all')) return candidates;
  const ask = ({ layer, entry }: Written): void => {
    if (entry.content !== undefined) return;
    const paths = candidates.get(layer) ?? new Set();
    candidates.set(layer, paths.add(entry.path));
  };
  const names = new Map<string, Written>();
  for (const [layer, scan] of scans.entries()) {
    for (const entry of scan.entries) {
      const written = entry.kind === 'file' ? { layer, entry } : names.get(entry.linkname ?? '');
      if (written === undefined || (entry.kind !== 'file' && entry.kind !== 'hardlink')) continue;
      const before = names.get(entry.path);
      names.set(entry.path, written);
      if (before === undefined || before.layer === written.layer) continue;
      if (!mayHaveSameContent(before.entry, written.entry)) continue;
      ask(before);
      ask(written);
    }
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
