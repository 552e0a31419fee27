import type { PageDocument } from '../report/html/page-document.ts';
import type { PageState } from './page-state.ts';
import type { PageTree } from './page-tree.ts';
import type { TreeSums } from './tree-sums.ts';

/** Degrees between the hues of neighbouring layers: the golden angle keeps any number of them apart. */
const HUE_STEP = 137.5;

/** What the hidden part of a rectangle is filled with; null where it has the colour of the rectangle. Titles on it are white. */
export function hiddenColor(by: PageState['color']): string | null {
  return by === 'layer' || by === 'waste' ? '#a35200' : null;
}

/** What rectangles are of, by what they are coloured by: their bytes have its number as their key. */
export const CHANGES = [
  ['var(--worse)', 'added or grown'],
  ['var(--better)', 'smaller'],
  ['var(--accent)', 'changed, same size'],
  ['var(--neutral)', 'unchanged'],
] as const;

/** What colours mean that are not one a layer. */
export const LEGENDS = {
  change: CHANGES,
  waste: [['var(--neutral)', 'shown']],
  package: [
    ['var(--accent)', 'of a package, one colour each'],
    ['var(--neutral)', 'of no package'],
  ],
} as const;

/** Bytes of a path and of all below it, of what is chosen, in its unit. */
export interface BlockBytes {
  /** By layer, the bytes that it shows; else all, by the number of the change or by that of the package, 0 for none. */
  readonly byKey: ReadonlyMap<number, number>;
  /** Of most bytes; null where all are hidden. */
  readonly most: number | null;
  /** What share no later file shows: 0 to 1. */
  readonly hidden: number;
}

/** Linear in the paths and their entries. */
export function blockBytes(tree: PageTree, sums: TreeSums, path: number, by: PageState['color']): BlockBytes {
  const { layers, sizes, hidden, owners } = tree.table;
  const byKey = new Map<number, number>();
  let [all, gone, most]: [number, number, number | null] = [0, 0, null];
  for (let each = path; each < (tree.ends[path] ?? 0); each += 1) {
    if (sums.isShown[each] === 0) continue;
    const [from, to] = tree.entriesOf(each);
    let key = by === 'change' ? changeKey(tree, each) : by === 'package' ? (owners[each] ?? 0) : 0;
    for (let entry = from; entry < to; entry += 1) {
      const layer = layers[entry] ?? 0;
      const factor = sums.factorOf(layer) ?? 0;
      const size = (sizes[entry] ?? 0) * factor;
      const unseen = (hidden[entry] ?? 0) * factor;
      if (by === 'layer') key = layer;
      const counted = by === 'layer' ? size - unseen : size;
      if (counted > 0) byKey.set(key, (byKey.get(key) ?? 0) + counted);
      all += size;
      gone += unseen;
    }
  }
  for (const [key, bytes] of byKey) if (most === null || bytes > (byKey.get(most) ?? 0)) most = key;
  return { byKey, most, hidden: all > 0 ? gone / all : 0 };
}

/** The number in `CHANGES`: by what it came to, and where that is nothing, by whether it is the same. */
function changeKey(tree: PageTree, path: number): number {
  const delta = tree.deltaOf(path);
  return delta > 0 ? 0 : delta < 0 ? 1 : tree.changeOf(path) === 'unchanged' ? 3 : 2;
}

/** Own layers have colours, base layers are grey. */
function layerColor({ layers }: PageDocument, index: number): string {
  const layer = layers.find(each => each.index === index);
  if (layer?.origin === 'base') return `hsl(215 10% ${38 + (index % 4) * 4}%)`;
  return `hsl(${(212 + index * HUE_STEP) % 360} 48% 42%)`;
}

/** The colour of what most bytes of a rectangle are of. */
export function keyColor(document: PageDocument, by: PageState['color'], key: number | null): string {
  if (key === null) return 'var(--neutral)';
  if (by === 'layer') return layerColor(document, key);
  if (by === 'change') return CHANGES[key]?.[0] ?? '';
  return key === 0 ? 'var(--neutral)' : `hsl(${(key * HUE_STEP) % 360} 42% 42%)`;
}
