import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { copyPlaces } from '../order/copy-place.ts';
import { recipeFinding } from '../order/recipe-finding.ts';
import { StepTimes } from '../order/step-times.ts';
import { type VolatileArgument, volatileArguments } from '../order/volatile-argument.ts';
import type { ClaimedFinding, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { installsBehind } from './copy-before-install.ts';

export type VolatileBeforeStableArgs = {
  /** The argument whose value changes; null where it is files that changed. */
  readonly argument: string | null;
  /** RUN instructions behind it that do not need it, and ran. */
  readonly runs: number;
  /** How long they took in this build. Milliseconds. */
  readonly ms: number;
  /** The same where this build shows that they ran because of it. */
  readonly lostMs: number | null;
};

/** Less is not worth another order. Milliseconds. */
const FLOOR = 1000;

/**
 * What changed in this build, or does in every build, before steps that do without it and took their time. Installs
 * behind sources are told by another rule.
 */
export const volatileBeforeStable: Rule = {
  id: 'volatile-before-stable',
  find: subject => {
    if (subject.recipe === null || subject.build === null) return [];
    const times = new StepTimes(subject);
    return [...changedFiles(subject, times), ...changedArguments(subject, times)];
  },
};

function changedFiles({ recipe }: Subject, times: StepTimes): readonly ClaimedFinding[] {
  if (recipe === null) return [];
  return copyPlaces(recipe).flatMap(copy => {
    const { chain, place, instruction, later } = copy;
    if (!times.brokeAt(chain, place)) return [];
    const told = new Set(installsBehind(copy));
    const runs = later.filter(run => run.isIndependent && !told.has(run)).map(run => run.instruction);
    return finding(instruction, runs, times, null, true);
  });
}

function changedArguments({ recipe }: Subject, times: StepTimes): readonly ClaimedFinding[] {
  if (recipe === null) return [];
  return volatileArguments(recipe).flatMap(({ instruction, name, chain, independent }: VolatileArgument) => {
    // Whatever value it has, the first RUN behind it is the first to have it.
    const first = chain.findIndex(
      ({ keyword }, place) => keyword === 'RUN' && place > chain.indexOf(instruction),
    );
    return finding(instruction, independent, times, name, first >= 0 && times.brokeAt(chain, first));
  });
}

function finding(
  at: DockerfileInstruction,
  runs: readonly DockerfileInstruction[],
  times: StepTimes,
  argument: string | null,
  isLost: boolean,
): readonly ClaimedFinding[] {
  const ran = runs.filter(run => times.of(run).outcome === 'executed');
  const ms = ran.reduce((sum, run) => sum + times.of(run).ms, 0);
  if (ms < FLOOR) return [];
  const args: VolatileBeforeStableArgs = { argument, runs: ran.length, ms, lostMs: isLost ? ms : null };
  const related = ran[0] ?? null;
  return [recipeFinding({ rule: 'volatile-before-stable', severity: 'info', args, at, related })];
}
