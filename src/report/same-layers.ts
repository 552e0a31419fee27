import type { Report } from './report.ts';

/** Whether the two images have the same layers: nothing is to be pulled, and nothing is gone. */
export function hasSameLayers({ pull, layers }: NonNullable<Report['comparison']>): boolean {
  const isSame = layers.every(
    ({ change, baselineIndex, headIndex }) => change === 'unchanged' && baselineIndex === headIndex,
  );
  return isSame && pull !== null && pull.layers.length === 0;
}
