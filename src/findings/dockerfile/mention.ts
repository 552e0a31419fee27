import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';

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
  return instructions.some(instruction => {
    const isIn = (text: string): boolean =>
      names.some(name => (typeof name === 'string' ? text.includes(name) : name.test(text)));
    return isIn(instruction.text) && isIn(withoutDeletions(instruction));
  });
}

/** `rm -rf` and `rm -f` do not mind what is not there, and read nothing. */
function withoutDeletions(instruction: DockerfileInstruction): string {
  const { form, script } = runScript(instruction);
  if (form === 'other' || script.text === '') return instruction.text;
  const flags = instruction.flags.map(({ value }) => value ?? '');
  let [rest, at] = ['', 0];
  for (const { words, start, end } of script.commands) {
    const deletes =
      words[0] === 'rm' &&
      words.some(word => word === '--force' || (/^-[a-zA-Z]+$/.test(word) && word.includes('f')));
    if (!deletes || start < at) continue;
    rest += script.text.slice(at, start);
    at = end;
  }
  return [...flags, rest + script.text.slice(at)].join(' ');
}

/** Tells a file's or directory's name where it stands by itself: `.github`, but not that in `www.github.com`. */
export function nameByItself(name: string): RegExp {
  return new RegExp(`(?<![\\w.-])${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![\\w-])`);
}
