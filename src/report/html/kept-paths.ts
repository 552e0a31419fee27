import { type PathTable, ROOT } from '../../layer/path-table.ts';

/**
 * Which paths are shown one by one where there are too many: the heaviest, with the directories above them.
 * @param weights by path
 * @param max that are kept, the root among them
 * @returns by path, 1 where it is kept
 */
export function keptPaths(paths: PathTable, weights: Float64Array, max: number): Uint8Array {
  const kept = new Uint8Array(paths.size);
  if (paths.size <= max) return kept.fill(1);
  kept[ROOT] = 1;
  let left = max - 1;
  const byWeight = Uint32Array.from({ length: paths.size }, (_, node) => node).sort(
    (a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b,
  );
  for (const node of byWeight) {
    let needed = 0;
    for (let above = node; kept[above] === 0; above = paths.parentOf(above)) needed += 1;
    if (needed > left) break;
    left -= needed;
    for (let above = node; kept[above] === 0; above = paths.parentOf(above)) kept[above] = 1;
  }
  return kept;
}
