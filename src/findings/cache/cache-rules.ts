import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { CACHE_USES, type CacheUse } from '../../package-managers/cache-use.ts';
import type { CacheKind } from '../../package-managers/package-managers.ts';
import { areLinkedTo } from '../dockerfile/removal.ts';
import { usesOf } from '../dockerfile/run-commands.ts';
import { leftoverDefects } from '../leftovers/leftover-defect.ts';
import { defineRule, type Rule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import {
  type CacheArgs,
  cacheArgs,
  cacheFix,
  cacheWhat,
  MIN_CACHE_BYTES,
  WHY_CACHES_MATTER,
  withHidden,
} from './cache-defect.ts';
import { cacheEdits, cacheFiles, cacheRoots, isRunBy } from './cache-edits.ts';

/** The lists of apt have a rule of their own: later RUNs may need them. */
type CacheRuleKind = Exclude<CacheKind, 'apt-lists'>;
type CacheRule = Rule<CacheRuleKind, CacheArgs>;

/** What package managers keep for their next run: a rule for each cache of their records, in their order. */
export const CACHE_RULES: readonly CacheRule[] = CACHE_USES.flatMap(use => {
  const { kind } = use.cache;
  return kind === 'apt-lists' ? [] : [cacheRule(kind, use)];
});

function cacheRule(id: CacheRuleKind, use: CacheUse): CacheRule {
  const { cache, writers, option } = use;
  return defineRule({
    id,
    family: 'leftovers',
    order: 20,
    severity: 'warning',
    args: cacheArgs,
    finds: cache.finds,
    why: WHY_CACHES_MATTER,
    find: context =>
      leftoverDefects(context, leftFiles(context, use), {
        minBytes: MIN_CACHE_BYTES,
        args: ({ instruction }) => {
          const writing = instruction === null ? [] : usesOf(instruction, writers).writing;
          return {
            isCopied: instruction !== null && instruction.keyword !== 'RUN',
            isTold: option !== null && writing.some(({ words }) => words.includes(option)),
          };
        },
        edits: (instruction, { files }) => cacheEdits(context, use, instruction, files),
      }).map(defect => withHidden(context, id, defect)),
    what: finding => cacheWhat(cache, finding),
    fix: ({ args }) => cacheFix(cache, args),
  });
}

function leftFiles(context: RuleContext, use: CacheUse): readonly VisibleFile[] {
  const files = cacheFiles(context, use);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const isLeft =
    bytes >= MIN_CACHE_BYTES && !isRunBy(context, use.needed) && !areLinkedTo(context, cacheRoots(files));
  return isLeft ? files : [];
}
