import { type Dockerfile, parseDockerfile } from '../dockerfile.ts';
import type { DockerfileInstruction } from '../dockerfile-instruction.ts';
import { shellInForce } from '../shell/shell-in-force.ts';
import type { InstructionEdit, OwnEdit, Refusal } from './dockerfile-edit.ts';
import { editInstruction } from './instruction-edits.ts';
import { InstructionSource } from './instruction-source.ts';
import { intendedInstructions, isIntended, type JoinedRun } from './intended-instruction.ts';
import {
  isInRange,
  type MadeMerge,
  type MergedRun,
  type MergeRange,
  mergeRanges,
  mergeRuns,
} from './merge-runs.ts';
import { joinLines, lineEnd, type RawLine, rawLines } from './raw-line.ts';

/** Makes edits in a Dockerfile's raw lines: first those inside of instructions, then the merges of what these became. */
export class DockerfileEditor {
  readonly #dockerfile: Dockerfile;
  readonly #edits: readonly OwnEdit[];
  readonly #mark: string;
  readonly #lines: readonly RawLine[];
  /** Edited instructions by their first line; null where nothing is left of one. */
  readonly #sources = new Map<number, InstructionSource | null>();
  /** What merges put before the commands of a RUN and take from them, by its first line. */
  readonly #joined = new Map<number, JoinedRun>();

  /** @param edits each once, in an order that does not depend on anybody's list */
  constructor(dockerfile: Dockerfile, edits: readonly OwnEdit[]) {
    this.#dockerfile = dockerfile;
    this.#edits = edits;
    this.#mark = dockerfile.text.startsWith('\uFEFF') ? '\uFEFF' : '';
    this.#lines = rawLines(dockerfile.text.slice(this.#mark.length));
  }

  /** The new text, or which edit cannot be made. */
  text(): string | Refusal {
    const refusal = this.#editInstructions();
    if (refusal !== null) return refusal;
    const ranges = mergeRanges(this.#dockerfile, this.#edits);
    if (!('length' in ranges)) return ranges;
    const merged = new Map<MergeRange, readonly RawLine[]>();
    for (const range of ranges) {
      const lines = this.#merge(range);
      if ('reason' in lines) return lines;
      merged.set(range, lines);
    }
    const text = this.#mark + joinLines(this.#compose(merged));
    return this.#verified(text, ranges);
  }

  #editInstructions(): Refusal | null {
    const { directives, instructions } = this.#dockerfile;
    const byLine = new Map<number, InstructionEdit[]>();
    for (const edit of this.#edits) {
      if (edit.kind !== 'merge-runs') byLine.set(edit.line, [...(byLine.get(edit.line) ?? []), edit]);
    }
    for (const [line, edits] of byLine) {
      const instruction = instructions.find(({ startLine }) => startLine === line);
      const [edit] = edits;
      if (edit === undefined) continue;
      if (instruction === undefined) return { edit, reason: `no instruction begins on line ${line}` };
      const shell = shellInForce(this.#dockerfile, instruction);
      const context = { shell, lineEnd: lineEnd(this.#lines) };
      const lines = editInstruction(this.#source(instruction), edits, context, directives.get('syntax'));
      if ('reason' in lines) return lines;
      this.#sources.set(
        line,
        lines.length === 0 ? null : new InstructionSource(lines, this.#dockerfile.escape),
      );
    }
    return null;
  }

  /** As edited so far; null where the instruction goes away. */
  #edited(instruction: DockerfileInstruction): InstructionSource | null {
    const known = this.#sources.get(instruction.startLine);
    return known === undefined ? this.#source(instruction) : known;
  }

  #source({ startLine, endLine }: DockerfileInstruction): InstructionSource {
    return new InstructionSource(this.#lines.slice(startLine - 1, endLine), this.#dockerfile.escape);
  }

  #merge({ runs, edit }: MergeRange): readonly RawLine[] | Refusal {
    const parts: MergedRun[] = [];
    const kept: DockerfileInstruction[] = [];
    let above: readonly RawLine[] = [];
    let lead: readonly RawLine[] = [];
    for (const [index, run] of runs.entries()) {
      const source = this.#edited(run);
      const before = runs[index - 1];
      if (before !== undefined) above = [...above, ...this.#lines.slice(before.endLine, run.startLine - 1)];
      if (source === null) continue;
      if (parts.length === 0) lead = above;
      parts.push({ above: parts.length === 0 ? [] : above, source });
      kept.push(run);
      above = [];
    }
    const [first] = runs;
    if (parts.length < 2 || first === undefined) {
      return [...lead, ...parts.flatMap(({ source }) => source.lines), ...above];
    }
    const shell = shellInForce(this.#dockerfile, first);
    const made = mergeRuns(parts, shell, this.#dockerfile.instructions);
    if ('problem' in made) return { edit, reason: made.problem };
    this.#recordJoint(kept, made);
    return [...lead, ...made.lines, ...above];
  }

  #recordJoint(runs: readonly DockerfileInstruction[], { joined: { opening, parts } }: MadeMerge): void {
    for (const [index, { startLine }] of runs.entries()) {
      const before = index === 0 && opening !== '' ? [opening.split(' ')] : [];
      this.#joined.set(startLine, { before, dropped: (parts[index]?.from ?? 0) > 0 ? 1 : 0 });
    }
  }

  #compose(merged: ReadonlyMap<MergeRange, readonly RawLine[]>): readonly RawLine[] {
    const pieces: (readonly RawLine[])[] = [];
    let next = 0;
    const put = (startLine: number, endLine: number, own: readonly RawLine[]): void => {
      pieces.push(this.#lines.slice(next, startLine - 1), own);
      next = endLine;
    };
    const ranges = [...merged.keys()];
    for (const { startLine, endLine } of this.#dockerfile.instructions) {
      const range = ranges.find(each => isInRange(each, startLine));
      if (range === undefined) {
        if (this.#sources.has(startLine)) put(startLine, endLine, this.#sources.get(startLine)?.lines ?? []);
      } else if (range.runs[0]?.startLine === startLine) {
        put(startLine, range.runs.at(-1)?.endLine ?? endLine, merged.get(range) ?? []);
      }
    }
    return [...pieces.flat(), ...this.#lines.slice(next)];
  }

  /** The text, when it reads as the edits mean it. */
  #verified(text: string, ranges: readonly MergeRange[]): string | Refusal {
    const written = parseDockerfile(text, this.#dockerfile.file);
    const intended = intendedInstructions(this.#dockerfile, this.#edits, ranges, this.#joined);
    const wrong = intended.findIndex((each, index) => !isIntended(each, written.instructions[index]));
    if (wrong < 0 && written.instructions.length === intended.length) return text;
    const line = intended[wrong]?.line ?? 0;
    const edit = this.#edits.find(each => each.line === line) ?? this.#edits[0];
    if (edit === undefined) return text;
    return { edit, reason: 'the Dockerfile would not read as it is meant' };
  }
}
