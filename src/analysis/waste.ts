import { compareBytes } from './byte-order.ts';
import type { WastedFile } from './image-analysis.ts';
import type { Inode } from './inode.ts';

/** Every hidden file of positive size, largest first, then by path, by writing and by hiding layer. */
export function wastedFiles(inodes: readonly Inode[]): WastedFile[] {
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
