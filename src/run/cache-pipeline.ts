import { DeadweightError, systemErrorCode, systemReason } from '../base/errors.ts';
import { sumBytes } from '../base/sum-bytes.ts';
import { listScanFiles, removeFiles, type ScanFile } from '../layer/scan-files.ts';
import { CACHE_REPORT_VERSION, type CacheReport } from '../report/cache-report.ts';
import type { CacheDirectories } from './cache-directories.ts';
import { type CompiledCode, findCompiledCode, removeEmptyDirectory } from './compiled-code.ts';
import { type KeptLayer, listKeptLayers } from './kept-layers.ts';
import { VERSION } from './version.ts';

export interface CacheRequest {
  /** Where things are kept; null where nothing is. */
  readonly directories: CacheDirectories | null;
  /** What scans are held to. */
  readonly maxBytes: number;
  /** What layers are held to. */
  readonly maxLayerBytes: number;
  /** Removes what is kept. Only files that Deadweight and Node have named are removed. */
  readonly clears: boolean;
}

interface Kept {
  readonly scans: readonly ScanFile[];
  readonly drafts: readonly ScanFile[];
  readonly layers: readonly KeptLayer[];
  readonly code: CompiledCode;
}

const NOTHING: Kept = { scans: [], drafts: [], layers: [], code: { files: [], directories: [] } };

/**
 * What is kept between runs, after it was removed where that is asked for.
 * @throws DeadweightError `permission-denied`, `input-missing`
 */
export function inspectCache({ directories, maxBytes, maxLayerBytes, clears }: CacheRequest): CacheReport {
  const before = findKept(directories);
  if (clears) removeKept(before);
  const { scans, drafts, layers, code } = clears ? findKept(directories) : before;
  return {
    schemaVersion: CACHE_REPORT_VERSION,
    tool: { name: 'deadweight', version: VERSION },
    scans: directories && {
      directory: directories.scans,
      maxBytes,
      ...sumUp(scans),
      count: countScans(scans),
    },
    layers: directories && { directory: directories.layers, maxBytes: maxLayerBytes, ...sumUp(layers) },
    temporaryFiles: { count: drafts.length, bytes: sumBytes(drafts) },
    compiledCode: directories && { directory: directories.compiled, bytes: sumBytes(code.files) },
    cleared: clears
      ? {
          scans: countScans(before.scans),
          layers: before.layers.length,
          temporaryFiles: before.drafts.length,
          bytes: bytesOf(before),
        }
      : null,
  };
}

function findKept(directories: CacheRequest['directories']): Kept {
  if (directories === null) return NOTHING;
  const files = reading(directories.scans, () => listScanFiles(directories.scans));
  return {
    scans: files.filter(({ isDraft }) => !isDraft),
    drafts: files.filter(({ isDraft }) => isDraft),
    layers: reading(directories.layers, () => listKeptLayers(directories.layers)),
    code: reading(directories.compiled, () => findCompiledCode(directories.compiled)),
  };
}

function bytesOf({ scans, drafts, layers, code }: Kept): number {
  return sumBytes([...scans, ...drafts, ...layers, ...code.files]);
}

/** Beside them lie small files of what was measured and remembered. */
function countScans(files: readonly ScanFile[]): number {
  return files.filter(({ path }) => path.endsWith('scan')).length;
}

function sumUp(files: readonly (ScanFile | KeptLayer)[]) {
  const uses = files.map(({ usedAt }) => usedAt);
  return {
    count: files.length,
    bytes: sumBytes(files),
    oldestUse: timeOf(uses, Math.min),
    lastUse: timeOf(uses, Math.max),
  };
}

/** As much as can be; then the first failure is thrown. */
function removeKept({ scans, drafts, layers, code }: Kept): void {
  let failure: DeadweightError | null = null;
  const attempt = (path: string, remove: () => void) => {
    try {
      remove();
    } catch (error) {
      failure ??= cacheError(path, 'removed', error);
    }
  };
  for (const file of [...scans, ...drafts, ...layers, ...code.files])
    attempt(file.path, () => removeFiles([file]));
  for (const directory of code.directories) attempt(directory, () => removeEmptyDirectory(directory));
  if (failure !== null) throw failure;
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw cacheError(path, 'read', error);
  }
}

function cacheError(path: string, doing: 'read' | 'removed', error: unknown): DeadweightError {
  const isDenied = ['EACCES', 'EPERM', 'EROFS'].includes(systemErrorCode(error) ?? '');
  return new DeadweightError(isDenied ? 'permission-denied' : 'input-missing', {
    message: `${path} cannot be ${doing}: ${systemReason(error)}.`,
    remedy: isDenied
      ? 'Run as the user that it belongs to.'
      : 'Set DEADWEIGHT_CACHE_DIR to a directory, or leave it unset.',
    cause: error,
  });
}

function timeOf(times: readonly number[], choose: (one: number, other: number) => number): string | null {
  return times.length === 0 ? null : new Date(times.reduce((one, other) => choose(one, other))).toISOString();
}
