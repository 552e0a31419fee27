import { z } from 'zod';
import { code, phrase } from '../../base/phrase.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { DELETE_APT_LISTS } from '../../package-managers/apt.ts';
import { cacheUse } from '../../package-managers/cache-use.ts';
import { aptListsFix } from '../cache/apt-lists-fix.ts';
import { cacheFiles, cacheFixes, withHidden } from '../cache/cache-edits.ts';
import { cacheArgs, cacheFix, cacheWhat, MIN_CACHE_BYTES, WHY_CACHES_MATTER } from '../cache/cache-rules.ts';
import { leftoverDefects } from '../leftovers/leftover-defect.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';

const lists = cacheUse('apt-lists');

/** Apart from the other caches: later RUNs may need the lists. Source: the guidelines for official images. */
export const aptLists = defineRule({
  id: 'apt-lists',
  family: 'leftovers',
  order: 10,
  severity: 'warning',
  args: () =>
    cacheArgs().extend({
      neededAt: z
        .int()
        .nullable()
        .describe('First line of the last instruction that needs the lists of an earlier one'),
      fetchedAgainAt: z
        .string()
        .default('')
        .describe('First lines of later RUNs that fetch lists, too: `4, 9`; empty where none does'),
    }),
  finds: lists.cache.finds,
  why: WHY_CACHES_MATTER,
  usual: lists.cache.usual,
  remedy:
    'Begin the RUN that installs with `apt-get update`, and end the same RUN with `rm -rf /var/lib/apt/lists/*`. A later RUN that only deletes them frees nothing.',
  whenToIgnore:
    'Where the image is one to install packages in, by hand or in images that are built on it, and these shall not have to run `apt-get update`.',
  find: context =>
    leftoverDefects(context, context.filesOfKind('apt-lists'), {
      minBytes: MIN_CACHE_BYTES,
      args: ({ instruction }) => ({
        isCopied: instruction !== null && instruction.keyword !== 'RUN',
        isTold: false,
        ...fetchedFor(context, instruction),
      }),
      edits: instruction => {
        const { edits, withheld } = aptListsFix(context, instruction);
        return withheld === null ? withCache(context, instruction, edits) : { withheld };
      },
    }).map(defect => withHidden(context, 'apt-lists', defect)),
  what: finding => cacheWhat(lists, finding),
  fix: ({ args }) => {
    const isMore = !args.isCopied && args.neededAt === null && args.fetchedAgainAt !== '';
    if (isMore) {
      const lines = args.fetchedAgainAt.includes(',') ? 'the RUNs at lines' : 'the RUN at line';
      return phrase`end it, and ${lines} ${args.fetchedAgainAt}, with ${code(DELETE_APT_LISTS)}: each fetches them`;
    }
    return args.isCopied || args.neededAt === null
      ? cacheFix(lists, args)
      : phrase`update and install in one RUN (line ${args.neededAt} needs them, too): begin it with ${code('apt-get update')}, end it with ${code(DELETE_APT_LISTS)}`;
  },
});

function fetchedFor(context: RuleContext, instruction: DockerfileInstruction | null) {
  if (instruction === null) return { neededAt: null, fetchedAgainAt: '' };
  const { neededAt, fetchedAgainAt } = aptListsFix(context, instruction);
  return { neededAt, fetchedAgainAt: fetchedAgainAt.join(', ') };
}

/** Where apt keeps what it has read, it would keep less of it without the lists: both go, or nobody knows how much. */
function withCache(
  context: RuleContext,
  instruction: DockerfileInstruction,
  edits: readonly DockerfileEdit[],
): readonly DockerfileEdit[] {
  const use = cacheUse('apt-cache');
  const files = cacheFiles(context, use);
  if (edits.length === 0 || files.length === 0) return edits;
  const fix = cacheFixes(context, use, instruction, files);
  return 'withheld' in fix ? edits : [...edits, ...fix.edits];
}
