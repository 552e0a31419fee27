import { BLOCK, paddedSize, type SparseRun, type TarHeader } from './header.ts';
import { type HeaderBlock, hasContent, isZeroBlock, kindOf, readHeaderBlock } from './header-block.ts';
import { type PaxRecords, readPaxRecords } from './pax-records.ts';
import { checkSparseRuns, LeadingSparseMap, OldSparseMap, readSparseList } from './sparse-map.ts';
import { corruptTar, excessiveTar, quoteName, truncatedTar } from './tar-error.ts';
import { readDecimal, readNumber } from './tar-number.ts';
import { readText } from './tar-text.ts';

/** PAX records or a long name before one entry. Bytes; Go's reader has the same limit. */
const META_LIMIT = 1024 * 1024;

type State = 'header' | 'zero' | 'meta' | 'old-sparse' | 'leading-sparse' | 'end';

/** An entry that still lacks its sparse map. */
interface Draft {
  readonly header: TarHeader;
  readonly map: OldSparseMap | LeadingSparseMap;
}

/**
 * Makes entries of header blocks. It does no reading: whoever drives it gives it `wanted` bytes at a time, and after
 * an entry goes on behind the entry's content. What it accepts is what Go's archive/tar does, and so Docker's engine.
 */
export class HeaderReader {
  /** Bytes that `take` needs next, in one piece. At most 1 MiB and a block. */
  wanted = BLOCK;
  #state: State = 'header';
  #metaFlag = 0;
  #metaSize = 0;
  #pax: PaxRecords | null = null;
  #longName = '';
  #longLink = '';
  #draft: Draft | null = null;

  /** Whether the end-of-archive blocks were read: what follows them is no part of the archive. */
  get ended(): boolean {
    return this.#state === 'end';
  }

  /**
   * @returns an entry when these bytes complete one.
   * @throws DeadweightError `input-corrupt`, `limit-exceeded`
   */
  take(buffer: Buffer, at: number): TarHeader | null {
    switch (this.#state) {
      case 'header':
        return this.#takeHeader(buffer, at);
      case 'meta':
        this.#takeMeta(buffer, at);
        return null;
      case 'old-sparse':
      case 'leading-sparse':
        return this.#takeMap(buffer, at);
      case 'zero':
        if (!isZeroBlock(buffer, at)) throw corruptTar('a header follows a block of zeros');
        this.#state = 'end';
        return null;
      case 'end':
        return null;
    }
  }

  /**
   * To be called when there are no more bytes, outside an entry's content.
   * @param rest bytes that were left over, fewer than `wanted`
   * @throws DeadweightError `input-truncated` unless the archive may end here. The end-of-archive blocks may lack.
   */
  finish(rest: number): void {
    if (this.#state === 'end' || (this.#state === 'zero' && rest === 0)) return;
    const isPending = this.#pax !== null || this.#longName !== '' || this.#longLink !== '';
    if (this.#state !== 'header' || rest > 0 || isPending) throw truncatedTar('a header');
  }

  #takeHeader(buffer: Buffer, at: number): TarHeader | null {
    if (buffer[at] === 0 && isZeroBlock(buffer, at)) {
      this.#state = 'zero';
      return null;
    }
    const block = readHeaderBlock(buffer, at);
    switch (block.typeflag) {
      case 0x78: // x
      case 0x67: // g
      case 0x4b: // K
      case 0x4c: // L
        this.#expectMeta(block);
        if (block.size === 0) this.#takeMeta(buffer, at);
        return null;
      default:
        return this.#resolve(block, buffer, at);
    }
  }

  #expectMeta(block: HeaderBlock): void {
    if (!(block.size >= 0)) throw corruptTar('a PAX header or long name has an absurd size');
    if (block.size > META_LIMIT) throw excessiveTar('a PAX header or long name is larger than 1 MiB');
    this.#metaFlag = block.typeflag;
    this.#metaSize = block.size;
    this.#state = 'meta';
    this.wanted = paddedSize(block.size);
  }

