import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { recipeFinding } from '../order/recipe-finding.ts';
import { updatesApart } from '../order/update-apart.ts';
import { type RunSequence, runSequences } from '../recipe/recipe.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export type ConsecutiveRunsArgs = {
  /** RUN instructions of the sequence that is told of. */
  readonly runs: number;
  /** Other sequences of which the same is true. */
  readonly others: number;
};

/**
 * RUN instructions one behind the other that hide nothing of each other: merging them would save no byte, whatever
 * other tools say, and lose steps of the cache. Told once, of the longest such sequence.
 */
export const consecutiveRuns: Rule = {
  id: 'consecutive-runs',
  find: subject => {
    const { recipe } = subject;
    if (recipe === null || subject.analysis.baseLayerCount === null) return [];
    const made = new Set(subject.analysis.layers.map(({ index }) => subject.instructionOf(index)));
    // These are to be merged for another reason.
    const apart = updatesApart(recipe);
    const sequences = runSequences(recipe).filter(
      runs =>
        runs.length > 1 &&
        runs.every(run => made.has(run)) &&
        !apart.some(({ update, install }) => runs.includes(update) && runs.includes(install)) &&
        !hidesItsOwn(subject, runs),
    );
    const [longest] = sequences.toSorted((a, b) => b.length - a.length);
    const [first] = longest ?? [];
    if (longest === undefined || first === undefined) return [];
    const args: ConsecutiveRunsArgs = { runs: longest.length, others: sequences.length - 1 };
    const related = longest.at(-1) ?? null;
    return [recipeFinding({ rule: 'consecutive-runs', severity: 'info', args, at: first, related })];
  },
};

function hidesItsOwn(subject: Subject, runs: RunSequence): boolean {
  const isOfRun = (instruction: DockerfileInstruction | null): boolean =>
    instruction !== null && runs.includes(instruction);
  const layers = new Set(
    subject.analysis.layers.map(({ index }) => index).filter(index => isOfRun(subject.instructionOf(index))),
  );
  return subject.analysis.wastedFiles.some(
    ({ writtenBy, hiddenBy }) => writtenBy !== hiddenBy && layers.has(writtenBy) && layers.has(hiddenBy),
  );
}
