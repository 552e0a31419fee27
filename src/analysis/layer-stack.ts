import type { LayerEntry, LayerScan } from '../layer/layer-scan.ts';
import { baseName, Directory, detach, FileName, FileTree, ImplicitDirectories } from './file-tree.ts';
import type { WasteReason } from './image-analysis.ts';
import { Inode, type NameRemoval } from './inode.ts';
import { rewriteReason } from './rewrite.ts';

/**
 * Layers put on each other, lowest first, as the OCI image specification says (layer.md): a layer's whiteouts and
 * opaque markers hide what is below it and nothing of its own, wherever they stand in the tar; its entries replace
 * what has their path, and only a directory over a directory leaves what is inside.
 * Every name is added once and removed once, so the cost is linear, whatever the number of whiteouts.
 */
export class LayerStack {
  readonly tree = new FileTree(new ImplicitDirectories());
  /** Of every regular file in every layer, in the order of the tars. */
  readonly inodes: Inode[] = [];
  /** Hard links whose target is no file of the tree at their place in the tar. */
  danglingLinks = 0;
  #layer = -1;
  readonly #onBlocked = (name: FileName): void =>
    name.inode?.unlink(name.path, this.#removal('replaced-by-directory'));

  constructor(scans: readonly LayerScan[]) {
    for (const scan of scans) this.#put(scan);
  }

  #put(scan: LayerScan): void {
    this.#layer += 1;
    const deletion = this.#removal('deleted');
    const clearing = this.#removal('opaque-directory');
    for (const path of scan.whiteouts) {
      const node = this.tree.remove(path);
      if (node !== undefined) detach([node], name => name.inode?.unlink(name.path, deletion));
    }
    for (const path of scan.opaques) {
      const directory = this.tree.get(path);
      if (!(directory instanceof Directory)) continue;
      detach(directory.children.values(), name => name.inode?.unlink(name.path, clearing));
      directory.children.clear();
    }
    for (const entry of scan.entries) this.#write(entry);
  }

  #write(entry: LayerEntry): void {
    if (entry.kind === 'file') {
      const inode = new Inode(entry, this.#layer);
      this.inodes.push(inode);
      this.#place(entry.path, inode);
    } else if (entry.kind === 'hardlink') {
      this.#link(entry.path, entry.linkname ?? '');
    } else if (entry.kind === 'directory') {
      this.#makeDirectory(entry.path);
    } else {
      this.#place(entry.path, null);
    }
  }

  #makeDirectory(path: string): void {
    if (path === '') return;
    const parent = this.tree.parent(path, this.#onBlocked);
    const name = baseName(path);
    const present = parent.children.get(name);
    if (present instanceof Directory) return;
    if (present?.inode) {
      const isOwn = present.inode.layer === this.#layer;
      present.inode.unlink(path, this.#removal(isOwn ? 'duplicate-entry' : 'replaced-by-directory'));
    }
    parent.children.set(name, new Directory());
  }

  /** Parents come first, as they do when a layer is unpacked: they may take the target's place. */
  #link(path: string, target: string): void {
    if (path !== '') this.tree.parent(path, this.#onBlocked);
    const node = this.tree.get(target);
    if (!(node instanceof FileName)) this.danglingLinks += 1;
    this.#place(path, node instanceof FileName ? node.inode : null);
  }

  /** Gives the path to a file, or to something without bytes. */
  #place(path: string, inode: Inode | null): void {
    inode?.link();
    if (path === '') {
      inode?.unlink(path, this.#removal('replaced-by-directory'));
      return;
    }
    const parent = this.tree.parent(path, this.#onBlocked);
    const name = baseName(path);
    const present = parent.children.get(name);
    parent.children.set(name, new FileName(path, inode));
    if (present instanceof FileName) {
      present.inode?.unlink(path, this.#rewrite(present.inode, inode));
    } else if (present !== undefined) {
      const removal = this.#removal('replaced-by-other');
      detach([present], below => below.inode?.unlink(below.path, removal));
    }
  }

  #rewrite(old: Inode, replacement: Inode | null): NameRemoval {
    const isOwn = old.layer === this.#layer;
    return this.#removal(isOwn ? 'duplicate-entry' : rewriteReason(old, replacement), replacement);
  }

  #removal(reason: WasteReason, replacement: Inode | null = null): NameRemoval {
    return { reason, layer: this.#layer, replacement };
  }
}
