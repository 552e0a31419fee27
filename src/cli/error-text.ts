import { safeText, withoutCommands } from '../base/untrusted-text.ts';
import { wrapText } from '../report/terminal/wrap.ts';

/**
 * The lines of an error for a terminal of so many columns: sentences are broken between words, what a step printed is
 * not, nor are paths and addresses, which a reader may want to copy.
 */
export function wrapErrorLines(lines: readonly string[], columns: number): string {
  const wrapped = lines
    .flatMap(line => safeText(line, 'error').split('\n'))
    .map(line => (/^\s/.test(line) ? line : wrapText(line, columns)))
    .join('\n');
  // Where a sentence is broken a line begins, which a runner may take for a command.
  return withoutCommands(wrapped);
}
