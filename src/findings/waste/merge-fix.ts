import type { WastedFile } from '../../analysis/image-analysis.ts';
import { runSequences } from '../../dockerfile/built-dockerfile.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { isWorthTelling } from './waste-group.ts';

/** The merges of an image's RUN instructions. */
export const mergeFixes = memoize((context: RuleContext) => new MergeFixes(context));

/** Places of RUN instructions in their sequence, both inclusive. */
interface Range {
  first: number;
  last: number;
}

/**
 * Which RUN instructions are to be merged, so that what one of them writes and another hides leaves no byte. Ranges
 * that share an instruction are one: each merge stands for itself, and saves all the waste that is inside it.
 */
class MergeFixes {
  readonly #editsOf = new Map<number, readonly DockerfileEdit[]>();
  /** Sequence and place of each RUN, by its first line. */
  readonly #places = new Map<number, readonly [sequence: number, place: number]>();
  readonly #context: RuleContext;

  constructor(context: RuleContext) {
    this.#context = context;
    const { dockerfile } = context;
    if (dockerfile === null) return;
    const sequences = runSequences(dockerfile);
    for (const [sequence, runs] of sequences.entries()) {
      for (const [place, { startLine }] of runs.entries()) this.#places.set(startLine, [sequence, place]);
    }
    for (const [sequence, ranges] of this.#wastefulRanges()) {
      for (const { first, last } of united(ranges)) {
        const runs = (sequences[sequence] ?? []).slice(first, last + 1);
        const [line, lastLine] = [runs[0]?.startLine ?? 0, runs.at(-1)?.startLine ?? 0];
        const edits = [{ kind: 'merge-runs', line, lastLine }] as const;
        if (editProblem(dockerfile.file, edits) !== null) continue;
        for (const { startLine } of runs) this.#editsOf.set(startLine, edits);
      }
    }
  }

  /** What leaves no byte of files that the one layer wrote and the other hid; empty where no merge does. */
  editsFor({ writtenBy, hiddenBy }: Pick<WastedFile, 'writtenBy' | 'hiddenBy'>): readonly DockerfileEdit[] {
    const range = this.#rangeOf(writtenBy, hiddenBy);
    const writer = this.#context.instructionOf(writtenBy);
    return range === null || writer === null ? [] : (this.#editsOf.get(writer.startLine) ?? []);
  }

  /** Pairs of layers that waste too little to be reported do not justify merging anything. */
  #wastefulRanges(): ReadonlyMap<number, Range[]> {
    const { analysis } = this.#context;
    const pairs = new Map<string, { readonly file: WastedFile; bytes: number }>();
    for (const file of analysis.wastedFiles) {
      const key = `${file.writtenBy} ${file.hiddenBy}`;
      const pair = pairs.get(key);
      if (pair === undefined) pairs.set(key, { file, bytes: file.bytes });
      else pair.bytes += file.bytes;
    }
    const ranges = new Map<number, Range[]>();
    for (const { file, bytes } of pairs.values()) {
      const found = isWorthTelling(bytes, analysis) ? this.#rangeOf(file.writtenBy, file.hiddenBy) : null;
      if (found === null) continue;
      const others = ranges.get(found.sequence);
      if (others === undefined) ranges.set(found.sequence, [found]);
      else others.push(found);
    }
    return ranges;
  }

  /** null unless both layers were made by two RUN instructions of one sequence. */
  #rangeOf(writtenBy: number, hiddenBy: number): (Range & { readonly sequence: number }) | null {
    const [writer, hider] = [writtenBy, hiddenBy].map(layer => {
      const instruction = this.#context.instructionOf(layer);
      return instruction === null ? undefined : this.#places.get(instruction.startLine);
    });
    if (!writer || !hider || writer[0] !== hider[0] || writer[1] >= hider[1]) return null;
    return { sequence: writer[0], first: writer[1], last: hider[1] };
  }
}

function united(ranges: readonly Range[]): readonly Range[] {
  const sorted = ranges.toSorted((a, b) => a.first - b.first);
  const result: Range[] = [];
  for (const { first, last } of sorted) {
    const open = result.at(-1);
    if (open !== undefined && first <= open.last) open.last = Math.max(open.last, last);
    else result.push({ first, last });
  }
  return result;
}
