import type { Dockerfile } from './dockerfile.ts';
import type { DockerfileInstruction } from './dockerfile-instruction.ts';
import { InstructionSource } from './edit/instruction-source.ts';
import { LogicalLine } from './logical-line.ts';
import { runScript } from './shell/run-script.ts';
import { shellInForce } from './shell/shell-in-force.ts';
import { shellTokens } from './shell/shell-token.ts';
import { isComment, trimSpaceEnd, trimSpaceStart } from './white-space.ts';

/** What follows a `#` up to the end of its line. */
export interface PlacedComment {
  /** Where it stands, 1-based. */
  readonly line: number;
  /** Without the `#` and the blanks behind it. */
  readonly text: string;
  /** The one that follows it, or that it stands in; null where none follows. */
  readonly instruction: DockerfileInstruction | null;
  /**
   * `line`: of the Dockerfile. `shell`: of the script of a RUN. `words`: no comment, or not known to be one: the `#` is
   * a word of its instruction, or a text that a here-document feeds to a program.
   */
  readonly place: 'line' | 'shell' | 'words';
}

/**
 * Every comment, in the order of the file, and what a reader takes for one: to BuildKit only a line that begins with
 * `#` is a comment, to a shell also what stands behind a command. What is quoted, and what a COPY writes, looks like none.
 * @param isWanted tells by a text with a `#` in it whether the instruction around it is worth a closer look
 */
export function findComments(
  dockerfile: Dockerfile,
  isWanted: (text: string) => boolean,
): readonly PlacedComment[] {
  const { lines, instructions } = dockerfile;
  const found: PlacedComment[] = [];
  const readLine = (line: number, instruction: DockerfileInstruction | null): void => {
    const text = lines[line - 1] ?? '';
    if (isComment(text)) found.push({ line, text: behindHash(text), instruction, place: 'line' });
  };
  let line = 1;
  for (const instruction of instructions) {
    for (; line < instruction.startLine; line += 1) readLine(line, instruction);
    const logical = new LogicalLine(dockerfile.escape);
    for (; line <= instruction.endLine && logical.open; line += 1) {
      logical.add(lines[line - 1] ?? '');
      readLine(line, instruction);
    }
    const own = lines.slice(instruction.startLine - 1, instruction.endLine);
    if (own.some(isWanted)) {
      found.push(...scriptComments(dockerfile, instruction, own, isWanted));
      found.push(...fedComments(instruction, line));
    }
    line = Math.max(line, instruction.endLine + 1);
  }
  for (; line <= lines.length; line += 1) readLine(line, null);
  return found.sort((a, b) => a.line - b.line);
}

/** A `#` that may begin a comment, where nothing more is known of what stands before it. */
const HASH = /(?<=^|[\s;&|()])#/g;
/** Characters behind it that tell whether it is wanted. */
const BEGINNING = 80;

function scriptComments(
  dockerfile: Dockerfile,
  instruction: DockerfileInstruction,
  lines: readonly string[],
  isWanted: (text: string) => boolean,
): readonly PlacedComment[] {
  const source = new InstructionSource(
    lines.map(text => ({ text, end: '\n' })),
    dockerfile.escape,
  );
  const { form, script } = source.run;
  const isScript = form === 'heredoc' || form === 'shell';
  const isShell = isScript && shellInForce(dockerfile, instruction).isPosix;
  const text = isScript ? script.text : source.read.body;
  const read = (offset: number, place: PlacedComment['place']): PlacedComment => {
    const { line, column } = source.scriptAt(offset);
    const rest = (lines[line] ?? '').slice(column);
    const own = form === 'heredoc' ? rest : rest.replace(/[\\`][ \t]*$/, '');
    return { line: instruction.startLine + line, text: behindHash(own), instruction, place };
  };
  const found: PlacedComment[] = [];
  for (const { kind, start } of shellTokens(text)) {
    if (kind === 'comment') found.push(read(start, isShell ? 'shell' : 'words'));
    if (kind !== 'unclosed') continue;
    const hash = text
      .slice(start)
      .matchAll(HASH)
      .find(({ index }) => isWanted(text.slice(start + index, start + index + BEGINNING)));
    if (hash !== undefined) found.push(read(start + hash.index, 'words'));
  }
  return found;
}

/**
 * Lines like comments in what a RUN feeds to a program.
 * @param firstLine of the here-documents
 */
function fedComments(instruction: DockerfileInstruction, firstLine: number): readonly PlacedComment[] {
  const { keyword, heredocs } = instruction;
  if (keyword !== 'RUN' || runScript(instruction).form !== 'other') return [];
  const found: PlacedComment[] = [];
  let line = firstLine;
  for (const { lines } of heredocs) {
    for (const [index, text] of lines.entries()) {
      if (!isComment(text)) continue;
      found.push({ line: line + index, text: behindHash(text), instruction, place: 'words' });
    }
    line += lines.length + 1;
  }
  return found;
}

function behindHash(text: string): string {
  return trimSpaceStart(trimSpaceEnd(trimSpaceStart(text)).slice(1));
}
