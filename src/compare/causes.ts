import type { Cause, CauseKind } from './comparison.ts';
import type { LayerMatch } from './layer-match.ts';
import type { PathBytes } from './path-summary.ts';
import { summarizePaths } from './path-summary.ts';
import type { Snapshot, SnapshotLayer } from './snapshot.ts';

/**
 * Takes the size delta apart: one cause for all base layers, one for each own layer that is not the same.
 * What moved neither bytes nor files is no cause.
 */
export function causesOf(base: Snapshot, head: Snapshot, matches: readonly LayerMatch[]): Cause[] {
  const causes = matches.flatMap(match => {
    const before = match.base === null ? null : (base.layers[match.base] ?? null);
    const after = match.head === null ? null : (head.layers[match.head] ?? null);
    return isInBaseBlock(base, head, match) ? [] : layerCause(match, before, after);
  });
  return [...baseCause(base, head), ...causes]
    .filter(cause => cause.bytes !== 0 || cause.files.length > 0)
    .sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));
}

/** Where the base is known on both sides, its layers are one block on both. */
function isInBaseBlock(base: Snapshot, head: Snapshot, match: LayerMatch): boolean {
  if (base.baseLayerCount === null || head.baseLayerCount === null) return false;
  if (match.base !== null) return match.base < base.baseLayerCount;
  return match.head !== null && match.head < head.baseLayerCount;
}

function baseCause(base: Snapshot, head: Snapshot): Cause[] {
  if (base.baseSize === null || head.baseSize === null) return [];
  const bytes = head.baseSize - base.baseSize;
  const createdBy = head.baseName ?? base.baseName ?? '';
  return [{ kind: 'base-image', bytes, instruction: null, createdBy, files: [], otherBytes: bytes }];
}

type Side = SnapshotLayer | null;

function layerCause(match: LayerMatch, before: Side, after: Side): Cause[] {
  const layer = after ?? before;
  if (layer === null || match.kind === 'identical') return [];
  const bytes = (after?.size ?? 0) - (before?.size ?? 0);
  // A base layer's files are not in the snapshot: what moved below can then not be told.
  const told = before?.origin !== 'base' && after?.origin !== 'base';
  const { paths, otherBytes } = told
    ? summarizePaths(fileChanges(before, after))
    : { paths: [], otherBytes: bytes };
  const { instruction, createdBy } = layer;
  return [{ kind: kindOf(match, before, after), bytes, instruction, createdBy, files: paths, otherBytes }];
}

function kindOf({ kind }: LayerMatch, before: Side, after: Side): CauseKind {
  const untold = [before, after].some(layer => layer !== null && layer.instruction === null);
  if (untold) return 'layers';
  if (before === null) return 'instruction-added';
  if (after === null) return 'instruction-removed';
  return kind === 'rebuilt' ? 'instruction-rebuilt' : 'instruction-changed';
}

function fileChanges(before: Side, after: Side): PathBytes[] {
  const changes = new Map<string, number>();
  for (const [path, bytes] of after?.files ?? []) changes.set(path, (changes.get(path) ?? 0) + bytes);
  for (const [path, bytes] of before?.files ?? []) changes.set(path, (changes.get(path) ?? 0) - bytes);
  return [...changes].filter(([, bytes]) => bytes !== 0);
}
