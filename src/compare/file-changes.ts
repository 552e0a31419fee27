import { type DifferingFiles, type DifferingSides, MAX_COPIES } from './differing-files.ts';

/** A file of the baseline and one of the head that are held against each other; null where one image has none. */
export interface ComparedFile {
  /** Of the path, in the sides' table; of a file that moved to another path, the head's. */
  readonly node: number;
  /** Head − baseline; never 0. */
  readonly bytes: number;
  /** Number of the file in the baseline's files. */
  readonly before: number | null;
  /** Number of the file in the head's files. */
  readonly after: number | null;
  /** Node of the path in the baseline, where it is another one. */
  readonly previousNode?: number;
}

/** Two files that cancel, as their bytes are equal. */
export interface FilePair {
  readonly before: number;
  readonly after: number;
}

/** What of two images' files does not cancel, and what does. In the order of the paths' nodes. */
export interface FileChanges {
  /** Of one path and two sizes. */
  readonly resized: readonly ComparedFile[];
  /** Files that only the baseline has, by their numbers in it. */
  readonly removed: readonly number[];
  /** Files that only the head has, by their numbers in it. */
  readonly added: readonly number[];
  /** Of one path and one size. */
  readonly equal: readonly FilePair[];
}

/** Which files are held against each other: those of base layers are not, as they are compared as a whole. */
export interface ComparedFileOptions {
  /** By the indexes of layers. */
  readonly isListed: {
    readonly baseline: (layer: number) => boolean;
    readonly head: (layer: number) => boolean;
  };
  /** Whether a layer of the baseline has become that of the head. */
  readonly areMatched: (baseline: number, head: number) => boolean;
}

/**
 * Holds the files of two images against each other by path, whichever layers hold them: those of equal size cancel, those of
 * another size changed, and what is left only one image has. Of a path that several layers have, equal contents come
 * first, then what lies in layers that match, then what is visible in both. Linear in the files, but for a path that many
 * layers have.
 */
export function listFileChanges(sides: DifferingSides, options: ComparedFileOptions): FileChanges {
  const { paths, baseline, head } = sides;
  const resized: ComparedFile[] = [];
  const removed: number[] = [];
  const added: number[] = [];
  const equal: FilePair[] = [];
  const hold = (node: number, before: number, after: number): void => {
    const bytes = head.sizeOf(after) - baseline.sizeOf(before);
    if (bytes === 0) equal.push({ before, after });
    else resized.push({ node, bytes, before, after });
  };
  for (let node = 0; node < paths.size; node += 1) {
    const before = listedAt(baseline, node, options.isListed.baseline);
    const after = listedAt(head, node, options.isListed.head);
    const [first, second] = [before[0], after[0]];
    if (first === undefined) added.push(...after);
    else if (second === undefined) removed.push(...before);
    else if (before.length === 1 && after.length === 1) hold(node, first, second);
    else {
      const met = { before: new Set<number>(), after: new Set<number>() };
      for (const pair of pairFiles(before, after, sides, options)) {
        hold(node, pair.before, pair.after);
        met.before.add(pair.before);
        met.after.add(pair.after);
      }
      removed.push(...before.filter(file => !met.before.has(file)));
      added.push(...after.filter(file => !met.after.has(file)));
    }
  }
  return { resized, removed, added, equal };
}

const NONE: readonly number[] = [];

function listedAt(
  files: DifferingFiles,
  node: number,
  isListed: (layer: number) => boolean,
): readonly number[] {
  const only = files.onlyFileAt(node);
  if (only !== null) return isListed(files.layerOf(only)) ? [only] : NONE;
  if (!files.hasFileAt(node)) return NONE;
  return files.filesAt(node).filter(file => isListed(files.layerOf(file)));
}

/** As many pairs as the shorter list has files. Above `MAX_COPIES` they are paired in the order of their layers. */
function pairFiles(
  before: readonly number[],
  after: readonly number[],
  sides: DifferingSides,
  options: ComparedFileOptions,
): FilePair[] {
  const count = Math.min(before.length, after.length);
  if (before.length > MAX_COPIES || after.length > MAX_COPIES) {
    return before.slice(0, count).map((file, index) => ({ before: file, after: after[index] ?? 0 }));
  }
  const all = before.flatMap(file =>
    after.map(other => ({
      before: file,
      after: other,
      rank: rankOf(file, other, sides, options),
      height: sides.baseline.layerOf(file) + sides.head.layerOf(other),
    })),
  );
  // Upper layers first: of equal heights no two pairs share a file, so that exchanging the images exchanges the pairs.
  all.sort((a, b) => b.rank - a.rank || b.height - a.height);
  const met = { before: new Set<number>(), after: new Set<number>() };
  const pairs: FilePair[] = [];
  for (const pair of all) {
    if (met.before.has(pair.before) || met.after.has(pair.after)) continue;
    met.before.add(pair.before);
    met.after.add(pair.after);
    pairs.push({ before: pair.before, after: pair.after });
    if (pairs.length === count) break;
  }
  return pairs;
}

/**
 * How well two files of one path belong together: the same size weighs most, then content, then that both images show them,
 * or hide them, and then the layer.
 */
function rankOf(
  file: number,
  other: number,
  { baseline, head }: DifferingSides,
  { areMatched }: ComparedFileOptions,
): number {
  const isSameSize = baseline.sizeOf(file) === head.sizeOf(other);
  const isKnown = baseline.knowsContent(file) && head.knowsContent(other);
  const isSameContent = isSameSize && isKnown && baseline.contentOf(file) === head.contentOf(other);
  const isDifferent = isSameSize && isKnown && !isSameContent;
  const isSameVisibility = baseline.isVisible(file) === head.isVisible(other);
  return (
    (isSameSize ? 16 : 0) +
    (isSameContent ? 8 : isDifferent ? 0 : 4) +
    (isSameVisibility ? 2 : 0) +
    (areMatched(baseline.layerOf(file), head.layerOf(other)) ? 1 : 0)
  );
}
