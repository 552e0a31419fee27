import {
  type DockerfileInstruction,
  type InstructionLocation,
  readInstructionLines,
  sourceText,
} from './dockerfile-instruction.ts';
import { instructionRanges } from './instruction-ranges.ts';
import { readStages, type Stage } from './stage.ts';
import { trimLineEnd, trimSpaceEnd, trimSpaceStart } from './white-space.ts';

/** A Dockerfile as its instructions and stages. */
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
  const instructions = instructionRanges(lines, escapeChar).map(
    ({ keyword, startLine, endLine }): DockerfileInstruction => {
      if (keyword === 'FROM') stage += 1;
      const own = lines.slice(startLine - 1, endLine);
      return {
        ...readInstructionLines(own, escapeChar),
        keyword,
        file,
        startLine,
        endLine,
        text: sourceText(own, escapeChar),
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

const DIRECTIVE = /^([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=([^\n\r]+)$/;
const DIRECTIVE_NAMES: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);

/** `# syntax=…`, `# escape=…`, `# check=…`: by lower-case name. Whatever else the file begins with ends them. */
function parserDirectives(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    const comment = trimLineEnd(trimSpaceStart(line));
    const match = comment.startsWith('#') ? DIRECTIVE.exec(trimSpaceStart(comment.slice(1))) : null;
    const name = match?.[1]?.toLowerCase() ?? '';
    if (!DIRECTIVE_NAMES.has(name) || found.has(name)) break;
    found.set(name, trimSpaceEnd(trimSpaceStart(match?.[2] ?? '')));
  }
  return found;
}

/** The character that continues a line: a backslash unless `# escape=` names the backtick. */
function escapeCharacter(directives: ReadonlyMap<string, string>): '\\' | '`' {
  return directives.get('escape') === '`' ? '`' : '\\';
}

/** The instructions that stand on any of the lines (1-based, inclusive), in order. */
export function instructionsOn(
  dockerfile: Dockerfile,
  startLine: number,
  endLine: number,
): readonly DockerfileInstruction[] {
  return dockerfile.instructions.filter(each => each.startLine <= endLine && each.endLine >= startLine);
}

/** The lines as a location with their text; null when the file has no such lines. */
export function locate(
  dockerfile: Dockerfile,
  startLine: number,
  endLine: number,
): InstructionLocation | null {
  const lines = dockerfile.lines.slice(Math.max(0, startLine - 1), endLine);
  if (startLine < 1 || endLine < startLine || lines.length === 0) return null;
  return { file: dockerfile.file, startLine, endLine, text: sourceText(lines, dockerfile.escape) };
}
