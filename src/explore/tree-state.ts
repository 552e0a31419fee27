import { compareBytes } from '../analysis/byte-order.ts';
import { ROOT } from '../layer/path-table.ts';
import type { ExploredTree } from './explored-tree.ts';
import type { SlicedWork } from './sliced-work.ts';

/**
 * What became of a path between two states of the filesystem, or two images. `unknown`: nothing tells whether the final
 * filesystem has the path.
 */
export const PATH_STATUSES = ['added', 'removed', 'modified', 'unmodified', 'unknown'] as const;
export type PathStatus = (typeof PATH_STATUSES)[number];

/** What the tree is about. */
export type TreeSubject =
  /** The filesystem after layer `to`, and what differs from that after layer `from` (−1: before the first). */
  | { readonly kind: 'layers'; readonly from: number; readonly to: number }
  /** Bytes of these layers that the final filesystem does not show. */
  | { readonly kind: 'waste'; readonly from: number; readonly to: number }
  /** The image against its baseline. */
  | { readonly kind: 'comparison' };

const BEFORE = 1;
const AFTER = 2;
const CHANGED = 4;

/** By node: 0 where it is not there. */
export const STATUS_NUMBERS = { added: 1, removed: 2, modified: 3, unmodified: 4, unknown: 5 } as const;

/** Paths with what became of them and their own bytes: a column each, by node. */
export interface TreeState {
  readonly subject: TreeSubject;
  readonly statuses: Uint8Array;
  /** One more than the entry that is shown of it; 0 for a directory that no entry names. */
  readonly entries: Uint32Array;
  /** Of the path itself. Signed in a comparison. */
  readonly bytes: Float64Array;
}

/** Nodes that are looked at in one go. */
const CHUNK = 16_384;

/** Numbers from `size` down to 0, in parts: each from its first on, below its last. */
export function* partsDown(size: number): Generator<readonly [first: number, last: number]> {
  for (let last = size; last > 0; last -= CHUNK) yield [Math.max(0, last - CHUNK), last];
}

/** Looks at each path once. Yields between parts of the work. */
export function* stateOf(tree: ExploredTree, subject: TreeSubject): SlicedWork<TreeState> {
  switch (subject.kind) {
    case 'layers':
      return yield* stateOfLayers(tree, subject);
    case 'waste':
      return yield* stateOfWaste(tree, subject);
    case 'comparison':
      return yield* stateOfComparison(tree, subject);
  }
}

function emptyState<T extends TreeSubject>(tree: ExploredTree, subject: T) {
  const { size } = tree.paths;
  return {
    subject,
    statuses: new Uint8Array(size),
    entries: new Uint32Array(size),
    bytes: new Float64Array(size),
  };
}

function* stateOfLayers(
  tree: ExploredTree,
  subject: TreeSubject & { readonly kind: 'layers' },
): SlicedWork<TreeState> {
  const state = emptyState(tree, subject);
  const { from, to } = subject;
  const presentBefore = tree.presentAt(from);
  yield;
  const presentAfter = tree.presentAt(to);
  yield;
  for (const part of partsDown(tree.paths.size)) {
    placeInLayers(tree, state, tree.isFinal(to), presentBefore, presentAfter, part);
    yield;
  }
  if (!tree.isFinal(to)) for (const names of tree.linkedFiles) placeLinked(tree, names, state, presentAfter);
  return state;
}

function placeInLayers(
  tree: ExploredTree,
  { statuses, entries, bytes }: TreeState,
  isFinal: boolean,
  presentBefore: Uint32Array,
  presentAfter: Uint32Array,
  [first, last]: readonly [number, number],
): void {
  for (let node = last - 1; node >= first; node -= 1) {
    const before = (presentBefore[node] ?? 0) - 1;
    const after = (presentAfter[node] ?? 0) - 1;
    let flags = statuses[node] ?? 0;
    // What is below it makes it a directory that no entry names.
    const isMade = (flags & AFTER) !== 0 && after < 0;
    if (before >= 0) flags |= BEFORE;
    if (after >= 0) flags |= AFTER;
    if (before >= 0 && after >= 0 && tree.differs(before, after)) flags |= CHANGED;
    const shown = after >= 0 || isMade ? after : before;
    entries[node] = shown + 1;
    if (shown >= 0) bytes[node] = isFinal && after >= 0 ? tree.visibleOf(shown) : tree.sizeOf(shown);
    const status = statusOf(flags);
    statuses[node] = status;
    const changed = status === STATUS_NUMBERS.unmodified || status === 0 ? 0 : CHANGED;
    if (node === ROOT) continue;
    const parent = tree.paths.parentOf(node);
    statuses[parent] = (statuses[parent] ?? 0) | (flags & (BEFORE | AFTER)) | changed;
  }
}

