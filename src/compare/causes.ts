import type { Cause, CauseKind, PackageChanges } from './comparison.ts';
import { type ContentChange, compareCoarsely, compareFiles, type MaybeLayer } from './layer-changes.ts';
import type { LayerMatch } from './layer-match.ts';
import { PackageUnion, summarizePackages } from './package-union.ts';
import { summarizePaths } from './path-summary.ts';
import type { Snapshot, SnapshotLayer } from './snapshot.ts';

/** Packages that a cause lists. */
const MAX_LISTED = 10;
/** Packages that a comparison lists: more than anybody installs between two commits. */
const MAX_LISTED_IN_ALL = 1000;

/** Why one image is larger than another. */
interface Explanation {
  /** Largest absolute bytes first. They add up to the size delta, byte for byte. */
  readonly causes: readonly Cause[];
  readonly packages: PackageChanges | null;
}

/**
 * Takes the size delta apart: one cause for all base layers, one for each own layer that is not the same.
 * What moved neither bytes nor packages nor files is no cause.
 */
export function explain(baseline: Snapshot, head: Snapshot, matches: readonly LayerMatch[]): Explanation {
  const union = PackageUnion.of(baseline, head);
  const all = new Map<number, number>(union?.numbers.map(number => [number, 0]));
  const described = (cause: CauseOrigin, change: ContentChange): Cause => {
    for (const [number, bytes] of change.packages) all.set(number, (all.get(number) ?? 0) + bytes);
    return causeOf(cause, change, union);
  };
  const causes: Cause[] = [];
  if (baseline.baseSize !== null && head.baseSize !== null) {
    causes.push(described(...baseImageCause(baseline, head, matches, union)));
  }
  for (const match of matches) {
    if (isInBaseImage(baseline, head, match)) continue;
    const found = layerCause(match, layersOf(baseline, head, match), union);
    if (found !== null) causes.push(described(...found));
  }
  return {
    causes: causes.filter(isMoving).sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes)),
    packages: union && packagesOf(head.size - baseline.size, all, union),
  };
}

/** What is known of a cause before what is below it. */
type CauseOrigin = Pick<Cause, 'kind' | 'bytes' | 'instruction' | 'createdBy'>;

function causeOf(
  cause: CauseOrigin,
  { packages: change, files }: ContentChange,
  union: PackageUnion | null,
): Cause {
  const { totals, changed } = summarizePackages(change, union);
  const packages = changed.filter(({ bytes }) => bytes !== 0).slice(0, MAX_LISTED);
  const { paths } = summarizePaths(files);
  const listedBytes = sumOf(packages) + sumOf(paths);
  return { ...cause, packages, packageTotals: totals, files: paths, otherBytes: cause.bytes - listedBytes };
}

function isMoving({ bytes, packages, files }: Cause): boolean {
  return bytes !== 0 || packages.length > 0 || files.length > 0;
}

function sumOf(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

function packagesOf(size: number, change: ReadonlyMap<number, number>, union: PackageUnion): PackageChanges {
  const { totals, changed } = summarizePackages(change, union);
  const packages = changed.slice(0, MAX_LISTED_IN_ALL);
  return { totals, packages, otherBytes: size - sumOf(packages) };
}

/** Where the base is known on both sides, its layers are one block on both. */
function isInBaseImage(baseline: Snapshot, head: Snapshot, match: LayerMatch): boolean {
  if (baseline.baseLayerCount === null || head.baseLayerCount === null) return false;
  if (match.baseline !== null) return match.baseline < baseline.baseLayerCount;
  return match.head !== null && match.head < head.baseLayerCount;
}

function layersOf(
  baseline: Snapshot,
  head: Snapshot,
  match: LayerMatch,
): readonly [before: MaybeLayer, after: MaybeLayer] {
  const before = match.baseline === null ? null : (baseline.layers[match.baseline] ?? null);
  const after = match.head === null ? null : (head.layers[match.head] ?? null);
  return [before, after];
}

/** Layers that both base images have are left out: what is in them did not move. */
function baseImageCause(
  baseline: Snapshot,
  head: Snapshot,
  matches: readonly LayerMatch[],
  union: PackageUnion | null,
): readonly [CauseOrigin, ContentChange] {
  const others = matches
    .filter(match => match.kind !== 'identical' && isInBaseImage(baseline, head, match))
    .map(match => layersOf(baseline, head, match));
  const before = others.flatMap(([layer]) => layer ?? []);
  const after = others.flatMap(([, layer]) => layer ?? []);
  const bytes = (head.baseSize ?? 0) - (baseline.baseSize ?? 0);
  const createdBy = head.baseName ?? baseline.baseName ?? '';
  const top = after.at(-1) ?? before.at(-1) ?? null;
  const instruction = top === null ? null : top.instruction;
  return [{ kind: 'base-image', bytes, instruction, createdBy }, compareCoarsely(before, after, union)];
}

function layerCause(
  match: LayerMatch,
  [before, after]: readonly [MaybeLayer, MaybeLayer],
  union: PackageUnion | null,
): readonly [CauseOrigin, ContentChange] | null {
  const layer = after ?? before;
  const bytes = (after?.size ?? 0) - (before?.size ?? 0);
  // The same layer has other bytes only where another version of us measured it.
  if (layer === null || (match.kind === 'identical' && bytes === 0)) return null;
  const { instruction, createdBy } = layer;
  const cause = { kind: kindOf(match, before, after), bytes, instruction, createdBy };
  const list = (side: MaybeLayer): readonly SnapshotLayer[] => (side === null ? [] : [side]);
  const isListed = before?.origin !== 'base' && after?.origin !== 'base';
  return [
    cause,
    isListed ? compareFiles(before, after, union) : compareCoarsely(list(before), list(after), union),
  ];
}

function kindOf({ kind }: LayerMatch, before: MaybeLayer, after: MaybeLayer): CauseKind {
  const isUnknown = [before, after].some(layer => layer !== null && layer.instruction === null);
  if (isUnknown) return 'layers';
  if (before === null) return 'instruction-added';
  if (after === null) return 'instruction-removed';
  return kind === 'edited' ? 'instruction-changed' : 'instruction-rebuilt';
}
