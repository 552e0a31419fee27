import type { VisibleFile, WastedFile } from '../../analysis/image-analysis.ts';
import { readContextCopy } from '../../dockerfile/context-copy.ts';
import type { Dockerfile } from '../../dockerfile/dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { resolvePath, workingDirectories } from '../dockerfile/instruction-paths.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { type DevelopmentFile, findDevelopmentFile } from './development-file.ts';

/** A COPY or ADD of one directory of the context. */
export interface DirectoryCopy {
  readonly instruction: DockerfileInstruction;
  /** Clean path in the context; empty for all of it. */
  readonly source: string;
  /** Clean path in the image where what is in the source is put; null where the text does not tell. */
  readonly destination: string | null;
}

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

/** For `Leftovers.blamedLayer`: the copy's layer of each of the files. */
export function findCopyingLayer(copied: readonly CopiedFile[]): (file: VisibleFile) => number {
  const layers = new Map(copied.map(({ file, copiedBy }) => [file, copiedBy]));
  return file => layers.get(file) ?? file.layer;
}

/**
 * The path beneath the copy's source; where the text does not tell the destination, the path in the image. null when
 * the copy did not write it there, or its source is the file itself.
 */
function pathInCopy({ source, destination }: DirectoryCopy, path: string): string | null {
  const prefix = destination === null || destination === '' ? '' : `${destination}/`;
  if (!path.startsWith(prefix)) return null;
  const inside = path.slice(prefix.length);
  const isSource = source !== '' && `/${inside}`.endsWith(`/${source.slice(source.lastIndexOf('/') + 1)}`);
  return isSource ? null : inside;
}

/** What is copied from the context as whole directories, layer by layer; null of layers that were made otherwise. */
function copiesByLayer(context: RuleContext): readonly (DirectoryCopy | null)[] {
  const { analysis, dockerfile } = context;
  if (dockerfile === null) return [];
  const directories = workingDirectories(dockerfile.shipped, dockerfile.file);
  return analysis.layers.map(({ index }) => {
    const instruction = context.instructionOf(index);
    const workdir = instruction === null ? null : (directories.get(instruction) ?? null);
    return instruction === null ? null : readCopy(instruction, dockerfile.file, workdir);
  });
}

const WILD = /[*?[$\\]/;
const UNPACKED = /\.(?:tar(?:\.\w+)?|tgz|txz|tbz2?)$/i;

function readCopy(
  instruction: DockerfileInstruction,
  dockerfile: Dockerfile,
  workdir: string | null,
): DirectoryCopy | null {
  const copy = readContextCopy(instruction, dockerfile.escape);
  if (copy === null || copy.keepsParents || copy.hasAddresses) return null;
  const [source = '', ...more] = copy.sources;
  // Of several sources the text does not tell which one a file is from.
  if (more.length > 0 || WILD.test(source) || UNPACKED.test(source)) return null;
  const destination = WILD.test(copy.destination) ? null : resolvePath(workdir, copy.destination);
  return { instruction, source: cleanPath(source), destination };
}
