import type { Notice } from '../base/notice.ts';
import type { ImageAnalysis } from './image-analysis.ts';

/** Smaller files are not worth a hash, unless they kept their name: a directory that is moved is full of them. Bytes. */
const MIN_SIZE = 64 * 1024;
/** Of those, how many are hashed, the largest first: about half a second. */
const MAX_SMALL = 10_000;
/** What is hashed at the most, the largest first. Bytes; about half a second. */
const MAX_BYTES = 1024 * 1024 * 1024;

interface TwinCandidates {
  /** Clean paths by layer index, for `ScanRequest.content`. */
  readonly files: ReadonlyMap<number, ReadonlySet<string>>;
  readonly notices: readonly Notice[];
}

interface Candidate {
  readonly layer: number;
  readonly path: string;
  readonly size: number;
}

/**
 * Files of equal size that may have the same content, where that is not known: visible ones at several paths, and
 * deleted ones with those that the layer which deleted them wrote.
 */
export function twinCandidates(analysis: ImageAnalysis): TwinCandidates {
  const { scans } = analysis;
  const known = scans.every(({ contentKnown }) => contentKnown === 'all');
  if (known) return { files: new Map(), notices: [] };
  const wanted = unknownAmong([...visibleTwins(analysis), ...movedTwins(analysis)], analysis);
  const files = new Map<number, Set<string>>();
  let [bytes, small, omitted] = [0, 0, 0];
  // One without the others of its size would tell nothing.
  for (const [size, group] of [...Map.groupBy(wanted, candidate => candidate.size)].sort(
    ([a], [b]) => b - a,
  )) {
    const distinct = new Map(group.map(each => [`${each.layer} ${each.path}`, each]));
    if (bytes + size * distinct.size > MAX_BYTES) {
      omitted += distinct.size;
      continue;
    }
    bytes += size * distinct.size;
    if (size < MIN_SIZE) {
      small += distinct.size;
      if (small > MAX_SMALL) break;
    }
    for (const { layer, path } of distinct.values()) {
      files.set(layer, (files.get(layer) ?? new Set()).add(path));
    }
  }
  return { files, notices: omitted === 0 ? [] : [notCompared(omitted)] };
}

/** Those of which nobody hashed the content yet. */
function unknownAmong(candidates: readonly Candidate[], { scans }: ImageAnalysis): readonly Candidate[] {
  const unknown = new Map<number, ReadonlySet<string>>();
  for (const [layer, some] of Map.groupBy(candidates, candidate => candidate.layer)) {
    const { entries } = scans[layer] ?? {};
    const sizes = new Set(some.map(({ size }) => size));
    const paths = new Set<string>();
    for (let index = 0; index < (entries?.length ?? 0); index += 1) {
      if (!entries?.isFile(index) || entries.knowsContent(index)) continue;
      if (sizes.has(entries.sizeOf(index))) paths.add(entries.pathOf(index));
    }
    unknown.set(layer, paths);
  }
  return candidates.filter(({ layer, path }) => unknown.get(layer)?.has(path));
}

function visibleTwins({ visibleFiles, baseLayerCount }: ImageAnalysis): readonly Candidate[] {
  const large = visibleFiles
    .values(MIN_SIZE)
    .map(({ path, bytes, layer }): Candidate => ({ layer, path, size: bytes }))
    .toArray();
  const ownFrom = baseLayerCount ?? 0;
  return [...Map.groupBy(large, candidate => candidate.size).values()]
    .filter(same => same.length > 1 && same.some(({ layer }) => layer >= ownFrom))
    .flat();
}

function movedTwins({ scans, wastedFiles, baseLayerCount }: ImageAnalysis): readonly Candidate[] {
  const gone = wastedFiles.filter(
    ({ reason, bytes, writtenBy }) => reason === 'deleted' && bytes > 0 && writtenBy >= (baseLayerCount ?? 0),
  );
  return [...Map.groupBy(gone, ({ hiddenBy }) => hiddenBy)].flatMap(([layer, deleted]) => {
    const { entries } = scans[layer] ?? {};
    const sizes = new Set(deleted.map(({ bytes }) => bytes));
    const written: Candidate[] = [];
    for (let index = 0; index < (entries?.length ?? 0); index += 1) {
      const size = entries?.sizeOf(index) ?? 0;
      if (entries?.isFile(index) && sizes.has(size))
        written.push({ layer, path: entries.pathOf(index), size });
    }
    const before = deleted.map(
      ({ writtenBy, path, bytes }): Candidate => ({ layer: writtenBy, path, size: bytes }),
    );
    return [...alike(written, before), ...alike(before, written)];
  });
}

/** Those that are like one of the others. */
function alike(candidates: readonly Candidate[], others: readonly Candidate[]): readonly Candidate[] {
  const known = new Set(others.map(likeness));
  return candidates.filter(candidate => known.has(likeness(candidate)));
}

/** What a file that was moved has in common with itself: of a small one the name, too. */
function likeness({ size, path }: Candidate): string {
  return size < MIN_SIZE ? `${size} ${path.slice(path.lastIndexOf('/') + 1)}` : String(size);
}

function notCompared(count: number): Notice {
  return {
    code: 'content-not-compared',
    message: `${count} large files that have the size of another file were not compared with it: together they exceed a gigabyte.`,
  };
}
