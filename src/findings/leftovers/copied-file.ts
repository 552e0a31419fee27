import type { VisibleFile, WastedFile } from '../../analysis/image-analysis.ts';
import { type DirectoryCopy, pathInCopy, readDirectoryCopy } from '../../build/directory-copy.ts';
import { stageDirectories } from '../dockerfile/stage-variables.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { type DevelopmentFile, findDevelopmentFile } from './development-file.ts';

/** A file that was copied from the context with its whole directory. */
export interface CopiedFile {
  /** Where its bytes are: in the copy's layer, or in that of a later chown, which writes it again. */
  readonly file: VisibleFile;
  readonly copy: DirectoryCopy;
  /** Index of the copy's layer. */
  readonly copiedBy: number;
  /** As `pathInCopy` has it. */
  readonly inside: string;
  readonly development: DevelopmentFile | null;
  /** What hides it; null where the final filesystem shows it. */
  readonly hidden: Pick<WastedFile, 'reason' | 'hiddenBy'> | null;
}

type Origin = Omit<CopiedFile, 'file' | 'hidden'>;

/** All such files, also those that a later instruction hides: not to copy them saves as much. */
export const findCopiedFiles = memoize(readCopied);

function readCopied(context: RuleContext): readonly CopiedFile[] {
  const { analysis, ownFrom } = context;
  const byLayer = copiesByLayer(context);
  if (byLayer.every(copy => copy === null)) return [];
  /** What a chown or chmod writes again would not be there either, by layer and path. */
  const carried = analysis.layers.map(() => new Map<string, Origin>());
  const originOf = (layer: number, path: string): Origin | null => {
    const copy = byLayer[layer];
    if (!copy) return carried[layer]?.get(path) ?? null;
    const inside = pathInCopy(copy, path);
    return inside === null
      ? null
      : { copy, copiedBy: layer, inside, development: findDevelopmentFile(inside) };
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
  for (const file of context.ownFiles) {
    const origin = originOf(file.layer, file.path);
    if (origin !== null) copied.push({ ...origin, file, hidden: null });
  }
  return copied;
}

function lowestFirst(a: WastedFile, b: WastedFile): number {
  return a.writtenBy - b.writtenBy;
}

/** What is copied from the context as whole directories, layer by layer; null of layers that were made otherwise. */
function copiesByLayer(context: RuleContext): readonly (DirectoryCopy | null)[] {
  const { analysis, dockerfile } = context;
  if (dockerfile === null) return [];
  const directories = stageDirectories(dockerfile);
  return analysis.layers.map(({ index }) => {
    const instruction = context.instructionOf(index);
    const workdir = instruction === null ? null : (directories.get(instruction) ?? null);
    return instruction === null ? null : readDirectoryCopy(instruction, dockerfile.file, workdir);
  });
}
