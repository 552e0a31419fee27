import type { Notice } from '../base/notice.ts';
import type { ImageAnalysis } from './image-analysis.ts';

/** Smaller files are not worth a hash: a thousand of them make little. Bytes. */
const MIN_SIZE = 64 * 1024;
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
  const unknown = unknownFiles(analysis);
  const wanted = [...visibleTwins(analysis), ...movedTwins(analysis)].filter(({ layer, path }) =>
    unknown.get(layer)?.has(path),
  );
  const files = new Map<number, Set<string>>();
  let bytes = 0;
  let omitted = 0;
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
    for (const { layer, path } of distinct.values()) {
      files.set(layer, (files.get(layer) ?? new Set()).add(path));
    }
  }
  return { files, notices: omitted === 0 ? [] : [notCompared(omitted)] };
}

/** Of large files whose content nobody hashed yet: their paths by layer. */
function unknownFiles({ scans }: ImageAnalysis): ReadonlyMap<number, ReadonlySet<string>> {
  const unknown = new Map<number, Set<string>>();
  for (const [layer, { contentKnown, entries }] of scans.entries()) {
    if (contentKnown === 'all') continue;
    const paths = new Set<string>();
    for (let index = 0; index < entries.length; index += 1) {
      if (!entries.isFile(index) || entries.sizeOf(index) < MIN_SIZE) continue;
      if (!entries.knowsContent(index)) paths.add(entries.pathOf(index));
    }
    unknown.set(layer, paths);
  }
  return unknown;
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
    ({ reason, bytes, writtenBy }) =>
      reason === 'deleted' && bytes >= MIN_SIZE && writtenBy >= (baseLayerCount ?? 0),
  );
  const sizes = new Map<number, Set<number>>();
  for (const { hiddenBy, bytes } of gone) {
    sizes.set(hiddenBy, (sizes.get(hiddenBy) ?? new Set()).add(bytes));
  }
  const written = [...sizes].flatMap(([layer, wanted]) =>
    Iterator.from(scans[layer]?.entries ?? [])
      .filter(({ kind, size }) => kind === 'file' && wanted.has(size))
      .map(({ path, size }): Candidate => ({ layer, path, size }))
      .toArray(),
  );
  const met = new Set(written.map(({ layer, size }) => `${layer} ${size}`));
  return [
    ...written,
    ...gone
      .filter(({ hiddenBy, bytes }) => met.has(`${hiddenBy} ${bytes}`))
      .map(({ writtenBy, path, bytes }): Candidate => ({ layer: writtenBy, path, size: bytes })),
  ];
}

function notCompared(count: number): Notice {
  return {
    code: 'content-not-compared',
    message: `${count} large files that have the size of another file were not compared with it: together they exceed a gigabyte.`,
  };
}
