import { compareBytes } from '../analysis/byte-order.ts';
import { ROOT } from '../layer/path-table.ts';
import type { RenamedPath } from './comparison.ts';
import type { DifferingFiles, DifferingSides } from './differing-files.ts';
import type { ComparedFile, FilePair } from './file-changes.ts';

/** Renamed paths that a comparison lists. */
const MAX_LISTED = 10;

interface RenamedFiles {
  /** The given changes without those of files that were renamed. */
  readonly changes: readonly ComparedFile[];
  readonly renamed: readonly FilePair[];
  /** Of them, those whose contents were not compared. */
  readonly assumed: readonly FilePair[];
}

/** A file that only one of the images has. */
interface Single {
  readonly change: ComparedFile;
  /** Of the image that has it. */
  readonly files: DifferingFiles;
  readonly file: number;
  readonly size: number;
  /** Number of its last component. */
  readonly name: number;
  /** Of its package in both images; undefined where it belongs to none. */
  readonly owner: number | undefined;
}

/** Says whose a file is in both images, by its number; undefined where it belongs to no package. */
type OwnerOf = (file: number) => number | undefined;

/**
 * Pairs files that only the baseline has with files that only the head has: of equal content and size, those of one name first;
 * and, where a content is not known, those of one name and size. Files of one package, or of none, are paired alone: a licence
 * that two packages share was not renamed.
 */
export function pairRenamedFiles(
  changes: readonly ComparedFile[],
  sides: DifferingSides,
  owners: { readonly baseline: OwnerOf; readonly head: OwnerOf },
): RenamedFiles {
  const { baseline, head, paths } = sides;
  const removed = listSingles(
    changes,
    baseline,
    ({ before, after }) => (after === null ? before : null),
    owners.baseline,
    paths,
  );
  const added = listSingles(
    changes,
    head,
    ({ before, after }) => (before === null ? after : null),
    owners.head,
    paths,
  );
  const met = new Set<ComparedFile>();
  const pairUp = (
    before: readonly Single[],
    after: readonly Single[],
    keyOf: (single: Single) => string,
  ): FilePair[] => {
    const waiting = new Map<string, Single[]>();
    for (const single of before) {
      if (met.has(single.change)) continue;
      const key = keyOf(single);
      const known = waiting.get(key);
      if (known) known.push(single);
      else waiting.set(key, [single]);
    }
    for (const list of waiting.values()) list.reverse();
    const pairs: FilePair[] = [];
    for (const single of after) {
      const other = met.has(single.change) ? undefined : waiting.get(keyOf(single))?.pop();
      if (other === undefined) continue;
      met.add(other.change).add(single.change);
      pairs.push({ before: other.file, after: single.file });
    }
    return pairs;
  };
  const [knownBefore, knownAfter] = sharedContents(removed, added);
  const content = ({ files, file, size, owner }: Single) => `${files.contentOf(file)} ${size} ${owner}`;
  const renamed = [
    ...pairUp(knownBefore, knownAfter, single => `${content(single)} ${single.name}`),
    ...pairUp(knownBefore, knownAfter, content),
  ];
  const bySize = ({ size, owner, name }: Single) => `${size} ${owner} ${name}`;
  const isUnknown = ({ files, file }: Single) => !files.knowsContent(file);
  const assumed = [
    ...pairUp(removed.filter(isUnknown), added, bySize),
    ...pairUp(removed, added.filter(isUnknown), bySize),
  ];
  if (met.size === 0) return { changes, renamed: [], assumed: [] };
  return { changes: changes.filter(change => !met.has(change)), renamed: [...renamed, ...assumed], assumed };
}

function listSingles(
  changes: readonly ComparedFile[],
  files: DifferingFiles,
  singleOf: (change: ComparedFile) => number | null,
  ownerOf: OwnerOf,
  paths: DifferingSides['paths'],
): Single[] {
  return changes.flatMap(change => {
    const file = singleOf(change);
    if (file === null) return [];
    return [
      {
        change,
        files,
        file,
        size: files.sizeOf(file),
        name: paths.nameOf(change.node),
        owner: ownerOf(file),
      },
    ];
  });
}

/** Those whose contents are known and may be in both lists: most are in one alone, and a number tells that. */
function sharedContents(before: readonly Single[], after: readonly Single[]): readonly [Single[], Single[]] {
  const isKnown = ({ files, file }: Single) => files.knowsContent(file);
  const wordOf = ({ files, file }: Single) => files.contentWordOf(file);
  const [known, others] = [before.filter(isKnown), after.filter(isKnown)];
  const words = new Set(known.map(wordOf));
  const shared = others.filter(single => words.has(wordOf(single)));
  const sharedWords = new Set(shared.map(wordOf));
  return [known.filter(single => sharedWords.has(wordOf(single))), shared];
}

/** A version, or the digest of a content: what changes in a name when the file does. */
const VERSION = /\d+(?:\.\d+)+|[0-9a-f]{8,}/g;

interface VersionedFiles {
  /** Those of one file each instead of a removal and an addition. */
  readonly changes: readonly ComparedFile[];
  /** Pairs of one size, which are no change of bytes. */
  readonly replaced: readonly FilePair[];
}

/**
 * Pairs files that only one image has and whose paths differ in versions alone: `app-1.4.0.jar` became `app-1.5.0.jar`. Of
 * several that could be one another none is paired, nor are names that are a version and nothing else. Files of packages are
 * told by their packages, and left as they are.
 */
export function pairVersions(
  changes: readonly ComparedFile[],
  { paths }: DifferingSides,
  isOwned: (change: ComparedFile) => boolean,
): VersionedFiles {
  const keys = new Map<string, { before: ComparedFile[]; after: ComparedFile[] }>();
  for (const change of changes) {
    if ((change.before !== null && change.after !== null) || isOwned(change)) continue;
    const path = paths.pathOf(change.node);
    const key = path.replace(VERSION, '#');
    if (key === path || !/[a-z]/i.test(key.slice(key.lastIndexOf('/') + 1))) continue;
    const known = keys.get(key) ?? { before: [], after: [] };
    keys.set(key, known);
    (change.after === null ? known.before : known.after).push(change);
  }
  const paired = new Map<ComparedFile, ComparedFile | null>();
  const replaced: FilePair[] = [];
  for (const {
    before: [old, ...others],
    after: [change, ...more],
  } of keys.values()) {
    if (old === undefined || change === undefined || others.length > 0 || more.length > 0) continue;
    const bytes = old.bytes + change.bytes;
    paired.set(old, null);
    paired.set(change, bytes === 0 ? null : { ...change, bytes, before: old.before, previousNode: old.node });
    if (bytes === 0 && old.before !== null && change.after !== null) {
      replaced.push({ before: old.before, after: change.after });
    }
  }
  if (paired.size === 0) return { changes, replaced };
  const left = changes.flatMap(change => {
    const pair = paired.get(change);
    return pair === undefined ? [change] : pair === null ? [] : [pair];
  });
  return { changes: left, replaced };
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
