import type { Notice } from '../base/notice.ts';
import type { ImageAnalysis } from './image-analysis.ts';

/** Smaller files are not worth a hash: a thousand of them make little. Bytes. */
const SMALLEST = 64 * 1024;
/** What is hashed at the most, the largest first. Bytes; about half a second. */
const MOST_BYTES = 1024 * 1024 * 1024;

export interface TwinCandidates {
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
  wanted.sort((a, b) => b.size - a.size);
  const files = new Map<number, Set<string>>();
  let bytes = 0;
  let omitted = 0;
  for (const { layer, path, size } of wanted) {
    const paths = files.get(layer) ?? new Set();
    if (paths.has(path)) continue;
    if (bytes + size > MOST_BYTES) {
      omitted += 1;
      continue;
    }
    bytes += size;
    files.set(layer, paths.add(path));
  }
  return { files, notices: omitted === 0 ? [] : [notCompared(omitted)] };
}

/** Of large files whose content nobody hashed yet: their paths by layer. */
function unknownFiles({ scans }: ImageAnalysis): ReadonlyMap<number, ReadonlySet<string>> {
  const unknown = new Map<number, Set<string>>();
  for (const [layer, { contentKnown, entries }] of scans.entries()) {
    if (contentKnown === 'all') continue;
    const paths = new Set<string>();
    for (const { kind, size, content, path } of entries) {
      if (kind === 'file' && size >= SMALLEST && content === undefined) paths.add(path);
    }
    unknown.set(layer, paths);
  }
  return unknown;
}

function visibleTwins({ visibleFiles, baseLayerCount }: ImageAnalysis): readonly Candidate[] {
  const bySize = new Map<number, Candidate[]>();
  for (const { path, bytes, layer } of visibleFiles) {
    if (bytes < SMALLEST) continue;
    const same = bySize.get(bytes) ?? [];
    same.push({ layer, path, size: bytes });
    bySize.set(bytes, same);
  }
  const ownFrom = baseLayerCount ?? 0;
  return [...bySize.values()]
    .filter(same => same.length > 1 && same.some(({ layer }) => layer >= ownFrom))
    .flat();
}

function movedTwins({ scans, wastedFiles, baseLayerCount }: ImageAnalysis): readonly Candidate[] {
  const gone = wastedFiles.filter(
    ({ reason, bytes, writtenBy }) =>
      reason === 'deleted' && bytes >= SMALLEST && writtenBy >= (baseLayerCount ?? 0),
  );
  const sizes = new Map<number, Set<number>>();
  for (const { hiddenBy, bytes } of gone) {
    sizes.set(hiddenBy, (sizes.get(hiddenBy) ?? new Set()).add(bytes));
  }
  const written = [...sizes].flatMap(([layer, wanted]) =>
    (scans[layer]?.entries ?? [])
      .filter(({ kind, size }) => kind === 'file' && wanted.has(size))
      .map(({ path, size }): Candidate => ({ layer, path, size })),
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
    message: `${count} large files that have the size of another were not compared with it: together they are over a gigabyte.`,
  };
}
