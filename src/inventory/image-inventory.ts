import { compareBytes } from '../analysis/byte-order.ts';
import { EntryHistory } from '../analysis/entry-history.ts';
import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import { ImagePaths } from '../analysis/image-paths.ts';
import { LayerStack } from '../analysis/layer-stack.ts';
import { type StoredContent, storedContents } from '../compare/stored-content.ts';
import { Kind, type LayerEntries } from '../layer/layer-entries.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { ROOT } from '../layer/path-table.ts';
import type { ImageInventory, InventoryRow } from './inventory.ts';

/** The entries of an image whose layers were scanned. Stacks them anew: about as long as the analysis took. */
export class ScannedInventory implements ImageInventory {
  readonly paths: ImagePaths;
  readonly unlistedBytes = 0;
  readonly hasFilesAlone = false;
  readonly #scans: readonly LayerScan[];
  /** By layer: the content of an entry. */
  readonly #contents: readonly ReturnType<typeof storedContents>[];
  readonly #packages: ImageAnalysis['packages'];
  readonly #baseLayerCount: number;
  readonly #history: EntryHistory;
  readonly #stack: LayerStack;
  /** By node: what is visible there, as one more than its inode; 0 for nothing. */
  readonly #shown: Uint32Array;

  /** @param paths of these scans, or of ones with the same entries */
  constructor(
    { scans, packages, baseLayerCount }: Pick<ImageAnalysis, 'scans' | 'packages' | 'baseLayerCount'>,
    paths = new ImagePaths(scans),
  ) {
    this.#scans = scans;
    this.#contents = scans.map(({ entries }) => storedContents(entries));
    this.#packages = packages;
    this.#baseLayerCount = baseLayerCount ?? 0;
    this.paths = paths;
    this.#history = new EntryHistory(scans, this.paths.table.size);
    this.#stack = new LayerStack(scans, this.paths, this.#history);
    this.#shown = firstNames(this.#stack);
  }

  get rowCount(): number {
    return this.#scans.reduce((sum, { entries }) => sum + entries.length, 0);
  }

  fileOf(row: number): number | null {
    return this.#history.fileOf(row);
  }

  *rows(): Generator<InventoryRow> {
    let inode = 0;
    for (const [layer, { entries }] of this.#scans.entries()) {
      const nodes = this.paths.ofLayer(layer);
      for (let index = 0; index < entries.length; index += 1) {
        const isFile = entries.isFile(index);
        yield this.#rowOf(entries, layer, index, nodes[index] ?? ROOT, isFile ? inode : null);
        if (isFile) inode += 1;
      }
    }
  }

  #rowOf(
    entries: LayerEntries,
    layer: number,
    index: number,
    node: number,
    inode: number | null,
  ): InventoryRow {
    const { columns } = entries;
    const { inodes, tree } = this.#stack;
    const path = entries.pathOf(index);
    const size = entries.sizeOf(index);
    const isPresent = this.#history.isPresent(layer, index, node);
    const hasOther = !isPresent && (tree.isName(node) || tree.isDirectory(node));
    const shown = isPresent ? (this.#shown[node] ?? 0) : 0;
    const removal = inode === null || inodes.isVisible(inode) ? null : inodes.lastRemovalOf(inode);
    const hidden = removal === null ? 0 : size;
    return {
      path,
      kind: entries.kindOf(index),
      layer,
      size,
      visible: shown === 0 ? 0 : inodes.sizeOf(shown - 1),
      hidden,
      wasted: layer < this.#baseLayerCount ? 0 : hidden,
      reason: removal?.reason ?? null,
      hiddenBy: removal?.layer ?? null,
      state: isPresent ? 'kept' : hasOther ? 'changed' : 'deleted',
      goneIn: this.#history.goneIn(layer, index),
      mode: columns.modes[index] ?? 0,
      uid: columns.uids[index] ?? 0,
      gid: columns.gids[index] ?? 0,
      mtime: columns.mtimes[index] ?? 0,
      linkname: entries.linknameOf(index) ?? null,
      package: columns.kinds[index] === Kind.DIRECTORY ? null : this.#packages.ownerOf(path),
      content:
        inode === null && isPresent ? this.#linkedContent(node) : (this.#contents[layer]?.(index) ?? null),
    };
  }

  /** Of the file that a node of the final filesystem names; null for what names none. */
  #linkedContent(node: number): StoredContent | null {
    const { inodes, tree } = this.#stack;
    const inode = tree.isName(node) ? tree.inodeOf(node) : null;
    return inode === null ? null : (this.#contents[inodes.layerOf(inode)]?.(inodes.entryOf(inode)) ?? null);
  }
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
