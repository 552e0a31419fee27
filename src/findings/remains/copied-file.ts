import type { VisibleFile, WastedFile } from '../../analysis/image-analysis.ts';
import type { Subject } from '../subject.ts';
import { type Clutter, clutterOf } from './clutter.ts';
import { ContextCopies, type ContextCopy, pathInCopy } from './context-copy.ts';

/** A file that was copied from the context with its whole directory. */
export interface CopiedFile {
  /** Where its bytes are: in the copy's layer, or in that of a later chown, which writes it again. */
  readonly file: VisibleFile;
  readonly copy: ContextCopy;
  /** Index of the copy's layer. */
  readonly copiedBy: number;
  /** As `pathInCopy` has it. */
  readonly inside: string;
  readonly clutter: Clutter | null;
  /** What hides it; null where the final filesystem shows it. */
  readonly hidden: Pick<WastedFile, 'reason' | 'hiddenBy'> | null;
}

type Origin = Omit<CopiedFile, 'file' | 'hidden'>;

const COPIED = new WeakMap<Subject, readonly CopiedFile[]>();

/** All such files, also those that a later instruction hides: not to copy them saves as much. */
export function copiedFiles(subject: Subject): readonly CopiedFile[] {
  let copied = COPIED.get(subject);
  if (copied === undefined) {
    copied = readCopied(subject);
    COPIED.set(subject, copied);
  }
  return copied;
}

function readCopied(subject: Subject): readonly CopiedFile[] {
  const { analysis, ownFrom } = subject;
  const copies = new ContextCopies(subject);
  if (copies.isEmpty) return [];
  const byLayer = analysis.layers.map(({ index }) => copies.of(index));
  /** What a chown or chmod writes again would not be there either, by layer and path. */
  const carried = analysis.layers.map(() => new Map<string, Origin>());
  const originOf = (layer: number, path: string): Origin | null => {
    const copy = byLayer[layer];
    if (!copy) return carried[layer]?.get(path) ?? null;
    const inside = pathInCopy(copy, path);
    return inside === null ? null : { copy, copiedBy: layer, inside, clutter: clutterOf(inside) };
  };
  const copied: CopiedFile[] = [];
  const wasted = analysis.wastedFiles.filter(
    ({ writtenBy, hiddenBy }) => writtenBy >= ownFrom && writtenBy !== hiddenBy,
  );
  for (const { path, bytes, writtenBy, hiddenBy, reason } of wasted.sort(lowestFirst)) {
    const origin = originOf(writtenBy, path);
    if (origin === null) continue;
    copied.push({ ...origin, file: { path, bytes, layer: writtenBy }, hidden: { reason, hiddenBy } });
    if (reason === 'metadata-only') carried[hiddenBy]?.set(path, origin);
  }
  for (const file of subject.ownFiles) {
    const origin = originOf(file.layer, file.path);
    if (origin !== null) copied.push({ ...origin, file, hidden: null });
  }
  return copied;
}

function lowestFirst(a: WastedFile, b: WastedFile): number {
  return a.writtenBy - b.writtenBy;
}

/** For `LeftoverRule.blamedLayer`: the copy's layer of each of the files. */
export function copyingLayer(copied: readonly CopiedFile[]): (file: VisibleFile) => number {
  const layers = new Map(copied.map(({ file, copiedBy }) => [file, copiedBy]));
  return file => layers.get(file) ?? file.layer;
}
