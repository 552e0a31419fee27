import type { WastedFile } from '../analysis/image-analysis.ts';
import { formatCount, formatSize, plural } from '../base/number-text.ts';
import { sumBytes } from '../base/sum-bytes.ts';
import { isRewrittenState } from '../package-managers/leftovers.ts';
import type { Report, ReportWastedFile } from './report.ts';

export interface WastedPaths {
  /** The largest, largest first (then by path). */
  readonly listed: readonly ReportWastedFile[];
  /** Of all paths, listed or not. */
  readonly total: Report['wastedFilesTotal'];
}

/**
 * Hidden copies joined by path, of which the largest are listed. What package managers write at every call is counted
 * apart.
 * @param tellsState whether a finding says what to do about that: then it is as all else
 */
export function wastedPaths(files: readonly WastedFile[], max: number, tellsState: boolean): WastedPaths {
  const bytesOf = new Map<string, number>();
  let total = 0;
  for (const { path, bytes } of files) {
    bytesOf.set(path, (bytesOf.get(path) ?? 0) + bytes);
    total += bytes;
  }
  const state = { paths: 0, bytes: 0 };
  for (const [path, bytes] of bytesOf) {
    if (tellsState || !isRewrittenState(path)) continue;
    state.paths += 1;
    state.bytes += bytes;
  }
  const largest = largestPaths(bytesOf, max);
  const copies = new Map<string, WastedFile[]>(largest.map(([path]) => [path, []]));
  for (const file of files) copies.get(file.path)?.push(file);
  const listed = largest.map(([path, bytes]) => describePath(path, bytes, copies.get(path) ?? []));
  return { listed, total: { paths: bytesOf.size, bytes: total, ...(state.paths > 0 ? { state } : {}) } };
}

/** What people are shown of the waste: without what nobody can do anything about. */
interface ShownWaste {
  readonly listed: readonly ReportWastedFile[];
  /** What is not listed, as the list says so at its end. */
  readonly unlisted: readonly string[];
}

/** @param max paths that are listed */
export function shownWaste({ wastedFiles, wastedFilesTotal }: Report, max: number): ShownWaste {
  const state = wastedFilesTotal.state ?? { paths: 0, bytes: 0 };
  const listed = wastedFiles.filter(({ path }) => state.paths === 0 || !isRewrittenState(path)).slice(0, max);
  const more = wastedFilesTotal.paths - state.paths - listed.length;
  const rest = wastedFilesTotal.bytes - state.bytes - sumBytes(listed);
  const unlisted = [
    ...(more > 0 && rest > 0 ? [`and ${plural(more, 'more path')}, ${formatSize(rest)}`] : []),
    ...(state.bytes > 0
      ? [
          `and ${plural(state.paths, 'path')}, ${formatSize(state.bytes)}, that package managers write at every call`,
        ]
      : []),
  ];
  return { listed, unlisted };
}

/** The first `max` in the order of a listing; all of them are not sorted for it. */
function largestPaths(
  bytesOf: ReadonlyMap<string, number>,
  max: number,
): readonly (readonly [string, number])[] {
  const largest: (readonly [string, number])[] = [];
  for (const [path, bytes] of bytesOf) {
    let place = largest.length;
    for (; place > 0; place -= 1) {
      const [otherPath, otherBytes] = largest[place - 1] ?? ['', 0];
      if (otherBytes > bytes || (otherBytes === bytes && otherPath < path)) break;
    }
    if (place === max) continue;
    largest.splice(place, 0, [path, bytes]);
    if (largest.length > max) largest.pop();
  }
  return largest;
}

function describePath(path: string, bytes: number, copies: readonly WastedFile[]): ReportWastedFile {
  const [first, ...others] = copies;
  if (!first) throw new RangeError(`${path} has no hidden copy`);
  const largest = others.reduce((best, copy) => (copy.bytes > best.bytes ? copy : best), first);
  const layers = new Set(copies.flatMap(({ writtenBy, hiddenBy }) => [writtenBy, hiddenBy]));
  return {
    path,
    bytes,
    copies: copies.length,
    reason: largest.reason,
    layers: [...layers].sort((a, b) => a - b),
    writtenBy: largest.writtenBy,
    hiddenBy: largest.hiddenBy,
  };
}

/** Why bytes are wasted, as tables show it. */
export const WASTE_REASON_WORDS: Readonly<Record<ReportWastedFile['reason'], string>> = {
  deleted: 'deleted',
  overwritten: 'overwritten',
  'metadata-only': 'copied for mode, owner or times',
  identical: 'written again unchanged',
  'opaque-directory': 'its directory was emptied',
  'replaced-by-directory': 'replaced by a directory',
  'replaced-by-other': 'replaced by a link or device',
  'duplicate-entry': 'twice in one layer',
};

/** Why a file's bytes are wasted, as a table shows it. */
export function wasteReason(file: ReportWastedFile): string {
  const reason = WASTE_REASON_WORDS[file.reason];
  return file.copies > 1 ? `${reason}, ${formatCount(file.copies)} copies` : reason;
}
