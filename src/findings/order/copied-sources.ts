import type { Dockerfile } from '../../dockerfile/dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { wordsOf } from '../recipe/instruction-words.ts';
import { resolvePath } from '../recipe/working-directory.ts';

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
