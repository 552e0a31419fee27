import { z } from 'zod';
import { code, phrase } from '../../base/phrase.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { addOptionEdits } from '../../dockerfile/edit/add-option.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { COMPOSER } from '../../package-managers/composer.ts';
import { NPM } from '../../package-managers/npm.ts';
import { PACKAGE_MANAGERS } from '../../package-managers/package-managers.ts';
import { installScripts } from '../../packages/npm-reader.ts';
import { buildUpon, isTakenFrom } from '../dockerfile/stage-graph.ts';
import { type LeftoverGroup, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { mayBuild, runsAny } from '../packages/building.ts';
import { inParentheses, packageArgs, packageNames } from '../packages/package-names.ts';
import { withRewritten } from '../packages/rewritten-files.ts';
import { findNamedPackages, findOwnFiles } from '../packages/system-packages.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftAt } from '../words/evidence-phrases.ts';

/** A type declaration or two. */
const MIN_BYTES = 500_000;

/** Packages that npm's record of a `node_modules`, or Composer's of a `vendor`, says are there for development only. */
export const devDependencies = defineRule({
  id: 'dev-dependencies',
  family: 'packages',
  order: 30,
  severity: 'warning',
  args: () =>
    packageArgs().extend({
      isCopied: z
        .boolean()
        .describe('Whether they came from another stage or from the context, and were not installed here'),
      manager: z.enum(['npm', 'composer']).default('npm').describe('Whose packages they are'),
    }),
  finds: 'npm and Composer packages that the project lists for development',
  why: 'The program runs without them.',
  usual:
    'Depends on the project. A compiler, a bundler and a test runner are often more than the program itself: some 100 MB.',
  remedy:
    'Install with `npm ci --omit=dev`; where the build needs them, build in a stage of its own, or prune in the RUN that installed (`npm prune --omit=dev`).',
  whenToIgnore:
    'Where the image runs the tests or the development server, or a package that is listed under `devDependencies` is used when the program runs (then move it).',
  find: context => {
    const packages = context.analysis.packages.packages.filter(({ isDevelopment }) => isDevelopment);
    return MANAGERS.flatMap(manager => {
      const own = packages.filter(({ type }) => type === manager);
      const { files, firstLayer } = withRewritten(context, findOwnFiles(context, own));
      return leftoverDefects(context, files, {
        minBytes: MIN_BYTES,
        blamedLayer: firstLayer,
        args: group => ({
          ...packageNames(context, group.files),
          isCopied: group.instruction !== null && group.instruction.keyword !== 'RUN',
          manager,
        }),
        edits: (instruction, group) => (manager === 'npm' ? edits(context, instruction, group) : []),
      });
    });
  },
  what: finding => {
    const maker = leftAt(finding, finding.args.isCopied ? 'is copied' : 'is installed');
    const whose = finding.args.manager === 'npm' ? 'npm' : 'Composer';
    return phrase`of ${whose} packages for development${inParentheses(finding.args)}${maker}`;
  },
  fix: ({ args }) =>
    args.isCopied
      ? phrase`run ${code(DEVELOPMENT[args.manager].prune)} before they are copied`
      : phrase`install with ${code(DEVELOPMENT[args.manager].install)}, and where the build needs them, build in another stage`,
});

const MANAGERS = ['npm', 'composer'] as const;
const DEVELOPMENT = { npm: NPM.development, composer: COMPOSER.development } as const;

const { option, decided } = NPM.development;
const INSTALLS: ReadonlySet<string> = new Set([...NPM.verbs.manifest, ...NPM.verbs.add]);
const CLEANS: ReadonlySet<string> = new Set(NPM.verbs.clean);
const RUNS: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);
/** Programs that run those of packages which are installed in the project. */
const RUNNERS = new RegExp(
  `\\b(?:corepack|${NPM.projectDirectory}/\\.bin|${PACKAGE_MANAGERS.filter(
    ({ projectDirectory }) => projectDirectory === NPM.projectDirectory,
  )
    .flatMap(({ programs, shorthands = {} }) => [...programs, ...Object.keys(shorthands)])
    .join('|')})\\b`,
);

/** Installing without them, where nothing that is run later, in the build or from the image, can need them. */
function edits(
  context: RuleContext,
  instruction: DockerfileInstruction,
  group: LeftoverGroup,
): readonly DockerfileEdit[] {
  const { dockerfile, analysis } = context;
  const { commands } = runScript(instruction).script;
  const last = commands.findLastIndex(command => findInstall(command) !== null);
  if (dockerfile === null || last < 0 || decided.test(instruction.text)) return [];
  const isUsed =
    commands.slice(last + 1).some(mayNeed) ||
    runsAny(buildUpon(dockerfile, instruction), mayNeed) ||
    isTakenFrom(dockerfile, instruction) ||
    isRun(context, group) ||
    installScripts(analysis.scans, group.files).length > 0;
  if (isUsed) return [];
  const added = commands.flatMap(command => {
    const program = findInstall(command);
    return program === null ? [] : [{ program, option }];
  });
  return addOptionEdits(instruction.startLine, added);
}

/** The program as the command has it, and its verb; null where it does not install. */
function findInstall({ words: [program, ...words] }: ShellCommand): readonly [string, string] | null {
  if (program === undefined || !isNpm(program)) return null;
  const verb = words.find(word => !word.startsWith('-'));
  return verb !== undefined && INSTALLS.has(verb) ? [program, verb] : null;
}

function isNpm(program: string | undefined): boolean {
  return NPM.programs.some(known => known === program);
}

/** Emptying npm's cache is the one thing that npm does without them. */
function mayNeed(command: ShellCommand): boolean {
  const [program, verb] = command.words;
  return mayBuild(command) && !(isNpm(program) && CLEANS.has(verb ?? ''));
}

/** Whether the image runs one of them, or a script of its package, which may. */
function isRun(context: RuleContext, { files }: LeftoverGroup): boolean {
  const { packages } = context.analysis;
  const running = context.dockerfile?.shipped.filter(({ keyword }) => RUNS.has(keyword)) ?? [];
  const owners = new Set(files.flatMap(({ path }) => packages.ownerOf(path) ?? []));
  return (
    running.some(({ text }) => RUNNERS.test(text)) ||
    findNamedPackages(context, [...owners], running).length > 0
  );
}
