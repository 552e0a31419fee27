import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { type DiffId, sha256 } from '../base/digest.ts';
import type { Collector } from './collector.ts';
import { isByteCount, isListOf, isRecord, isString, type JsonValue } from './json-value.ts';
import { type EntryColumns, Kind, LayerEntries } from './layer-entries.ts';
import { type CollectedFile, type LayerScan, type PlacedScan, SCAN_VERSION } from './layer-scan.ts';
import { NameTable } from './name-table.ts';
import { PathTable } from './path-table.ts';

/*
 * A stored scan: a magic, the length of a JSON document (32 bits, little endian), the document, the columns of the
 * entries in the order of COLUMNS, each of these at a multiple of eight bytes, and the SHA-256 of all before it. The
 * columns are read where they lie.
 */
const MAGIC = Buffer.from('deadweight-scan\0');
const CHECKSUM = 32;

type ColumnType = 'u8' | 'u16' | 'u32' | 'f64';
type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

const COLUMNS = [
  'parents',
  'nameIds',
  'nameEnds',
  'nameBytes',
  'nodes',
  'kinds',
  'sizes',
  'modes',
  'uids',
  'gids',
  'mtimes',
  'declaredSizes',
  'links',
  'linknames',
  'contents',
  'contentFlags',
  'starts',
] as const;
type Columns = Readonly<Record<(typeof COLUMNS)[number], Column | null>>;

/** Everything that a scan depends on, on one line: the diffID, the version of scans and those of the collectors. */
export function scanKey(diffId: DiffId, collectors: readonly Collector[]): string {
  const versions = collectors.map(({ id, version }) => `${id}@${version}`).sort();
  return [diffId, `scan@${SCAN_VERSION}`, ...versions].join(' ');
}

/** As `scanKey`, for a scan that is true of one place alone. */
export function placedScanKey(place: string, diffId: DiffId, collectors: readonly Collector[]): string {
  return `at ${place} ${scanKey(diffId, collectors)}`;
}

export type ScanFileEnding = '.scan' | '.placed-scan' | '.numbers' | '.layers' | '.result';

/** File name for a key. */
export function scanFileName(key: string, ending: ScanFileEnding): string {
  return sha256(key).slice('sha256:'.length) + ending;
}

export function encodeScan(scan: LayerScan, key: string): Uint8Array {
  return encode(scan, null, key);
}

/** @param key of `placedScanKey` */
export function encodePlacedScan({ scan, starts }: PlacedScan, key: string): Uint8Array {
  return encode(scan, Float64Array.from(starts), key);
}

function encode(scan: LayerScan, starts: Float64Array | null, key: string): Uint8Array {
  const { entries, ...facts } = scan;
  const columns = { ...columnsOf(entries.columns), starts };
  const list = COLUMNS.map(name => columns[name]);
  const layout = list.map(column => column && [typeOf(column), column.length]);
  const document = Buffer.from(JSON.stringify({ ...facts, key, columns: layout }));
  const start = padded(MAGIC.length + 4 + document.length);
  const end = list.reduce((at, column) => at + padded(column?.byteLength ?? 0), start);
  const bytes = Buffer.alloc(end + CHECKSUM);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(document.length, MAGIC.length);
  document.copy(bytes, MAGIC.length + 4);
  let at = start;
  for (const column of list) {
    if (column === null) continue;
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += padded(column.byteLength);
  }
  checksum(bytes.subarray(0, end)).copy(bytes, end);
  return bytes;
}

/**
 * The scan keeps the bytes.
 * @returns null when they are not what `encodeScan` made for that key. Throws nothing.
 */
export function decodeScan(bytes: Uint8Array, key: string, diffId: DiffId): LayerScan | null {
  const found = decode(bytes, key, diffId);
  return found?.scan.verified && found.starts === null ? found.scan : null;
}

/**
 * The scan keeps the bytes.
 * @returns null when they are not what `encodePlacedScan` made for that key. Throws nothing.
 */
