import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { addOptionEdits } from '../../dockerfile/edit/add-option.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { NPM } from '../../package-managers/npm.ts';
import { packageCommand } from '../../package-managers/package-command.ts';
import {
  findManager,
  type KnownPackageManager,
  PACKAGE_MANAGERS,
} from '../../package-managers/package-managers.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { installScripts } from '../../packages/npm-reader.ts';
import { buildUpon, findChain, findSourceStage, isTakenFrom } from '../dockerfile/stage-graph.ts';
import { findOwnScripts } from '../later-use/own-scripts.ts';
import type { RuleContext } from '../rule-context.ts';
import { mayBuild, runsAny } from './building.ts';
import { DEVELOPMENT_RECORDS, type DevelopmentManager } from './development.ts';
import { findNamedPackages } from './system-packages.ts';

const RUNS: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);
/** Programs that run those of packages which are installed in the project. */
const RUNNERS = new RegExp(
  `\\b(?:corepack|${NPM.projectDirectory}/\\.bin|${PACKAGE_MANAGERS.filter(
    ({ projectDirectory }) => projectDirectory === NPM.projectDirectory,
  )
    .flatMap(({ programs, shorthands = {} }) => [...programs, ...Object.keys(shorthands)])
    .join('|')})\\b`,
);

/** Of these the option that installs without them does the same in all versions. */
const OFFERED: ReadonlySet<DevelopmentManager> = new Set<DevelopmentManager>(['npm', 'yarn', 'pnpm']);

/** Installing without them, where nothing that is run later, in the build or from the image, can need them. */
export function installWithout(
  context: RuleContext,
  instruction: DockerfileInstruction,
  id: DevelopmentManager,
  packages: readonly InstalledPackage[],
): readonly DockerfileEdit[] {
  const { dockerfile, analysis } = context;
  const manager: KnownPackageManager = DEVELOPMENT_RECORDS[id];
  const { option, decided } = manager.development ?? {};
  if (dockerfile === null || option === undefined || !OFFERED.has(id)) return [];
  const { commands } = runScript(instruction).script;
  const last = commands.findLastIndex(command => findInstall(command, manager) !== null);
  if (last < 0 || decided?.test(instruction.text) !== false) return [];
  const isUsed =
    commands.slice(last + 1).some(mayNeed) ||
    runsAny(buildUpon(dockerfile, instruction), mayNeed) ||
    isTakenFrom(dockerfile, instruction) ||
    isRun(context, packages) ||
    installScripts(
      analysis.scans,
      packages.map(({ path }) => path),
    ).length > 0;
  if (isUsed) return [];
  const added = commands.flatMap(command => {
    const program = findInstall(command, manager);
    return program === null ? [] : [{ program, option }];
  });
  return addOptionEdits(instruction.startLine, added);
}

/** The program as the command has it, and its verb; null where it does not install. */
function findInstall(
  { words: [program, ...words] }: ShellCommand,
  { programs, verbs }: KnownPackageManager,
): readonly [string, string] | null {
  if (program === undefined || !programs.some(known => known === program)) return null;
  const verb = words.find(word => !word.startsWith('-'));
  const installs = [...(verbs?.manifest ?? []), ...(verbs?.add ?? [])];
  return verb !== undefined && installs.includes(verb) ? [program, verb] : null;
}

/** Emptying its cache is the one thing that a package manager does without them. */
function mayNeed(command: ShellCommand): boolean {
  const [program = '', verb = ''] = command.words;
  return mayBuild(command) && findManager(program)?.verbs?.clean?.includes(verb) !== true;
}

/** Whether the image runs one of them, or a script of its package, which may. */
function isRun(context: RuleContext, packages: readonly InstalledPackage[]): boolean {
  const running = context.dockerfile?.shipped.filter(({ keyword }) => RUNS.has(keyword)) ?? [];
  return (
    running.some(({ text }) => RUNNERS.test(text)) ||
    findOwnScripts(context).some(({ words }) => RUNNERS.test(words)) ||
    findNamedPackages(context, packages, running).length > 0
  );
}

/** The RUN that installed the project's packages in the stage which a COPY takes them from; null where there is none. */
export function findInstallInStage(
  { dockerfile }: RuleContext,
  copy: DockerfileInstruction | null,
  id: DevelopmentManager,
): DockerfileInstruction | null {
  const stage = dockerfile === null || copy === null ? null : findSourceStage(dockerfile, copy);
  if (dockerfile === null || stage === null) return null;
  const installs = (command: ShellCommand): boolean => {
    const found = packageCommand(command);
    return found?.manager.id === DEVELOPMENT_RECORDS[id].id && found.action === 'manifest';
  };
  return (
    findChain(dockerfile, stage).findLast(
      each => each.keyword === 'RUN' && runScript(each).script.commands.some(installs),
    ) ?? null
  );
}
