import { z } from 'zod';
import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { type Phrase, phrase } from '../../base/phrase.ts';
import { CACHE_USES, type CacheUse } from '../../package-managers/cache-use.ts';
import { cacheAdvice } from '../../package-managers/manager-words.ts';
import type { CacheKind, KnownCache } from '../../package-managers/package-managers.ts';
import { areLinkedTo } from '../dockerfile/removal.ts';
import { findUses } from '../dockerfile/run-commands.ts';
import type { Finding } from '../finding.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { defineRule, type Rule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftAt } from '../words/evidence-phrases.ts';
import { cacheFiles, cacheFixes, cacheRoots, isRunBy, withHidden } from './cache-edits.ts';

/** Clean-ups of their own leave some: locks, marks, npm's logs, what dnf knows of expired repositories. Bytes. */
export const MIN_CACHE_BYTES = 100_000;

/** The page of every rule about a cache. */
export const WHY_CACHES_MATTER =
  'A package manager keeps its cache for the next run, and an image has no next run. Empty the cache in the RUN that fills it, or keep it in a cache mount: what a later RUN deletes stays in its layer.';

const WHEN_CACHES_ARE_WANTED =
  'Where the image installs packages when it runs, or images that are built on it do, and they are to find them there.';

/** `End the RUN that installs with …, or use a cache mount.` Markdown. */
function cacheRemedy(known: KnownCache): string {
  const advice = cacheAdvice(known)
    .map(part => (part.kind === 'code' ? `\`${part.text}\`` : part.kind === 'place' ? '' : part.text))
    .join('');
  return `${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`;
}

/** Arguments of every rule about a cache. */
export function cacheArgs() {
  return leftoverArgs().extend({
    isCopied: z.boolean().describe('Whether the files were copied into the image'),
    isTold: z.boolean().describe('Whether the RUN has the option that should have kept them out'),
  });
}

type CacheArgs = z.infer<ReturnType<typeof cacheArgs>>;

/** What is wrong: `of npm's cache written at Dockerfile:4 stays in the image`. */
export function cacheWhat({ cache: { noun } }: KnownCache, finding: Finding): Phrase {
  return phrase`of ${noun}${leftAt(finding)} stays in the image`;
}

/** What to do, without capital and full stop. */
export function cacheFix(known: KnownCache, { isCopied, isTold }: CacheArgs): Phrase {
  if (isCopied) return phrase`exclude them from the copy`;
  return isTold
    ? phrase`end the RUN by deleting them: the options that it gives the tool do not keep them out`
    : cacheAdvice(known);
}

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
    usual: cache.usual,
    remedy: cacheRemedy(use),
    whenToIgnore: cache.whenToIgnore ?? WHEN_CACHES_ARE_WANTED,
    find: context =>
      leftoverDefects(context, leftFiles(context, use), {
        minBytes: MIN_CACHE_BYTES,
        args: ({ instruction }) => {
          const writing = instruction === null ? [] : findUses(instruction, writers).writing;
          return {
            isCopied: instruction !== null && instruction.keyword !== 'RUN',
            isTold: option !== null && writing.some(({ words }) => words.includes(option)),
          };
        },
        edits: (instruction, { files }) => cacheFixes(context, use, instruction, files),
      }).map(defect => withHidden(context, id, defect)),
    what: finding => cacheWhat(use, finding),
    fix: ({ args }) => cacheFix(use, args),
  });
}

function leftFiles(context: RuleContext, use: CacheUse): readonly VisibleFile[] {
  const files = cacheFiles(context, use);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const isLeft =
    bytes >= MIN_CACHE_BYTES && !isRunBy(context, use.needed) && !areLinkedTo(context, cacheRoots(files));
  return isLeft ? files : [];
}
