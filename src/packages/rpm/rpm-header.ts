import type { Buffer } from 'node:buffer';
import { readText } from '../../tar/header-field.ts';

/** Tags that are read. @see https://rpm-software-management.github.io/rpm/manual/tags.html */
const TAGS = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  architecture: 1022,
  fileFlags: 1037,
  directoryIndexes: 1116,
  baseNames: 1117,
  directoryNames: 1118,
} as const;
type Tag = keyof typeof TAGS;

const INT32 = 4;
const STRING = 6;
const STRINGS = 8;
/** Bytes of an entry of the index: tag, type, offset and count, big-endian. */
const ENTRY = 16;
/** Items of a tag: the largest packages have a tenth of it. */
const MAX_ITEMS = 1_000_000;

interface IndexEntry {
  readonly type: number;
  /** Where its data starts in the blob. */
  readonly start: number;
  readonly count: number;
}

/**
 * The header of an installed package, as rpm's databases keep it: the numbers of index entries and of data bytes,
 * the index, the data. The first of a repeated tag counts.
 * @see https://rpm-software-management.github.io/rpm/manual/format_header.html
 */
export class RpmHeader {
  readonly #blob: Buffer;
  readonly #entries = new Map<number, IndexEntry>();

  /** @throws RangeError when the blob is not a header */
  constructor(blob: Buffer) {
    this.#blob = blob;
    const count = blob.readUInt32BE(0);
    const data = 8 + count * ENTRY;
    if (data + blob.readUInt32BE(4) > blob.length) throw new RangeError('an rpm header that is cut short');
    for (let at = 8; at < data; at += ENTRY) {
      const tag = blob.readUInt32BE(at);
      if (this.#entries.has(tag)) continue;
      this.#entries.set(tag, {
        type: blob.readUInt32BE(at + 4),
        start: data + blob.readUInt32BE(at + 8),
        count: blob.readUInt32BE(at + 12),
      });
    }
  }

  /** Empty where there is none. */
  text(tag: Tag): string {
    const entry = this.#entry(tag, STRING);
    return entry === undefined ? '' : readText(this.#blob, entry.start, this.#blob.length - entry.start);
  }

  /**
   * Empty where there are none; those that are cut off are left out.
   * @throws RangeError when there are too many
   */
  texts(tag: Tag): string[] {
    const entry = this.#entry(tag, STRINGS);
    const found: string[] = [];
    let at = entry?.start ?? 0;
    for (let index = 0; index < (entry?.count ?? 0); index += 1) {
      const end = this.#blob.indexOf(0, at);
      if (end < 0) break;
      found.push(readText(this.#blob, at, end - at));
      at = end + 1;
    }
    return found;
  }

  /**
   * Empty where there are none.
   * @throws RangeError when they are not all there, or too many
   */
  numbers(tag: Tag): number[] {
    const entry = this.#entry(tag, INT32);
    const found: number[] = [];
    for (let index = 0; index < (entry?.count ?? 0); index += 1) {
      found.push(this.#blob.readUInt32BE((entry?.start ?? 0) + 4 * index));
    }
    return found;
  }

  #entry(tag: Tag, type: number): IndexEntry | undefined {
    const entry = this.#entries.get(TAGS[tag]);
    if (entry?.type !== type) return undefined;
    if (entry.count > MAX_ITEMS) throw new RangeError('an rpm header lists too much');
    return entry;
  }
}
