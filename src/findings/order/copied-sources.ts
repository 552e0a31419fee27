import type { Dockerfile } from '../../dockerfile/dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { shellWords, unquote } from '../../dockerfile/shell-word.ts';
import { cleanPath } from '../../layer/clean-path.ts';

/** What a COPY or ADD takes from the build context, and where it puts it. */
export interface CopiedSources {
  /** As written. */
  readonly sources: readonly string[];
  /** Whether all of the context is copied. */
  readonly isWhole: boolean;
  /** Clean path in the image; null where the text does not tell. */
  readonly destination: string | null;
}

const REMOTE = /^(?:[a-z][\w+.-]*:\/\/|git@)/i;
const WHOLE: ReadonlySet<string> = new Set(['', '*']);

/**
 * null for what takes nothing from the context: other instructions, `--from`, addresses, heredocs.
 * @param workdir clean path of the working directory; null where it is not known
 */
export function copiedSources(
  instruction: DockerfileInstruction,
  { escape: escapeChar }: Pick<Dockerfile, 'escape'>,
  workdir: string | null,
): CopiedSources | null {
  const { keyword, flags, heredocs, body } = instruction;
  if ((keyword !== 'COPY' && keyword !== 'ADD') || heredocs.length > 0) return null;
  if (flags.some(({ name }) => name === 'from')) return null;
  const words = wordsOf(body, escapeChar);
  const written = words.at(-1);
  const sources = words.slice(0, -1).filter(source => !REMOTE.test(source));
  if (written === undefined || sources.length === 0) return null;
  return {
    sources,
    isWhole: sources.some(source => WHOLE.has(cleanPath(source))),
    destination: resolvePath(workdir, written),
  };
}

/** The working directory behind each instruction of a chain; null where it is not known. */
export function workingDirectories(
  chain: readonly DockerfileInstruction[],
  { escape: escapeChar }: Pick<Dockerfile, 'escape'>,
): ReadonlyMap<DockerfileInstruction, string | null> {
  const directories = new Map<DockerfileInstruction, string | null>();
  let directory: string | null = null;
  for (const instruction of chain) {
    if (instruction.keyword === 'WORKDIR') {
      directory = resolvePath(directory, unquote(instruction.body, escapeChar));
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

/** The words of the shell form, or of the JSON form. */
export function wordsOf(body: string, escapeChar: string): readonly string[] {
  if (body.startsWith('[')) {
    try {
      const value: unknown = JSON.parse(body);
      if (Array.isArray(value) && value.every(word => typeof word === 'string')) return value;
    } catch {
      // BuildKit reads it as words, too.
    }
  }
  return shellWords(body, escapeChar).map(word => unquote(word, escapeChar));
}