export function decodePlacedScan(bytes: Uint8Array, key: string, diffId: DiffId): PlacedScan | null {
  const found = decode(bytes, key, diffId);
  if (found === null || found.scan.verified || found.starts === null) return null;
  const { scan, starts } = found;
  return { scan, starts };
}

interface Decoded {
  readonly scan: LayerScan;
  readonly starts: Float64Array | null;
}

function decode(bytes: Uint8Array, key: string, diffId: DiffId): Decoded | null {
  try {
    const end = bytes.length - CHECKSUM;
    const isWhole = end >= MAGIC.length + 4 && MAGIC.equals(bytes.subarray(0, MAGIC.length));
    if (!isWhole || !checksum(bytes.subarray(0, end)).equals(bytes.subarray(end))) return null;
    // Columns are views of memory, which have to lie at a multiple of their values' size.
    const aligned = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
    const length = Buffer.from(aligned.buffer, aligned.byteOffset).readUInt32LE(MAGIC.length);
    const start = MAGIC.length + 4;
    const value: unknown = JSON.parse(Buffer.from(aligned.subarray(start, start + length)).toString('utf8'));
    if (!isRecord(value) || value['key'] !== key) return null;
    const columns = readColumns(value['columns'], aligned.subarray(0, end), padded(start + length));
    const entries = columns && readEntries(columns);
    const scan = entries && readScan(value, entries, diffId);
    return columns && scan && withStarts(scan, columns.starts);
  } catch {
    return null;
  }
}

function withStarts(scan: LayerScan, starts: Column | null): Decoded | null {
  if (starts === null) return { scan, starts };
  if (!(starts instanceof Float64Array) || starts.length !== countFiles(scan.entries)) return null;
  // A sparse file has no start.
  return starts.every(start => start >= 0 || Number.isNaN(start)) ? { scan, starts } : null;
}

function columnsOf({ paths, ...columns }: EntryColumns): Omit<Columns, 'starts'> {
  return { ...paths.columns(), ...columns };
}

