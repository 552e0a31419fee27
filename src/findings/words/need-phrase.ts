import { code, type Phrase, phrase } from '../../base/phrase.ts';
import type { FindingArgs } from '../finding.ts';

/** What may need what a fix takes away, behind the words of the fix: `, unless ./build.sh (line 12) needs them`. */
export function unlessNeeded({ neededBy, neededLine }: FindingArgs): Phrase {
  if (typeof neededBy !== 'string') return [];
  const line = typeof neededLine === 'number' ? ` (line ${neededLine})` : '';
  return phrase`, unless ${code(neededBy, 60)}${line} needs them`;
}
