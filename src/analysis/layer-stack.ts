import { Kind, type LayerEntries } from '../layer/layer-entries.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { ROOT } from '../layer/path-table.ts';
import type { EntryHistory } from './entry-history.ts';
import { FileTree } from './file-tree.ts';
import type { ImagePaths } from './image-paths.ts';
import { InodeTable, type NameRemoval } from './inode-table.ts';
import { rewriteReason } from './rewrite.ts';
import type { WasteReason } from './waste-reason.ts';

/**
 * Layers put on each other, lowest first, as the OCI image specification says (layer.md): a layer's whiteouts and
 * opaque markers hide what is below it and nothing of its own, wherever they stand in the tar; its entries replace
 * what has their path, and only a directory over a directory leaves what is inside.
 * Every name is added once and removed once, so the cost is linear, whatever the number of whiteouts.
 */
export class LayerStack {
  readonly tree: FileTree;
  /** Every regular file of every layer. */
  readonly inodes: InodeTable;
  /** Hard links whose target is no file of the tree at their place in the tar. */
  danglingLinks = 0;
  readonly #history: EntryHistory | null;
  #layer = -1;
  #events = 0;
  readonly #onReplaced = (name: number, inode: number | null): void => {
    if (inode !== null) this.inodes.unlink(inode, name, this.#removal('replaced-by-directory'));
  };

  /**
   * @param paths of these scans
   * @param history learns which entries are where, and what took the others away; null for who does not ask
   */
  constructor(scans: readonly LayerScan[], paths: ImagePaths, history: EntryHistory | null = null) {
    this.#history = history;
    this.tree = new FileTree(paths.table, history);
    this.inodes = new InodeTable(scans, paths.table);
    for (const [layer, scan] of scans.entries()) this.#put(scan, paths.ofLayer(layer));
  }

  #put({ whiteouts, opaques, entries }: LayerScan, nodes: Uint32Array): void {
    this.#layer += 1;
    this.#history?.beginLayer();
    const { paths } = this.tree;
    const deletion = this.#removal('deleted');
    const clearing = this.#removal('opaque-directory');
    for (const path of whiteouts) {
      const node = paths.find(path);
      if (node !== undefined) this.tree.remove(node, this.#unlinkBy(deletion));
    }
    for (const path of opaques) {
      const node = paths.find(path);
      if (node !== undefined && this.tree.isDirectory(node)) this.tree.clear(node, this.#unlinkBy(clearing));
    }
    const { kinds } = entries.columns;
    for (let index = 0; index < entries.length; index += 1) {
      const node = nodes[index] ?? ROOT;
      this.#write(entries, index, kinds[index] ?? 0, node);
      this.#history?.put(node, index);
    }
  }

  #write(entries: LayerEntries, index: number, kind: number, node: number): void {
    if (kind === Kind.FILE) this.#place(node, this.inodes.add(this.#layer, index));
    else if (kind === Kind.HARDLINK) this.#link(node, index, entries.linknameOf(index) ?? '');
    else if (kind === Kind.DIRECTORY) this.#makeDirectory(node);
    else this.#place(node, null);
  }

  #makeDirectory(node: number): void {
    if (node === ROOT) return;
    const { tree, inodes } = this;
    tree.makeParents(node, this.#onReplaced);
    if (tree.isDirectory(node)) return;
    const present = tree.inodeOf(node);
    if (present !== null) {
      const isOwn = inodes.layerOf(present) === this.#layer;
      inodes.unlink(present, node, this.#removal(isOwn ? 'duplicate-entry' : 'replaced-by-directory'));
    }
    tree.putDirectory(node);
  }

  /** Parents come first, as they do when a layer is unpacked: they may take the target's place. */
  #link(node: number, entry: number, target: string): void {
    const { tree, inodes } = this;
    if (node !== ROOT) tree.makeParents(node, this.#onReplaced);
    const found = tree.paths.find(target);
    const isFile = found !== undefined && tree.isName(found);
    if (!isFile) this.danglingLinks += 1;
    const inode = isFile ? tree.inodeOf(found) : null;
    if (inode !== null) this.#history?.link(entry, inodes.layerOf(inode), inodes.entryOf(inode));
    this.#place(node, inode);
  }

  /** Gives the path to a file, or to something without bytes. */
  #place(node: number, inode: number | null): void {
    const { tree, inodes } = this;
    if (inode !== null) inodes.link(inode);
    if (node === ROOT) {
      if (inode !== null) inodes.unlink(inode, node, this.#removal('replaced-by-directory'));
      return;
    }
    tree.makeParents(node, this.#onReplaced);
    if (tree.isDirectory(node)) tree.remove(node, this.#unlinkBy(this.#removal('replaced-by-other')));
    const replaced = tree.inodeOf(node);
    tree.putName(node, inode);
    if (replaced !== null) inodes.unlink(replaced, node, this.#rewrite(replaced, inode));
  }

  #unlinkBy(removal: NameRemoval): (name: number, inode: number | null) => void {
    return (name, inode) => {
      if (inode !== null) this.inodes.unlink(inode, name, removal);
    };
  }

  #rewrite(old: number, replacement: number | null): NameRemoval {
    const isOwn = this.inodes.layerOf(old) === this.#layer;
    return this.#removal(isOwn ? 'duplicate-entry' : rewriteReason(this.inodes, old, replacement));
  }

  #removal(reason: WasteReason): NameRemoval {
    this.#events += 1;
    return { event: this.#events, reason, layer: this.#layer };
  }
}
