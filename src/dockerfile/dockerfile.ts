import { DockerfileParser } from 'dockerfile-ast';
import type { DockerfileInstruction } from './dockerfile-instruction.ts';
import { readInstructionLines, sourceText } from './instruction-lines.ts';
import { type ScannedInstruction, scanInstructions } from './line-scan.ts';
import { escapeCharacter, parserDirectives } from './parser-directive.ts';
import { readStages, type Stage } from './stage.ts';

export interface Dockerfile {
  readonly file: string;
  /** As it was read, with its byte order mark and line ends. */
  readonly text: string;
  /** Without line ends; `lines[0]` is line 1. */
  readonly lines: readonly string[];
  readonly escape: '\\' | '`';
  /** `syntax`, `escape`, `check` where the file has them. */
  readonly directives: ReadonlyMap<string, string>;
  /** In the order of the file. */
  readonly instructions: readonly DockerfileInstruction[];
  /** In the order of the file. */
  readonly stages: readonly Stage[];
}

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
const LONGEST_FOR_AST = 256 * 1024;

/**
 * Reads a Dockerfile. Never throws: what BuildKit would refuse is still cut into instructions as well as can be.
 * @param file the path that locations show
 */
export function parseDockerfile(text: string, file: string): Dockerfile {
  const source = text.replace(/^\uFEFF/, '');
  const lines = source.split('\n').map(line => line.replace(/\r$/, ''));
  if (lines.at(-1) === '') lines.pop();
  const directives = parserDirectives(lines);
  const escapeChar = escapeCharacter(directives);
  let stage = -1;
  const instructions = rangesOf(lines, escapeChar).map(
    ({ keyword, startLine, endLine }): DockerfileInstruction => {
      if (keyword === 'FROM') stage += 1;
      const own = lines.slice(startLine - 1, endLine);
      return {
        ...readInstructionLines(own, escapeChar),
        ...{ keyword, file, startLine, endLine, text: sourceText(own, escapeChar) },
        stage: stage < 0 ? null : stage,
      };
    },
  );
  return {
    file,
    text,
    lines,
    escape: escapeChar,
    directives,
    instructions,
    stages: readStages(instructions, lines.length),
  };
}

function rangesOf(lines: readonly string[], escapeChar: string): readonly ScannedInstruction[] {
  const text = lines.join('\n');
  if (text.length > LONGEST_FOR_AST || MISREAD.some(pattern => pattern.test(text))) {
    return scanInstructions(lines, escapeChar);
  }
  try {
    const ranges = DockerfileParser.parse(text)
      .getInstructions()
      .map(instruction => {
        const range = instruction.getRange();
        return {
          keyword: instruction.getKeyword(),
          startLine: range.start.line + 1,
          endLine: lastLineWithText(lines, range.start.line, range.end.line) + 1,
        };
      });
    return ranges;
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
