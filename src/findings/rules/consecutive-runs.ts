import { z } from 'zod';
import { plural } from '../../base/number-text.ts';
import { phrase, place } from '../../base/phrase.ts';
import { type RunSequence, runSequences } from '../../dockerfile/built-dockerfile.ts';
import { type DockerfileInstruction, locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { updatesApart } from './update-apart-from-install.ts';

/**
 * RUN instructions one behind the other that hide nothing of each other: merging them would save no byte, whatever
 * other tools say, and lose steps of the cache. Reported once, for the longest such sequence.
 */
export const consecutiveRuns = defineRule({
  id: 'consecutive-runs',
  family: 'dockerfile',
  order: 70,
  severity: 'info',
  args: () =>
    z.object({
      runs: z.int().min(2).describe('RUN instructions of the sequence'),
      others: z.int().min(0).describe('Other sequences of which the same is true'),
    }),
  finds: 'RUNs in a row that would save nothing if they were merged',
  why: 'Other tools advise merging every RUN. Merging saves bytes only where one RUN hides what another wrote, and it costs cached steps.',
  usual: '0 bytes: that is what it says.',
  remedy:
    'Nothing has to be done. Leave the RUNs apart, so that a change of one does not run the others again.',
  whenToIgnore: 'Where you do not want to be told: nothing is wrong.',
  find: context => {
    const { dockerfile } = context;
    if (dockerfile === null || !context.isBaseKnown) return [];
    const made = new Set(context.analysis.layers.map(({ index }) => context.instructionOf(index)));
    // These are to be merged for another reason.
    const apart = updatesApart(dockerfile);
    const sequences = runSequences(dockerfile).filter(
      runs =>
        runs.length > 1 &&
        runs.every(run => made.has(run)) &&
        !apart.some(({ update, install }) => runs.includes(update) && runs.includes(install)) &&
        !hidesItsOwn(context, runs),
    );
    const [longest] = sequences.toSorted((a, b) => b.length - a.length);
    const [first, last] = [longest?.[0], longest?.at(-1)];
    if (longest === undefined || first === undefined || last === undefined) return [];
    const args = { runs: longest.length, others: sequences.length - 1 };
    return [{ args, location: locationOf(first), related: locationOf(last) }];
  },
  what: ({ args: { runs, others }, location, related }) => {
    const range = location && related ? phrase` from ${place(location)} to ${place(related)}` : [];
    const elsewhere = others > 0 ? ` (as in ${plural(others, 'other place')})` : '';
    return phrase`Merging the ${runs} RUNs${range} would save 0 B${elsewhere}: none hides what another wrote`;
  },
  fix: () => phrase`keep them apart: the cache then holds each as a step of its own`,
});

function hidesItsOwn(context: RuleContext, runs: RunSequence): boolean {
  const isOfRun = (instruction: DockerfileInstruction | null): boolean =>
    instruction !== null && runs.includes(instruction);
  const layers = new Set(
    context.analysis.layers.map(({ index }) => index).filter(index => isOfRun(context.instructionOf(index))),
  );
  return context.analysis.wastedFiles.some(
    ({ writtenBy, hiddenBy }) => writtenBy !== hiddenBy && layers.has(writtenBy) && layers.has(hiddenBy),
  );
}
