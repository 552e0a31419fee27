import type { Cause, CauseKind, PackageChanges } from './comparison.ts';
import { coarseChange, fileChange, type LayerChange, type Side } from './layer-changes.ts';
import type { LayerMatch } from './layer-match.ts';
import { summarizePackages } from './package-summary.ts';
import { PackageUnion } from './package-union.ts';
import { summarizePaths } from './path-summary.ts';
import type { Snapshot, SnapshotLayer } from './snapshot.ts';

/** Packages that a cause lists. */
const LISTED = 10;
/** Packages that a comparison lists: more than anybody installs between two commits. */
const LISTED_IN_ALL = 1000;

/** Why one image is larger than another. */
export interface Explanation {
  /** Largest absolute bytes first. They add up to the size delta, byte for byte. */
  readonly causes: readonly Cause[];
  readonly packages: PackageChanges | null;
}

/**
 * Takes the size delta apart: one cause for all base layers, one for each own layer that is not the same.
 * What moved neither bytes nor packages nor files is no cause.
 */
export function explain(base: Snapshot, head: Snapshot, matches: readonly LayerMatch[]): Explanation {
  const union = PackageUnion.of(base, head);
  const all = new Map<number, number>(union?.numbers.map(number => [number, 0]));
  const described = (cause: CauseOrigin, change: LayerChange): Cause => {
    for (const [number, bytes] of change.packages) all.set(number, (all.get(number) ?? 0) + bytes);
    return causeOf(cause, change, union);
  };
  const causes: Cause[] = [];
  if (base.baseSize !== null && head.baseSize !== null) {
    causes.push(described(...baseCause(base, head, matches, union)));
  }
  for (const match of matches) {
    if (isInBaseBlock(base, head, match)) continue;
    const found = layerCause(match, sidesOf(base, head, match), union);
    if (found !== null) causes.push(described(...found));
  }
  return {
    causes: causes.filter(isMoving).sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes)),
    packages: union && packagesOf(head.size - base.size, all, union),
  };
}

/** What is known of a cause before what is below it. */
type CauseOrigin = Pick<Cause, 'kind' | 'bytes' | 'instruction' | 'createdBy'>;

function causeOf(
  cause: CauseOrigin,
  { packages: change, files }: LayerChange,
  union: PackageUnion | null,
): Cause {
  const { totals, changed } = summarizePackages(change, union);
  const packages = changed.filter(({ bytes }) => bytes !== 0).slice(0, LISTED);
  const { paths } = summarizePaths(files);
  const told = sumOf(packages) + sumOf(paths);
  return { ...cause, packages, packageTotals: totals, files: paths, otherBytes: cause.bytes - told };
}

function isMoving({ bytes, packages, files }: Cause): boolean {
  return bytes !== 0 || packages.length > 0 || files.length > 0;
}

function sumOf(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

function packagesOf(size: number, change: ReadonlyMap<number, number>, union: PackageUnion): PackageChanges {
  const { totals, changed } = summarizePackages(change, union);
  const packages = changed.slice(0, LISTED_IN_ALL);
  return { totals, packages, otherBytes: size - sumOf(packages) };
}

/** Where the base is known on both sides, its layers are one block on both. */
function isInBaseBlock(base: Snapshot, head: Snapshot, match: LayerMatch): boolean {
  if (base.baseLayerCount === null || head.baseLayerCount === null) return false;
  if (match.base !== null) return match.base < base.baseLayerCount;
  return match.head !== null && match.head < head.baseLayerCount;
}

function sidesOf(base: Snapshot, head: Snapshot, match: LayerMatch): readonly [before: Side, after: Side] {
  const before = match.base === null ? null : (base.layers[match.base] ?? null);
  const after = match.head === null ? null : (head.layers[match.head] ?? null);
  return [before, after];
}

/** Layers that both base images have are left out: what is in them did not move. */
function baseCause(
  base: Snapshot,
  head: Snapshot,
  matches: readonly LayerMatch[],
  union: PackageUnion | null,
): readonly [CauseOrigin, LayerChange] {
  const others = matches
    .filter(match => match.kind !== 'identical' && isInBaseBlock(base, head, match))
    .map(match => sidesOf(base, head, match));
  const before = others.flatMap(([layer]) => layer ?? []);
  const after = others.flatMap(([, layer]) => layer ?? []);
  const bytes = (head.baseSize ?? 0) - (base.baseSize ?? 0);
  const createdBy = head.baseName ?? base.baseName ?? '';
  const top = after.at(-1) ?? before.at(-1) ?? null;
  const instruction = top === null ? null : top.instruction;
  return [{ kind: 'base-image', bytes, instruction, createdBy }, coarseChange(before, after, union)];
}

function layerCause(
  match: LayerMatch,
  [before, after]: readonly [Side, Side],
  union: PackageUnion | null,
): readonly [CauseOrigin, LayerChange] | null {
  const layer = after ?? before;
  const bytes = (after?.size ?? 0) - (before?.size ?? 0);
  // The same layer has other bytes only where another version of us measured it.
  if (layer === null || (match.kind === 'identical' && bytes === 0)) return null;
  const { instruction, createdBy } = layer;
  const cause = { kind: kindOf(match, before, after), bytes, instruction, createdBy };
  const list = (side: Side): readonly SnapshotLayer[] => (side === null ? [] : [side]);
  const isListed = before?.origin !== 'base' && after?.origin !== 'base';
  return [
    cause,
    isListed ? fileChange(before, after, union) : coarseChange(list(before), list(after), union),
  ];
}

function kindOf({ kind }: LayerMatch, before: Side, after: Side): CauseKind {
  const untold = [before, after].some(layer => layer !== null && layer.instruction === null);
  if (untold) return 'layers';
  if (before === null) return 'instruction-added';
  if (after === null) return 'instruction-removed';
  return kind === 'edited' ? 'instruction-changed' : 'instruction-rebuilt';
}
