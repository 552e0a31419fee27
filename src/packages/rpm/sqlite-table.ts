import { Buffer } from 'node:buffer';

const MAGIC = 'SQLite format 3\0';
const HEADER = 100;
const INTERIOR = 0x05;
const LEAF = 0x0d;

/**
 * Visits the rows of a table of an SQLite database that is in memory, in the order of their keys: each as its record.
 * Only what a table needs is read: no index, no journal. A page counts once, so that a damaged or hostile file
 * costs no more than its own length.
 * @see https://www.sqlite.org/fileformat2.html
 * @throws RangeError when the bytes are not such a database or have no such table
 */
export function forEachRow(file: Buffer, table: string, visit: (record: Buffer) => void): void {
  const pages = new Pages(file);
  let root = 0;
  pages.walk(1, record => {
    const [type, name, , page] = recordColumns(record);
    if (type?.toString() === 'table' && name?.toString() === table && page !== undefined) {
      root = page.length === 0 ? 0 : page.readUIntBE(0, Math.min(page.length, 6));
    }
  });
  if (root === 0) throw new RangeError(`no table ${table}`);
  pages.walk(root, visit);
}

/**
 * The bytes of a record's columns: text and blobs as they are, integers big-endian, NULL and the constants 0 and 1 empty.
 * @throws RangeError when they are not all there
 */
export function recordColumns(record: Buffer): Buffer[] {
  const header = varint(record, 0);
  const found: Buffer[] = [];
  let body = header.value;
  for (let at = header.end; at < header.value; ) {
    const type = varint(record, at);
    const length = lengthOf(type.value);
    if (body + length > record.length) throw new RangeError('a column ends outside its record');
    found.push(record.subarray(body, body + length));
    body += length;
    at = type.end;
  }
  return found;
}

const FIXED = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0] as const;

function lengthOf(serialType: number): number {
  return FIXED[serialType] ?? Math.floor((serialType - 12) / 2);
}

/** Up to nine bytes, seven bits each, the ninth with eight. Values beyond 2^53 are rounded, and out of any range. */
function varint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start; at < start + 8; at += 1) {
    const byte = bytes.readUInt8(at);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return { value: value * 256 + bytes.readUInt8(start + 8), end: start + 9 };
}

class Pages {
  readonly #file: Buffer;
  readonly #size: number;
  /** Bytes of a page that hold content. */
  readonly #usable: number;
  readonly #seen = new Set<number>();

  constructor(file: Buffer) {
    if (file.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new RangeError('not an SQLite database');
    const size = file.readUInt16BE(16);
    this.#file = file;
    this.#size = size === 1 ? 65_536 : size;
    this.#usable = this.#size - file.readUInt8(20);
    if (this.#size < 512 || this.#usable < 480) throw new RangeError('an SQLite page of an impossible size');
  }

  /** Visits the records of the table whose tree starts at the page. */
  walk(root: number, visit: (record: Buffer) => void): void {
    const open = [root];
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      const page = this.#page(number);
      const start = number === 1 ? HEADER : 0;
      const kind = page.readUInt8(start);
      if (kind !== LEAF && kind !== INTERIOR) throw new RangeError('a page that is in no table');
      const cells = start + (kind === LEAF ? 8 : 12);
      const children: number[] = [];
      for (let cell = 0; cell < page.readUInt16BE(start + 3); cell += 1) {
        const at = page.readUInt16BE(cells + 2 * cell);
        if (kind === INTERIOR) children.push(page.readUInt32BE(at));
        else visit(this.#record(page, at));
      }
      if (kind === INTERIOR) open.push(page.readUInt32BE(start + 8), ...children.reverse());
    }
  }

  #page(number: number): Buffer {
    const start = (number - 1) * this.#size;
    if (number < 1 || start + this.#size > this.#file.length || this.#seen.has(number)) {
      throw new RangeError('a page that is not there, or twice');
    }
    this.#seen.add(number);
    return this.#file.subarray(start, start + this.#size);
  }

  /** What does not fit into the page goes on in a chain of overflow pages. */
  #record(page: Buffer, at: number): Buffer {
    const payload = varint(page, at);
    const start = varint(page, payload.end).end;
    const local = this.#localLength(payload.value);
    if (start + local > this.#usable) throw new RangeError('a cell ends outside its page');
    const parts = [page.subarray(start, start + local)];
    let missing = payload.value - local;
    let next = missing > 0 ? page.readUInt32BE(start + local) : 0;
    while (missing > 0) {
      const overflow = this.#page(next);
      const length = Math.min(missing, this.#usable - 4);
      parts.push(overflow.subarray(4, 4 + length));
      missing -= length;
      next = overflow.readUInt32BE(0);
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  #localLength(payload: number): number {
    const most = this.#usable - 35;
    if (payload <= most) return payload;
    const least = Math.floor(((this.#usable - 12) * 32) / 255) - 23;
    const length = least + ((payload - least) % (this.#usable - 4));
    return length <= most ? length : least;
  }
}
