import type { PageDocument } from '../report/html/page-document.ts';
import type { PageState } from './page-state.ts';
import type { PageTree } from './page-tree.ts';

/** Degrees between the hues of neighbouring layers: the golden angle keeps any number of them apart. */
const HUE_STEP = 137.5;

/** What colours mean that are not one a layer. */
export const LEGENDS = {
  change: [
    ['var(--worse)', 'added or grown'],
    ['var(--better)', 'removed or smaller'],
    ['var(--neutral)', 'unchanged'],
  ],
  waste: [
    ['var(--waste)', 'hidden by a later layer'],
    ['var(--neutral)', 'shown'],
  ],
  package: [
    ['var(--accent)', 'of a package, one colour each'],
    ['var(--neutral)', 'of no package'],
  ],
} as const;

/** Own layers have colours, base layers are grey. */
export function layerColor({ layers }: PageDocument, index: number): string {
  const layer = layers.find(each => each.index === index);
  if (layer?.origin === 'base') return `hsl(215 10% ${38 + (index % 4) * 4}%)`;
  return `hsl(${(212 + index * HUE_STEP) % 360} 48% 42%)`;
}

/** The colour of a rectangle that is drawn whole: a file, or a directory that is too small for what is in it. */
export function pathColor(
  document: PageDocument,
  tree: PageTree,
  path: number,
  by: PageState['color'],
): string {
  if (by === 'layer') {
    const layer = largestLayer(tree, path);
    return layer === null ? 'var(--neutral)' : layerColor(document, layer);
  }
  if (by === 'change') {
    const change = tree.changeOf(path);
    if (change === 'unchanged') return 'var(--neutral)';
    return tree.bytesOf(path) >= (tree.table.baselines[path] ?? 0) ? 'var(--worse)' : 'var(--better)';
  }
  if (by === 'waste') return hasHidden(tree, path) ? 'var(--waste)' : 'var(--neutral)';
  const owner = tree.table.owners[path] ?? 0;
  return owner === 0 ? 'var(--neutral)' : `hsl(${(owner * HUE_STEP) % 360} 42% 42%)`;
}

/** Of what is in it, the layer with most bytes. */
function largestLayer(tree: PageTree, path: number): number | null {
  const { layers, sizes } = tree.table;
  const [from] = tree.entriesOf(path);
  const [, to] = tree.entriesOf((tree.ends[path] ?? path + 1) - 1);
  const bytes = new Map<number, number>();
  // Of a large directory the first ones tell enough.
  for (let entry = from; entry < Math.min(to, from + 2000); entry += 1) {
    const layer = layers[entry] ?? 0;
    bytes.set(layer, (bytes.get(layer) ?? 0) + (sizes[entry] ?? 0));
  }
  let most: number | null = null;
  for (const [layer, size] of bytes) if (most === null || size > (bytes.get(most) ?? 0)) most = layer;
  return most;
}

function hasHidden(tree: PageTree, path: number): boolean {
  const [from, to] = tree.entriesOf(path);
  for (let entry = from; entry < to; entry += 1) if ((tree.table.hidden[entry] ?? 0) > 0) return true;
  return false;
}
