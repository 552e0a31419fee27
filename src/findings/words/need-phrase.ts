import { code, type Phrase, phrase } from '../../base/phrase.ts';
import type { FindingArgs } from '../finding.ts';

/**
 * What may need what a fix takes away, or would change with it, behind the words of the fix: `, unless ./build.sh (line
 * 12) needs them`.
 */
export function unlessNeeded({ neededBy, neededLine, linkedPath }: FindingArgs): Phrase {
  if (typeof linkedPath === 'string')
    return phrase`; ${code(linkedPath, 60)} has other names (hard links), which would then change with it`;
  if (typeof neededBy !== 'string') return [];
  const line = typeof neededLine === 'number' ? ` (line ${neededLine})` : '';
  return phrase`, unless ${code(neededBy, 60)}${line} needs them`;
}
