import { versionsText } from '../compare/versions-text.ts';
import { type ComparedPath, type PathChange, pathChange } from '../inventory/path-change.ts';
import { lineDiff } from '../report/line-diff.ts';
import type { DroppedImage, DroppedLayer, DroppedPackage } from './dropped-image.ts';
import { sumOf } from './sum.ts';

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
  readonly change: PathChange;
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

/** Layers of one content are the same; of what lies between them, those that one text made. In order. */
function compareLayers(baseline: Layers, head: Layers): readonly DroppedLayerChange[] {
  return alignLayers(
    baseline,
    head,
    'unchanged',
    ({ diffId }) => diffId,
    (before, after) =>
      alignLayers(
        before,
        after,
        'changed',
        ({ madeBy }) => madeBy,
        (gone, come) => [
          ...gone.map(layer => ({ change: 'removed', before: layer, after: null }) as const),
          ...come.map(layer => ({ change: 'added', before: null, after: layer }) as const),
        ],
      ),
  );
}

type Layers = readonly DroppedLayer[];

/**
 * The longest way through both in which the keys are the same.
 * @param change what it is called where they are
 * @param between what lies between two such layers
 */
function alignLayers(
  baseline: Layers,
  head: Layers,
  change: PathChange,
  keyOf: (layer: DroppedLayer) => string,
  between: (baseline: Layers, head: Layers) => readonly DroppedLayerChange[],
): readonly DroppedLayerChange[] {
  const rows: DroppedLayerChange[] = [];
  const [before, after] = [[...baseline], [...head]];
  let [gone, come] = [0, 0];
  const addBetween = (): void => {
    rows.push(...between(before.splice(0, gone), after.splice(0, come)));
    [gone, come] = [0, 0];
  };
  for (const { sign } of lineDiff(baseline.map(keyOf), head.map(keyOf))) {
    if (sign === '-') gone += 1;
    else if (sign === '+') come += 1;
    else {
      addBetween();
      rows.push({ change, before: before.shift() ?? null, after: after.shift() ?? null });
    }
  }
  addBetween();
  return rows;
}

/** As the command line compares the lists of two snapshots. */
function comparePaths(baseline: DroppedImage, head: DroppedImage): DroppedPathChanges {
  const [before, after] = [pathsOf(baseline), pathsOf(head)];
  const list: DroppedPathChange[] = [];
  let listed = 0;
  for (const path of new Set([...after.keys(), ...before.keys()])) {
    const [old, now] = [before.get(path) ?? null, after.get(path) ?? null];
    if (pathChange(now, old, true) === 'unchanged') continue;
    const change = { path, before: old?.size ?? null, after: now?.size ?? null };
    list.push(change);
    listed += deltaOf(change);
  }
  return {
    list: list.sort((a, b) => Math.abs(deltaOf(b)) - Math.abs(deltaOf(a)) || (a.path < b.path ? -1 : 1)),
    otherDelta: head.size - baseline.size - listed,
  };
}

/** What an image has at each path, over all layers whose files are listed. */
function pathsOf({ layers }: DroppedImage): ReadonlyMap<string, ComparedPath> {
  const paths = new Map<string, ComparedPath>();
  for (const { files } of layers) {
    for (const { path, bytes, content } of files ?? []) {
      const size = bytes + (paths.get(path)?.size ?? 0);
      if (bytes > 0) paths.set(path, { size, top: { kind: 'file', linkname: null }, content });
    }
  }
  return paths;
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
  return sumOf(packages, ({ bytes }) => bytes);
}

function versionsOf(packages: readonly DroppedPackage[]): string | null {
  return versionsText(packages.map(({ version }) => version));
}
