import type { DockerfileInstruction } from './dockerfile-instruction.ts';
import { instructionWords } from './shell-word.ts';

/** What a COPY or ADD takes from the build context, as its text says it. */
export interface ContextCopy {
  /** Paths in the context, which may be patterns; at least one. Addresses that ADD fetches are left out. */
  readonly sources: readonly string[];
  readonly hasAddresses: boolean;
  /** A path in the image: relative to the working directory, or absolute. It may have variables. */
  readonly destination: string;
  /** `--parents`: the sources keep their directories. */
  readonly keepsParents: boolean;
}

const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i;

/** Whether BuildKit fetches it from elsewhere: git, HTTP, an OCI layout. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** null for what takes nothing from the context: other instructions, `--from`, addresses alone, here-documents. */
export function readContextCopy(
  { keyword, flags, heredocs, body }: Pick<DockerfileInstruction, 'keyword' | 'flags' | 'heredocs' | 'body'>,
  escapeChar: string,
): ContextCopy | null {
  if ((keyword !== 'COPY' && keyword !== 'ADD') || heredocs.length > 0) return null;
  if (flags.some(({ name }) => name === 'from')) return null;
  const words = instructionWords(body, escapeChar);
  const written = words.slice(0, -1);
  const sources = written.filter(source => !isAddress(source));
  const destination = words.at(-1);
  if (destination === undefined || sources.length === 0) return null;
  return {
    sources,
    hasAddresses: sources.length < written.length,
    destination,
    keepsParents: flags.some(({ name }) => name === 'parents'),
  };
}
