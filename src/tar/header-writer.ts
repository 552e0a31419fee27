import { Buffer, isUtf8 } from 'node:buffer';
import { BLOCK, paddedSize } from './header.ts';
import { prefixLength } from './header-block.ts';
import { readNumber } from './header-field.ts';

/** What an entry without content is made of. */
export interface NewEntry {
  /** Bytes of its path, as it is written. */
  readonly path: Uint8Array;
  readonly kind: 'file' | 'directory';
  /** Permission bits. */
  readonly mode: number;
  /** Bytes of its content. */
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** Whether a size of 8 GiB and more is written in base 256, as GNU tar does, rather than in a header of its own. */
  readonly isOneBlock?: boolean;
}

/** What of an entry is to be another. What is absent stays. */
export interface HeaderChanges {
  /** Bytes of its path. */
  readonly path?: Uint8Array;
  /** Bytes of what it links to. */
  readonly linkname?: Uint8Array;
}

const NAME = { start: 0, length: 100 };
const LINKNAME = { start: 157, length: 100 };
const PREFIX = 345;
/** The largest number of seven octal digits, and of eleven. */
const MAX_SHORT = 0o7777777;
const MAX_LONG = 0o77777777777;
/** Longer ones are in `L` and `K` blocks: nobody reads more. */
const LONG_LINK = '././@LongLink';

/** In their order: those of old sparse files repeat. */
type Records = (readonly [key: string, value: Uint8Array])[];

/** The header of a new entry: one block, and a PAX header before it where the path needs one. */
export function writeHeader(entry: NewEntry): Buffer {
  const { path, kind, mode, size, mtime, isOneBlock = false } = entry;
  const block = Buffer.alloc(BLOCK);
  block.write('ustar\x0000', 257, 'latin1');
  block[156] = kind === 'directory' ? 0x35 : 0x30;
  const draft = new HeaderDraft(block);
  draft.setPath(path);
  const isBinary = isOneBlock && size > MAX_LONG;
  draft.setNumbers({ mode, size: isBinary ? 0 : size, mtime });
  if (isBinary) draft.setBinarySize(size);
  return draft.finish();
}

/**
 * The headers of an entry with changes: what else they say stays, extended attributes among it.
 * @param raw all blocks from the first of its headers up to its content
 */
export function rewriteHeader(raw: Uint8Array, { path, linkname }: HeaderChanges): Buffer {
  const draft = HeaderDraft.read(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength));
  if (path !== undefined) draft.setPath(path);
  if (linkname !== undefined) draft.setLinkname(linkname);
  return draft.finish();
}

/** The headers of one entry, taken apart. */
class HeaderDraft {
  readonly #block: Buffer;
  /** Records of the entry. */
  #records: Records;
  /** Those before the entry that are not its own: PAX records for all of the archive, which nobody reads. */
  readonly #others: readonly Buffer[];
  /** Of sparse files: what follows the block. */
  readonly #rest: Buffer;
  #longPath: Uint8Array | null;
  #longLink: Uint8Array | null;

  constructor(
    block: Buffer,
    records: Records = [],
    others: readonly Buffer[] = [],
    rest: Buffer = Buffer.alloc(0),
    longPath: Uint8Array | null = null,
    longLink: Uint8Array | null = null,
  ) {
    this.#block = block;
    this.#records = records;
    this.#others = others;
    this.#rest = rest;
    this.#longPath = longPath;
    this.#longLink = longLink;
  }

  static read(raw: Buffer): HeaderDraft {
    let records: Records = [];
    const others: Buffer[] = [];
    let longPath: Uint8Array | null = null;
    let longLink: Uint8Array | null = null;
    for (let at = 0; ; ) {
      const size = readNumber(raw, at + 124, 12);
      const content = raw.subarray(at + BLOCK, at + BLOCK + size);
      const end = at + BLOCK + paddedSize(size);
      switch (raw[at + 156]) {
        case 0x78: // x
          records = readRecords(content);
          break;
        case 0x67: // g
          others.push(raw.subarray(at, end));
          break;
        case 0x4c: // L
          longPath = untilZero(content);
          break;
        case 0x4b: // K
          longLink = untilZero(content);
          break;
        default: {
          const block = Buffer.from(raw.subarray(at, at + BLOCK));
          const rest = raw.subarray(at + BLOCK);
          return new HeaderDraft(block, records, others, rest, longPath, longLink);
        }
      }
      at = end;
    }
  }

