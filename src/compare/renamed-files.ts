import { compareBytes } from '../analysis/byte-order.ts';
import { ROOT } from '../layer/path-table.ts';
import type { RenamedPath } from './comparison.ts';
import type { DifferingSides } from './differing-files.ts';
import type { ComparedFile, FilePair } from './file-changes.ts';

/** Renamed paths that a comparison lists. */
const MAX_LISTED = 10;

interface RenamedFiles {
  /** Without those that were renamed. */
  readonly changes: readonly ComparedFile[];
  readonly renamed: readonly FilePair[];
  /** Of them, those whose contents were not compared. */
  readonly assumed: readonly FilePair[];
}

/** A file that only one of the images has. */
interface Single {
  readonly change: ComparedFile;
  readonly file: number;
  readonly size: number;
  /** Number of its last component. */
  readonly name: number;
  /** Of its package in both images; undefined where it belongs to none. */
  readonly owner: number | undefined;
}

/**
 * Pairs files that only the baseline has with files that only the head has: of equal content, those of one name first; and,
 * where a content is not known, those of one name and size. Files of one package, or of none, are paired alone: a licence
 * that two packages share was not renamed.
 * @param nodeOf the node of a file of the baseline
 */
export function pairRenamedFiles(
  changes: readonly ComparedFile[],
  sides: DifferingSides,
  owners: {
    readonly baseline: (file: number) => number | undefined;
    readonly head: (file: number) => number | undefined;
  },
): RenamedFiles {
  const { baseline, head, paths } = sides;
  const removed: Single[] = [];
  const added: Single[] = [];
  for (const change of changes) {
    const { before, after, node } = change;
    const name = paths.nameOf(node);
    if (after === null && before !== null) {
      removed.push({
        change,
        file: before,
        size: baseline.sizeOf(before),
        name,
        owner: owners.baseline(before),
      });
    } else if (before === null && after !== null) {
      added.push({ change, file: after, size: head.sizeOf(after), name, owner: owners.head(after) });
    }
  }
  const sizes = new Set(removed.map(({ size }) => size));
  const candidates = added.filter(({ size }) => sizes.has(size));
  if (candidates.length === 0) return { changes, renamed: [], assumed: [] };

  const met = new Set<ComparedFile>();
  const pairUp = (
    keyBefore: (single: Single) => string | null,
    keyAfter: (single: Single) => string | null,
    fits: (before: Single, after: Single) => boolean,
  ): FilePair[] => {
    const waiting = new Map<string, Single[]>();
    for (const single of removed) {
      const key = met.has(single.change) ? null : keyBefore(single);
      if (key === null) continue;
      const known = waiting.get(key);
      if (known) known.push(single);
      else waiting.set(key, [single]);
    }
    for (const list of waiting.values()) list.reverse();
    const pairs: FilePair[] = [];
    for (const single of candidates) {
      const key = met.has(single.change) ? null : keyAfter(single);
      const other = key === null ? undefined : waiting.get(key)?.at(-1);
      if (key === null || other === undefined || !fits(other, single)) continue;
      waiting.get(key)?.pop();
      met.add(other.change).add(single.change);
      pairs.push({ before: other.file, after: single.file });
    }
    return pairs;
  };
  const contentBefore = ({ file }: Single) => (baseline.knowsContent(file) ? baseline.contentOf(file) : null);
  const contentAfter = ({ file }: Single) => (head.knowsContent(file) ? head.contentOf(file) : null);
  const named = (key: string | null, { name, owner }: Single) => key && `${key} ${owner} ${name}`;
  const renamed = [
    ...pairUp(
      single => named(contentBefore(single), single),
      single => named(contentAfter(single), single),
      () => true,
    ),
    ...pairUp(
      single => contentBefore(single) && `${contentBefore(single)} ${single.owner}`,
      single => contentAfter(single) && `${contentAfter(single)} ${single.owner}`,
      () => true,
    ),
  ];
  const bySize = (single: Single) => named(String(single.size), single);
  const assumed = pairUp(
    bySize,
    bySize,
    (before, after) => !baseline.knowsContent(before.file) || !head.knowsContent(after.file),
  );
  return {
    changes: changes.filter(change => !met.has(change)),
    renamed: [...renamed, ...assumed],
    assumed,
  };
}

/** A version, or the digest of a content: what changes in a name when the file does. */
const VERSION = /\d+(?:\.\d+)+|[0-9a-f]{8,}/g;

/**
 * Pairs files that only one image has and whose paths differ in versions alone: `app-1.4.0.jar` became `app-1.5.0.jar`. Files of
 * packages are told by their packages, and left as they are.
 */
export function pairVersions(
  changes: readonly ComparedFile[],
  { paths }: DifferingSides,
  isOwned: (change: ComparedFile) => boolean,
): readonly ComparedFile[] {
  const removed = new Map<string, ComparedFile[]>();
  const added = new Map<string, ComparedFile[]>();
  for (const change of changes) {
    if ((change.before !== null && change.after !== null) || isOwned(change)) continue;
    const path = paths.pathOf(change.node);
    const key = path.replace(VERSION, '#');
    if (key === path) continue;
    const side = change.after === null ? removed : added;
    const known = side.get(key);
    if (known) known.push(change);
    else side.set(key, [change]);
  }
  const paired = new Map<ComparedFile, ComparedFile | null>();
  for (const [key, before] of removed) {
    const after = added.get(key) ?? [];
    for (const [index, change] of before.entries()) {
      const other = after[index];
      if (other === undefined) break;
      const bytes = change.bytes + other.bytes;
      paired.set(change, null);
      paired.set(other, {
        node: other.node,
        bytes,
        before: change.before,
        after: other.after,
        previousNode: change.node,
      });
    }
  }
  if (paired.size === 0) return changes;
  return changes.flatMap(change => {
    const pair = paired.get(change);
    if (pair === undefined) return [change];
    return pair === null || pair.bytes === 0 ? [] : [pair];
  });
}

/**
 * Says in few paths what was renamed: what the ends of two paths have in common was renamed with a directory above it.
 * Largest bytes first.
 */
export function summarizeRenames(pairs: readonly FilePair[], sides: DifferingSides): RenamedPath[] {
  const { paths, baseline, head } = sides;
  const found = new Map<
    string,
    { from: number; to: number; isDirectory: boolean; bytes: number; count: number }
  >();
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
    const key = `${from} ${to} ${isDirectory}`;
    const known = found.get(key);
    const bytes = head.sizeOf(after);
    if (known === undefined) found.set(key, { from, to, isDirectory, bytes, count: 1 });
    else {
      known.bytes += bytes;
      known.count += 1;
    }
  }
  const listed = Array.from(found.values(), ({ from, to, isDirectory, bytes, count }): RenamedPath => {
    const slash = isDirectory ? '/' : '';
    return { from: `${paths.pathOf(from)}${slash}`, to: `${paths.pathOf(to)}${slash}`, bytes, count };
  });
  listed.sort((a, b) => b.bytes - a.bytes || compareBytes(a.from, b.from) || compareBytes(a.to, b.to));
  return listed.slice(0, MAX_LISTED);
}
