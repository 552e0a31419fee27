import { z } from 'zod';
import { phrase } from '../../base/phrase.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { NPM } from '../../package-managers/npm.ts';
import { isMentioned, otherInstructions } from '../dockerfile/mention.ts';
import type { CopiedFile } from '../leftovers/copied-file.ts';
import {
  findCopiedPackages,
  findForeignModules,
  findReplacedPackages,
  findUnusedEnvironments,
  packageRoot,
} from '../leftovers/copied-packages.ts';
import { type LeftoverGroup, leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { copiedAlong } from '../words/evidence-phrases.ts';
import { ignoreFileArg, ignoreFileCode } from '../words/ignore-file-words.ts';

const MIN_BYTES = 100_000;

const WHYS = ['replaced', 'unused', 'foreign'] as const;

/**
 * Packages of the machine that builds, copied with a whole directory: a later RUN installs them anew or deletes them,
 * nothing uses them, or they are used as they are. What the image still shows and uses it would have to install
 * otherwise: it is no saving.
 */
export const copiedDependencies = defineRule({
  id: 'copied-dependencies',
  family: 'leftovers',
  order: 40,
  severity: 'warning',
  args: () =>
    leftoverArgs().extend({
      ...ignoreFileArg(),
      why: z
        .enum(WHYS)
        .default('replaced')
        .describe(
          '`replaced`: a RUN installs them again or deletes them; `unused`: a virtual environment that nothing names; `foreign`: they are used as they were copied',
        ),
    }),
  finds: 'A `node_modules` or `.venv` of the build machine that comes along with a folder',
  why: 'The copied packages ship in their layer even where others replace them, and may be built for another system. A virtual environment has the paths of the machine that made it.',
  usual: "As much as the project's dependencies: tens to hundreds of megabytes.",
  remedy: 'Add `node_modules` and `.venv` to `.dockerignore` and let the build install them.',
  whenToIgnore:
    'Where a pipeline installs them on the same system on purpose; what is replaced or deleted by the build itself hardly ever.',
  find: context => {
    const ignoreFile = context.ownIgnoreFile;
    const packages = findCopiedPackages(context);
    const replaced = findReplacedPackages(context);
    const unused = findUnusedEnvironments(context);
    const filesOf = (copied: readonly CopiedFile[]) => copied.map(({ file }) => file);
    const foreign = findForeignModules(context);
    return [
      ...leftoverDefects(context, filesOf(replaced), {
        minBytes: MIN_BYTES,
        args: () => ({ why: 'replaced' as const, ignoreFile }),
        edits: (instruction, group) => edits(context, instruction, group, packages),
      }),
      ...leftoverDefects(context, filesOf(unused), {
        minBytes: MIN_BYTES,
        args: () => ({ why: 'unused' as const, ignoreFile }),
        edits: (_instruction, { files }) => ignoreEdits(unused.filter(({ file }) => files.includes(file))),
      }),
      ...leftoverDefects(context, foreign, {
        minBytes: MIN_BYTES,
        args: () => ({ why: 'foreign' as const, ignoreFile }),
      }).map(({ freed: _freed, ...defect }) => ({ ...defect, severity: 'info' as const })),
    ];
  },
  what: finding => {
    const { why } = finding.args;
    const copied = copiedAlong('packages of the build machine', finding);
    if (why === 'replaced') return phrase`${copied}, and is installed again or deleted later`;
    if (why === 'unused') return phrase`${copied}, and nothing in the Dockerfile names it`;
    return phrase`${copied} and installed nowhere: it is what that machine had, for its own system`;
  },
  fix: ({ args }) =>
    args.why === 'unused'
      ? phrase`exclude them in ${ignoreFileCode(args)}`
      : phrase`exclude them in ${ignoreFileCode(args)}, and let the build install what it needs`,
});

const PLAIN = /^[\w./@+-]+$/;

/** The directories of the environments, where the text tells their place in the context. */
function ignoreEdits(copied: readonly CopiedFile[]): readonly DockerfileEdit[] {
  const patterns = new Set(
    copied.map(({ inside, copy: { source, destination } }) => {
      const root = cleanPath(`${source}/${packageRoot(inside) ?? ''}`);
      return destination !== null && PLAIN.test(root) ? root : null;
    }),
  );
  return Array.from(patterns).flatMap(pattern => (pattern === null ? [] : [{ kind: 'ignore', pattern }]));
}

/** Only where the first RUN behind the copy begins with `npm ci`, which deletes what is there before anything else. */
function edits(
  context: RuleContext,
  copy: DockerfileInstruction,
  { layers }: LeftoverGroup,
  packages: readonly CopiedFile[],
): readonly DockerfileEdit[] {
  const { dockerfile } = context;
  const copied = packages.filter(({ file }) => layers.includes(file.layer));
  const pattern = NPM.projectDirectory;
  const isWhole = copied.every(
    ({ inside, hidden, copy: { source, destination } }) =>
      inside.startsWith(`${pattern}/`) && hidden !== null && source === '' && destination !== null,
  );
  if (dockerfile === null || !isWhole || isMentioned(otherInstructions(dockerfile, copy), [pattern]))
    return [];
  const { shipped } = dockerfile;
  const next = shipped.slice(shipped.indexOf(copy) + 1).find(({ keyword }) => keyword === 'RUN');
  const hiders = new Set(copied.map(({ hidden }) => context.instructionOf(hidden?.hiddenBy ?? 0)));
  const isNext = next !== undefined && hiders.size === 1 && hiders.has(next);
  return isNext && installsAnew(next) ? [{ kind: 'ignore', pattern }] : [];
}

function installsAnew(instruction: DockerfileInstruction): boolean {
  const first = runScript(instruction).script.commands.find(({ words: [word = ''] }) => word !== 'set');
  const [program, verb] = first?.words ?? [];
  return NPM.programs.some(each => each === program) && NPM.installsAnew.some(each => each === verb);
}
