import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { type DiffId, sha256 } from '../base/digest.ts';
import type { Collector } from './collector.ts';
import { fromColumns, toColumns } from './entry-columns.ts';
import { isByteCount, isListOf, isRecord, isString, type JsonValue } from './json-value.ts';
import { type CollectedFile, type LayerScan, SCAN_VERSION } from './layer-scan.ts';

/** What a stored scan may unpack to: a foreign file must not exhaust memory. Bytes. */
const MAX_SCAN = 1024 * 1024 * 1024;

/** Everything that a scan depends on, on one line: the diffID, the version of scans and those of the collectors. */
export function scanKey(diffId: DiffId, collectors: readonly Collector[]): string {
  const versions = collectors.map(({ id, version }) => `${id}@${version}`).sort();
  return [diffId, `scan@${SCAN_VERSION}`, ...versions].join(' ');
}

/** File name for a key. */
export function scanFileName(key: string): string {
  return `${sha256(key).slice('sha256:'.length)}.scan`;
}

export async function encodeScan(scan: LayerScan, key: string): Promise<Uint8Array> {
  const text = JSON.stringify({ ...scan, entries: toColumns(scan.entries), key });
  // The checksum makes a damaged file an error instead of another scan.
  return promisify(zstdCompress)(Buffer.from(text), {
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  });
}

/** @returns null when the bytes are not what `encodeScan` made for that key. Throws nothing. */
export async function decodeScan(bytes: Uint8Array, key: string, diffId: DiffId): Promise<LayerScan | null> {
  try {
    const text = await promisify(zstdDecompress)(bytes, { maxOutputLength: MAX_SCAN });
    const value: unknown = JSON.parse(text.toString('utf8'));
    return isRecord(value) && value['key'] === key ? readScan(value, diffId) : null;
  } catch {
    return null;
  }
}

function readScan(value: Readonly<Record<string, unknown>>, diffId: DiffId): LayerScan | null {
  const { whiteouts, opaques, markers, size, fileCount, headerBytes, contentKnown } = value;
  const entries = fromColumns(value['entries']);
  const collected = readCollected(value['collected']);
  const isWhole =
    entries !== null &&
    collected !== null &&
    value['diffId'] === diffId &&
    value['verified'] === true &&
    isListOf(whiteouts, isString) &&
    isListOf(opaques, isString) &&
    isListOf(markers, isString) &&
    isByteCount(size) &&
    isByteCount(fileCount) &&
    isByteCount(headerBytes) &&
    (contentKnown === 'all' || contentKnown === 'some' || contentKnown === 'none');
  if (!isWhole) return null;
  let bytes = 0;
  for (let index = 0; index < entries.length; index += 1) {
    if (entries.isFile(index)) bytes += entries.sizeOf(index);
  }
  if (bytes !== size) return null;
  return {
    diffId,
    entries,
    whiteouts,
    opaques,
    markers,
    size,
    fileCount,
    headerBytes,
    contentKnown,
    verified: true,
    collected,
  };
}

function readCollected(value: unknown): Record<string, readonly CollectedFile[]> | null {
  if (!isRecord(value)) return null;
  const collected: Record<string, readonly CollectedFile[]> = {};
  for (const [id, files] of Object.entries(value)) {
    if (!isListOf(files, isCollectedFile)) return null;
    collected[id] = files;
  }
  return collected;
}

function isCollectedFile(value: unknown): value is CollectedFile {
  return isRecord(value) && isString(value['path']) && isJson(value['value']);
}

/** What JSON.parse returned is JSON; it only must be there. */
function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}
