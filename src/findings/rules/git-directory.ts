import { z } from 'zod';
import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { code, phrase } from '../../base/phrase.ts';
import { baseName } from '../../base/slash-path.ts';
import { KnownPaths } from '../../compare/known-path.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { isMentioned } from '../dockerfile/mention.ts';
import { removalFix } from '../dockerfile/removal.ts';
import type { OfferedFix } from '../later-use/later-need.ts';
import { findCopiedFiles } from '../leftovers/copied-file.ts';
import { type LeftoverGroup, leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { findLeftovers } from '../leftovers/leftover-files.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

/** An empty repository has 30 kB of examples; a clone of one commit little more than its files. */
const MIN_BYTES = 500_000;

/** Tools that are clones of their own repository and do not run without it. */
const NEEDS_HISTORY = /(?:^|\/)(?:flutter|[Hh]omebrew|\.?linuxbrew|vcpkg|spack|depot_tools)\//;

/** `.git` of repositories that were cloned, or copied from another stage. What came from the context is context-clutter. */
export const gitDirectory = defineRule({
  id: 'git-directory',
  family: 'leftovers',
  order: 80,
  severity: 'warning',
  args: () =>
    leftoverArgs().extend({
      isRun: z.boolean().describe('Whether a RUN made it, so that this RUN can leave it out'),
    }),
  finds: 'The history that `git clone` keeps',
  why: 'A `.git` directory is often larger than the files that were wanted, and nothing reads it later.',
  usual:
    'Depends on the history: shallow clones have about the size of their files, full ones of large projects hundreds of megabytes.',
  remedy:
    'Clone with `--depth 1` and delete `.git` in the same RUN, or download the archive of a release; `ADD https://…/x.git#v1` keeps no `.git` by itself.',
  whenToIgnore: 'Where something reads the repository at run time (`git describe`, `git pull`).',
  find: context => {
    const known = new KnownPaths();
    // Package managers keep clones in their caches.
    const files = findLeftovers(context, 'git-directory').filter(
      ({ path }) => !NEEDS_HISTORY.test(path) && known.kindOf(path) === null,
    );
    if (files.length === 0) return [];
    const copied = new Set(findCopiedFiles(context).map(({ file }) => file));
    const cloned = files.filter(file => !copied.has(file));
    return leftoverDefects(context, cloned, {
      minBytes: MIN_BYTES,
      args: ({ instruction }) => ({ isRun: instruction?.keyword === 'RUN' }),
      edits: (instruction, group) => edits(context, instruction, group),
    });
  },
  what: finding => phrase`${leftoverFiles('git history', finding)} stays in the image`,
  fix: ({ args }) =>
    args.isRun
      ? phrase`clone with ${code('git clone --depth 1')}, and delete ${code('.git')} in the same RUN`
      : phrase`leave ${code('.git')} out of the copy`,
});

/** Only where the RUN clones, and no later one works with git or in the clone: versions are told by `git describe`. */
function edits(
  context: RuleContext,
  instruction: DockerfileInstruction,
  { files, layers }: LeftoverGroup,
): readonly DockerfileEdit[] | OfferedFix {
  const { dockerfile, analysis } = context;
  const clones = runScript(instruction).script.commands.some(
    ({ words }) => words[0] === 'git' && words.includes('clone'),
  );
  const paths = [...new Set(files.map(repositoryOf))].sort();
  const isShared = analysis.visibleFiles
    .values()
    .some(file => GIT.test(file.path) && !layers.includes(file.layer) && paths.includes(repositoryOf(file)));
  if (dockerfile === null || !clones || isShared || isBuiltLater(dockerfile, instruction, paths)) return [];
  return removalFix(context, instruction, { paths, names: [/\bgit\b/] });
}

const GIT = /(?:^|\/)\.git\//;

function isBuiltLater(
  { file }: BuiltDockerfile,
  { startLine }: DockerfileInstruction,
  repositories: readonly string[],
): boolean {
  const clones = repositories.map(path => path.replace(/\/?\.git$/, ''));
  const names = clones.map(path => baseName(path));
  const later = file.instructions.filter(each => each.keyword === 'RUN' && each.startLine > startLine);
  const places = file.instructions.filter(({ keyword }) => keyword === 'WORKDIR');
  return later.length > 0 && (names.includes('') || isMentioned([...later, ...places], names));
}

/** `src/app/.git` of `src/app/.git/objects/…`. */
function repositoryOf({ path }: Pick<VisibleFile, 'path'>): string {
  return path.slice(0, `/${path}`.indexOf('/.git/') + '.git'.length);
}
