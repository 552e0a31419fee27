import type { Notice } from '../base/notice.ts';
import { PACKAGE_READERS } from './collectors.ts';
import type { InstalledPackage } from './installed-package.ts';
import { DirectoryLinks, HardLinks } from './links.ts';
import { PackageOwners } from './package-owners.ts';
import type { FoundPackage } from './package-reader.ts';
import { type PackagedFile, type PackagedImage, VisibleValues } from './visible-values.ts';

export interface InstalledPackages {
  /** Largest first, then by type, name, version, architecture and path. */
  readonly packages: readonly InstalledPackage[];
  /** Sum of the visible files that belong to no package; with the packages' bytes, that of all. Bytes. */
  readonly unownedBytes: number;
  /**
   * The package that a clean path belongs to, also where no file is there (any more): what a deleted file was part
   * of. null when it belongs to none.
   */
  ownerOf(path: string): InstalledPackage | null;
  /** The visible files of one of `packages`, in byte order of the path; their bytes add up to its own. */
  filesOf(found: InstalledPackage): readonly PackagedFile[];
  /** Databases that were there and were not read. */
  readonly notices: readonly Notice[];
}

/** Where nobody looked for any. */
export const NO_PACKAGES: InstalledPackages = {
  packages: [],
  unownedBytes: 0,
  ownerOf: () => null,
  filesOf: () => [],
  notices: [],
};

const COLLECTORS: ReadonlySet<string> = new Set(PACKAGE_READERS.map(reader => reader.collector.id));

/**
 * The packages of an image's final filesystem, with the bytes of the files that each owns. Pure; about linear in the
 * entries of the layers and the paths that the packages list.
 */
export function findPackages(image: PackagedImage): InstalledPackages {
  const { scans, visibleFiles } = image;
  const hardLinks = new HardLinks(scans);
  const values = new VisibleValues(scans, visibleFiles, hardLinks, COLLECTORS);
  const owners = new PackageOwners(new DirectoryLinks(scans), hardLinks);
  for (const { collector, read } of PACKAGE_READERS) owners.add(read(values.of(collector.id)));
  const tallies = new Map<FoundPackage, PackageTally>();
  for (const found of owners.packages) {
    tallies.set(found, new PackageTally(found, values.layerOf(found.source ?? found.path) ?? 0));
  }
  const tallyOf = (path: string): PackageTally | undefined => {
    const owner = owners.ownerOf(path);
    return owner === undefined ? undefined : tallies.get(owner);
  };
  let unownedBytes = 0;
  for (const file of visibleFiles) {
    const tally = tallyOf(file.path);
    if (tally === undefined) unownedBytes += file.bytes;
    else tally.add(file);
  }
  // Made when it is first asked for: most images are looked at without.
  let files: ReadonlyMap<InstalledPackage, readonly PackagedFile[]> | null = null;
  return {
    packages: Array.from(tallies.values(), tally => tally.package).sort(largestFirst),
    unownedBytes,
    ownerOf: path => tallyOf(path)?.package ?? null,
    filesOf: found => {
      files ??= filesByPackage(visibleFiles, tallyOf);
      return files.get(found) ?? [];
    },
    notices: unreadDatabases(scans, visibleFiles, values),
  };
}

function filesByPackage(
  files: Iterable<PackagedFile>,
  tallyOf: (path: string) => PackageTally | undefined,
): ReadonlyMap<InstalledPackage, readonly PackagedFile[]> {
  const byPackage = new Map<InstalledPackage, PackagedFile[]>();
  for (const file of files) {
    const owner = tallyOf(file.path)?.package;
    if (owner === undefined) continue;
    const others = byPackage.get(owner);
    if (others === undefined) byPackage.set(owner, [file]);
    else others.push(file);
  }
  return byPackage;
}

function largestFirst(a: InstalledPackage, b: InstalledPackage): number {
  return (
    b.bytes - a.bytes ||
    compare(a.type, b.type) ||
    compare(a.name, b.name) ||
    compare(a.version, b.version) ||
    compare(a.architecture ?? '', b.architecture ?? '') ||
    compare(a.path, b.path)
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Scans that were made without a collector tell nothing of its databases, not even that they are not read. */
function unreadDatabases(
  scans: PackagedImage['scans'],
  files: Iterable<PackagedFile>,
  values: VisibleValues,
): Notice[] {
  const reasons = new Map<string, string>();
  for (const { collector, databases } of PACKAGE_READERS) {
    if (!scans.some(({ collected }) => Object.hasOwn(collected, collector.id))) continue;
    for (const [path, reason] of databases) if (values.layerOf(path) === undefined) reasons.set(path, reason);
  }
  const notices: Notice[] = [];
  for (const { path, bytes } of files) {
    const reason = bytes > 0 ? reasons.get(path) : undefined;
    if (reason === undefined) continue;
    const message = `The package database /${path} ${reason}; its packages are not named.`;
    notices.push({ code: 'package-database-unread', message });
  }
  return notices;
}

/** Adds up the visible files of a package. */
class PackageTally {
  readonly #found: FoundPackage;
  readonly #sourceLayer: number;
  readonly #layers = new Map<number, number>();
  #bytes = 0;
  #fileCount = 0;
  #package: InstalledPackage | null = null;

  /** @param sourceLayer index of the layer that holds the file which declares the package */
  constructor(found: FoundPackage, sourceLayer: number) {
    this.#found = found;
    this.#sourceLayer = sourceLayer;
  }

  add({ bytes, layer }: PackagedFile): void {
    this.#bytes += bytes;
    this.#fileCount += 1;
    this.#layers.set(layer, (this.#layers.get(layer) ?? 0) + bytes);
  }

  /** Made when it is first asked for: nothing is to be added after that. */
  get package(): InstalledPackage {
    this.#package ??= this.#describe();
    return this.#package;
  }

  #describe(): InstalledPackage {
    const { type, name, version, architecture, path, isDevelopment, recordBytes, relations } = this.#found;
    const parts = [...this.#layers].sort(([a], [b]) => a - b);
    if (parts.length === 0) parts.push([this.#sourceLayer, 0]);
    return {
      type,
      name,
      version,
      architecture,
      path,
      bytes: this.#bytes,
      layers: parts.map(([layer]) => layer),
      layerBytes: parts.map(([, bytes]) => bytes),
      fileCount: this.#fileCount,
      isDevelopment,
      recordBytes,
      relations,
    };
  }
}
