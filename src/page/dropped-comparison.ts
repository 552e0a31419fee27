import type { DroppedFile, DroppedImage, DroppedLayer, DroppedPackage } from './dropped-image.ts';

/** What tells two images apart. Bytes; null on a side that does not have the thing. */
export interface DroppedComparison {
  readonly size: SizeChange;
  /** null where it is not known of both. */
  readonly compressedSize: SizeChange | null;
  /** In the order of the head, with those that are gone where they were. */
  readonly layers: readonly DroppedLayerChange[];
  /** null where a side does not list its files. */
  readonly paths: DroppedPathChanges | null;
  /** null where a side does not know its packages. */
  readonly packages: readonly DroppedVersions[] | null;
}

export interface SizeChange {
  readonly before: number;
  readonly after: number;
}

export interface DroppedLayerChange {
  readonly change: 'added' | 'removed' | 'changed' | 'unchanged';
  readonly before: DroppedLayer | null;
  readonly after: DroppedLayer | null;
}

export interface DroppedPathChanges {
  /** Largest first, by absolute bytes; then by path. */
  readonly list: readonly DroppedPathChange[];
  /** What files that are not listed, those of base layers, leave of the change of size. Signed. */
  readonly otherDelta: number;
}

export interface DroppedPathChange {
  readonly path: string;
  readonly before: number | null;
  readonly after: number | null;
}

export interface DroppedVersions {
  readonly type: string;
  readonly name: string;
  /** Of copies in several versions, all. */
  readonly before: string | null;
  readonly after: string | null;
  /** null where the two do not count the same bytes: a report and a snapshot. */
  readonly delta: number | null;
}

export function compareDropped(baseline: DroppedImage, head: DroppedImage): DroppedComparison {
  return {
    size: { before: baseline.size, after: head.size },
    compressedSize:
      baseline.compressedSize === null || head.compressedSize === null
        ? null
        : { before: baseline.compressedSize, after: head.compressedSize },
    layers: compareLayers(baseline.layers, head.layers),
    paths: baseline.kind === 'snapshot' && head.kind === 'snapshot' ? comparePaths(baseline, head) : null,
    packages:
      baseline.packages === null || head.packages === null
        ? null
        : comparePackages(baseline.packages, head.packages, baseline.kind === head.kind),
  };
}

/** Layers of one content are the same; of what is left, those that one text made. Each is matched once, in order. */
function compareLayers(
  baseline: readonly DroppedLayer[],
  head: readonly DroppedLayer[],
): readonly DroppedLayerChange[] {
  const partners = new Map<DroppedLayer, DroppedLayer>();
  matchBy(({ diffId }) => diffId);
  matchBy(({ madeBy }) => madeBy);
  const taken = new Set(partners.values());
  const rows: DroppedLayerChange[] = [];
  let next = 0;
  /** Those that are gone stand before the next one that is not. */
  const addRemoved = (end: number): void => {
    for (; next < end; next += 1) {
      const before = baseline[next];
      if (before !== undefined && !taken.has(before)) rows.push({ change: 'removed', before, after: null });
    }
  };
  for (const after of head) {
    const before = partners.get(after) ?? null;
    if (before !== null) addRemoved(baseline.indexOf(before));
    const change = before === null ? 'added' : before.diffId === after.diffId ? 'unchanged' : 'changed';
    rows.push({ change, before, after });
  }
  addRemoved(baseline.length);
  return rows;

  function matchBy(keyOf: (layer: DroppedLayer) => string): void {
    const used = new Set(partners.values());
    const free = Map.groupBy(
      baseline.filter(layer => !used.has(layer)),
      keyOf,
    );
    for (const layer of head) {
      if (partners.has(layer)) continue;
      const found = free.get(keyOf(layer))?.shift();
      if (found !== undefined) partners.set(layer, found);
    }
  }
}

/** What both have in a layer of the same content cancels, listed or not. */
function comparePaths(baseline: DroppedImage, head: DroppedImage): DroppedPathChanges {
  const before = ownPaths(baseline, head);
  const after = ownPaths(head, baseline);
  const list: DroppedPathChange[] = [];
  let listed = 0;
  for (const [path, { bytes, content }] of after) {
    const old = before.get(path);
    const isSame =
      old?.bytes === bytes && (old.content === null || content === null || old.content === content);
    if (!isSame) list.push({ path, before: old?.bytes ?? null, after: bytes });
    listed += bytes - (old?.bytes ?? 0);
  }
  for (const [path, { bytes }] of before) {
    if (after.has(path)) continue;
    list.push({ path, before: bytes, after: null });
    listed -= bytes;
  }
  return {
    list: list.sort((a, b) => Math.abs(deltaOf(b)) - Math.abs(deltaOf(a)) || (a.path < b.path ? -1 : 1)),
    otherDelta: head.size - baseline.size - listed,
  };
}

/** Signed bytes. */
export function deltaOf({
  before,
  after,
}: {
  readonly before: number | null;
  readonly after: number | null;
}): number {
  return (after ?? 0) - (before ?? 0);
}

/** The files of the layers that the other image has not; of several copies of a path the sum and the highest content. */
function ownPaths(image: DroppedImage, other: DroppedImage): ReadonlyMap<string, Omit<DroppedFile, 'path'>> {
  const shared = new Set(other.layers.map(({ diffId }) => diffId));
  const paths = new Map<string, Omit<DroppedFile, 'path'>>();
  for (const { diffId, files } of image.layers) {
    if (files === null || shared.has(diffId)) continue;
    for (const { path, bytes, content } of files) {
      const below = paths.get(path);
      paths.set(path, { bytes: bytes + (below?.bytes ?? 0), content });
    }
  }
  return paths;
}

function comparePackages(
  baseline: readonly DroppedPackage[],
  head: readonly DroppedPackage[],
  isSameKind: boolean,
): readonly DroppedVersions[] {
  const keyOf = ({ type, name }: DroppedPackage): string => JSON.stringify([type, name]);
  const [before, after] = [Map.groupBy(baseline, keyOf), Map.groupBy(head, keyOf)];
  const rows: DroppedVersions[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(key) ?? [], after.get(key) ?? []];
    const { type = '', name = '' } = now[0] ?? old[0] ?? {};
    const delta = isSameKind ? bytesOf(now) - bytesOf(old) : null;
    const versions = { before: versionsOf(old), after: versionsOf(now) };
    if (versions.before !== versions.after || (delta !== null && delta !== 0))
      rows.push({ type, name, ...versions, delta });
  }
  return rows.sort((a, b) => Math.abs(b.delta ?? 0) - Math.abs(a.delta ?? 0) || (a.name < b.name ? -1 : 1));
}

function bytesOf(packages: readonly DroppedPackage[]): number {
  return packages.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Versions of one package that are told by name. */
const MAX_VERSIONS = 4;

function versionsOf(packages: readonly DroppedPackage[]): string | null {
  const versions = [...new Set(packages.map(({ version }) => version))].sort();
  const more = versions.length - MAX_VERSIONS;
  if (versions.length === 0) return null;
  const listed = versions.slice(0, MAX_VERSIONS).join(', ');
  return more > 0 ? `${listed} and ${more} more` : listed;
}
