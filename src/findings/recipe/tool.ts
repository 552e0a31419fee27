import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';

/** A package manager as commands call it. */
export interface Tool {
  /** Its programs: `apt-get`, `apt`. */
  readonly programs: ReadonlySet<string>;
  /** Whether a command of these words may write what the tool keeps. */
  readonly writes: (words: readonly string[]) => boolean;
}

/**
 * @param programs space-separated
 * @param words of commands that download; `*` for any command, `-` for one that has nothing but options
 */
export function tool(programs: string, verbs: string): Tool {
  const known = new Set(verbs.split(' '));
  return {
    programs: new Set(programs.split(' ')),
    writes: words =>
      known.has('*') ||
      words.some(word => known.has(word)) ||
      (known.has('-') && words.slice(1).every(word => word.startsWith('-'))),
  };
}

/** A command of a RUN that runs a tool. */
export interface ToolUse {
  /** From the program on, as the script has it. */
  readonly words: readonly string[];
  readonly command: ShellCommand;
}

/** What a RUN has to do with a tool. */
export interface ToolUses {
  /** Commands that write what the tool keeps, in the order of the script. */
  readonly writing: readonly ToolUse[];
  /**
   * Whether the tool may be run in ways that cannot be read: through another program or user, in a string, or by a
   * program of another language.
   */
  readonly areHidden: boolean;
}

const NONE: ToolUses = { writing: [], areHidden: false };

/** Every finding asks for all instructions behind its own. */
const KNOWN = new WeakMap<DockerfileInstruction, Map<Tool, ToolUses>>();

export function usesOf(instruction: DockerfileInstruction, tool: Tool): ToolUses {
  const known = KNOWN.get(instruction) ?? new Map<Tool, ToolUses>();
  KNOWN.set(instruction, known);
  const uses = known.get(tool) ?? readUses(instruction, tool);
  known.set(tool, uses);
  return uses;
}

function readUses(instruction: DockerfileInstruction, { programs, writes }: Tool): ToolUses {
  if (instruction.keyword !== 'RUN' || !mentions(instruction.text, programs)) return NONE;
  const { form, script } = runScript(instruction);
  if (form === 'other') return { writing: [], areHidden: true };
  const writing: ToolUse[] = [];
  let areHidden = false;
  for (const command of script.commands) {
    const { words, assignments } = command;
    const program = programOf(words);
    areHidden ||= assignments.some(value => mayRun('', value, programs));
    if (!programs.has(program)) areHidden ||= words.some(word => mayRun(program, word, programs));
    else if (writes(words)) writing.push({ words, command });
  }
  return { writing, areHidden };
}

/** Programs that run what they are told, or change the user. */
const RUNNERS: ReadonlySet<string> = new Set([
  ...['sudo', 'su', 'su-exec', 'gosu', 'doas', 'runuser', 'setpriv', 'chroot', 'fakeroot', 'unshare'],
  ...['env', 'command', 'exec', 'eval', 'trap', 'nice', 'nohup', 'timeout', 'time', 'stdbuf', 'script'],
  ...['xargs', 'find', 'parallel', 'watch', 'retry', 'eatmydata', 'corepack', 'npx'],
  ...['sh', 'ash', 'bash', 'dash', 'zsh'],
]);

function mayRun(program: string, word: string, programs: ReadonlySet<string>): boolean {
  // A word with blanks may be a script, and one with a substitution has one inside.
  return (RUNNERS.has(program) || /[\s`]|\$\(/.test(word)) && mentions(word, programs);
}

/** The program that these words run, without its directory: `pip` of `/opt/bin/pip3.11` and of `python3 -m pip`. */
export function programOf([first = '', option, module = '']: readonly string[]): string {
  const name = nameOf(first.slice(first.lastIndexOf('/') + 1));
  return option === '-m' && /^python[\d.]*$/.test(name) ? nameOf(module) : name;
}

function nameOf(program: string): string {
  return /^pip\d[\d.]*$/.test(program) ? 'pip' : program;
}

/** Whether a text has the name of a program for a word, however it is quoted. */
export function mentions(text: string, programs: ReadonlySet<string>): boolean {
  return (text.match(/[\w.+-]+/g) ?? []).some(word => programs.has(nameOf(word)));
}
