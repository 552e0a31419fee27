import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { phrase } from '../../base/phrase.ts';
import { baseName } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { isMentioned } from '../dockerfile/mention.ts';
import { removalFix } from '../dockerfile/removal.ts';
import type { OfferedFix } from '../later-use/later-need.ts';
import { type LeftoverGroup, leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { findLeftovers } from '../leftovers/leftover-files.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

/** Services write some lines when they are installed or set up. */
const MIN_BYTES = 1_000_000;

/** Not a journal, a spool or a database, which would be broken by it. */
const PLAIN_LOG = /\.(?:log|err|out)$/;

/**
 * Logs of what ran during the build, other than those of package managers. They are emptied and not deleted, as the
 * service that writes them may be allowed to open them and not to make them. One that a RUN names may be there on purpose,
 * the first page of a report for one: that only informs.
 */
export const logFiles = defineRule({
  id: 'log-files',
  family: 'leftovers',
  order: 110,
  severity: 'warning',
  args: leftoverArgs,
  finds: 'Logs of what ran during the build',
  why: 'Nobody reads them once the image is built. The fix empties them and keeps the files, since a service may not be allowed to create them.',
  usual:
    'From 1 MB, below which nothing is said. Package managers write some 100 kB; a program that was run with debug output writes more.',
  remedy: 'End the RUN by emptying them, or send what it prints elsewhere.',
  whenToIgnore: 'Where the logs of the build are to be read in the image.',
  find: context => {
    const files = findLeftovers(context, 'log-files');
    if (files.length === 0) return [];
    const runs = context.dockerfile?.shipped.filter(({ keyword }) => keyword === 'RUN') ?? [];
    const isNamed = ({ path }: VisibleFile): boolean => isMentioned(runs, [`/${path}`]);
    const unnamed = leftoverDefects(
      context,
      files.filter(file => !isNamed(file)),
      {
        minBytes: MIN_BYTES,
        edits: (instruction, group) => emptied(context, instruction, group),
      },
    );
    const named = leftoverDefects(context, files.filter(isNamed), { minBytes: MIN_BYTES });
    return [...unnamed, ...named.map(defect => ({ ...defect, severity: 'info' as const }))];
  },
  what: finding => phrase`${leftoverFiles('logs', finding)} stays in the image`,
  fix: () => phrase`empty them in the RUN that writes them`,
});

function emptied(
  context: RuleContext,
  instruction: DockerfileInstruction,
  { files }: LeftoverGroup,
): OfferedFix {
  const paths = files.map(({ path }) => path);
  if (!paths.every(path => PLAIN_LOG.test(path))) return { edits: [] };
  const names = ['/var/log', ...paths.map(path => baseName(path))];
  return removalFix(context, instruction, { paths, names, program: 'truncate -s 0' });
}
