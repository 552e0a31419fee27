import { DockerfileParser } from 'dockerfile-ast';
import { isComment, isTerminator, LogicalLine, readHeredocs } from './logical-line.ts';

/**
 * Texts in which dockerfile-ast 0.7.1 gets line ranges wrong: a line that ends in an escaped escape character, and
 * heredocs other than a bare `<<NAME` or `<<-NAME`.
 */
const MISREAD = [
  /\\\\[ \t]*$/m,
  /``[ \t]*$/m,
  /<<-?(?![A-Za-z_]\w*(?:\s|$))/m,
  /\S<</,
  /<<.*<</,
  /["'][^"'\n]*<</,
];

/** Longer texts are read line by line only: dockerfile-ast's time grows with the square of an instruction's length. */
const MAX_AST_CHARACTERS = 256 * 1024;

/** A keyword in capitals and the lines that its instruction stands on: 1-based, inclusive. */
interface InstructionRange {
  readonly keyword: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** Where each instruction of the lines stands, in order: by dockerfile-ast where it can be relied upon. */
export function instructionRanges(lines: readonly string[], escapeChar: string): readonly InstructionRange[] {
  const text = lines.join('\n');
  if (text.length > MAX_AST_CHARACTERS || MISREAD.some(pattern => pattern.test(text))) {
    return scanInstructions(lines, escapeChar);
  }
  try {
    return DockerfileParser.parse(text)
      .getInstructions()
      .map(instruction => {
        const range = instruction.getRange();
        return {
          keyword: instruction.getKeyword(),
          startLine: range.start.line + 1,
          endLine: lastLineWithText(lines, range.start.line, range.end.line) + 1,
        };
      });
  } catch {
    return scanInstructions(lines, escapeChar);
  }
}

/** A continuation that runs into the end of the file may end on an empty line. */
function lastLineWithText(lines: readonly string[], start: number, end: number): number {
  let last = Math.min(end, lines.length - 1);
  while (last > start && (lines[last] ?? '').trim() === '') last -= 1;
  return last;
}

/**
 * The line rules of BuildKit's own parser (`frontend/dockerfile/parser/parser.go`), for the Dockerfiles that
 * dockerfile-ast misreads or throws at.
 */
export function scanInstructions(lines: readonly string[], escapeChar: string): readonly InstructionRange[] {
  const found: InstructionRange[] = [];
  let index = 0;
  while (index < lines.length) {
    const first = lines[index] ?? '';
    if (first.trim() === '' || isComment(first)) {
      index += 1;
      continue;
    }
    const start = index;
    const logical = new LogicalLine(escapeChar);
    while (logical.open && index < lines.length) {
      logical.add(lines[index] ?? '');
      index += 1;
    }
    index = skipHeredocs(lines, index, logical.text, escapeChar);
    const keyword = /^\S+/.exec(logical.text)?.[0] ?? '';
    if (keyword !== '') found.push({ keyword: keyword.toUpperCase(), startLine: start + 1, endLine: index });
  }
  return found;
}

/** The index of the first line after the heredocs that the logical line opened. */
function skipHeredocs(lines: readonly string[], from: number, logical: string, escapeChar: string): number {
  let index = from;
  for (const heredoc of readHeredocs(logical, escapeChar)) {
    while (index < lines.length && !isTerminator(lines[index] ?? '', heredoc)) index += 1;
    index = Math.min(index + 1, lines.length);
  }
  return index;
}
