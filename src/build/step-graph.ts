import type { BuildResult } from './build-result.ts';

/** What a build's steps are, and how they hang together. */
export type StepGraph = Pick<BuildResult, 'steps' | 'graph'>;

/** The steps that ran although nothing they build on did, apart from pulls. Indexes, ascending. */
export function brokenSteps({ steps, graph }: StepGraph): readonly number[] {
  return steps.flatMap((step, index) => {
    if (step.outcome !== 'executed' || graph[index]?.kind === 'source') return [];
    const isBroken = (graph[index]?.inputs ?? []).every(
      input => graph[input]?.kind === 'source' || steps[input]?.outcome !== 'executed',
    );
    return isBroken ? [index] : [];
  });
}

/** The step, and those that ran because it did: each builds, through steps that ran, on it. */
export function ranBecauseOf({ steps, graph }: StepGraph, step: number): ReadonlySet<number> {
  const users = graph.map((): number[] => []);
  for (const [index, { inputs }] of graph.entries()) for (const input of inputs) users[input]?.push(index);
  const reached = new Set([step]);
  // A set is walked through while it grows.
  for (const index of reached) {
    for (const user of users[index] ?? []) if (steps[user]?.outcome === 'executed') reached.add(user);
  }
  return reached;
}

/** Time that they ran, of all together, without what they pulled. Milliseconds. */
export function timeOf({ steps }: StepGraph, indexes: Iterable<number>): number {
  let sum = 0;
  for (const index of indexes) {
    const { durationMs, pullMs } = steps[index] ?? { durationMs: null, pullMs: 0 };
    sum += Math.max(0, (durationMs ?? 0) - pullMs);
  }
  return Math.round(sum * 10) / 10;
}

/** Whether any step came from a cache: then one was there to miss. */
export function hadCache({ steps, graph }: StepGraph): boolean {
  return steps.some((step, index) => step.outcome === 'cached' && graph[index]?.kind !== 'source');
}