function typeOf(column: Column): ColumnType {
  if (column instanceof Uint8Array) return 'u8';
  if (column instanceof Uint16Array) return 'u16';
  return column instanceof Uint32Array ? 'u32' : 'f64';
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function checksum(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}

function readColumns(layout: unknown, bytes: Uint8Array, start: number): Columns | null {
  if (!Array.isArray(layout) || layout.length !== COLUMNS.length) return null;
  const columns = new Map<string, Column | null>();
  let at = start;
  for (const [index, each] of layout.entries()) {
    const column = each === null ? null : viewOf(each, bytes, at);
    at += padded(column?.byteLength ?? 0);
    columns.set(COLUMNS[index] ?? '', column);
  }
  if (at !== bytes.length) return null;
  const of = (name: (typeof COLUMNS)[number]): Column | null => columns.get(name) ?? null;
  return {
    parents: of('parents'),
    nameIds: of('nameIds'),
    nameEnds: of('nameEnds'),
    nameBytes: of('nameBytes'),
    nodes: of('nodes'),
    kinds: of('kinds'),
    sizes: of('sizes'),
    modes: of('modes'),
    uids: of('uids'),
    gids: of('gids'),
    mtimes: of('mtimes'),
    declaredSizes: of('declaredSizes'),
    links: of('links'),
    linknames: of('linknames'),
    contents: of('contents'),
    contentFlags: of('contentFlags'),
    starts: of('starts'),
  };
}

/** @throws TypeError when it is no column, or not so many bytes are there */
function viewOf(layout: unknown, bytes: Uint8Array, at: number): Column {
  if (!Array.isArray(layout)) throw new TypeError('a column is its type and its length');
  const [type, length]: unknown[] = layout;
  const offset = bytes.byteOffset + at;
  if (!isByteCount(length)) throw new TypeError('a column has a length');
  const width = type === 'u8' ? 1 : type === 'u16' ? 2 : type === 'u32' ? 4 : 8;
  if (at + length * width > bytes.length) throw new TypeError('a column is cut off');
  if (type === 'u8') return new Uint8Array(bytes.buffer, offset, length);
  if (type === 'u16') return new Uint16Array(bytes.buffer, offset, length);
  if (type === 'u32') return new Uint32Array(bytes.buffer, offset, length);
  if (type === 'f64') return new Float64Array(bytes.buffer, offset, length);
  throw new TypeError('a column has a type');
}

/** Numbers that lead nowhere are refused: what uses them must not have to look. */
function readEntries(columns: Columns): LayerEntries | null {
  const { parents, nameIds, nameEnds, nameBytes, nodes, kinds, modes, links, linknames } = columns;
  const { sizes, uids, gids, mtimes, declaredSizes, contents, contentFlags } = columns;
  if (!isWords(parents) || !isWords(nameIds) || !isWords(nameEnds) || !isBytes(nameBytes)) return null;
  const names = NameTable.of(nameEnds, nameBytes);
  const paths = names && PathTable.of(names, parents, nameIds);
  if (!paths || !isWords(nodes) || !isBytes(kinds) || !(modes instanceof Uint16Array)) return null;
  if (!isNumbers(sizes) || !isNumbers(uids) || !isNumbers(gids) || !isNumbers(mtimes)) return null;
  if (!isWords(links) || !isWords(linknames) || links.length !== linknames.length) return null;
  if (declaredSizes !== null && !isNumbers(declaredSizes)) return null;
  if (contents !== null && !isWords(contents)) return null;
  if (contentFlags !== null && !isBytes(contentFlags)) return null;
  const { length } = nodes;
  const lists = [kinds, modes, sizes, uids, gids, mtimes, declaredSizes, contentFlags];
  const isWhole =
    lists.every(list => list === null || list.length === length) &&
    (contents === null) === (contentFlags === null) &&
    (contents === null || contents.length === 4 * length) &&
    nodes.every(node => node < paths.size) &&
    kinds.every(kind => kind <= Kind.FIFO) &&
    links.every((entry, index) => entry < length && (index === 0 || entry > (links[index - 1] ?? 0))) &&
    linknames.every(name => name < names.size);
  if (!isWhole) return null;
  return new LayerEntries({
    paths,
    nodes,
    kinds,
    sizes,
    modes,
    uids,
    gids,
    mtimes,
    declaredSizes,
    links,
    linknames,
    contents,
    contentFlags,
  });
}

function isBytes(column: Column | null): column is Uint8Array {
  return column instanceof Uint8Array;
}

function isWords(column: Column | null): column is Uint32Array {
  return column instanceof Uint32Array;
}

function isNumbers(column: Column | null): column is Uint32Array | Float64Array {
  return column instanceof Uint32Array || column instanceof Float64Array;
}

function readScan(
  value: Readonly<Record<string, unknown>>,
  entries: LayerEntries,
  diffId: DiffId,
): LayerScan | null {
  const { whiteouts, opaques, markers, size, fileCount, headerBytes, contentKnown, verified } = value;
  const collected = readCollected(value['collected']);
  const isWhole =
    collected !== null &&
    value['diffId'] === diffId &&
    typeof verified === 'boolean' &&
    isListOf(whiteouts, isString) &&
    isListOf(opaques, isString) &&
    isListOf(markers, isString) &&
    isByteCount(size) &&
    isByteCount(fileCount) &&
    isByteCount(headerBytes) &&
    (contentKnown === 'all' || contentKnown === 'some' || contentKnown === 'none');
  if (!isWhole || sumOfFiles(entries) !== size) return null;
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
    verified,
    skippedFiles: 0,
    collected,
  };
}

function sumOfFiles(entries: LayerEntries): number {
  let bytes = 0;
  for (let index = 0; index < entries.length; index += 1) {
    if (entries.isFile(index)) bytes += entries.sizeOf(index);
  }
  return bytes;
}

function countFiles(entries: LayerEntries): number {
  let count = 0;
  for (let index = 0; index < entries.length; index += 1) if (entries.isFile(index)) count += 1;
  return count;
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
