import type { Dockerfile } from '../dockerfile.ts';
import type { DockerfileInstruction } from '../dockerfile-instruction.ts';
import { jsonWords } from '../shell-word.ts';
import { stageAncestry } from '../stage.ts';
import { POSIX_SHELL } from './run-script.ts';

/** What runs the shell form of a RUN. */
export interface ShellInForce {
  /** Whether the script is one for a POSIX shell, and not for PowerShell or cmd. */
  readonly isPosix: boolean;
  /**
   * Whether a new shell begins as the one before it did. Not so of a login shell, or one that reads `BASH_ENV`: an
   * earlier RUN may have written the files that it reads.
   */
  readonly isPlain: boolean;
  /** `-e` */
  readonly hasErrexit: boolean;
}

const DEFAULT: ShellInForce = { isPosix: true, isPlain: true, hasErrexit: false };
const OTHER: ShellInForce = { isPosix: false, isPlain: false, hasErrexit: false };

const PLAIN_OPTION = /^(?:-[eufxoc]+|pipefail|errexit|nounset|xtrace|noglob)$/;
const WINDOWS = /windows|nanoserver|servercore/i;

/**
 * The shell of a RUN: of the SHELL before it in its stage, or in the stages that its stage is built on. An image that
 * is not made by this Dockerfile is taken to have none, unless its name says Windows.
 */
export function shellInForce(dockerfile: Dockerfile, instruction: DockerfileInstruction): ShellInForce {
  const { instructions, stages } = dockerfile;
  const stage = stages[instruction.stage ?? -1];
  if (stage === undefined) return DEFAULT;
  const ancestry = stageAncestry(instructions, stages, stage);
  const isShellOf = (each: DockerfileInstruction, index: number): boolean =>
    each.keyword === 'SHELL' && each.stage === index && each.startLine < instruction.startLine;
  for (const { index } of ancestry) {
    const shell = instructions.findLast(each => isShellOf(each, index));
    if (shell !== undefined) return readShell(shell.body, hasBashEnvironment(instructions));
  }
  return ancestry.some(({ from }) => WINDOWS.test(from.text)) ? OTHER : DEFAULT;
}

function hasBashEnvironment(instructions: readonly DockerfileInstruction[]): boolean {
  return instructions.some(
    ({ keyword, body }) => (keyword === 'ENV' || keyword === 'ARG') && body.includes('BASH_ENV'),
  );
}

function readShell(body: string, hasBashEnv: boolean): ShellInForce {
  const words = jsonWords(body);
  const [program = '', ...options] = words ?? [];
  if (!POSIX_SHELL.test(program)) return OTHER;
  return {
    isPosix: true,
    // zsh reads a file of the system's whenever it starts.
    isPlain: !program.endsWith('zsh') && options.every(word => PLAIN_OPTION.test(word)) && !hasBashEnv,
    hasErrexit: options.some(startsErrexit),
  };
}

/**
 * Whether the first line of a script starts its shell with `-e`; null when it names no interpreter, so that the
 * SHELL of the build runs it.
 */
export function hasErrexitOption(firstLine: string): boolean | null {
  if (!firstLine.startsWith('#!')) return null;
  return firstLine.split(/\s+/).slice(1).some(startsErrexit);
}

/** Whether a word of a shell's command line turns `-e` on. */
function startsErrexit(word: string): boolean {
  return /^-[A-Za-z]*e/.test(word) || word === 'errexit';
}
