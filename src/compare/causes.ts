import type { PathTable } from '../layer/path-table.ts';
import { findCacheKind } from '../package-managers/cache-directory.ts';
import { isPackageState, LINKER_CACHE } from '../package-managers/leftovers.ts';
import { type BaseChanges, cancelMovedToBase, readBaseChanges } from './base-changes.ts';
import { addBytes, linesOf, listPlaces, sumOfPlaces } from './cause-places.ts';
import type { ComparedImages } from './compared-images.ts';
import type {
  Cause,
  CauseChange,
  CausePlace,
  FileDelta,
  MovedContent,
  PackageChanges,
  PackageDelta,
  PackageTotals,
} from './comparison.ts';
import type { ComparedFile } from './file-changes.ts';
import { isNamedIn } from './instruction-words.ts';
import type { AttributedImages, ChangedWaste, OwnChanges, PackagePlaces } from './own-changes.ts';
import { fateOf, summarizePackages } from './package-union.ts';
import { groupPaths, type PathGroup, summarizePaths } from './path-summary.ts';
import { Reasons } from './reason.ts';
import type { Snapshot } from './snapshot.ts';

/** Packages that a cause lists. */
const MAX_LISTED = 10;
/** Packages that a comparison lists: more than anybody installs between two commits. */
const MAX_LISTED_IN_ALL = 1000;
/** Files and directories that are causes of their own. */
const MAX_PATHS = 40;

/** Why one image is larger than another. */
interface Explanation {
  /** Largest absolute bytes first. They add up to the size delta, byte for byte. */
  readonly causes: readonly Cause[];
  readonly packages: PackageChanges | null;
  /** Packages that went from own layers into the base image, or out of it. */
  readonly movedToBase: readonly MovedContent[];
}

/**
 * Takes the size delta apart by content. What own layers have differently is told as packages, as files and directories that
 * belong to none, and as waste; base layers that differ are one cause. What own layers lost and the base image has cancels.
 */
export function explain(compared: ComparedImages, own: OwnChanges): Explanation {
  const images: AttributedImages = { ...compared, attributedLayerOf: own.attributedLayerOf };
  const base = readBaseChanges(images);
  const reasons = new Reasons(images);
  const { packages, paths, cancelled, moved } = cancelMovedToBase(own, base, images.sides.paths);
  const isRecord = packageRecordsIn(images.sides.paths);
  const [records, others] = parted(paths, ({ node }) => isRecord(node));
  const waste = own.waste.map((each): ChangedWaste => {
    const [hiddenRecords, left] = parted(each.paths, ({ node }) => isRecord(node));
    for (const record of hiddenRecords) records.push(record);
    return { ...each, paths: left };
  });
  const causes = [
    ...packageCauses(packages, images).map(each => ({ ...each, reason: reasons.ofPackages(each) })),
    ...groupPaths(others, images.sides.paths, MAX_PATHS).map(group => {
      const cause = pathCause(group, images);
      return { ...cause, reason: reasons.ofPaths(cause, group.items) };
    }),
    ...waste.map(each => {
      const cause = wasteCause(each, images);
      return { ...cause, reason: reasons.ofPaths(cause, each.paths) };
    }),
    ...recordsCause(records, images),
    baseCause(base, base.bytes - cancelled, images),
  ];
  const size = images.head.size - images.baseline.size;
  const rest = size - sumOf(causes);
  if (rest !== 0) causes.push({ ...EMPTY, kind: 'other', bytes: rest, otherBytes: rest });
  return {
    causes: causes.filter(isMoving).sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes)),
    packages: packageChanges(packages, base, images, size),
    movedToBase: moved.size === 0 ? [] : movedPackages(moved, images),
  };
}

const NONE = { count: 0, bytes: 0 };

const NO_PACKAGES: PackageTotals = { added: NONE, removed: NONE, updated: NONE, kept: NONE };

const EMPTY: Omit<Cause, 'kind' | 'bytes'> = {
  change: 'changed',
  head: [],
  baseline: [],
  layerCounts: { head: 0, baseline: 0 },
  lines: null,
  waste: null,
  reason: null,
  packages: [],
  packageTotals: NO_PACKAGES,
  files: [],
  otherBytes: 0,
};

/** A base image that has the same bytes and other packages is told. */
function isMoving({ kind, bytes, packages, files, packageTotals }: Cause): boolean {
  if (bytes !== 0) return true;
  if (kind !== 'base-image') return false;
  return (
    packages.length > 0 || files.length > 0 || Object.values(packageTotals).some(({ count }) => count > 0)
  );
}

