import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { parentPath } from '../../base/slash-path.ts';
import { isTemporary } from '../../compare/known-path.ts';
import { findCacheDirectory } from '../../package-managers/cache-directory.ts';
import { type InstalledPackage, isSystemPackage } from '../../packages/installed-package.ts';
import { readJavaLibrary, versionNumber } from '../../packages/java-archive.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { isOfEnvironments, pythonName } from './python-environment.ts';
import { findOwnFiles } from './system-packages.ts';

/** What loads libraries of which several versions may be there. */
export type LibraryKind = 'java' | 'npm' | 'python';

/** A library as one place has it: an archive, or a package. */
interface LibraryCopy {
  readonly name: string;
  readonly version: string;
  /** Versions that are the same by this are one. */
  readonly number: string;
  /** The directory that it is looked for in. */
  readonly directory: string;
  readonly files: readonly VisibleFile[];
  readonly bytes: number;
}

/** A library of which own layers brought several versions. */
export interface VersionedLibrary {
  readonly name: string;
  /** The largest version: one has to stay. */
  readonly kept: LibraryCopy;
  /** All copies of the others, the largest first. */
  readonly others: readonly LibraryCopy[];
  /** Bytes of `others`. */
  readonly bytes: number;
}

/**
 * The libraries of a kind in several versions, that with the most bytes to spare first.
 * @param told copies that are told of already
 */
export function findVersionedLibraries(
  context: RuleContext,
  kind: LibraryKind,
  told: ReadonlySet<LibraryCopy>,
): readonly VersionedLibrary[] {
  const copies = kind === 'java' ? javaLibraries(context) : packagesOf(context, kind);
  return inVersions(
    copies.filter(copy => !told.has(copy)),
    ({ directory }) => (kind === 'npm' ? projectOf(directory) : ''),
  );
}

/** Archives of Java of which one directory has two of a major version: whatever looks there takes one of them. */
export function findLibrariesBesideThemselves(context: RuleContext): readonly VersionedLibrary[] {
  return inVersions(
    javaLibraries(context),
    ({ directory, number }) => `${directory}:${number.split('.', 1)[0]}`,
  );
}

/** @param scopeOf libraries of other scopes have nothing to do with one another */
function inVersions(
  copies: readonly LibraryCopy[],
  scopeOf: (copy: LibraryCopy) => string,
): readonly VersionedLibrary[] {
  return Map.groupBy(copies, copy => `${scopeOf(copy)}:${copy.name}`)
    .values()
    .flatMap(describe)
    .toArray()
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

const javaLibraries = memoize(({ analysis, ownFiles }: RuleContext): readonly LibraryCopy[] => {
  return ownFiles.flatMap(file => {
    const { path, bytes } = file;
    const library = readJavaLibrary(path);
    // What lies in a cache or for a moment is another rule's.
    if (library === null || isTemporary(path) || findCacheDirectory(path) !== null) return [];
    const owner = analysis.packages.ownerOf(path);
    if (owner !== null && isSystemPackage(owner)) return [];
    const number = versionNumber(library.version);
    return [{ ...library, number, directory: parentPath(path), files: [file], bytes }];
  });
});

function packagesOf(context: RuleContext, kind: 'npm' | 'python'): readonly LibraryCopy[] {
  const type = kind === 'npm' ? 'npm' : 'pypi';
  return context.analysis.packages.packages.flatMap(found => {
    const name = kind === 'npm' ? found.name : pythonName(found.name);
    const { version, path } = found;
    if (found.type !== type || version === '' || isOfEnvironments(found)) return [];
    if (isTemporary(path) || findCacheDirectory(`${path}/`) !== null || !isOwn(context, found)) return [];
    const files = findOwnFiles(context, [found]);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return [{ name, version, number: version, directory: parentPath(path), files, bytes }];
  });
}

/** Whether all of it is of own layers. */
function isOwn({ ownFrom }: RuleContext, { layers }: InstalledPackage): boolean {
  return layers.every(layer => layer >= ownFrom);
}

/** The outermost `node_modules`: what is in another was installed for another program. */
function projectOf(path: string): string {
  return path.slice(0, Math.max(`/${path}/`.indexOf('/node_modules/'), 0));
}

function describe(copies: readonly LibraryCopy[]): readonly VersionedLibrary[] {
  const versions = [...Map.groupBy(copies, ({ number }) => number).values()];
  if (versions.length < 2) return [];
  const [most = [], ...less] = versions.sort((a, b) => sum(b) - sum(a));
  const others = less.flat().sort((a, b) => b.bytes - a.bytes);
  const [kept] = most.toSorted((a, b) => b.bytes - a.bytes);
  if (kept === undefined) return [];
  return [{ name: kept.name, kept, others, bytes: sum(others) }];
}

function sum(copies: readonly LibraryCopy[]): number {
  return copies.reduce((total, { bytes }) => total + bytes, 0);
}
