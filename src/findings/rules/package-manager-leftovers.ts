import { phrase } from '../../base/phrase.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { findLeftover } from '../../package-managers/leftovers.ts';
import { removalFix } from '../dockerfile/removal.ts';
import type { OfferedFix } from '../later-use/later-need.ts';
import { type LeftoverGroup, leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { findLeftovers } from '../leftovers/leftover-files.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

/**
 * Whoever installs leaves some: of curl on Debian 12, done well, 0.9 MB stay (0.8 of them debconf's copy of its
 * templates, as old as the base image's), and of 690 MB of compilers and libraries 1.5 MB. Nobody has to clean that up.
 */
const MIN_BYTES = 3_000_000;

/** Logs and old states of package managers, as their records tell. */
export const packageManagerLeftovers = defineRule({
  id: 'package-manager-leftovers',
  family: 'leftovers',
  order: 130,
  severity: 'info',
  args: leftoverArgs,
  finds: 'Logs, backups and old states of package managers, where they are large',
  why: 'The package manager works without them.',
  usual:
    '3 MB at least, below which nothing is said: what an installation leaves is 1 to 2 MB (0.9 MB for curl on Debian 12).',
  remedy: 'Delete them in the RUN that installs.',
  whenToIgnore:
    'Where somebody installs more packages in the image later, or audits what was installed when.',
  find: context =>
    leftoverDefects(context, findLeftovers(context, 'package-manager-leftovers'), {
      minBytes: MIN_BYTES,
      edits: (instruction, group) => edits(context, instruction, group),
    }),
  what: finding =>
    phrase`${leftoverFiles('logs and old states of package managers', finding)} stays in the image, and nothing reads it`,
  fix: () => phrase`delete them in the RUN that installs`,
});

function edits(
  context: RuleContext,
  instruction: DockerfileInstruction,
  { files }: LeftoverGroup,
): readonly DockerfileEdit[] | OfferedFix {
  const globs = new Set<string>();
  for (const { path } of files) {
    const leftover = findLeftover(path);
    if (leftover === undefined || leftover.isRead) return [];
    globs.add(leftover.glob ?? path);
  }
  const paths = [...globs].sort();
  const names = paths.map(glob => `/${glob.replace(/\/\*.*$/, '')}`);
  return removalFix(context, instruction, { paths, areGlobs: true, names, isCache: true });
}
