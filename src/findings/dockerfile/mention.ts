import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';

/** What these carry out is over when a later instruction begins; all others say what holds for the whole image. */
const PASSING: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD', 'FROM']);

/** The instructions that may need what an instruction left, whichever stage they are in. */
export function laterReaders(
  { file }: BuiltDockerfile,
  { startLine }: DockerfileInstruction,
): readonly DockerfileInstruction[] {
  return file.instructions.filter(
    each => each.startLine > startLine || (each.startLine < startLine && !PASSING.has(each.keyword)),
  );
}

/** All other instructions of the file. */
export function otherInstructions(
  { file }: BuiltDockerfile,
  { startLine }: DockerfileInstruction,
): readonly DockerfileInstruction[] {
  return file.instructions.filter(each => each.startLine !== startLine);
}

/** Whether any of them names any of the texts, other than to delete what may not be there. */
export function isMentioned(
  instructions: readonly DockerfileInstruction[],
  names: readonly (string | RegExp)[],
): boolean {
  return instructions.some(instruction => namesBesides(instruction, names));
}

/**
 * Whether an instruction names any of the texts, other than in commands that do not count.
 * @param isLeftOut those that delete what may not be there, when absent
 */
export function namesBesides(
  instruction: DockerfileInstruction,
  names: readonly (string | RegExp)[],
  isLeftOut: (command: ShellCommand) => boolean = isForcedDeletion,
): boolean {
  const isIn = (text: string): boolean =>
    names.some(name => (typeof name === 'string' ? text.includes(name) : name.test(text)));
  return isIn(instruction.text) && isIn(textWithout(instruction, isLeftOut));
}

/** `rm -rf` and `rm -f` do not mind what is not there, and read nothing. */
export function isForcedDeletion({ words: [program, ...rest] }: ShellCommand): boolean {
  return program === 'rm' && rest.some(isForce);
}

/** Whether a word is the option of `rm` that minds nothing: `-f`, `-rf`, `--force`. */
export function isForce(word: string): boolean {
  return word === '--force' || (/^-[a-zA-Z]+$/.test(word) && word.includes('f'));
}

function textWithout(
  instruction: DockerfileInstruction,
  isLeftOut: (command: ShellCommand) => boolean,
): string {
  const { form, script } = runScript(instruction);
  if (form === 'other' || script.text === '') return instruction.text;
  const flags = instruction.flags.map(({ value }) => value ?? '');
  let [rest, at] = ['', 0];
  for (const command of script.commands) {
    const { start, end } = command;
    if (!isLeftOut(command) || start < at) continue;
    rest += script.text.slice(at, start);
    at = end;
  }
  return [...flags, rest + script.text.slice(at)].join(' ');
}

/** Tells a file's or directory's name where it stands by itself: `.github`, but not that in `www.github.com`. */
export function nameByItself(name: string): RegExp {
  return new RegExp(`(?<![\\w.-])${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![\\w-])`);
}
