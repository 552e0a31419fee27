import { quote } from '../base/untrusted-text.ts';
import { BLOCK, paddedSize, type SparseRun, type TarHeader } from './header.ts';
import { readDecimal, readNumber } from './header-field.ts';
import { checkSparseRuns, LeadingSparseMap, OldSparseMap, readSparseList } from './sparse-map.ts';
import { corruptTar } from './tar-error.ts';

/** A sparse file that still lacks a part of its map: the blocks that follow its header. */
export class SparseDraft {
  readonly #header: TarHeader;
  readonly #map: OldSparseMap | LeadingSparseMap;

  constructor(header: TarHeader, map: OldSparseMap | LeadingSparseMap) {
    this.#header = header;
    this.#map = map;
  }

  /** @returns the entry when this block completes its map. */
  take(buffer: Buffer, at: number): TarHeader | null {
    const header = this.#header;
    const map = this.#map;
    map.extend(buffer, at);
    if (map instanceof OldSparseMap) return map.continues ? null : withRuns(header, map.runs, 0);
    const mapSize = map.blocks * BLOCK;
    if (mapSize > paddedSize(header.storedSize)) throw exceeds(header);
    return map.complete ? withRuns(header, map.runs, mapSize) : null;
  }
}

/** GNU's old format, type `S`: the real size and the map are in the header block. */
export function oldSparse(
  header: TarHeader,
  isGnu: boolean,
  buffer: Buffer,
  at: number,
): TarHeader | SparseDraft {
  const size = readNumber(buffer, at + 483, 12);
  if (!isGnu || !(size >= 0 && Number.isSafeInteger(size))) {
    throw corruptTar(`${quote(header.path)} has no sparse map`);
  }
  const map = new OldSparseMap(buffer, at);
  const resized = { ...header, size, declaredSize: size };
  return map.continues ? new SparseDraft(resized, map) : withRuns(resized, map.runs, 0);
}

/**
 * A file whose PAX header has `GNU.sparse.` records. Unknown versions are plain files, as Go has it.
 * @param records without that prefix
 */
export function paxSparse(header: TarHeader, records: ReadonlyMap<string, string>): TarHeader | SparseDraft {
  const version = `${records.get('major') ?? ''}.${records.get('minor') ?? ''}`;
  const map = records.get('map') ?? '';
  const isList = version === '0.0' || version === '0.1' || (version === '.' && map !== '');
  if (!isList && version !== '1.0') return header;
  if (header.kind !== 'file') throw corruptTar(`${quote(header.path)} is sparse and no file`);
  const text = records.get('size') || records.get('realsize') || '';
  const size = text === '' ? header.size : readDecimal(text);
  if (!(size >= 0)) throw corruptTar(`the size of ${quote(header.path)} is absurd`);
  const resized = { ...header, size, declaredSize: size };
  if (!isList) return new SparseDraft(resized, new LeadingSparseMap());
  return withRuns(resized, readSparseList(map, records.get('numblocks') ?? ''), 0);
}

/** @param mapSize bytes at the start of the stored ones that are the map */
function withRuns(header: TarHeader, runs: readonly SparseRun[], mapSize: number): TarHeader {
  const storedSize = header.storedSize - mapSize;
  if (storedSize < 0) throw exceeds(header);
  checkSparseRuns(runs, header.size, storedSize);
  return { ...header, storedSize, sparse: runs };
}

function exceeds(header: TarHeader): Error {
  return corruptTar(`the sparse map of ${quote(header.path)} exceeds its data`);
}
