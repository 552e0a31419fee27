import { quote } from '../base/untrusted-text.ts';
import { BLOCK, paddedSize, type TarHeader } from './header.ts';
import { type HeaderBlock, hasContent, isZeroBlock, kindOf, readHeaderBlock } from './header-block.ts';
import { readText } from './header-field.ts';
import { type PaxRecords, readPaxRecords } from './pax-records.ts';
import { oldSparse, paxSparse, SparseDraft } from './sparse-header.ts';
import { corruptTar, excessiveTar, truncatedTar } from './tar-error.ts';

/** PAX records or a long name before one entry. Bytes; Go's reader has the same limit. */
const MAX_META = 1024 * 1024;

type State = 'header' | 'zero' | 'meta' | 'sparse-map' | 'end';

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
  #draft: SparseDraft | null = null;

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
      case 'sparse-map':
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
    if (block.size > MAX_META) throw excessiveTar('a PAX header or long name is larger than 1 MiB');
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
      throw corruptTar(`the size of ${quote(path)} is absurd`);
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
    if (block.typeflag === 0x53) return this.#await(oldSparse(header, block.gnu, buffer, at));
    return pax?.sparse === undefined ? header : this.#await(paxSparse(header, pax.sparse));
  }

  #await(sparse: TarHeader | SparseDraft): TarHeader | null {
    if (!(sparse instanceof SparseDraft)) return sparse;
    this.#draft = sparse;
    this.#state = 'sparse-map';
    return null;
  }

  #takeMap(buffer: Buffer, at: number): TarHeader | null {
    const header = this.#draft?.take(buffer, at) ?? null;
    if (header === null) return null;
    this.#draft = null;
    this.#state = 'header';
    return header;
  }
}
