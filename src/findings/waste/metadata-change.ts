import { trimEndOf } from '../../base/trim.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';

/** A `chown` or `chmod` that says plainly what it does. */
export type MetadataChange = {
  readonly isRecursive: boolean;
  /** In the order of the command. */
  readonly operands: readonly Operand[];
  /** `app:app`, `755`, as it is written. */
  readonly value: string;
} & { readonly kind: 'owner' | 'mode' };

export interface Operand {
  readonly word: string;
  /** Absolute, without a slash at its end; null where it is not known: with a variable, or from some directory. */
  readonly path: string | null;
}

const OPTIONS: ReadonlySet<string> = new Set(['-R', '--recursive']);
/** What no shell expands, but for variables that stand alone. */
const PLAIN = /^(?:[A-Za-z0-9_.:/+,=@-]|\$\w+|\$\{\w+\})+$/;

/**
 * Reads `chown -R app:app /app` and `chmod +x /app/run`; null for other commands, other options, the root itself, and
 * whatever a shell would expand other than variables.
 */
export function readMetadataChange({ words, assignments }: ShellCommand): MetadataChange | null {
  const [program, ...rest] = words;
  if ((program !== 'chown' && program !== 'chmod') || assignments.length > 0) return null;
  const isRecursive = rest.some(word => OPTIONS.has(word));
  const [value, ...paths] = rest.filter(word => !OPTIONS.has(word));
  if (value === undefined || value.startsWith('-') || paths.length === 0) return null;
  if (![value, ...paths].every(word => PLAIN.test(word)) || paths.some(word => word.startsWith('-')))
    return null;
  const operands = paths.map((word): Operand => {
    const path = trimEndOf(word, '/') || '/';
    const isKnown = word.startsWith('/') && !word.includes('$') && !/\/\.{0,2}\//.test(`${path}/x`);
    return { word, path: isKnown || path === '/' ? path : null };
  });
  if (operands.some(({ path }) => path === '/')) return null;
  return { kind: program === 'chown' ? 'owner' : 'mode', value, isRecursive, operands };
}
