import { onOneLine } from '../base/one-line.ts';
import { MAX_READ } from '../base/untrusted-text.ts';

/** An instruction on one line, without the characters that continue its lines; of a very long one its beginning. */
export function joinContinuations(text: string): string {
  return onOneLine(text.slice(0, MAX_READ), line => line.replace(/[\\`]$/, '').trimEnd());
}
