import type { ComparedInventory } from '../inventory/compared-inventory.ts';
import type { ImageInventory } from '../inventory/inventory.ts';
import { packageKey } from '../inventory/owning-package.ts';
import { cleanPath } from '../layer/clean-path.ts';
import type { Report } from '../report/report.ts';
import { type ExploredRow, ExploredTree } from './explored-tree.ts';

/**
 * Which files the tree has: all of all layers, those that a snapshot lists, the largest wasted ones
 * of a report, or none yet.
 */
export type ListedFiles = 'all' | 'snapshot' | 'wasted' | 'none';

/** A package of the list, copies of one version as one. */
export interface ExploredPackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
  /** Indexes of the layers that hold it, lowest first. */
  readonly layers: readonly number[];
  /** As `ExploredTree.packageOf` has it; null where it is known that no entry is of it. */
  readonly number: number | null;
}

/** All that the explorer shows. */
export interface Exploration {
  /** What the image is called, or both of two. Untrusted text. */
  readonly title: string;
  readonly report: Report;
  readonly tree: ExploredTree;
  readonly listed: ListedFiles;
  /** Bytes of layers whose files are not known one by one. */
  readonly unlistedBytes: number;
  /** Whether the contents of files can be read. */
  readonly canExtract: boolean;
  /** Largest first. */
  readonly packages: readonly ExploredPackage[];
}

interface ExplorationInput {
  readonly title: string;
  readonly report: Report;
  readonly image: ImageInventory;
  readonly compared: ComparedInventory | null;
  readonly listed: 'all' | 'snapshot';
  readonly canExtract: boolean;
}

/** An image, or two, of which the entries are known. */
export function exploreInventory({ image, compared, ...input }: ExplorationInput): Exploration {
  const tree = new ExploredTree(image, compared);
  const packages = listPackages(input.report, tree);
  return { ...input, tree, unlistedBytes: image.unlistedBytes, packages };
}

/** What is known before the files are listed, which takes a while where there are many. */
export function exploreUnlisted(report: Report, title: string): Exploration {
  const tree = new ExploredTree({ rowCount: 0, rows: () => [].values() }, null);
  const packages = listPackages(report, tree);
  return { title, report, tree, listed: 'none', unlistedBytes: 0, canExtract: false, packages };
}

/** A report alone, which lists no files but those that waste most. */
export function exploreReport(report: Report): Exploration {
  // Lowest layer first, as in an inventory.
  const rows = report.wastedFiles.map(wastedRow).toSorted((one, other) => one.layer - other.layer);
  const tree = new ExploredTree({ rowCount: rows.length, rows: () => rows.values() }, null, false);
  return {
    title: report.title,
    report,
    tree,
    listed: 'wasted',
    unlistedBytes: report.image.size,
    canExtract: false,
    packages: listPackages(report, tree),
  };
}

function wastedRow({ path, bytes, reason, writtenBy, hiddenBy }: Report['wastedFiles'][number]): ExploredRow {
  return {
    path: cleanPath(path),
    kind: 'file',
    layer: writtenBy,
    size: bytes,
    visible: 0,
    hidden: bytes,
    wasted: bytes,
    reason,
    goneIn: hiddenBy,
    mode: null,
    uid: null,
    gid: null,
    linkname: null,
    package: null,
  };
}

function listPackages(report: Report, tree: ExploredTree): readonly ExploredPackage[] {
  const copies = Map.groupBy(report.packages, packageKey);
  return [...copies]
    .map(([, [first, ...others]]): ExploredPackage | null => {
      if (first === undefined) return null;
      const all = [first, ...others];
      return {
        type: first.type,
        name: first.name,
        version: first.version,
        bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
        layers: [...new Set(all.flatMap(({ layers }) => layers))].sort((one, other) => one - other),
        number: tree.numberOfPackage(first),
      };
    })
    .filter(found => found !== null)
    .sort((one, other) => other.bytes - one.bytes);
}