function sumOf(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** One cause for the packages that one instruction brought, one for those that it changed, and so on. */
function packageCauses(changes: ReadonlyMap<number, PackagePlaces>, images: ComparedImages): Cause[] {
  const groups = Map.groupBy(changes, ([number, bytes]) => {
    const described = images.union?.describe(number);
    const fate = described ? fateOf(described) : 'kept';
    const isGone = fate === 'removed' || bytes.head.size === 0;
    const [main] = isGone ? placesOf(bytes, images).baseline : placesOf(bytes, images).head;
    return `${fate} ${isGone} ${main?.layer}`;
  });
  return Array.from(groups.values(), group => packageCause(group, images));
}

function packageCause(group: readonly (readonly [number, PackagePlaces])[], images: ComparedImages): Cause {
  const all: PackagePlaces = { baseline: new Map(), head: new Map() };
  const change = new Map<number, number>();
  for (const [number, places] of group) {
    for (const [layer, bytes] of places.baseline) addBytes(all.baseline, layer, bytes);
    for (const [layer, bytes] of places.head) addBytes(all.head, layer, bytes);
    change.set(number, sumOfPlaces(places));
  }
  const { totals, changed } = summarizePackages(change, images.union);
  const bytes = sumOfPlaces(all);
  const places = placesOf(all, images);
  const packages = listPackages(changed, places.head[0] ?? places.baseline[0]);
  return {
    ...EMPTY,
    kind: 'packages',
    change: changeOf(packages[0]),
    bytes,
    ...places,
    packages,
    packageTotals: totals,
    otherBytes: bytes - sumOf(packages),
  };
}

/** The largest, and those that the instruction names, however small they are. */
function listPackages(
  changed: readonly PackageDelta[],
  place: CausePlace | undefined,
): readonly PackageDelta[] {
  const moving = changed.filter(({ bytes }) => bytes !== 0);
  const isNamed = isNamedIn(place);
  const named = moving.filter(({ name }) => isNamed(name)).slice(0, MAX_LISTED);
  const others = moving.filter(each => !named.includes(each)).slice(0, MAX_LISTED - named.length);
  return moving.filter(each => named.includes(each) || others.includes(each));
}

function changeOf(delta: PackageDelta | undefined): CauseChange {
  const fate = delta === undefined ? 'kept' : fateOf(delta);
  return fate === 'kept' ? 'changed' : fate;
}

function placesOf(
  { baseline, head }: PackagePlaces,
  { places }: ComparedImages,
): Pick<Cause, 'baseline' | 'head' | 'layerCounts' | 'lines'> {
  return {
    baseline: listPlaces(baseline, places.baseline),
    head: listPlaces(head, places.head),
    layerCounts: { head: head.size, baseline: baseline.size },
    lines: head.size > 0 ? linesOf(head.keys(), places.head) : linesOf(baseline.keys(), places.baseline),
  };
}

function fileDelta({ path, bytes, isRest, items }: PathGroup<ComparedFile>): FileDelta {
  return { path, bytes, count: items.length, ...(isRest ? { isRest } : {}) };
}

function pathCause(group: PathGroup<ComparedFile>, images: AttributedImages): Cause {
  const { bytes, items } = group;
  const [only] = items.length === 1 ? items : [];
  const previous = only?.previousNode;
  const file = {
    ...fileDelta(group),
    ...(previous === undefined ? {} : { previousPath: images.sides.paths.pathOf(previous) }),
  };
  return { ...EMPTY, kind: 'files', bytes, ...changeOfPaths(items, images), files: [file] };
}

function wasteCause({ image, layer, reason, paths }: ChangedWaste, images: AttributedImages): Cause {
  const bytes = sumOf(paths);
  const files = groupPaths(paths, images.sides.paths, MAX_LISTED).slice(0, MAX_LISTED).map(fileDelta);
  const { instruction, createdBy } = images.places[image](layer, 0);
  return {
    ...EMPTY,
    kind: 'waste',
    bytes,
    ...changeOfPaths(paths, images),
    waste: { reason, layer, instruction, createdBy },
    files,
    otherBytes: bytes - sumOf(files),
  };
}

/** One cause for what package managers write about themselves, visible or not; nothing where there is none. */
function recordsCause(paths: readonly ComparedFile[], images: AttributedImages): Cause[] {
  if (paths.length === 0) return [];
  const bytes = sumOf(paths);
  const { paths: files, otherBytes } = summarizePaths(
    paths.map(({ node, bytes: size }) => [images.sides.paths.pathOf(node), size]),
  );
  return [{ ...EMPTY, kind: 'package-records', bytes, ...changeOfPaths(paths, images), files, otherBytes }];
}

/** Tells whether package managers write a file whatever they install: databases and logs, no caches. */
function packageRecordsIn(paths: PathTable): (node: number) => boolean {
  const linkerCache = paths.find(LINKER_CACHE);
  const directories = new Map<number, boolean>();
  const holdsRecords = (directory: number): boolean => {
    const path = `${paths.pathOf(directory)}/`;
    return isPackageState(path) && findCacheKind(path) === null;
  };
  return node => {
    const directory = paths.parentOf(node);
    const known = directories.get(directory) ?? holdsRecords(directory);
    directories.set(directory, known);
    return known || node === linkerCache;
  };
}

function parted<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [T[], T[]] {
  const first: T[] = [];
  const others: T[] = [];
  for (const item of items) (isFirst(item) ? first : others).push(item);
  return [first, others];
}

/** One for those that the base image has now, and one for those that it has no more. */
function movedPackages(moved: ReadonlyMap<number, PackagePlaces>, images: ComparedImages): MovedContent[] {
  const [into, out] = parted([...moved], ([, places]) => sumOfPlaces(places) < 0);
  return [
    ...movedOf('into-base', into, images, { head: basePlace(images.head, 0) }),
    ...movedOf('out-of-base', out, images, { baseline: basePlace(images.baseline, 0) }),
  ];
}

function movedOf(
  kind: 'into-base' | 'out-of-base',
  moved: readonly (readonly [number, PackagePlaces])[],
  images: ComparedImages,
  base: Partial<Pick<MovedContent, 'baseline' | 'head'>>,
): MovedContent[] {
  if (moved.length === 0) return [];
  const all: PackagePlaces = { baseline: new Map(), head: new Map() };
  const sized = moved.map(([number, places]) => {
    for (const [layer, bytes] of places.baseline) addBytes(all.baseline, layer, Math.abs(bytes));
    for (const [layer, bytes] of places.head) addBytes(all.head, layer, Math.abs(bytes));
    return { name: images.union?.describe(number)?.name ?? '', bytes: Math.abs(sumOfPlaces(places)) };
  });
  sized.sort((a, b) => b.bytes - a.bytes);
  const { baseline, head } = placesOf(all, images);
  const packages = sized.slice(0, MAX_LISTED).map(({ name }) => name);
  return [{ kind, bytes: sumOf(sized), packages, files: [], baseline, head, ...base }];
}

/** Where paths are and were, and whether both images have them. */
function changeOfPaths(
  paths: readonly ComparedFile[],
  images: AttributedImages,
): Pick<Cause, 'change' | 'baseline' | 'head' | 'layerCounts' | 'lines'> {
  const { baseline, head } = images.sides;
  const bytes: PackagePlaces = { baseline: new Map(), head: new Map() };
  for (const { before, after } of paths) {
    if (before !== null)
      addBytes(bytes.baseline, images.attributedLayerOf.baseline(before), -baseline.sizeOf(before));
    if (after !== null) addBytes(bytes.head, images.attributedLayerOf.head(after), head.sizeOf(after));
  }
  const change = bytes.baseline.size === 0 ? 'added' : bytes.head.size === 0 ? 'removed' : 'changed';
  return { change, ...placesOf(bytes, images) };
}

/** Empty where the base layers are the same. */
function baseCause({ packages, directories }: BaseChanges, bytes: number, images: ComparedImages): Cause {
  const { totals, changed } = summarizePackages(packages, images.union);
  const listed = changed.filter(each => each.bytes !== 0).slice(0, MAX_LISTED);
  const { paths } = summarizePaths([...directories].filter(([, size]) => size !== 0));
  return {
    ...EMPTY,
    kind: 'base-image',
    change:
      images.baseline.baseLayerCount === null
        ? 'added'
        : images.head.baseLayerCount === null
          ? 'removed'
          : 'updated',
    bytes,
    baseline: basePlace(images.baseline, 0),
    head: basePlace(images.head, bytes),
    layerCounts: { head: images.head.baseLayerCount ?? 0, baseline: images.baseline.baseLayerCount ?? 0 },
    packages: listed,
    packageTotals: totals,
    files: paths,
    otherBytes: bytes - sumOf(listed) - sumOf(paths),
  };
}

/** Its FROM, and its name. */
function basePlace({ baseLayerCount, baseImageName, layers }: Snapshot, bytes: number): CausePlace[] {
  if (baseLayerCount === null) return [];
  const layer = Math.max(0, baseLayerCount - 1);
  const instruction = baseLayerCount === 0 ? null : (layers[layer]?.instruction ?? null);
  return [{ layer, bytes, instruction, createdBy: baseImageName ?? '' }];
}

/** What became of the packages in the whole image. */
function packageChanges(
  own: ReadonlyMap<number, PackagePlaces>,
  base: BaseChanges,
  { union }: ComparedImages,
  size: number,
): PackageChanges | null {
  if (union === null) return null;
  const change = new Map<number, number>(
    union.numbers.map(number => [number, base.packages.get(number) ?? 0]),
  );
  for (const [number, places] of own) {
    change.set(number, (change.get(number) ?? 0) + sumOfPlaces(places));
  }
  const { totals, changed } = summarizePackages(change, union);
  const packages = changed.slice(0, MAX_LISTED_IN_ALL);
  return { totals, packages, otherBytes: size - sumOf(packages) };
}
