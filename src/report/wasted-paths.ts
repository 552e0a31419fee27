import type { WastedFile } from '../analysis/image-analysis.ts';
import type { ReportWastedFile } from './report.ts';

export interface WastedPaths {
  /** The largest, largest first (then by path). */
  readonly listed: readonly ReportWastedFile[];
  /** Of all paths, listed or not. */
  readonly total: { readonly paths: number; readonly bytes: number };
}

interface Hidden {
  readonly path: string;
  readonly bytes: number;
  readonly copies: readonly WastedFile[];
}

/** Hidden copies joined by path, of which the largest are listed. */
export function wastedPaths(files: readonly WastedFile[], most: number): WastedPaths {
  const byPath = new Map<string, WastedFile[]>();
  for (const file of files) {
    const copies = byPath.get(file.path);
    if (copies) copies.push(file);
    else byPath.set(file.path, [file]);
  }
  let total = 0;
  const hidden: Hidden[] = [];
  for (const [path, copies] of byPath) {
    const bytes = copies.reduce((sum, copy) => sum + copy.bytes, 0);
    total += bytes;
    hidden.push({ path, bytes, copies });
  }
  hidden.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
  return { listed: hidden.slice(0, most).map(described), total: { paths: hidden.length, bytes: total } };
}

function described({ path, bytes, copies }: Hidden): ReportWastedFile {
  const [first, ...others] = copies;
  if (!first) throw new RangeError(`${path} has no hidden copy`);
  const largest = others.reduce((best, copy) => (copy.bytes > best.bytes ? copy : best), first);
  const layers = new Set(copies.flatMap(({ writtenBy, hiddenBy }) => [writtenBy, hiddenBy]));
  return {
    ...{ path, bytes, copies: copies.length, reason: largest.reason },
    layers: [...layers].sort((a, b) => a - b),
    ...{ writtenBy: largest.writtenBy, hiddenBy: largest.hiddenBy },
  };
}
