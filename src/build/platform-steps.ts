import type { BuildResult } from './build-result.ts';

/**
 * The same build with the steps of one platform's image alone, which may be those of others as well.
 * @param platform null where one was built
 */
export function stepsOfPlatform(build: BuildResult, platform: string | null): BuildResult {
  const { steps, graph, stepHashes } = build;
  const kept = steps.flatMap((step, index) => {
    const leadsTo = graph[index]?.platforms ?? [];
    // Where provenance does not tell, the name of the step does: a step without a platform in it is everybody's.
    const isOwn = leadsTo.length > 0 ? leadsTo.includes(platform ?? '') : step.platform === platform;
    return isOwn || platform === null || (leadsTo.length === 0 && step.platform === null) ? [index] : [];
  });
  if (kept.length === steps.length) return build;
  const indexes = new Map(kept.map((old, index) => [old, index]));
  return {
    ...build,
    steps: kept.flatMap(index => steps[index] ?? []),
    graph: kept.flatMap(index => {
      const node = graph[index];
      if (node === undefined) return [];
      return [{ ...node, inputs: node.inputs.flatMap(input => indexes.get(input) ?? []) }];
    }),
    stepHashes: kept.map(index => stepHashes[index] ?? null),
  };
}
