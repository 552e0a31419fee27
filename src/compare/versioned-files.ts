import { PathTable, ROOT } from '../layer/path-table.ts';
import type { DifferingSides } from './differing-files.ts';
import type { ComparedFile, FilePair } from './file-changes.ts';

/** A version, or the digest of a content: what changes in a name when the file does. */
const VERSION = /\d+(?:\.\d+)+|[0-9a-f]{8,}/;
const VERSIONS = new RegExp(VERSION, 'g');

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
  const unversioned = new UnversionedPaths(paths);
  const found = new Map<number, { before: ComparedFile[]; after: ComparedFile[] }>();
  for (const change of changes) {
    if (change.before !== null && change.after !== null) continue;
    const key = unversioned.find(change.node);
    if (key === null || isOwned(change)) continue;
    const known = found.get(key) ?? { before: [], after: [] };
    found.set(key, known);
    (change.after === null ? known.before : known.after).push(change);
  }
  const paired = new Map<ComparedFile, ComparedFile | null>();
  const replaced: FilePair[] = [];
  for (const {
    before: [old, ...others],
    after: [change, ...more],
  } of found.values()) {
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

/** Paths with `#` for every version in them. Names and directories are looked at once. */
class UnversionedPaths {
  readonly #paths: PathTable;
  readonly #unversioned = new PathTable();
  /** By name: 1 where it has no version, 2 where it has one; 0 for those that were not looked at. */
  readonly #names: Uint8Array;
  /** By their nodes. */
  readonly #directories = new Map<number, UnversionedDirectory>([[ROOT, { node: ROOT, isVersioned: false }]]);

  constructor(paths: PathTable) {
    this.#paths = paths;
    this.#names = new Uint8Array(paths.names.size);
  }

  /** @returns a number that paths share which differ in versions alone; null where there is no version, or nothing else in the name */
  find(node: number): number | null {
    const name = this.#paths.nameOf(node);
    const parent = this.#paths.parentOf(node);
    const directory = this.#directories.get(parent) ?? this.#addDirectory(parent);
    if (!directory.isVersioned && !this.#isVersioned(name)) return null;
    const text = this.#paths.names.textOf(name).replace(VERSIONS, '#');
    if (!/[a-z]/i.test(text)) return null;
    return this.#unversioned.addChild(directory.node, this.#unversioned.names.add(text));
  }

  /** With all above it that are not there. */
  #addDirectory(node: number): UnversionedDirectory {
    const missing: number[] = [];
    let known: UnversionedDirectory | undefined;
    for (let above = node; known === undefined; above = this.#paths.parentOf(above)) {
      known = this.#directories.get(above);
      if (known === undefined) missing.push(above);
    }
    return missing.reduceRight((parent, child) => {
      const name = this.#paths.nameOf(child);
      const text = this.#paths.names.textOf(name).replace(VERSIONS, '#');
      const directory = {
        node: this.#unversioned.addChild(parent.node, this.#unversioned.names.add(text)),
        isVersioned: parent.isVersioned || this.#isVersioned(name),
      };
      this.#directories.set(child, directory);
      return directory;
    }, known);
  }

  #isVersioned(name: number): boolean {
    if (this.#names[name] === 0) this.#names[name] = VERSION.test(this.#paths.names.textOf(name)) ? 2 : 1;
    return this.#names[name] === 2;
  }
}

interface UnversionedDirectory {
  /** In the table of such paths. */
  readonly node: number;
  /** Whether its path has a version. */
  readonly isVersioned: boolean;
}
