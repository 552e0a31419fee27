import { PATH_KINDS, TABLE_CHANGES } from '../report/html/file-table.ts';
import type { PageLayer } from '../report/html/page-document.ts';
import type { PageState } from './page-state.ts';
import { type PageTree, ROOT_PATH } from './page-tree.ts';
import { isGlob, textMatcher } from './text-matcher.ts';

/** What is chosen of a tree. */
export type TreeFilter = Pick<PageState, 'layers' | 'text' | 'show' | 'unit'>;

/** What sums have to know of a layer. */
type SummedLayer = Pick<PageLayer, 'index' | 'origin' | 'size' | 'compressedSize'>;

/** What each path has with all below it, of what is chosen. Bytes, but for `counts`. */
export interface TreeSums {
  /** In the unit that was chosen. */
  readonly sizes: Float64Array;
  /** What the final filesystem shows nowhere. */
  readonly hidden: Float64Array;
  /** Of that, what own layers hold: base layers waste nothing that this Dockerfile could free. */
  readonly wasted: Float64Array;
  /** Head − baseline, over all layers: nothing where layers are chosen, of which no baseline is known. */
  readonly deltas: Float64Array;
  /** Paths that are chosen themselves, directories left out. */
  readonly counts: Uint32Array;
  /** 1 where it, or something below it, is chosen. */
  readonly isShown: Uint8Array;
  /** What a byte of a layer counts for in the unit that was chosen; null where the layer is not chosen. */
  readonly factorOf: (layer: number) => number | null;
}

const DIRECTORY = PATH_KINDS.indexOf('directory');

/** Paths that are looked at in one step: each may have to be made a text. */
const STEP = 512;

/** Sums of what is chosen, step by step. Linear in the paths and their entries. */
export function* sumTree(
  tree: PageTree,
  layers: readonly SummedLayer[],
  filter: TreeFilter,
): Generator<undefined, TreeSums> {
  const { table, length, parents } = tree;
  const sums = {
    sizes: new Float64Array(length),
    hidden: new Float64Array(length),
    wasted: new Float64Array(length),
    deltas: new Float64Array(length),
    counts: new Uint32Array(length),
    isShown: new Uint8Array(length),
    factorOf: layerFactors(layers, filter),
  };
  const isMatch = pathMatcher(tree, filter.text);
  const hasLayers = filter.layers.length > 0;
  const base = new Set(layers.filter(({ origin }) => origin === 'base').map(({ index }) => index));
  const matched = new Uint8Array(length);
  for (let path = 0; path < length; path += 1) {
    if (path % STEP === STEP - 1) yield;
    const above = path === ROOT_PATH ? 0 : (matched[parents[path] ?? 0] ?? 0);
    if (above === 1 || isMatch(path)) matched[path] = 1;
    if (matched[path] === 0) continue;
    const [from, to] = tree.entriesOf(path);
    let [size, hidden, wasted, entries] = [0, 0, 0, 0];
    for (let entry = from; entry < to; entry += 1) {
      const layer = table.layers[entry] ?? 0;
      const factor = sums.factorOf(layer);
      if (factor === null) continue;
      entries += 1;
      size += factor * (table.sizes[entry] ?? 0);
      const gone = table.hidden[entry] ?? 0;
      hidden += gone;
      if (!base.has(layer)) wasted += gone;
    }
    if (entries === 0 && (hasLayers || from !== to)) continue;
    const change = TABLE_CHANGES[table.changes[path] ?? 0] ?? 'unchanged';
    const isChosen =
      filter.show === 'all' || (filter.show === 'wasted' ? wasted > 0 : change === filter.show);
    if (!isChosen) continue;
    sums.sizes[path] = size;
    sums.hidden[path] = hidden;
    sums.wasted[path] = wasted;
    sums.deltas[path] = hasLayers ? 0 : tree.deltaOf(path);
    sums.counts[path] = table.kinds[path] === DIRECTORY ? 0 : Math.max(1, tree.joinedOf(path));
    sums.isShown[path] = 1;
  }
  const { sizes, hidden, wasted, deltas, counts, isShown } = sums;
  for (let path = length - 1; path > ROOT_PATH; path -= 1) {
    if (path % STEP === 0) yield;
    if (isShown[path] === 0) continue;
    const parent = parents[path] ?? ROOT_PATH;
    for (const column of [sizes, hidden, wasted, deltas, counts])
      column[parent] = (column[parent] ?? 0) + (column[path] ?? 0);
    isShown[parent] = 1;
  }
  return sums;
}

/** Of compressed bytes, the share that a layer's blob has of its bytes; 0 where that is not known. */
function layerFactors(
  layers: readonly SummedLayer[],
  { unit, layers: chosen }: TreeFilter,
): (layer: number) => number | null {
  const wanted = chosen.length === 0 ? null : new Set(chosen);
  const shares = new Map(
    layers.map(({ index, size, compressedSize }) => [index, size === 0 ? 0 : (compressedSize ?? 0) / size]),
  );
  return layer => (wanted?.has(layer) === false ? null : unit === 'size' ? 1 : (shares.get(layer) ?? 0));
}

/**
 * Whether a path itself has the text: in its name, or, where the text has a slash, in the whole path, of which a slash in front
 * is the beginning. Globs have to match all of the name, or the end of the path; their `*` takes slashes, too.
 */
function pathMatcher(tree: PageTree, text: string): (path: number) => boolean {
  if (text === '') return () => true;
  if (!text.includes('/')) {
    const isMatch = textMatcher(text);
    return path => isMatch(tree.nameOf(path));
  }
  const isAtRoot = text.startsWith('/');
  const isMatch = textMatcher(
    isGlob(text) ? `${isAtRoot ? '' : '*/'}${text.replace(/\/?$/, '/')}` : text,
    isAtRoot,
  );
  return path => isMatch(`/${tree.pathOf(path)}/`);
}
