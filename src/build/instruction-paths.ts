import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import type { DockerfileInstruction } from '../dockerfile/dockerfile-instruction.ts';
import { unquote } from '../dockerfile/shell-word.ts';
import { cleanPath } from '../layer/clean-path.ts';

/**
 * The working directory behind each instruction of a chain; null where it is not known.
 * @param expand replaces the variables of a WORKDIR; they stay, and nothing is known, when absent or where it gives null
 */
export function workingDirectories(
  chain: readonly DockerfileInstruction[],
  { escape: escapeChar }: Pick<Dockerfile, 'escape'>,
  expand: (instruction: DockerfileInstruction, text: string) => string | null = () => null,
): ReadonlyMap<DockerfileInstruction, string | null> {
  const directories = new Map<DockerfileInstruction, string | null>();
  let directory: string | null = null;
  for (const instruction of chain) {
    if (instruction.keyword === 'WORKDIR') {
      const { body } = instruction;
      const written = body.includes('$') ? (expand(instruction, body) ?? body) : body;
      directory = resolvePath(directory, unquote(written, escapeChar));
    }
    directories.set(instruction, directory);
  }
  return directories;
}

/** The clean path; null where a variable stands in it, or it is relative to a directory that is not known. */
export function resolvePath(workdir: string | null, path: string): string | null {
  if (path.includes('$')) return null;
  if (path.startsWith('/')) return cleanPath(path);
  return workdir === null ? null : cleanPath(`${workdir}/${path}`);
}
