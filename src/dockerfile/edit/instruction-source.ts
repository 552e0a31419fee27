import { type InstructionLines, readInstructionLines } from '../dockerfile-instruction.ts';
import { splitInstruction } from '../instruction-flag.ts';
import { LogicalLine } from '../logical-line.ts';
import { type RunScript, runScript } from '../shell/run-script.ts';
import { isBlank, isComment, trimSpaceEnd, trimSpaceStart } from '../white-space.ts';
import { type Position, PositionMap, type RawLine } from './raw-line.ts';

/** A replacement of what stands between two places. */
interface Splice {
  readonly from: Position;
  readonly to: Position;
  readonly text: string;
}

/** The raw lines of one instruction, and which character of its script stands where in them. */
export class InstructionSource {
  readonly lines: readonly RawLine[];
  readonly escape: '\\' | '`';
  /** In capitals. */
  readonly keyword: string;
  readonly read: InstructionLines;
  readonly run: RunScript;
  /** Where keyword and flags end. */
  readonly flagsEnd: Position;
  /** Where the arguments begin and end, here-documents aside. */
  readonly bodyStart: Position;
  readonly bodyEnd: Position;
  /** Indices of the lines that the instruction's own words stand on: no comments, no empty lines, no here-documents. */
  readonly wordLines: readonly number[];
  /** Whether its last line says that it goes on, and nothing follows. */
  readonly endsOpen: boolean;
  /** Whether nothing but spaces and tabs stand behind its arguments, and no other line does. */
  readonly endsPlain: boolean;
  readonly #script: PositionMap;

  constructor(lines: readonly RawLine[], escapeChar: '\\' | '`') {
    this.lines = lines;
    this.escape = escapeChar;
    const texts = lines.map(({ text }) => text);
    this.read = readInstructionLines(texts, escapeChar);
    const logical = new LogicalLine(escapeChar);
    const map = new PositionMap();
    const wordLines: number[] = [];
    let index = 0;
    for (; index < lines.length && logical.open; index += 1) {
      const line = texts[index] ?? '';
      const before = logical.text.length;
      logical.add(line);
      const column = before === 0 ? line.length - trimSpaceStart(line).length : 0;
      map.add(index, column, logical.text.length - before);
      if (!isComment(line) && !isBlank(line)) wordLines.push(index);
    }
    this.wordLines = wordLines;
    this.endsOpen = logical.open;
    this.keyword = splitInstruction(logical.text, escapeChar).keyword;
    this.run = runScript({ keyword: this.keyword, ...this.read });
    const bodyEnd = trimSpaceEnd(logical.text).length;
    const bodyStart = bodyEnd - this.read.body.length;
    this.flagsEnd = map.before(trimSpaceEnd(logical.text.slice(0, bodyStart)).length);
    this.bodyStart = map.at(bodyStart);
    this.bodyEnd = map.before(bodyEnd);
    const rest = texts[this.bodyEnd.line]?.slice(this.bodyEnd.column) ?? '';
    this.endsPlain = /^[ \t]*$/.test(rest) && this.bodyEnd.line === lines.length - 1;
    this.#script = this.run.form === 'heredoc' ? heredocMap(this.read, index) : map.from(bodyStart);
  }

  /** Where a character of the script stands. */
  scriptAt(offset: number): Position {
    return this.#script.at(offset);
  }

  /** Behind the character before it. */
  scriptBefore(offset: number): Position {
    return this.#script.before(offset);
  }

  /**
   * The lines with other text in one place, or with insertions in several. Comments in the midst of what is replaced
   * stay: behind the new text, or above it where it begins a line.
   */
  splice(splices: readonly Splice[]): readonly RawLine[] {
    let lines = [...this.lines];
    const sorted = splices.toSorted((a, b) => b.from.line - a.from.line || b.from.column - a.from.column);
    const lastWords = this.wordLines.at(-1) ?? 0;
    for (const { from, to, text } of sorted) {
      const [first, last] = [lines[from.line], lines[to.line]];
      if (first === undefined || last === undefined) continue;
      const head = first.text.slice(0, from.column);
      const joined = { text: head + text + last.text.slice(to.column), end: last.end };
      if (from.line === to.line) {
        lines[from.line] = joined;
        continue;
      }
      // Behind the last line of words a `#` begins a line of a here-document.
      const kept = lines
        .slice(from.line + 1, Math.min(to.line, lastWords))
        .filter(({ text: line }) => isComment(line));
      const order = head.trim() === '' ? [...kept, joined] : [joined, ...kept];
      lines = [...lines.slice(0, from.line), ...withEnds(order, first.end), ...lines.slice(to.line + 1)];
    }
    return lines;
  }
}

/** Every line but the last needs an end, which the last line of a file may not have had. */
function withEnds(lines: readonly RawLine[], end: string): readonly RawLine[] {
  const open = lines.findIndex(line => line.end === '');
  if (open < 0 || open === lines.length - 1) return lines;
  return lines.map((line, index) => {
    if (index === open) return { ...line, end };
    return index === lines.length - 1 ? { ...line, end: '' } : line;
  });
}

/** The lines of a here-document that is a script: as `runScript` joins them. */
function heredocMap({ heredocs: [heredoc] }: InstructionLines, firstLine: number): PositionMap {
  const map = new PositionMap();
  for (const [index, line] of (heredoc?.lines ?? []).entries()) {
    const column = heredoc?.chomp ? (/^\t+/.exec(line)?.[0].length ?? 0) : 0;
    map.add(firstLine + index, column, line.length - column + 1);
  }
  return map;
}
