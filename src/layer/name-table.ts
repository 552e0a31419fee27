import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { compact, grown } from './column.ts';

/** Whoever makes an image must not know which names meet in one place of the table. */
const SEED = randomBytes(4).readUInt32LE(0);

/** Above it a character is several bytes. */
const MAX_ASCII = 0x7f;

/** Texts, each held once, as UTF-8. A text is its number, which stays the same for good. */
export class NameTable {
  #count = 0;
  #bytes: Buffer = Buffer.allocUnsafeSlow(256);
  /** Where each text ends in the bytes; it starts where the one before it ends. */
  #ends: Uint32Array = new Uint32Array(16);
  #hashes: Uint32Array = new Uint32Array(16);
  /** The text that was added last, or was there already: what comes in one order twice is found behind it. */
  #recent = 0;
  /** One more than the number of a text, in open addressing; 0 is free. Null until a text is looked up or added. */
  #slots: Uint32Array | null = null;

  /**
   * Keeps the columns, as `columns` gives them.
   * @returns null when they are not such
   */
  static of(ends: Uint32Array, bytes: Uint8Array): NameTable | null {
    const isAscending = ends.every((end, index) => end >= (index === 0 ? 0 : (ends[index - 1] ?? 0)));
    if (!isAscending || (ends.at(-1) ?? 0) !== bytes.length) return null;
    const table = new NameTable();
    table.#count = ends.length;
    table.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    table.#ends = ends;
    table.#hashes = new Uint32Array(ends.length);
    for (let name = 0; name < ends.length; name += 1) {
      table.#hashes[name] = hashOfBytes(table.#bytes, table.#startOf(name), ends[name] ?? 0);
    }
    return table;
  }

  /** Where each text ends, and the bytes of all: texts by their numbers, one behind the other. */
  columns(): { readonly nameEnds: Uint32Array; readonly nameBytes: Uint8Array } {
    return {
      nameEnds: this.#ends.subarray(0, this.#count),
      nameBytes: this.#bytes.subarray(0, this.byteLength),
    };
  }

  get size(): number {
    return this.#count;
  }

  /** Bytes of all texts. */
  get byteLength(): number {
    return this.#startOf(this.#count);
  }

  textOf(name: number): string {
    return this.#bytes.toString('utf8', this.#startOf(name), this.#ends[name]);
  }

  /** Bytes of the text. */
  lengthOf(name: number): number {
    return (this.#ends[name] ?? 0) - this.#startOf(name);
  }

  /** Writes the text into a buffer that has room for it. */
  copy(name: number, target: Buffer, at: number): void {
    const start = this.#startOf(name);
    const end = this.#ends[name] ?? 0;
    // A call costs more than the few bytes of most names.
    for (let from = start, to = at; from < end; from += 1, to += 1) target[to] = this.#bytes[from] ?? 0;
  }

  /** Whether the text begins with these bytes. */
  startsWith(name: number, prefix: Uint8Array): boolean {
    if (this.lengthOf(name) < prefix.length) return false;
    const start = this.#startOf(name);
    for (let at = 0; at < prefix.length; at += 1) if (this.#bytes[start + at] !== prefix[at]) return false;
    return true;
  }

  /** Of a part of a text. @returns undefined when it was not added */
  find(text: string, start = 0, end = text.length): number | undefined {
    const hash = hashOf(text, start, end);
    if (hash < 0) {
      const bytes = Buffer.from(text.slice(start, end));
      return this.#findBytes(bytes, 0, bytes.length, hashOfBytes(bytes, 0, bytes.length));
    }
    return this.#findText(text, start, end, hash);
  }

  /** Adds a part of a text. */
  add(text: string, start = 0, end = text.length): number {
    const next = this.#recent + 1;
    if (next < this.#count && this.#isText(next, text, start, end)) {
      this.#recent = next;
      return next;
    }
    this.#recent = this.#addText(text, start, end);
    return this.#recent;
  }

  #addText(text: string, start: number, end: number): number {
    const hash = hashOf(text, start, end);
    if (hash < 0) {
      const bytes = Buffer.from(text.slice(start, end));
      const hashed = hashOfBytes(bytes, 0, bytes.length);
      return this.#findBytes(bytes, 0, bytes.length, hashed) ?? this.#insert(bytes, 0, bytes.length, hashed);
    }
    const known = this.#findText(text, start, end, hash);
    if (known !== undefined) return known;
    const from = this.#room(end - start);
    for (let at = start, to = from; at < end; at += 1, to += 1) this.#bytes[to] = text.charCodeAt(at);
    return this.#number(from + end - start, hash);
  }

  /** Adds all texts of another table. @returns this table's numbers by the other's */
  addAll(other: NameTable): Uint32Array {
    const names = new Uint32Array(other.#count);
    for (let name = 0; name < other.#count; name += 1) {
      const start = other.#startOf(name);
      const end = other.#ends[name] ?? 0;
      const hash = other.#hashes[name] ?? 0;
      names[name] =
        this.#findBytes(other.#bytes, start, end, hash) ?? this.#insert(other.#bytes, start, end, hash);
    }
    return names;
  }

  /** Lets go of memory that only adding needs; more can be added all the same. */
  compact(): void {
    const bytes = Buffer.allocUnsafeSlow(this.byteLength);
    this.#bytes.copy(bytes);
    this.#bytes = bytes;
    this.#ends = compact(this.#ends, this.#count);
    this.#hashes = compact(this.#hashes, this.#count);
    this.#slots = null;
  }

  #startOf(name: number): number {
    return name === 0 ? 0 : (this.#ends[name - 1] ?? 0);
  }

  /** @param text ASCII */
  #findText(text: string, start: number, end: number, hash: number): number | undefined {
    const slots = this.#slots ?? this.#rehash(this.#count);
    const mask = slots.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = slots[at] ?? 0;
      if (slot === 0) return undefined;
      if (this.#hashes[slot - 1] === hash && this.#isText(slot - 1, text, start, end)) return slot - 1;
    }
  }

  #findBytes(bytes: Buffer, start: number, end: number, hash: number): number | undefined {
    const slots = this.#slots ?? this.#rehash(this.#count);
    const mask = slots.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = slots[at] ?? 0;
      if (slot === 0) return undefined;
      if (this.#hashes[slot - 1] === hash && this.#isBytes(slot - 1, bytes, start, end)) return slot - 1;
    }
  }

