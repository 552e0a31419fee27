import type { ShellCommand } from '../shell/shell-command.ts';
import { shellTokens } from '../shell/shell-token.ts';
import type { DockerfileEdit } from './dockerfile-edit.ts';
import { type Rewrite, type RewriteContext, scriptProblem } from './instruction-rewrite.ts';
import type { InstructionSource } from './instruction-source.ts';

/** An option of the commands that begin with these words, options between them or not. */
export interface AddedOption {
  readonly program: readonly string[];
  readonly option: string;
}

/**
 * Adds options to commands of the instruction on a line: one edit for all commands that begin with the same words, as
 * an edit is made in each of them.
 */
export function addOptionEdits(line: number, added: readonly AddedOption[]): readonly DockerfileEdit[] {
  const distinct = new Map(added.map(each => [each.program.join(' '), each]));
  return [...distinct.values()].map(({ program, option }) => ({ kind: 'add-option', line, program, option }));
}

/** The RUN with an option in each of its commands that begins with the words and does not have it. */
export function addOption(source: InstructionSource, added: AddedOption, { shell }: RewriteContext): Rewrite {
  const problem = scriptProblem(source, shell);
  if (problem !== null) return { problem };
  const { script } = source.run;
  if (!script.isUnderstood) return { problem: 'its script is not understood' };
  const splices = script.commands.flatMap(command => {
    const index = optionIndex(command.words, added);
    if (index === null) return [];
    const offset = wordEnds(script.text, command)[index - 1];
    if (offset === undefined) return [];
    const at = source.scriptBefore(offset);
    return [{ from: at, to: at, text: ` ${added.option}` }];
  });
  return splices.length === 0
    ? { problem: `it has no \`${added.program.join(' ')}\` without ${added.option}` }
    : source.splice(splices);
}

/**
 * Where the option goes among the words of a command: behind the last of the program's words, which stand in this
 * order with nothing but options between them. Null where they do not, and where it is there already.
 */
export function optionIndex(words: readonly string[], { program, option }: AddedOption): number | null {
  let index = 0;
  for (const [place, expected] of program.entries()) {
    while (place > 0 && (words[index] ?? '').startsWith('-')) index += 1;
    const word = words[index] ?? '';
    if (word !== expected && !(place === 0 && word.endsWith(`/${expected}`))) return null;
    index += 1;
  }
  return hasOption(words, option) ? null : index;
}

function hasOption(words: readonly string[], option: string): boolean {
  const [name = ''] = option.split(/[\s=]/, 1);
  const letter = /^-[A-Za-z]$/.test(name) ? name.charAt(1) : null;
  return words.some(
    word =>
      word === name ||
      word.startsWith(`${name}=`) ||
      (letter !== null && /^-[A-Za-z]+$/.test(word) && word.includes(letter)),
  );
}

/** Offsets into the script behind each word of a command. */
function wordEnds(text: string, { start, end, words }: ShellCommand): readonly number[] {
  const tokens = [...shellTokens(text.slice(start, end))].filter(({ kind }) => kind === 'word');
  // Assignments come first.
  return tokens.slice(tokens.length - words.length).map(token => start + token.end);
}
