import type { LayerEntry } from '../layer/entry.ts';
import type { WasteReason } from './image-analysis.ts';
import type { Inode } from './inode.ts';

/** Why a file is hidden whose name was given to another in a later layer. Equal content must be proven, never guessed. */
export function rewriteReason(old: Inode, replacement: Inode | null): WasteReason {
  if (replacement === null) return 'replaced-by-other';
  const before = old.entry;
  const after = replacement.entry;
  if (!mayHaveSameContent(before, after) || before.content === undefined) return 'overwritten';
  if (before.content !== after.content) return 'overwritten';
  return hasSameMetadata(before, after) ? 'identical' : 'metadata-only';
}

/** Whether the contents would tell more than 'overwritten'. */
export function mayHaveSameContent(before: LayerEntry, after: LayerEntry): boolean {
  return before.size === after.size && before.size > 0;
}

function hasSameMetadata(a: LayerEntry, b: LayerEntry): boolean {
  return a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.mtime === b.mtime;
}
