import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import type { LayerEntry } from '../layer/layer-entry.ts';

/** Files of the image that are not what they were. */
export interface ChangedFiles {
  /** The first of them as the layer has them, without a leading slash; a directory's ends in one. At most five. */
  readonly paths: readonly string[];
  readonly count: number;
}

/** A layer with the instruction that made it. */
export interface BuiltLayer {
  readonly instruction: InstructionLocation | null;
  readonly entries: Iterable<LayerEntry>;
}

/** How what an instruction copies differs between two builds. */
export type CopyChange =
  | { readonly kind: 'content' | 'mode'; readonly files: ChangedFiles }
  /** Nothing differs, in any of its files. */
  | { readonly kind: 'none' };

const MAX_LISTED = 5;

/**
 * Compares what one instruction put into both images.
 * @returns null where that cannot be told: nothing is there to compare, or contents are not known
 */
export function compareCopies(
  head: readonly BuiltLayer[],
  headAt: InstructionLocation,
  baseline: readonly BuiltLayer[],
  baselineAt: InstructionLocation,
): CopyChange | null {
  const [after, before] = [collectEntries(head, headAt), collectEntries(baseline, baselineAt)];
  if (after.size === 0 || before.size === 0) return null;
  const other: string[] = [];
  const modes: string[] = [];
  let isComplete = true;
  for (const [path, entry] of after) {
    const same = before.get(path);
    const content = same === undefined ? false : isSameContent(entry, same);
    if (content === false) other.push(formatPath(entry));
    else if (entry.mode !== same?.mode) modes.push(formatPath(entry));
    isComplete &&= content !== null;
  }
  for (const [path, entry] of before) if (!after.has(path)) other.push(formatPath(entry));
  if (other.length > 0) return { kind: 'content', files: listFirst(other) };
  if (!isComplete) return null;
  return modes.length > 0 ? { kind: 'mode', files: listFirst(modes) } : { kind: 'none' };
}

/** By path; of a path that is written twice, the last. */
function collectEntries(
  layers: readonly BuiltLayer[],
  at: InstructionLocation,
): ReadonlyMap<string, LayerEntry> {
  const written = new Map<string, LayerEntry>();
  for (const { instruction, entries } of layers) {
    if (instruction?.startLine !== at.startLine || instruction.endLine !== at.endLine) continue;
    for (const entry of entries) written.set(entry.path, entry);
  }
  return written;
}

/** null where nobody read the content of a file whose size is the same. Times are no part of the cache's key. */
function isSameContent(entry: LayerEntry, other: LayerEntry): boolean | null {
  const { kind, size, linkname, content } = entry;
  if (kind !== other.kind || size !== other.size || linkname !== other.linkname) return false;
  if (kind !== 'file' || size === 0) return true;
  return content === undefined || other.content === undefined ? null : content === other.content;
}

function formatPath({ path, kind }: LayerEntry): string {
  return kind === 'directory' ? `${path}/` : path;
}

function listFirst(paths: readonly string[]): ChangedFiles {
  return { paths: paths.slice(0, MAX_LISTED), count: paths.length };
}
