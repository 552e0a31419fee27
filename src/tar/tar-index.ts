import { Buffer } from 'node:buffer';
import { quote } from '../base/untrusted-text.ts';
import { paddedSize, type TarHeader } from './header.ts';
import { HeaderReader } from './header-reader.ts';
import type { ByteRange, RandomAccess } from './random-access.ts';
import { truncatedTar } from './tar-error.ts';

/** Bytes read at once where files are jumped over: a header, or a PAX header with its records. */
const MIN_WINDOW = 1024;
/** Bytes read at once where files are small. */
const MAX_WINDOW = 256 * 1024;
/** Reading so many bytes more takes as long as one further read. */
const WORTH_A_JUMP = 8 * 1024;

/** Bytes of the source that nobody may keep: fewer than so many only at its end. Those that were read ahead are not read again. */
export type LendBytes = (position: number, length: number) => Uint8Array;

/**
 * Reads headers only, jumping over content.
 * @param visit is told the entry, where its stored content is, and where its first header (PAX and long names
 * included) starts: the bytes from there to the end of the padded content are the whole entry, in order and without gaps.
 * `lend` is for parts of the content, until it returns.
 * @throws DeadweightError `input-corrupt`, `input-truncated`, `limit-exceeded`
 */
export function readTarAt(
  source: RandomAccess,
  visit: (header: TarHeader, data: ByteRange, start: number, lend: LendBytes) => void,
): void {
  const reader = new HeaderReader();
  const window = new ReadWindow(source);
  const lend: LendBytes = (from, length) => window.lend(from, length);
  let position = 0;
  let start = 0;
  while (!reader.ended) {
    const wanted = reader.wanted;
    if (source.size - position < wanted) {
      reader.finish(Math.max(source.size - position, 0));
      return;
    }
    const at = window.at(position, wanted);
    const header = reader.take(window.bytes, at);
    position += wanted;
    if (header === null) continue;
    if (header.storedSize > source.size - position) throw truncatedTar(quote(header.path));
    visit(header, { start: position, length: header.storedSize }, start, lend);
    position += paddedSize(header.storedSize);
    start = position;
  }
}

/**
 * One buffer over the source, moved forward as it is needed. It doubles while what comes next is near, and is small again
 * behind a jump.
 */
class ReadWindow {
  bytes: Buffer = Buffer.allocUnsafeSlow(MIN_WINDOW);
  readonly #source: RandomAccess;
  #lent = Buffer.alloc(0);
  #size = MIN_WINDOW;
  #start = 0;
  #length = 0;

  constructor(source: RandomAccess) {
    this.#source = source;
  }

  /** @returns where in `bytes` the position is; `wanted` bytes from there on are read. */
  at(position: number, wanted: number): number {
    const at = position - this.#start;
    if (at >= 0 && at + wanted <= this.#length) return at;
    const size = Math.max(this.#ahead(at), wanted);
    if (size > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(size);
    this.#start = position;
    this.#length = this.#source.read(this.bytes.subarray(0, size), position);
    if (this.#length < wanted) throw truncatedTar('a header (the file shrank while it was read)');
    return 0;
  }

  /** What was read ahead as it is, the rest in memory of its own. */
  lend(position: number, length: number): Uint8Array {
    const at = position - this.#start;
    if (at >= 0 && at + length <= this.#length) return this.bytes.subarray(at, at + length);
    if (length > this.#lent.length) this.#lent = Buffer.allocUnsafeSlow(Math.max(length, MAX_WINDOW));
    return this.#lent.subarray(0, this.#source.read(this.#lent.subarray(0, length), position));
  }

  /** Bytes that are read at once. @param at where, counted from the start of the window */
  #ahead(at: number): number {
    if (this.#source.isScattered) return 0;
    const isNear = at - this.#length < WORTH_A_JUMP;
    this.#size = isNear ? Math.min(this.#size * 2, MAX_WINDOW) : MIN_WINDOW;
    return this.#size;
  }
}
