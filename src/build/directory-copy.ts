import { baseName } from '../base/slash-path.ts';
import { readContextCopy } from '../dockerfile/context-copy.ts';
import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import type { DockerfileInstruction } from '../dockerfile/dockerfile-instruction.ts';
import { cleanPath } from '../layer/clean-path.ts';
import { resolvePath } from './instruction-paths.ts';

/** A COPY or ADD of one directory of the context. */
export interface DirectoryCopy {
  readonly instruction: DockerfileInstruction;
  /** Clean path in the context; empty for all of it. */
  readonly source: string;
  /** Clean path in the image where what is in the source is put; null where the text does not tell. */
  readonly destination: string | null;
}

const WILD = /[*?[$\\]/;
const UNPACKED = /\.(?:tar(?:\.\w+)?|tgz|txz|tbz2?)$/i;

/**
 * null for all that is no COPY or ADD of one directory, as far as its text tells.
 * @param workdir the working directory where it stands; null where that is not known
 */
export function readDirectoryCopy(
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

/**
 * The path beneath the copy's source; where the text does not tell the destination, the path in the image. null when
 * the copy did not write it there, or its source is the file itself.
 */
export function pathInCopy({ source, destination }: DirectoryCopy, path: string): string | null {
  const prefix = destination === null || destination === '' ? '' : `${destination}/`;
  if (!path.startsWith(prefix)) return null;
  const inside = path.slice(prefix.length);
  const isSource = source !== '' && `/${inside}`.endsWith(`/${baseName(source)}`);
  return isSource ? null : inside;
}
