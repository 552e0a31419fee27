import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { SHELLS, USER_CHANGERS } from '../../dockerfile/shell/program-names.ts';
import { type RunScript, runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import type { CacheWriters } from '../../package-managers/cache-use.ts';
import { type PackageCommand, packageCommand } from '../../package-managers/package-command.ts';
import { PACKAGE_MANAGERS } from '../../package-managers/package-managers.ts';
import { mentions, readProgram } from '../../package-managers/program.ts';
import { memoize } from '../memoize.ts';

/** What a RUN runs. */
export interface RunCommands extends RunScript {
  /** Its commands that have something downloaded, in order. */
  readonly packages: readonly PackageCommand[];
}

/** What an instruction runs: no commands where it is not a RUN. */
export const runCommands = memoize((instruction: DockerfileInstruction): RunCommands => {
  const run = runScript(instruction);
  return { ...run, packages: run.script.commands.flatMap(command => packageCommand(command) ?? []) };
});

/** The first command of a RUN that installs packages which it names; null where none does. */
export function findNamedInstall(run: DockerfileInstruction): PackageCommand | null {
  return runCommands(run).packages.find(({ action }) => action === 'names') ?? null;
}

/** A command of a RUN that runs one of some programs. */
export interface ProgramUse {
  /** From the program on, as the script has it. */
  readonly words: readonly string[];
  readonly command: ShellCommand;
}

/** What a RUN has to do with a package manager. */
export interface ProgramUses {
  /** Commands that may write what it keeps, in the order of the script. */
  readonly writing: readonly ProgramUse[];
  /**
   * Whether it may be run in ways that cannot be read: through another program or user, in a string, or by a
   * program of another language.
   */
  readonly areHidden: boolean;
}

const NONE: ProgramUses = { writing: [], areHidden: false };

/** Every finding asks for all instructions behind its own. */
const knownUses = memoize((_run: DockerfileInstruction) => new Map<CacheWriters, ProgramUses>());

export function findUses(instruction: DockerfileInstruction, writers: CacheWriters): ProgramUses {
  const known = knownUses(instruction);
  const uses = known.get(writers) ?? readUses(instruction, writers);
  known.set(writers, uses);
  return uses;
}

function readUses(instruction: DockerfileInstruction, { programs, writes }: CacheWriters): ProgramUses {
  if (instruction.keyword !== 'RUN' || !mentions(instruction.text, programs)) return NONE;
  const { form, script } = runScript(instruction);
  if (form === 'other') return { writing: [], areHidden: true };
  const writing: ProgramUse[] = [];
  let areHidden = false;
  for (const command of script.commands) {
    const { words, assignments } = command;
    const program = readProgram(words);
    areHidden ||= assignments.some(value => mayRun('', value, programs));
    if (!programs.has(program)) areHidden ||= words.some(word => mayRun(program, word, programs));
    else if (writes(words)) writing.push({ words, command });
  }
  return { writing, areHidden };
}

/** Programs that run what they are told, or change the user. */
const RUNNERS: ReadonlySet<string> = new Set([
  ...USER_CHANGERS,
  ...['env', 'command', 'exec', 'eval', 'trap', 'nice', 'nohup', 'timeout', 'time', 'stdbuf', 'script'],
  ...['xargs', 'find', 'parallel', 'watch', 'retry', 'eatmydata', 'corepack', 'fakeroot', 'unshare'],
  ...SHELLS,
  ...PACKAGE_MANAGERS.flatMap(({ shorthands }) => Object.keys(shorthands ?? {})),
]);

function mayRun(program: string, word: string, programs: ReadonlySet<string>): boolean {
  // A word with blanks may be a script, and one with a substitution has one inside.
  return (RUNNERS.has(program) || /[\s`]|\$\(/.test(word)) && mentions(word, programs);
}
