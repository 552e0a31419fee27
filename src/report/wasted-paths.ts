import type { WastedFile } from '../analysis/image-analysis.ts';
import type { ReportWastedFile } from './report.ts';

interface PathWaste {
  readonly largest: WastedFile;
  readonly bytes: number;
  readonly copies: number;
  readonly layers: ReadonlySet<number>;
}

/** Hidden copies joined by path, largest first (then by path). */
export function wastedPaths(files: readonly WastedFile[]): ReportWastedFile[] {
  const byPath = new Map<string, PathWaste>();
  for (const file of files) byPath.set(file.path, joined(byPath.get(file.path), file));
  return Array.from(byPath, ([path, waste]) => ({
    path,
    bytes: waste.bytes,
    copies: waste.copies,
    reason: waste.largest.reason,
    layers: [...waste.layers].sort((a, b) => a - b),
    writtenBy: waste.largest.writtenBy,
    hiddenBy: waste.largest.hiddenBy,
  })).sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
}

function joined(waste: PathWaste | undefined, file: WastedFile): PathWaste {
  return {
    largest: waste && waste.largest.bytes >= file.bytes ? waste.largest : file,
    bytes: (waste?.bytes ?? 0) + file.bytes,
    copies: (waste?.copies ?? 0) + 1,
    layers: new Set([...(waste?.layers ?? []), file.writtenBy, file.hiddenBy]),
  };
}
