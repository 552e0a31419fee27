import { DockerfileParser } from 'dockerfile-ast';
import { isTerminator, readHeredocs } from './heredoc.ts';
import { splitInstruction } from './instruction-flag.ts';
import { LogicalLine } from './logical-line.ts';
import { isBlank, isComment, trimSpaceEnd } from './white-space.ts';

/** A keyword in capitals and the lines that its instruction stands on: 1-based, inclusive. */
interface InstructionRange {
  readonly keyword: string;
  readonly startLine: number;
  readonly endLine: number;
}

/**
 * What dockerfile-ast 0.7.1 cuts into other instructions than BuildKit, or may throw at: here-documents, other white space
 * than blanks and tabs, an escape character of the file's own, escaped escapes, and an escape in a line's first word (it may
 * part a keyword), two assignments in one comment, and a continuation that nothing follows.
 */
const MISREAD = [
  /<</,
  /\r(?!$)|[\v\f\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF]/m,
  /^[ \t]*#.*escape/im,
  // Where no instruction stands above it they count as two directives, and as two lines.
  /^[ \t]*#[^=\n]*=[^#\n]*#[^=\n]*=/m,
  /[\\`][ \t]*[\\`][ \t]*$/m,
  /^[ \t]*\S*\\/m,
];

/** Characters. dockerfile-ast's time grows with the square of an instruction's length. */
const MAX_AST_LENGTH = 256 * 1024;

/** Where each instruction of the lines stands, in order: by dockerfile-ast where it cuts as BuildKit does. */
export function instructionRanges(lines: readonly string[], escapeChar: string): readonly InstructionRange[] {
  const text = lines.join('\n');
  if (text.length > MAX_AST_LENGTH || MISREAD.some(pattern => pattern.test(text)) || endsOpen(lines)) {
    return scanInstructions(lines, escapeChar);
  }
  return DockerfileParser.parse(text)
    .getInstructions()
    .map(instruction => {
      const { start, end } = instruction.getRange();
      return { keyword: instruction.getKeyword(), startLine: start.line + 1, endLine: end.line + 1 };
    });
}

/** Whether nothing follows the last continuation: dockerfile-ast leaves the lines behind it out. */
function endsOpen(lines: readonly string[]): boolean {
  const last = lines.findLast(line => !isBlank(line) && !isComment(line)) ?? '';
  return trimSpaceEnd(last).endsWith('\\');
}

/**
 * Where each instruction of the lines stands, in order: by the line rules of BuildKit's own parser
 * (`frontend/dockerfile/parser/parser.go`). A continuation that runs into the end of the file takes all that is left.
 */
export function scanInstructions(lines: readonly string[], escapeChar: string): readonly InstructionRange[] {
  const found: InstructionRange[] = [];
  let index = 0;
  while (index < lines.length) {
    const first = lines[index] ?? '';
    if (isBlank(first) || isComment(first)) {
      index += 1;
      continue;
    }
    const startLine = index + 1;
    const logical = new LogicalLine(escapeChar);
    while (logical.open && index < lines.length) {
      logical.add(lines[index] ?? '');
      index += 1;
    }
    index = skipHeredocs(lines, index, logical.text, escapeChar);
    const { keyword } = splitInstruction(logical.text, escapeChar);
    if (keyword !== '') found.push({ keyword, startLine, endLine: index });
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
