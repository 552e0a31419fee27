import { trimEndOf } from '../../base/trim.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';

/** A `chown` or `chmod` that says plainly what it does. */
export type MetadataChange = {
  readonly isRecursive: boolean;
  /** Absolute paths without a slash at the end. */
  readonly operands: readonly string[];
} & ({ readonly kind: 'owner'; readonly owner: string } | { readonly kind: 'mode' });

const OPTIONS: ReadonlySet<string> = new Set(['-R', '--recursive']);
/** What a shell would expand, or what cannot be a name. */
const PLAIN = /^[A-Za-z0-9_.:/+,=@-]+$/;

/**
 * Reads `chown -R app:app /app` and `chmod +x /app/run`; null for other commands, other options, relative paths and
 * whatever a shell would expand.
 */
export function readMetadataChange({ words, assignments }: ShellCommand): MetadataChange | null {
  const [program, ...rest] = words;
  if ((program !== 'chown' && program !== 'chmod') || assignments.length > 0) return null;
  const isRecursive = rest.some(word => OPTIONS.has(word));
  const [value, ...paths] = rest.filter(word => !OPTIONS.has(word));
  if (value === undefined || value.startsWith('-') || paths.length === 0) return null;
  if (![value, ...paths].every(word => PLAIN.test(word)) || !paths.every(path => path.startsWith('/')))
    return null;
  const operands = paths.map(path => trimEndOf(path, '/') || path.slice(0, 1));
  if (operands.includes('/')) return null;
  return program === 'chown'
    ? { kind: 'owner', owner: value, isRecursive, operands }
    : { kind: 'mode', isRecursive, operands };
}
