import { Buffer } from 'node:buffer';

const BLOCK = 512;
/** Bytes that are handed on at a time. */
const CHUNK = 256 * 1024;

/** `0` a file, `1` a hard link, `2` a symlink, `5` a directory, `L` a GNU long name, `x` and `g` PAX records, `S` a sparse file. */
type Flag = '0' | '1' | '2' | '5' | 'L' | 'x' | 'g' | 'S';

/** An entry as a hostile tar has it: nothing is checked. */
export interface RawEntry {
  /** At most 100 bytes, ASCII. */
  readonly path: string;
  /** A file when absent. */
  readonly flag?: Flag;
  readonly linkname?: string;
  /** What follows the header, padded. */
  readonly content?: Uint8Array;
  /** What the header says; that of the content when absent. */
  readonly size?: number;
}

/** The chunks of a tar of millions of entries: a header costs less than a microsecond. */
export function* rawTar(entries: Iterable<RawEntry>): Generator<Uint8Array> {
  let chunk = Buffer.alloc(CHUNK);
  let length = 0;
  for (const entry of entries) {
    const { content = NOTHING } = entry;
    const padded = Math.ceil(content.length / BLOCK) * BLOCK;
    const isLarge = BLOCK + padded > CHUNK / 4;
    if (length + BLOCK + (isLarge ? 0 : padded) > CHUNK) {
      yield chunk.subarray(0, length);
      chunk = Buffer.alloc(CHUNK);
      length = 0;
    }
    writeHeader(chunk, length, entry);
    length += BLOCK;
    if (isLarge) {
      yield chunk.subarray(0, length);
      yield content;
      yield Buffer.alloc(padded - content.length);
      chunk = Buffer.alloc(CHUNK);
      length = 0;
    } else {
      chunk.set(content, length);
      length += padded;
    }
  }
  yield chunk.subarray(0, length);
  yield Buffer.alloc(2 * BLOCK);
}

const NOTHING = new Uint8Array(0);

function writeHeader(target: Buffer, at: number, entry: RawEntry): void {
  const { path, flag = '0', linkname = '', content, size = content?.length ?? 0 } = entry;
  target.write(path, at, 100, 'latin1');
  target.write('0000644\x000000000\x000000000\x00', at + 100, 24, 'latin1');
  target.write(
    `${size.toString(8).padStart(11, '0')}\x0000000000000\x00        ${flag}`,
    at + 124,
    33,
    'latin1',
  );
  target.write(linkname, at + 157, 100, 'latin1');
  target.write('ustar\x0000', at + 257, 8, 'latin1');
  let sum = 0;
  for (let index = at; index < at + BLOCK; index += 1) sum += target[index] ?? 0;
  target.write(`${sum.toString(8).padStart(6, '0')}\x00 `, at + 148, 8, 'latin1');
}

/** A path of any length, in front of the entry that has it. */
export function longName(path: string): RawEntry {
  return { path: '././@LongLink', flag: 'L', content: Buffer.from(`${path}\0`) };
}

/** PAX records, in front of the entry that has them. */
export function pax(records: Readonly<Record<string, string>>, flag: 'x' | 'g' = 'x'): RawEntry {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + String(rest).length;
    if (rest + String(length).length !== length) length += 1;
    return `${length} ${key}=${value}\n`;
  });
  return { path: 'pax', flag, content: Buffer.from(lines.join('')) };
}
