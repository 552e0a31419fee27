import type { Dockerfile } from '../dockerfile.ts';
import type { DockerfileInstruction } from '../dockerfile-instruction.ts';
import type { InstructionFlag } from '../instruction-flag.ts';
import { readScript } from '../shell/read-script.ts';
import { runScript } from '../shell/run-script.ts';
import { readFlag } from './add-flag.ts';
import { type AddedOption, optionIndex } from './add-option.ts';
import type { DockerfileEdit } from './dockerfile-edit.ts';
import { isInRange, type MergeRange } from './merge-runs.ts';

/** What an instruction has to say after the edits, told without regard to its lines. */
interface IntendedInstruction {
  /** The first line of the instruction, or of the first RUN that is merged, before the edits. */
  readonly line: number;
  readonly keyword: string;
  readonly stage: number | null;
  readonly flags: readonly InstructionFlag[];
  /** All else that it says: null where its commands are edited. */
  readonly rest: string | null;
  /** The words of each command that it runs. */
  readonly commands: readonly (readonly string[])[];
}

/** What becomes of the commands of a RUN that is merged. */
export interface JoinedRun {
  /** Commands that come before them. */
  readonly before: readonly (readonly string[])[];
  /** How many of the first were done already. */
  readonly dropped: number;
}

/** The instructions that edits mean, in order. */
export function intendedInstructions(
  dockerfile: Dockerfile,
  edits: readonly DockerfileEdit[],
  ranges: readonly MergeRange[],
  joined: ReadonlyMap<number, JoinedRun>,
): readonly IntendedInstruction[] {
  const intended: IntendedInstruction[] = [];
  let open: MergeRange | undefined;
  for (const instruction of dockerfile.instructions) {
    const edited = withEdits(describe(instruction), edits);
    if (edited === null) continue;
    const each = asJoined(edited, joined.get(instruction.startLine));
    const range = ranges.find(each => isInRange(each, instruction.startLine));
    const before = intended.at(-1);
    if (range === undefined || range !== open || before === undefined) intended.push(each);
    else intended.splice(-1, 1, together(before, each));
    open = range;
  }
  return intended;
}

function together(one: IntendedInstruction, other: IntendedInstruction): IntendedInstruction {
  const known = new Set(one.flags.map(flag => JSON.stringify(flag)));
  const flags = [...one.flags, ...other.flags.filter(flag => !known.has(JSON.stringify(flag)))];
  return { ...one, flags, rest: null, commands: [...one.commands, ...other.commands] };
}

function asJoined(instruction: IntendedInstruction, joined: JoinedRun | undefined): IntendedInstruction {
  if (joined === undefined) return instruction;
  const { before, dropped } = joined;
  return { ...instruction, commands: [...before, ...instruction.commands.slice(dropped)] };
}

export function isIntended(
  intended: IntendedInstruction,
  written: DockerfileInstruction | undefined,
): boolean {
  if (written === undefined) return false;
  const { line, rest, ...expected } = intended;
  const { line: _line, rest: writtenRest, ...found } = describe(written);
  return JSON.stringify(found) === JSON.stringify(expected) && (rest === null || rest === writtenRest);
}

function describe(instruction: DockerfileInstruction): IntendedInstruction {
  const { startLine, keyword, stage, flags, body, heredocs } = instruction;
  return {
    line: startLine,
    keyword,
    stage,
    flags,
    rest: JSON.stringify([body, heredocs]),
    commands: runScript(instruction).script.commands.map(({ words }) => words),
  };
}

/** null where no command is left, and for a copy that goes. */
function withEdits(
  instruction: IntendedInstruction,
  edits: readonly DockerfileEdit[],
): IntendedInstruction | null {
  let commands: readonly (readonly string[])[] = instruction.commands;
  const flags = [...instruction.flags];
  const own = edits.filter(edit => 'line' in edit && edit.line === instruction.line);
  if (own.some(edit => edit.kind === 'remove-copy')) return null;
  const replacements = own.filter(edit => edit.kind === 'replace-command');
  if (replacements.length > 0) {
    commands = commands.flatMap((words, index) => {
      const edit = replacements.find(each => each.index === index);
      return edit === undefined ? [words] : edit.command === null ? [] : wordsOf(edit.command);
    });
    if (commands.length === 0) return null;
  }
  for (const edit of own) {
    if (edit.kind === 'add-option') commands = commands.map(words => withOption(words, edit));
    if (edit.kind === 'add-flag') flags.push(...[readFlag(edit.flag) ?? []].flat());
  }
  for (const edit of own) {
    if (edit.kind === 'append-command') commands = [...commands, ...wordsOf(edit.command)];
  }
  const isSame = commands === instruction.commands;
  return { ...instruction, flags, commands, rest: isSame ? instruction.rest : null };
}

function withOption(words: readonly string[], added: AddedOption): readonly string[] {
  const index = optionIndex(words, added);
  return index === null ? words : words.toSpliced(index, 0, ...added.option.split(' '));
}

function wordsOf(command: string): readonly (readonly string[])[] {
  return readScript(command).commands.map(({ words }) => words);
}
