import { Kind, type LayerEntries } from '../layer/layer-entries.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { ImagePaths } from './image-paths.ts';
import type { InodeTable } from './inode-table.ts';
import type { WasteReason } from './waste-reason.ts';

/** Why a file is hidden whose name was given to another in a later layer. Equal content must be proven, never guessed. */
export function rewriteReason(inodes: InodeTable, old: number, replacement: number | null): WasteReason {
  if (replacement === null) return 'replaced-by-other';
  const [before, beforeIndex] = [inodes.entriesOf(old), inodes.entryOf(old)];
  const [after, afterIndex] = [inodes.entriesOf(replacement), inodes.entryOf(replacement)];
  if (!mayHaveSameContent(before.sizeOf(beforeIndex), after.sizeOf(afterIndex))) return 'overwritten';
  if (!before.hasContentOf(beforeIndex, after, afterIndex)) return 'overwritten';
  return before.hasMetadataOf(beforeIndex, after, afterIndex) ? 'identical' : 'metadata-only';
}

/** Whether the contents would tell more than 'overwritten'. Sizes in bytes. */
function mayHaveSameContent(before: number, after: number): boolean {
  return before === after && before > 0;
}

/**
 * Files of equal size of which a later layer's takes the name of an earlier one's, by layer index, where the `content`
 * of a side is not known: hashing them tells a copy-up from a change. Empty when nothing is to be learned.
 * A name that was deleted in between is asked for, too: that costs a hash, where a tree would cost more.
 * @param paths of these scans
 */
export function contentCandidates(
  scans: readonly LayerScan[],
  paths = new ImagePaths(scans),
): ReadonlyMap<number, ReadonlySet<string>> {
  const candidates = new Map<number, Set<string>>();
  if (scans.every(scan => scan.contentKnown === 'all')) return candidates;
  const written = new LastWritten(paths.table.size);
  const ask = (layer: number, entries: LayerEntries, index: number): void => {
    if (entries.knowsContent(index)) return;
    const asked = candidates.get(layer) ?? new Set();
    candidates.set(layer, asked.add(entries.pathOf(index)));
  };
  for (const [layer, { entries }] of scans.entries()) {
    const { kinds } = entries.columns;
    const nodes = paths.ofLayer(layer);
    for (let index = 0; index < entries.length; index += 1) {
      const kind = kinds[index];
      if (kind !== Kind.FILE && kind !== Kind.HARDLINK) continue;
      const node = nodes[index] ?? 0;
      const before = written.at(node);
      if (kind === Kind.FILE) written.put(node, layer, index);
      else {
        const target = paths.table.find(entries.linknameOf(index) ?? '');
        const linked = target === undefined ? null : written.at(target);
        if (linked === null) continue;
        written.put(node, linked.layer, linked.index);
      }
      const now = written.at(node);
      if (before === null || now === null || before.layer === now.layer) continue;
      const beforeEntries = scans[before.layer]?.entries;
      const nowEntries = scans[now.layer]?.entries;
      if (!beforeEntries || !nowEntries) continue;
      if (!mayHaveSameContent(beforeEntries.sizeOf(before.index), nowEntries.sizeOf(now.index))) continue;
      ask(before.layer, beforeEntries, before.index);
      ask(now.layer, nowEntries, now.index);
    }
  }
  return candidates;
}

/** The regular file that each path was last given to. */
class LastWritten {
  /** One more than the layer; 0 where none was. */
  readonly #layers: Uint16Array;
  readonly #indexes: Uint32Array;

  constructor(nodes: number) {
    this.#layers = new Uint16Array(nodes);
    this.#indexes = new Uint32Array(nodes);
  }

  at(node: number): { readonly layer: number; readonly index: number } | null {
    const layer = this.#layers[node] ?? 0;
    return layer === 0 ? null : { layer: layer - 1, index: this.#indexes[node] ?? 0 };
  }

  put(node: number, layer: number, index: number): void {
    this.#layers[node] = layer + 1;
    this.#indexes[node] = index;
  }
}

/**
 * The scans, with what a second pass over the same layers learned of contents. `more` is what `Image.scan` returns:
 * null where the layer was not scanned again. Nothing else is taken from it; a scan of another layer is ignored.
 */
export function mergeContent<Scan extends LayerScan | null>(
  scans: readonly Scan[],
  more: readonly (LayerScan | null)[],
): readonly (Scan | LayerScan)[] {
  return scans.map((scan, index) => {
    const other = more[index];
    return scan && other && describesSameLayer(scan, other) ? withContent(scan, other) : scan;
  });
}

function describesSameLayer(scan: LayerScan, other: LayerScan): boolean {
  return scan.diffId === other.diffId && scan.entries.length === other.entries.length;
}

function withContent(scan: LayerScan, other: LayerScan): LayerScan {
  const { entries } = scan;
  const learned = new Map<number, string>();
  let files = 0;
  let known = 0;
  for (let index = 0; index < entries.length; index += 1) {
    if (!entries.isFile(index)) continue;
    files += 1;
    if (entries.knowsContent(index)) known += 1;
    else {
      const content = other.entries.contentOf(index);
      if (content === undefined || !isSameFile(entries, other.entries, index)) continue;
      learned.set(index, content);
      known += 1;
    }
  }
  const contentKnown = known === files ? 'all' : known > 0 ? 'some' : 'none';
  return { ...scan, entries: learned.size === 0 ? entries : entries.withContents(learned), contentKnown };
}

function isSameFile(entries: LayerEntries, others: LayerEntries, index: number): boolean {
  return entries.sizeOf(index) === others.sizeOf(index) && entries.pathOf(index) === others.pathOf(index);
}
