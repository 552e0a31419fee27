import type { DifferingFiles, DifferingSides } from './differing-files.ts';
import type { FileChanges, FilePair } from './file-changes.ts';

/** Files that only one of the images has, by their numbers in it. */
type SingleFiles = Pick<FileChanges, 'removed' | 'added'>;

/** Says whose a file is in both images, by its number; undefined where it belongs to no package. */
type OwnerOf = (file: number) => number | undefined;

/**
 * Pairs files that only the baseline has with files that only the head has: of equal content and size, those of one name first;
 * and, where a content is not known, those of one name and size. Files of one package, or of none, are paired alone: a licence
 * that two packages share was not renamed.
 * @returns the given files that are left, the pairs, and of them those whose contents were not compared
 */
export function pairRenamedFiles(
  singles: SingleFiles,
  sides: DifferingSides,
  owners: { readonly baseline: OwnerOf; readonly head: OwnerOf },
): SingleFiles & { readonly renamed: readonly FilePair[]; readonly assumed: readonly FilePair[] } {
  const { baseline, head, paths } = sides;
  const isCandidate = findCandidates(singles, sides);
  const describe = (files: DifferingFiles, numbers: readonly number[], ownerOf: OwnerOf): Single[] =>
    numbers
      .filter(file => isCandidate(files, file))
      .map(file => ({
        file,
        content: files.contentOf(file),
        size: files.sizeOf(file),
        owner: ownerOf(file) ?? -1,
        name: paths.nameOf(files.nodeOf(file)),
        isPaired: false,
      }));
  const before = describe(baseline, singles.removed, owners.baseline);
  const after = describe(head, singles.added, owners.head);
  const [knownBefore, knownAfter] = [before.filter(isKnown), after.filter(isKnown)];
  const compared = [
    ...pairUp(knownBefore, knownAfter, byContentAndName),
    ...pairUp(knownBefore, knownAfter, byContent),
  ];
  const isUnknown = (single: Single): boolean => !isKnown(single);
  const assumed = [
    ...pairUp(before.filter(isUnknown), after, byName),
    ...pairUp(before, after.filter(isUnknown), byName),
  ];
  return {
    removed: withoutPaired(singles.removed, before),
    added: withoutPaired(singles.added, after),
    renamed: [...compared, ...assumed],
    assumed,
  };
}

/** Which files may have a pair: most have a content and a name that only one of the images has. */
function findCandidates(
  { removed, added }: SingleFiles,
  { baseline, head, paths, contents }: DifferingSides,
): (files: DifferingFiles, file: number) => boolean {
  const isShared = (count: number, numberOf: (files: DifferingFiles, file: number) => number) => {
    const images = new Uint8Array(count);
    for (const file of removed) images[numberOf(baseline, file)] = 1;
    for (const file of added) {
      const number = numberOf(head, file);
      if (images[number] === 1) images[number] = 2;
    }
    return (files: DifferingFiles, file: number): boolean => images[numberOf(files, file)] === 2;
  };
  const hasSharedContent = isShared(contents.size, (files, file) => files.contentOf(file));
  const isAllKnown =
    removed.every(file => baseline.knowsContent(file)) && added.every(file => head.knowsContent(file));
  if (isAllKnown) return hasSharedContent;
  const hasSharedName = isShared(paths.names.size, (files, file) => paths.nameOf(files.nodeOf(file)));
  return (files, file) => hasSharedContent(files, file) || hasSharedName(files, file);
}

/** A file that only one of the images has. Contents, packages and names are numbers that are the same in both. */
interface Single {
  readonly file: number;
  /** Below 0 where it is not known. */
  readonly content: number;
  /** Bytes. */
  readonly size: number;
  /** Below 0 where it belongs to no package. */
  readonly owner: number;
  /** The last component of its path. */
  readonly name: number;
  isPaired: boolean;
}

function isKnown({ content }: Single): boolean {
  return content >= 0;
}

type Order = (a: Single, b: Single) => number;

const byContent: Order = (a, b) => a.content - b.content || a.size - b.size || a.owner - b.owner;
const byContentAndName: Order = (a, b) => byContent(a, b) || a.name - b.name;
const byName: Order = (a, b) => a.name - b.name || a.size - b.size || a.owner - b.owner;

/** Pairs those that have no pair yet and are equal in an order; the first with the first. */
function pairUp(before: readonly Single[], after: readonly Single[], order: Order): FilePair[] {
  const pairs: FilePair[] = [];
  if (before.length === 0 || after.length === 0) return pairs;
  const olds = before.filter(({ isPaired }) => !isPaired).sort(order);
  const others = after.filter(({ isPaired }) => !isPaired).sort(order);
  for (let i = 0, j = 0; ; ) {
    const [old, other] = [olds[i], others[j]];
    if (old === undefined || other === undefined) return pairs;
    const sign = order(old, other);
    if (sign <= 0) i += 1;
    if (sign >= 0) j += 1;
    if (sign !== 0) continue;
    old.isPaired = true;
    other.isPaired = true;
    pairs.push({ before: old.file, after: other.file });
  }
}

/** @param singles in the order of the files */
function withoutPaired(files: readonly number[], singles: readonly Single[]): readonly number[] {
  const paired = singles.filter(({ isPaired }) => isPaired);
  if (paired.length === 0) return files;
  let next = 0;
  return files.filter(file => {
    if (paired[next]?.file !== file) return true;
    next += 1;
    return false;
  });
}
