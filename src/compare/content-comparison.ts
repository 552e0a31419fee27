import { compareBytes } from '../analysis/byte-order.ts';
import type { Notice } from '../base/notice.ts';
import { formatSize } from '../base/number-text.ts';
import type { ChangedContent, ContentComparison } from './comparison.ts';
import type { DifferingSides } from './differing-files.ts';
import type { OwnChanges } from './own-changes.ts';

/** Changed files that a comparison lists. */
const MAX_LISTED = 10;

/** Files of one path and size, in layers that only one of two images has: each may be one of the other image's. */
export interface EqualSizes {
  /** Of the paths of both. */
  readonly node: number;
  /** Bytes. */
  readonly size: number;
  readonly baseline: readonly number[];
  readonly head: readonly number[];
}

/** All that there are on both sides, but for two whose contents are known to be equal. Linear in the files, however often a path is there. */
export function* filesOfEqualSize({ paths, baseline, head }: DifferingSides): Generator<EqualSizes> {
  for (let node = 0; node < paths.size; node += 1) {
    if (!baseline.hasFileAt(node) || !head.hasFileAt(node)) continue;
    const [first, second] = [baseline.onlyFileAt(node), head.onlyFileAt(node)];
    if (first !== null && second !== null) {
      const size = baseline.sizeOf(first);
      const isCertain = baseline.knowsContent(first) && baseline.contentOf(first) === head.contentOf(second);
      if (size === head.sizeOf(second) && !isCertain) yield { node, size, baseline: [first], head: [second] };
      continue;
    }
    const [before, after] = [baseline.filesAt(node), head.filesAt(node)];
    const sizes = Map.groupBy(before, file => baseline.sizeOf(file));
    for (const [size, files] of Map.groupBy(after, file => head.sizeOf(file))) {
      const others = sizes.get(size);
      if (others !== undefined) yield { node, size, baseline: others, head: files };
    }
  }
}

/** How many pairs a group makes that are no proven equals. */
interface Pairs {
  /** Both contents are known, and differ. */
  readonly changed: number;
  /** The content of one is not known. */
  readonly assumed: number;
}

/**
 * Equal contents cancel, whichever layers hold them. Of what is left, as many as possible are taken as equal whose
 * content is not known; only what then remains on both sides has changed.
 */
export function pairContents(group: EqualSizes, { baseline, head }: DifferingSides): Pairs {
  const [before, after] = [group.baseline, group.head];
  const [first = 0, second = 0] = [before[0], after[0]];
  if (before.length === 1 && after.length === 1) {
    if (!baseline.knowsContent(first) || !head.knowsContent(second)) return { changed: 0, assumed: 1 };
    return { changed: baseline.contentOf(first) === head.contentOf(second) ? 0 : 1, assumed: 0 };
  }
  const known = new Map<number, number>();
  for (const file of before) {
    if (!baseline.knowsContent(file)) continue;
    const content = baseline.contentOf(file);
    known.set(content, (known.get(content) ?? 0) + 1);
  }
  let equal = 0;
  let unknown = before.filter(file => !baseline.knowsContent(file)).length;
  for (const file of after) {
    const content = head.knowsContent(file) ? head.contentOf(file) : null;
    const left = content === null ? 0 : (known.get(content) ?? 0);
    if (content === null) unknown += 1;
    else if (left > 0) {
      known.set(content, left - 1);
      equal += 1;
    }
  }
  const rest = Math.min(before.length, after.length) - equal;
  const assumed = Math.min(rest, unknown);
  return { changed: rest - assumed, assumed };
}

/** Files that cancel or are paired at different paths. */
type MovedFiles = Pick<OwnChanges, 'assumed' | 'replaced'>;

/** Which files changed their content and kept their size, and their path but for a version in it. */
export function compareContents(
  sides: DifferingSides,
  { assumed: moved, replaced }: MovedFiles,
): ContentComparison {
  const files: ChangedContent[] = [];
  const changed = { count: 0, bytes: 0 };
  const assumed = { count: 0, bytes: 0 };
  for (const group of filesOfEqualSize(sides)) {
    const pairs = pairContents(group, sides);
    changed.count += pairs.changed;
    changed.bytes += pairs.changed * group.size;
    assumed.count += pairs.assumed;
    assumed.bytes += pairs.assumed * group.size;
    if (pairs.changed > 0) {
      const [only] = group.head.length === 1 ? group.head : [];
      const layer = only === undefined ? null : sides.head.layerOf(only);
      files.push({ path: sides.paths.pathOf(group.node), bytes: pairs.changed * group.size, layer });
    }
  }
  for (const { before, after } of replaced) {
    const bytes = sides.head.sizeOf(after);
    if (!sides.baseline.knowsContent(before) || !sides.head.knowsContent(after)) {
      assumed.count += 1;
      assumed.bytes += bytes;
      continue;
    }
    changed.count += 1;
    changed.bytes += bytes;
    const path = sides.paths.pathOf(sides.head.nodeOf(after));
    files.push({ path, bytes, layer: sides.head.layerOf(after) });
  }
  for (const { after } of moved) {
    assumed.count += 1;
    assumed.bytes += sides.head.sizeOf(after);
  }
  files.sort((a, b) => b.bytes - a.bytes || compareBytes(a.path, b.path));
  return {
    changed: { ...changed, files: files.slice(0, MAX_LISTED) },
    assumed,
    unlistedBytes: unlistedBytes(sides),
  };
}

/** Layers that only one image has are told by their sums, and hide nothing. */
function unlistedBytes({ baseline, head }: DifferingSides): number {
  if (baseline.layerCount === 0 || head.layerCount === 0) return 0;
  return Math.max(baseline.unlistedBytes, head.unlistedBytes);
}

/** The one notice of what was taken as equal without a proof; null where nothing was. */
export function approximationNotice({ assumed, unlistedBytes }: ContentComparison): Notice | null {
  const { count, bytes } = assumed;
  const size = formatSize(bytes);
  const files =
    count === 1
      ? `1 file (${size}) with the same path and size in both images counts as equal, because its content was not compared.`
      : `${count} files (${size}) with the same path and size in both images count as equal, because their contents were not compared.`;
  const sentences = [
    ...(count > 0 ? [files] : []),
    ...(unlistedBytes > 0
      ? [
          `${formatSize(unlistedBytes)} of changed base layers is compared by package and directory, as a snapshot does not list their files.`,
        ]
      : []),
  ];
  if (sentences.length === 0) return null;
  return { code: 'comparison-approximate', message: `The comparison is approximate: ${sentences.join(' ')}` };
}