  setPath(path: Uint8Array): void {
    this.#longPath = null;
    const isSparse = this.#records.some(([key]) => key === 'GNU.sparse.name');
    this.#drop('path');
    this.#block.fill(0, PREFIX, PREFIX + prefixLength(this.#block, 0));
    if (isSparse) this.#set('GNU.sparse.name', path);
    this.#setText(NAME, path);
    if (isSparse || path.length <= NAME.length) return;
    if (isUtf8(path)) this.#set('path', path);
    else this.#longPath = path;
  }

  setLinkname(linkname: Uint8Array): void {
    this.#longLink = null;
    this.#drop('linkpath');
    this.#setText(LINKNAME, linkname);
    if (linkname.length <= LINKNAME.length) return;
    if (isUtf8(linkname)) this.#set('linkpath', linkname);
    else this.#longLink = linkname;
  }

  /** Of root's. */
  setNumbers({ mode, size, mtime }: Pick<NewEntry, 'mode' | 'size' | 'mtime'>): void {
    this.#setNumber(100, 8, mode & 0o7777, MAX_SHORT);
    this.#setNumber(108, 8, 0, MAX_SHORT);
    this.#setNumber(116, 8, 0, MAX_SHORT);
    this.#setOrRecord('size', 124, 12, size, MAX_LONG);
    this.#setOrRecord('mtime', 136, 12, mtime, MAX_LONG);
  }

  /** @param size bytes, at least 8 GiB */
  setBinarySize(size: number): void {
    this.#block.fill(0, 124, 136);
    this.#block[124] = 0x80;
    this.#block.writeBigUInt64BE(BigInt(size), 128);
  }

  finish(): Buffer {
    const parts: Uint8Array[] = [...this.#others];
    if (this.#longLink !== null) parts.push(metaBlocks('K', LONG_LINK, withZero(this.#longLink)));
    if (this.#longPath !== null) parts.push(metaBlocks('L', LONG_LINK, withZero(this.#longPath)));
    if (this.#records.length > 0)
      parts.push(metaBlocks('x', 'PaxHeaders.0/entry', writeRecords(this.#records)));
    writeChecksum(this.#block);
    return Buffer.concat([...parts, this.#block, this.#rest]);
  }

  #drop(key: string): void {
    this.#records = this.#records.filter(([each]) => each !== key);
  }

  #set(key: string, value: Uint8Array): void {
    this.#drop(key);
    this.#records.push([key, value]);
  }

  #setText({ start, length }: { readonly start: number; readonly length: number }, text: Uint8Array): void {
    this.#block.fill(0, start, start + length);
    this.#block.set(text.subarray(0, length), start);
  }

  #setOrRecord(key: string, start: number, length: number, value: number, max: number): void {
    this.#drop(key);
    const isPlain = Number.isInteger(value) && value >= 0 && value <= max;
    if (!isPlain) this.#set(key, Buffer.from(String(value)));
    this.#setNumber(start, length, Math.min(Math.max(Math.floor(value), 0), max), max);
  }

  #setNumber(start: number, length: number, value: number, max: number): void {
    const digits = Math.min(value, max)
      .toString(8)
      .padStart(length - 1, '0');
    this.#block.write(`${digits}\0`, start, length, 'latin1');
  }
}

/** A header of its own for what does not fit into one. */
function metaBlocks(type: 'x' | 'K' | 'L', name: string, content: Uint8Array): Buffer {
  const blocks = Buffer.alloc(BLOCK + paddedSize(content.length));
  blocks.write(name, 0, 'latin1');
  blocks.write('0000644\0', 100, 'latin1');
  blocks.write('0000000\0', 108, 'latin1');
  blocks.write('0000000\0', 116, 'latin1');
  blocks.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  blocks.write('00000000000\0', 136, 'latin1');
  blocks.write(type, 156, 'latin1');
  blocks.write(type === 'x' ? 'ustar\x0000' : 'ustar  \0', 257, 'latin1');
  writeChecksum(blocks.subarray(0, BLOCK));
  blocks.set(content, BLOCK);
  return blocks;
}

function writeChecksum(block: Buffer): void {
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of block.subarray(0, BLOCK)) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

/** Of records that were read before, so that they are of the right form. */
function readRecords(content: Buffer): Records {
  const records: Records = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString('latin1', at, space));
    const equals = content.indexOf(0x3d, space);
    const key = content.toString('latin1', space + 1, equals);
    records.push([key, content.subarray(equals + 1, at + length - 1)]);
    at += length;
  }
  return records;
}

function writeRecords(records: Records): Buffer {
  return Buffer.concat(records.map(([key, value]) => writeRecord(key, value)));
}

/** `LENGTH KEY=VALUE\n`, where the length counts its own digits. */
function writeRecord(key: string, value: Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`, 'latin1'), value, Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length > length) length += 1;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function untilZero(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function withZero(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(1)]);
}
