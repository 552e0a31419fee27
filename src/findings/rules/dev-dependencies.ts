import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { installScripts } from '../../packages/npm-reader.ts';
import { type LeftoverGroup, leftoverFindings } from '../leftover.ts';
import { mayBuild, runsAny } from '../packages/building.ts';
import { namedPackages } from '../packages/named-programs.ts';
import { ownFilesOf, type PackageArgs, packageArgs } from '../packages/system-packages.ts';
import { buildUpon, isTakenFrom } from '../recipe/stage-graph.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export type DevDependenciesArgs = PackageArgs & {
  /** Whether they came from another stage or from the context, not with an installation of this image's own. */
  readonly isCopied: boolean;
};

/** A type declaration or two. */
const FLOOR = 500_000;

/** npm packages that npm's own record of a `node_modules` says are there for development only. */
export const devDependencies: Rule = {
  id: 'dev-dependencies',
  find: subject => {
    const packages = subject.analysis.packages.packages.filter(
      ({ type, isDevelopment }) => type === 'npm' && isDevelopment,
    );
    return leftoverFindings(subject, ownFilesOf(subject, packages), {
      rule: 'dev-dependencies',
      severity: 'warning',
      floor: FLOOR,
      args: group =>
        ({
          ...packageArgs(subject, group.files),
          isCopied: group.instruction !== null && group.instruction.keyword !== 'RUN',
        }) satisfies DevDependenciesArgs,
      edits: (instruction, group) => edits(subject, instruction, group),
    });
  },
};

const INSTALLS = ['ci', 'install', 'i'] as const;
/** What says already which dependencies are wanted. */
const DECIDED =
  /--omit\b|--include\b|--production\b|--only\b|--also\b|--save|--dev\b|\s-[DPO]\b|NODE_ENV|npm_config_/i;
const RUNS: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);
const RUNNERS = /\b(?:npm|npx|yarn|pnpm|pnpx|corepack|node_modules\/\.bin)\b/;

/** Installing without them, where nothing that is run later, in the build or from the image, can need them. */
function edits(
  subject: Subject,
  instruction: DockerfileInstruction,
  group: LeftoverGroup,
): readonly DockerfileEdit[] {
  const { recipe, analysis } = subject;
  const { commands } = runScript(instruction).script;
  const last = commands.findLastIndex(command => installKind(command) !== null);
  if (recipe === null || last < 0 || DECIDED.test(instruction.text)) return [];
  const isUsed =
    commands.slice(last + 1).some(mayNeed) ||
    runsAny(buildUpon(recipe, instruction), mayNeed) ||
    isTakenFrom(recipe, instruction) ||
    isRun(subject, group) ||
    installScripts(analysis.scans, group.files).length > 0;
  if (isUsed) return [];
  const kinds = new Set(commands.flatMap(command => installKind(command) ?? []));
  return [...kinds].map(kind => ({
    ...{ kind: 'add-option' as const, line: instruction.startLine },
    ...{ program: ['npm', kind], option: '--omit=dev' },
  }));
}

function installKind({ words: [program, ...words] }: ShellCommand): string | null {
  const verb = words.find(word => !word.startsWith('-'));
  return program === 'npm' ? (INSTALLS.find(each => each === verb) ?? null) : null;
}

/** Emptying npm's cache is the one thing that npm does without them. */
function mayNeed(command: ShellCommand): boolean {
  const [program, verb] = command.words;
  return mayBuild(command) && !(program === 'npm' && verb === 'cache');
}

/** Whether the image runs one of them, or a script of its package, which may. */
function isRun(subject: Subject, { files }: LeftoverGroup): boolean {
  const { packages } = subject.analysis;
  const running = subject.recipe?.shipped.filter(({ keyword }) => RUNS.has(keyword)) ?? [];
  const owners = new Set(files.flatMap(({ path }) => packages.ownerOf(path) ?? []));
  return (
    running.some(({ text }) => RUNNERS.test(text)) || namedPackages(subject, [...owners], running).length > 0
  );
}
