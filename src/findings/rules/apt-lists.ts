import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { aptListsFix } from '../cache/apt-lists-fix.ts';
import { cacheEdits } from '../cache/cache-fix.ts';
import { CACHE_FLOOR, type CacheArgs, withHidden } from '../cache/cache-rule.ts';
import { leftoverFindings } from '../leftover.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { aptCacheSpec, isAptCache } from './apt-cache.ts';

export type AptListsArgs = CacheArgs & {
  /** First line of the last instruction that needs the lists of an earlier one; null where none does. */
  readonly neededAt: number | null;
};

/** What `apt-get update` fetches. Source: apt-get(8), and the guidelines for official images. */
export const aptLists: Rule = {
  id: 'apt-lists',
  find: subject =>
    leftoverFindings(subject, subject.filesOfKind('apt-lists'), {
      rule: 'apt-lists',
      severity: 'warning',
      floor: CACHE_FLOOR,
      args: ({ instruction }): AptListsArgs => ({
        isCopied: instruction !== null && instruction.keyword !== 'RUN',
        isTold: false,
        neededAt: instruction === null ? null : aptListsFix(subject, instruction).neededAt,
      }),
      edits: instruction => withCaches(subject, instruction, aptListsFix(subject, instruction).edits),
    }).map(found => withHidden(subject, 'apt-lists', found)),
};

/** Where apt keeps what it has read, it would keep less of it without the lists: both go, or nobody knows how much. */
function withCaches(
  subject: Subject,
  instruction: DockerfileInstruction,
  edits: readonly DockerfileEdit[],
): readonly DockerfileEdit[] {
  const files = subject.filesOfKind('apt-cache').filter(isAptCache);
  if (edits.length === 0 || files.length === 0) return edits;
  return [...edits, ...cacheEdits(subject, aptCacheSpec, instruction, { files })];
}
