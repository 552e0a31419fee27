import { compareBytes } from '../analysis/byte-order.ts';
import { EntryHistory } from '../analysis/entry-history.ts';
import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import { ImagePaths } from '../analysis/image-paths.ts';
import { LayerStack } from '../analysis/layer-stack.ts';
import { type StoredContent, storedContents } from '../compare/stored-content.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { ROOT } from '../layer/path-table.ts';
import type { ImageInventory, InventoryRow } from './inventory.ts';
import type { OwningPackage } from './owning-package.ts';
import { ScannedRow, type StackedLayers } from './scanned-row.ts';

/** The entries of an image whose layers were scanned. Stacks them anew: about as long as the analysis took. */
export class ScannedInventory implements ImageInventory {
  readonly paths: ImagePaths;
  readonly unlistedBytes = 0;
  readonly hasFilesAlone = false;
  readonly #scans: readonly LayerScan[];
  readonly #packages: ImageAnalysis['packages'];
  readonly #history: EntryHistory;
  readonly #layers: StackedLayers;

  /** @param paths of these scans, or of ones with the same entries */
  constructor(
    { scans, packages, baseLayerCount }: Pick<ImageAnalysis, 'scans' | 'packages' | 'baseLayerCount'>,
    paths = new ImagePaths(scans),
  ) {
    this.#scans = scans;
    this.#packages = packages;
    this.paths = paths;
    this.#history = new EntryHistory(scans, this.paths.table.size);
    const stack = new LayerStack(scans, this.paths, this.#history);
    this.#layers = {
      tree: stack.tree,
      inodes: stack.inodes,
      history: this.#history,
      shown: firstNames(stack),
      packages,
      baseLayerCount: baseLayerCount ?? 0,
      contentOf: contentReader(scans),
    };
  }

  get rowCount(): number {
    return this.#scans.reduce((sum, { entries }) => sum + entries.length, 0);
  }

  fileOf(row: number): number | null {
    return this.#history.fileOf(row);
  }

  packageOf(path: string): OwningPackage | null {
    return this.#packages.ownerOf(path);
  }

  *rows(): Generator<InventoryRow> {
    let inode = 0;
    for (const [layer, { entries }] of this.#scans.entries()) {
      const nodes = this.paths.ofLayer(layer);
      for (let index = 0; index < entries.length; index += 1) {
        const isFile = entries.isFile(index);
        const place = { layer, index, node: nodes[index] ?? ROOT, inode: isFile ? inode : null };
        yield new ScannedRow(this.#layers, entries, place);
        if (isFile) inode += 1;
      }
    }
  }
}

/** @returns the content of an entry of a layer; of each layer the contents are made ready when the first is asked for */
function contentReader(scans: readonly LayerScan[]): StackedLayers['contentOf'] {
  const contents: ((index: number) => StoredContent | null)[] = [];
  return (layer, index) => {
    const entries = scans[layer]?.entries;
    if (entries === undefined) return null;
    contents[layer] ??= storedContents(entries);
    return contents[layer](index);
  };
}

/** By node: one more than the inode that is told there. One with several names is told at the first, in byte order. */
function firstNames({ tree, inodes }: LayerStack): Uint32Array {
  const { paths } = tree;
  const shown = new Uint32Array(paths.size);
  const firsts = new Map<number, number>();
  for (let node = 0; node < paths.size; node += 1) {
    const inode = tree.isName(node) ? tree.inodeOf(node) : null;
    if (inode === null) continue;
    if (inodes.nameCountOf(inode) === 1) {
      shown[node] = inode + 1;
      continue;
    }
    const known = firsts.get(inode);
    if (known === undefined || compareBytes(paths.pathOf(node), paths.pathOf(known)) < 0)
      firsts.set(inode, node);
  }
  for (const [inode, node] of firsts) shown[node] = inode + 1;
  return shown;
}
