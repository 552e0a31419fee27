import { type EqualSizes, filesOfEqualSize, pairContents } from './content-comparison.ts';
import type { DifferingFiles, DifferingSides } from './differing-files.ts';

/** Most that is read of two images for one comparison. Bytes; two seconds where the files are small. */
export const MAX_COMPARED_BYTES = 1024 * 1024 * 1024;

/** Clean paths by layer index, as `ScanRequest.content` has them. */
export type LayerPaths = ReadonlyMap<number, ReadonlySet<string>>;

/** Which contents of each image are to be learned. */
export interface ContentCandidates {
  readonly baseline: LayerPaths;
  readonly head: LayerPaths;
}

/** What can be asked for contents. */
export interface ContentAccess {
  /** Whether the baseline can be read again. */
  readonly baseline: boolean;
  /** Whether the head can be read again. */
  readonly head: boolean;
  /** Whether the head's contents are worth knowing even where the baseline's are not: later runs compare with it. */
  readonly keepsHead: boolean;
}

/**
 * The files whose contents decide whether they changed: those of one path and size in layers that only one image has,
 * unless an equal content is known already, or that of the other image never will be. Small files come first, so that the
 * bytes which may be read settle most of them; what is beyond stays unknown, which the comparison tells.
 * @param maxBytes of both images together
 */
export function findContentCandidates(
  sides: DifferingSides,
  access: ContentAccess,
  maxBytes: number = MAX_COMPARED_BYTES,
): ContentCandidates {
  const asked: { readonly group: EqualSizes; readonly files: Asked; readonly bytes: number }[] = [];
  for (const group of filesOfEqualSize(sides)) {
    if (pairContents(group, sides).assumed === 0) continue;
    const files = askedOf(group, sides, access);
    const bytes = group.size * (files.baseline.length + files.head.length);
    if (bytes > 0) asked.push({ group, files, bytes });
  }
  asked.sort((a, b) => a.bytes - b.bytes);
  const [baseline, head] = [new Map<number, Set<string>>(), new Map<number, Set<string>>()];
  let left = maxBytes;
  for (const { group, files, bytes } of asked) {
    left -= bytes;
    if (left < 0) break;
    const path = sides.paths.pathOf(group.node);
    addPaths(baseline, sides.baseline, files.baseline, path);
    addPaths(head, sides.head, files.head, path);
  }
  return { baseline, head };
}

interface Asked {
  readonly baseline: readonly number[];
  readonly head: readonly number[];
}

function askedOf(group: EqualSizes, { baseline, head }: DifferingSides, access: ContentAccess): Asked {
  const before = access.baseline ? group.baseline.filter(file => baseline.mayLearnContent(file)) : [];
  const after = access.head ? group.head.filter(file => head.mayLearnContent(file)) : [];
  const answersBefore = before.length > 0 || group.baseline.some(file => baseline.knowsContent(file));
  const answersAfter = after.length > 0 || group.head.some(file => head.knowsContent(file));
  return {
    baseline: answersAfter ? before : [],
    head: answersBefore || access.keepsHead ? after : [],
  };
}

function addPaths(
  candidates: Map<number, Set<string>>,
  side: DifferingFiles,
  files: readonly number[],
  path: string,
): void {
  for (const file of files) {
    const layer = side.layerOf(file);
    candidates.set(layer, (candidates.get(layer) ?? new Set()).add(path));
  }
}
