import { compareBytes, sortByBytes } from './byte-order.ts';
import { Directory, type FileTree, type TreeNode } from './file-tree.ts';
import type { VisibleFile, WastedFile } from './image-analysis.ts';
import type { Inode } from './inode.ts';

/** Every regular file of the tree in byte order of the path; one with several names under its first. */
export function listVisibleFiles(tree: FileTree): VisibleFile[] {
  const files: VisibleFile[] = [];
  const linked = new Map<Inode, string[]>();
  const open: TreeNode[] = [tree.root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node instanceof Directory) {
      pushInOrder(node, open);
      continue;
    }
    const { inode, path } = node;
    if (inode === null) continue;
    const file = { path, bytes: inode.entry.size, layer: inode.layer };
    if (inode.names === 1) {
      files.push(file);
      continue;
    }
    const others = linked.get(inode);
    if (others !== undefined) others.push(path);
    else {
      const otherNames: string[] = [];
      linked.set(inode, otherNames);
      files.push({ ...file, otherNames });
    }
  }
  return files;
}

/** Last first, so that the first is taken next. A directory counts with its slash: `a-b` comes before `a/b`. */
function pushInOrder(directory: Directory, open: TreeNode[]): void {
  const keys: string[] = [];
  for (const [name, node] of directory.children) keys.push(node instanceof Directory ? `${name}/` : name);
  for (const key of sortByBytes(keys).reverse()) {
    const node = directory.children.get(key.endsWith('/') ? key.slice(0, -1) : key);
    if (node !== undefined) open.push(node);
  }
}

/** Every hidden file of positive size, largest first, then by path, by writing and by hiding layer. */
export function listWastedFiles(inodes: readonly Inode[]): WastedFile[] {
  const wasted: WastedFile[] = [];
  for (const inode of inodes) {
    const removal = inode.lastRemoval;
    if (inode.isVisible || removal === null || inode.entry.size === 0) continue;
    wasted.push({
      path: inode.lastName,
      bytes: inode.entry.size,
      reason: removal.reason,
      writtenBy: inode.layer,
      hiddenBy: removal.layer,
    });
  }
  return wasted.sort(
    (a, b) =>
      b.bytes - a.bytes ||
      compareBytes(a.path, b.path) ||
      a.writtenBy - b.writtenBy ||
      a.hiddenBy - b.hiddenBy,
  );
}