  #takeMeta(buffer: Buffer, at: number): void {
    this.#state = 'header';
    this.wanted = BLOCK;
    if (this.#metaFlag === 0x4c) this.#longName = readText(buffer, at, this.#metaSize);
    else if (this.#metaFlag === 0x4b) this.#longLink = readText(buffer, at, this.#metaSize);
    else {
      const records = readPaxRecords(buffer.subarray(at, at + this.#metaSize));
      // Records of a global header are checked and not applied: Go's reader, and so every engine, ignores them.
      if (this.#metaFlag === 0x78) this.#pax = records;
    }
  }

  #resolve(block: HeaderBlock, buffer: Buffer, at: number): TarHeader | null {
    const pax = this.#pax;
    const path = pax?.sparse?.get('name') || this.#longName || pax?.path || block.name;
    const kind = kindOf(block.typeflag, path);
    const declaredSize = pax?.size ?? block.size;
    if (!(declaredSize >= 0 && declaredSize <= Number.MAX_SAFE_INTEGER - BLOCK)) {
      throw corruptTar(`the size of ${quoteName(path)} is absurd`);
    }
    const size = hasContent(kind) ? declaredSize : 0;
    const header: TarHeader = {
      path,
      kind,
      size,
      storedSize: size,
      declaredSize,
      mode: block.mode,
      uid: pax?.uid ?? block.uid,
      gid: pax?.gid ?? block.gid,
      mtime: pax?.mtime ?? block.mtime,
      linkname: this.#longLink || pax?.linkpath || block.linkname,
    };
    this.#pax = null;
    this.#longName = '';
    this.#longLink = '';
    if (block.typeflag === 0x53) return this.#startOldSparse(header, block.gnu, buffer, at);
    return pax?.sparse === undefined ? header : this.#startPaxSparse(header, pax.sparse);
  }

  #startOldSparse(header: TarHeader, isGnu: boolean, buffer: Buffer, at: number): TarHeader | null {
    const size = readNumber(buffer, at + 483, 12);
    if (!isGnu || !(size >= 0 && Number.isSafeInteger(size)))
      throw corruptTar(`${quoteName(header.path)} has no sparse map`);
    const map = new OldSparseMap(buffer, at);
    const resized = { ...header, size, declaredSize: size };
    if (!map.continues) return withRuns(resized, map.runs, 0);
    this.#draft = { header: resized, map };
    this.#state = 'old-sparse';
    return null;
  }

  #startPaxSparse(header: TarHeader, records: ReadonlyMap<string, string>): TarHeader | null {
    const version = `${records.get('major') ?? ''}.${records.get('minor') ?? ''}`;
    const map = records.get('map') ?? '';
    const isList = version === '0.0' || version === '0.1' || (version === '.' && map !== '');
    if (!isList && version !== '1.0') return header;
    if (header.kind !== 'file') throw corruptTar(`${quoteName(header.path)} is sparse and no file`);
    const text = records.get('size') || records.get('realsize') || '';
    const size = text === '' ? header.size : readDecimal(text);
    if (!(size >= 0)) throw corruptTar(`the size of ${quoteName(header.path)} is absurd`);
    const resized = { ...header, size, declaredSize: size };
    if (isList) return withRuns(resized, readSparseList(map, records.get('numblocks') ?? ''), 0);
    this.#draft = { header: resized, map: new LeadingSparseMap() };
    this.#state = 'leading-sparse';
    return null;
  }

  #takeMap(buffer: Buffer, at: number): TarHeader | null {
    const draft = this.#draft;
    if (draft === null) throw new TypeError('a map without its entry');
    draft.map.extend(buffer, at);
    const blocks = draft.map instanceof LeadingSparseMap ? draft.map.blocks : 0;
    if (blocks * BLOCK > paddedSize(draft.header.storedSize)) {
      throw corruptTar(`the sparse map of ${quoteName(draft.header.path)} exceeds its data`);
    }
    const isDone = draft.map instanceof LeadingSparseMap ? draft.map.complete : !draft.map.continues;
    if (!isDone) return null;
    this.#draft = null;
    this.#state = 'header';
    return withRuns(draft.header, draft.map.runs, blocks * BLOCK);
  }
}

/** @param mapSize bytes at the start of the stored ones that are the map */
function withRuns(header: TarHeader, runs: readonly SparseRun[], mapSize: number): TarHeader {
  const storedSize = header.storedSize - mapSize;
  if (storedSize < 0) throw corruptTar(`the sparse map of ${quoteName(header.path)} exceeds its data`);
  checkSparseRuns(runs, header.size, storedSize);
  return { ...header, storedSize, sparse: runs };
}