  #insert(bytes: Buffer, start: number, end: number, hash: number): number {
    const from = this.#room(end - start);
    for (let at = start, to = from; at < end; at += 1, to += 1) this.#bytes[to] = bytes[at] ?? 0;
    return this.#number(from + end - start, hash);
  }

  /** @returns where the bytes of the next text begin, so many of them */
  #room(length: number): number {
    const from = this.byteLength;
    if (from + length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(2 * (from + length));
      this.#bytes.copy(larger, 0, 0, from);
      this.#bytes = larger;
    }
    return from;
  }

  #number(end: number, hash: number): number {
    const name = this.#count;
    this.#count += 1;
    this.#ends = grown(this.#ends, this.#count);
    this.#hashes = grown(this.#hashes, this.#count);
    this.#ends[name] = end;
    this.#hashes[name] = hash;
    let slots = this.#slots;
    if (slots === null || this.#count * 2 > slots.length) slots = this.#rehash(this.#count * 2);
    else place(slots, name, hash);
    return name;
  }

  #rehash(names: number): Uint32Array {
    let length = 32;
    while (length < names * 2) length *= 2;
    const slots = new Uint32Array(length);
    for (let name = 0; name < this.#count; name += 1) place(slots, name, this.#hashes[name] ?? 0);
    this.#slots = slots;
    return slots;
  }

  /** Whether the text is that part of another, which is ASCII. */
  #isText(name: number, text: string, start: number, end: number): boolean {
    const from = this.#startOf(name);
    if ((this.#ends[name] ?? 0) - from !== end - start) return false;
    for (let at = start, own = from; at < end; at += 1, own += 1) {
      const code = text.charCodeAt(at);
      if (code > MAX_ASCII || this.#bytes[own] !== code) return false;
    }
    return true;
  }

  #isBytes(name: number, bytes: Buffer, start: number, end: number): boolean {
    const from = this.#startOf(name);
    if ((this.#ends[name] ?? 0) - from !== end - start) return false;
    for (let at = start, own = from; at < end; at += 1, own += 1) {
      if (this.#bytes[own] !== bytes[at]) return false;
    }
    return true;
  }
}

function place(slots: Uint32Array, name: number, hash: number): void {
  const mask = slots.length - 1;
  let at = hash & mask;
  while (slots[at] !== 0) at = (at + 1) & mask;
  slots[at] = name + 1;
}

/** @returns -1 where the text is not ASCII: then its bytes are to be hashed */
function hashOf(text: string, start: number, end: number): number {
  let hash = SEED;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code > MAX_ASCII) return -1;
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return finished(hash);
}

function hashOfBytes(bytes: Buffer, start: number, end: number): number {
  let hash = SEED;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return finished(hash);
}

function finished(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