/** The bytes of a file with several names are told at the first that is there, in byte order of the path. */
function placeLinked(
  tree: ExploredTree,
  names: readonly number[],
  state: TreeState,
  present: Uint32Array,
): void {
  const size = tree.sizeOf(names[0] ?? 0);
  let first: number | null = null;
  for (const entry of names) {
    const node = tree.nodeOf(entry);
    if (present[node] !== entry + 1) continue;
    state.bytes[node] = 0;
    if (first === null || compareBytes(tree.paths.pathOf(node), tree.paths.pathOf(first)) < 0) first = node;
  }
  if (first !== null) state.bytes[first] = size;
}

function statusOf(flags: number): number {
  switch (flags & (BEFORE | AFTER)) {
    case AFTER:
      return STATUS_NUMBERS.added;
    case BEFORE:
      return STATUS_NUMBERS.removed;
    case BEFORE | AFTER:
      return (flags & CHANGED) === 0 ? STATUS_NUMBERS.unmodified : STATUS_NUMBERS.modified;
    default:
      return 0;
  }
}

function* stateOfWaste(
  tree: ExploredTree,
  subject: TreeSubject & { readonly kind: 'waste' },
): SlicedWork<TreeState> {
  const state = emptyState(tree, subject);
  const present = tree.presentAt(Number.MAX_SAFE_INTEGER);
  yield;
  for (const part of partsDown(tree.entryCount)) {
    addWaste(tree, state, part);
    yield;
  }
  for (const part of partsDown(tree.paths.size)) {
    placeWaste(tree, state, present, part);
    yield;
  }
  return state;
}

/** The entry that is shown of a path is its last. */
function addWaste(
  tree: ExploredTree,
  { subject, entries, bytes }: ReturnType<typeof emptyState<TreeSubject & { readonly kind: 'waste' }>>,
  [first, last]: readonly [number, number],
): void {
  for (let entry = last - 1; entry >= first; entry -= 1) {
    const layer = tree.layerOf(entry);
    if (!tree.isWasted(entry) || layer < subject.from || layer > subject.to) continue;
    const node = tree.nodeOf(entry);
    entries[node] ||= entry + 1;
    bytes[node] = (bytes[node] ?? 0) + tree.sizeOf(entry);
  }
}

function placeWaste(
  tree: ExploredTree,
  { statuses, entries }: TreeState,
  present: Uint32Array,
  [first, last]: readonly [number, number],
): void {
  const { removed, modified, unknown } = STATUS_NUMBERS;
  const above = tree.knowsFinal ? modified : unknown;
  for (let node = last - 1; node >= Math.max(first, ROOT + 1); node -= 1) {
    if (entries[node] !== 0)
      statuses[node] = !tree.knowsFinal ? unknown : present[node] === 0 ? removed : modified;
    if (statuses[node] !== 0) statuses[tree.paths.parentOf(node)] ||= above;
  }
}

function* stateOfComparison(tree: ExploredTree, subject: TreeSubject): SlicedWork<TreeState> {
  const state = emptyState(tree, subject);
  const { entries } = state;
  // The last of each path, and the one that is there in the end before all others.
  for (let entry = 0; entry < tree.entryCount; entry += 1) entries[tree.nodeOf(entry)] = entry + 1;
  yield;
  const present = tree.presentAt(Number.MAX_SAFE_INTEGER);
  yield;
  for (const part of partsDown(tree.paths.size)) {
    placeInComparison(tree, state, present, part);
    yield;
  }
  return state;
}

function placeInComparison(
  tree: ExploredTree,
  { statuses, entries, bytes }: TreeState,
  present: Uint32Array,
  [first, last]: readonly [number, number],
): void {
  for (let node = last - 1; node >= first; node -= 1) {
    const found = tree.changeOf(node);
    let flags = statuses[node] ?? 0;
    if (found !== null) {
      bytes[node] = found.delta;
      if (found.change !== 'added') flags |= BEFORE;
      if (found.change !== 'removed') flags |= AFTER;
      if (found.change === 'changed') flags |= CHANGED;
    }
    entries[node] = present[node] || (entries[node] ?? 0);
    const status = statusOf(flags);
    statuses[node] = status;
    if (node === ROOT) continue;
    const changed = status === STATUS_NUMBERS.unmodified || status === 0 ? 0 : CHANGED;
    const parent = tree.paths.parentOf(node);
    statuses[parent] = (statuses[parent] ?? 0) | (flags & (BEFORE | AFTER)) | changed;
  }
}
