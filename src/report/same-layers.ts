import type { Report } from './report.ts';

/** Whether the two images have the same layers: nothing is to be pulled, and nothing is gone. */
export function hasSameLayers({ pull, layers }: NonNullable<Report['comparison']>): boolean {
  const isSame = layers.every(
    ({ change, baselineIndex, headIndex }) => change === 'unchanged' && baselineIndex === headIndex,
  );
  return isSame && pull !== null && pull.layers.length === 0;
}

/** Whether the two images have the same files, in whichever layers: all contents are known, and none differs. */
export function hasSameFiles({
  delta,
  causes,
  contents,
  renamed,
}: NonNullable<Report['comparison']>): boolean {
  if (delta.size !== 0 || causes.length > 0 || renamed.length > 0 || contents === null) return false;
  return contents.changed.count === 0 && contents.assumed.count === 0 && contents.unlistedBytes === 0;
}
