import type { WastedFile } from '../../analysis/image-analysis.ts';
import { sumBytes } from '../../base/sum-bytes.ts';
import { runSequences } from '../../dockerfile/built-dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { isRewrittenState } from '../../package-managers/leftovers.ts';
import type { FreedFile } from '../../savings/layer-files.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { cleanupFixes } from './cleanup-fix.ts';
import { hasMergeObstacle } from './merge-obstacle.ts';
import { MergePlan, type Range, type WastefulPair } from './merge-plan.ts';
import { instructionSizes } from './run-sizes.ts';
import { usesFiles } from './uses-files.ts';

/** RUN instructions that are to become one. */
export interface Merge {
  readonly edits: readonly DockerfileEdit[];
  /** At least two, in order. */
  readonly runs: readonly DockerfileInstruction[];
  /** All that they waste among them, whichever rule tells of it. */
  readonly files: readonly WastedFile[];
}

/** The merges of an image's RUN instructions. */
export const mergeFixes = memoize((context: RuleContext) => new MergeFixes(context));

/** One row of RUN instructions, with what they hide of each other. */
interface Sequence {
  readonly runs: readonly DockerfileInstruction[];
  readonly pairs: Map<string, Pair>;
}

interface Pair extends Range {
  readonly files: WastedFile[];
}

/**
 * Which RUN instructions are to be merged, so that what one of them writes and another hides leaves no byte: those that
 * are worth it, and that no edit or comment forbids.
 */
class MergeFixes {
  readonly merges: readonly Merge[];
  /** Sequence and place of each RUN, by its first line. */
  readonly #places = new Map<number, readonly [sequence: number, place: number]>();
  readonly #chosen: (readonly (Range & { readonly merge: Merge })[])[] = [];
  readonly #context: RuleContext;

  constructor(context: RuleContext) {
    this.#context = context;
    const sequences = context.dockerfile === null ? [] : runSequences(context.dockerfile);
    for (const [sequence, runs] of sequences.entries()) {
      for (const [place, { startLine }] of runs.entries()) this.#places.set(startLine, [sequence, place]);
    }
    const rows = sequences.map((runs): Sequence => ({ runs, pairs: new Map() }));
    for (const file of context.analysis.wastedFiles) this.#sort(file, rows);
    for (const row of rows) this.#chosen.push(this.#choose(row));
    this.merges = this.#chosen.flatMap(chosen => chosen.map(({ merge }) => merge));
  }

  /** What leaves no byte of files that the one layer wrote and the other hid; empty where no merge does. */
  editsFor(pair: Pick<WastedFile, 'writtenBy' | 'hiddenBy'>): readonly DockerfileEdit[] {
    const range = this.#rangeOf(pair);
    const merge = range && this.#chosen[range.sequence]?.find(each => isWithin(range, each))?.merge;
    return merge?.edits ?? [];
  }

  /** Whether the two layers were made by RUNs that stand in one row. */
  areInOneRow(pair: Pick<WastedFile, 'writtenBy' | 'hiddenBy'>): boolean {
    return this.#rangeOf(pair) !== null;
  }

  #sort(file: WastedFile, rows: readonly Sequence[]): void {
    const range = this.#rangeOf(file);
    if (range === null) return;
    const pairs = rows[range.sequence]?.pairs;
    const key = `${range.first} ${range.last}`;
    const pair = pairs?.get(key);
    if (pair === undefined) pairs?.set(key, { ...range, files: [file] });
    else pair.files.push(file);
  }

  #choose({ runs, pairs }: Sequence): readonly (Range & { readonly merge: Merge })[] {
    const { analysis, dockerfile } = this.#context;
    if (pairs.size === 0 || dockerfile === null) return [];
    const sizes = instructionSizes(this.#context);
    const cleanups = cleanupFixes(this.#context);
    const all = [...pairs.values()];
    const plan = new MergePlan(
      runs.map(run => sizes.get(run) ?? 0),
      all.map(({ first, last, files }): WastefulPair => {
        const bytes = sumBytes(files);
        const state = sumBytes(files.filter(({ path }) => isRewrittenState(path)));
        const cleanable = sumBytes(files.filter(file => cleanups.isCleanedAlone(file)));
        return { first, last, bytes, state, cleanable };
      }),
      analysis.size,
      (place, range) => {
        const run = runs[place];
        const crossing = all.filter(pair => isWithin(pair, range) && pair.first < place && place < pair.last);
        return run !== undefined && crossing.some(({ files }) => usesFiles(run, files));
      },
    );
    const editsOf = ({ first, last }: Range): readonly DockerfileEdit[] => {
      const [line, lastLine] = [runs[first]?.startLine ?? 0, runs[last]?.startLine ?? 0];
      return [{ kind: 'merge-runs', line, lastLine }];
    };
    const chosen = plan.best(range => {
      const edits = editsOf(range);
      return editProblem(dockerfile.file, edits) === null && !hasMergeObstacle(this.#context, edits);
    });
    return chosen.map(range => {
      const files = all.filter(pair => isWithin(pair, range)).flatMap(pair => pair.files);
      return {
        ...range,
        merge: { edits: editsOf(range), runs: runs.slice(range.first, range.last + 1), files },
      };
    });
  }

  /** null unless both layers were made by two RUN instructions of one sequence. */
  #rangeOf({
    writtenBy,
    hiddenBy,
  }: Pick<WastedFile, 'writtenBy' | 'hiddenBy'>): (Range & { readonly sequence: number }) | null {
    const [writer, hider] = [writtenBy, hiddenBy].map(layer => {
      const instruction = this.#context.instructionOf(layer);
      return instruction === null ? undefined : this.#places.get(instruction.startLine);
    });
    if (!writer || !hider || writer[0] !== hider[0] || writer[1] >= hider[1]) return null;
    return { sequence: writer[0], first: writer[1], last: hider[1] };
  }
}

/** The files of a merge as what it frees. */
export function freedByMerge({ files }: Merge): readonly FreedFile[] {
  return files.map(({ writtenBy, path, bytes }) => ({ layer: writtenBy, path, bytes }));
}

function isWithin(inner: Range, outer: Range): boolean {
  return inner.first >= outer.first && inner.last <= outer.last;
}
