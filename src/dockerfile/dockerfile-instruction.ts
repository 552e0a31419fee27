import type { SourceLines } from '../base/phrase.ts';
import { type Heredoc, isTerminator, readHeredocs } from './heredoc.ts';
import { type InstructionFlag, splitInstruction } from './instruction-flag.ts';
import { LogicalLine } from './logical-line.ts';
import { isBlank, isComment } from './white-space.ts';

/** A Dockerfile instruction where it stands: its file is relative to the repository or the working directory. */
export interface InstructionLocation extends SourceLines {
  /** The source lines, joined by newlines, without comments inside continuations; may be long. */
  readonly text: string;
}

/** An instruction with what its raw lines say. `keyword` is in capitals. */
export interface DockerfileInstruction extends InstructionLocation, InstructionLines {
  readonly keyword: string;
  /** Index into the stages; null before the first FROM. */
  readonly stage: number | null;
}

/** What the raw lines of one instruction say. */
export interface InstructionLines {
  readonly flags: readonly InstructionFlag[];
  /** The arguments after keyword and flags on one logical line: continuations joined, nothing unquoted or expanded. */
  readonly body: string;
  readonly heredocs: readonly Heredoc[];
}

/** Reads keyword, flags, body and heredocs from the physical lines of an instruction. */
export function readInstructionLines(lines: readonly string[], escapeChar: string): InstructionLines {
  const logical = new LogicalLine(escapeChar);
  let index = 0;
  for (; index < lines.length && logical.open; index += 1) logical.add(lines[index] ?? '');
  const heredocs: Heredoc[] = [];
  for (const start of readHeredocs(logical.text, escapeChar)) {
    const body: string[] = [];
    while (index < lines.length && !isTerminator(lines[index] ?? '', start)) {
      body.push(lines[index] ?? '');
      index += 1;
    }
    index += 1;
    heredocs.push({ ...start, lines: body });
  }
  const { flags, body } = splitInstruction(logical.text, escapeChar);
  return { flags, body, heredocs };
}

/** The source lines as people read them: comments and empty lines inside continuations left out, heredocs kept. */
export function sourceText(lines: readonly string[], escapeChar: string): string {
  const kept: string[] = [];
  const logical = new LogicalLine(escapeChar);
  let index = 0;
  for (; index < lines.length && logical.open; index += 1) {
    const line = lines[index] ?? '';
    logical.add(line);
    if (kept.length === 0 || !(isComment(line) || isBlank(line))) kept.push(line);
  }
  return [...kept, ...lines.slice(index)].join('\n');
}

/** Only the location of an instruction, without what was read from its lines. */
export function locationOf(instruction: InstructionLocation): InstructionLocation {
  const { file, startLine, endLine, text } = instruction;
  return { file, startLine, endLine, text };
}
