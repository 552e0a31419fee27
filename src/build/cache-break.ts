import type { BuildResult } from './build-result.ts';
import type { CacheBreak, CacheBreakReason } from './build-step.ts';

/**
 * The first step that ran although all it builds on was cached, and why. On the final chain where there is one;
 * else the step of another stage that made the final chain run again. Null when nothing ran.
 * @param base the build of the base commit on the same builder, where there is one
 */
export function cacheBreak(head: BuildResult, base: BuildResult | null): CacheBreak | null {
  const broken = head.steps.map((_step, index) => index).filter(index => isBroken(head, index));
  const onChain = broken.find(index => head.steps[index]?.onFinalChain);
  const step = onChain ?? broken.find(index => feedsFinalChain(head, index));
  return step === undefined ? null : { step, reason: reasonOf(head, base, step) };
}

function isBroken({ steps, graph }: BuildResult, index: number): boolean {
  if (steps[index]?.outcome !== 'executed' || graph[index]?.kind === 'source') return false;
  return (graph[index]?.inputs ?? []).every(
    input => graph[input]?.kind === 'source' || steps[input]?.outcome !== 'executed',
  );
}

/** Whether a step of the final chain that ran builds, through steps that ran, on this one. */
function feedsFinalChain({ steps, graph }: BuildResult, index: number): boolean {
  const reached = new Set([index]);
  // Steps are not always listed after their inputs, so go on until nothing more is reached.
  for (let size = 0; size < reached.size; ) {
    size = reached.size;
    graph.forEach((node, at) => {
      if (steps[at]?.outcome === 'executed' && node.inputs.some(input => reached.has(input))) reached.add(at);
    });
  }
  return [...reached].some(at => steps[at]?.onFinalChain);
}

function reasonOf(head: BuildResult, base: BuildResult | null, step: number): CacheBreakReason {
  const hash = head.stepHashes[step];
  const node = head.graph[step];
  if (!hash || !node) return 'unknown';
  if (!base) return 'not-in-cache';
  if (base.stepHashes.includes(hash)) {
    return node.readsFiles && hadCache(head) ? 'content-changed' : 'not-in-cache';
  }
  const isKnown = base.graph.some(each => each.definition !== null && each.definition === node.definition);
  return isKnown ? 'base-changed' : 'definition-changed';
}

/** A step that was cached shows that a cache was there to miss. */
function hadCache({ steps, graph }: BuildResult): boolean {
  return steps.some((step, index) => step.outcome === 'cached' && graph[index]?.kind !== 'source');
}
