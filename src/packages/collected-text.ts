import { isAscii, isUtf8 } from 'node:buffer';
import { cleanPath } from '../layer/clean-path.ts';
import { asBuffer, escapeName, readText } from '../tar/header-field.ts';

/** Of all lists made of one file: a directory named once and repeated for each name in it must not fill memory. */
const MAX_TEXT = 64 * 1024 * 1024;
/** Debian as a whole has 60,000. */
const MAX_PACKAGES = 100_000;

/** What a single file may say: a few compressed kilobytes can be a database of gigabytes. */
export class ReadingLimits {
  #text = MAX_TEXT;
  #packages = MAX_PACKAGES;

  /** @throws RangeError when the paths of the file are out of all proportion */
  path(length: number): void {
    this.#text -= length;
    if (this.#text < 0) throw new RangeError('a package database lists too many paths');
  }

  /** @throws RangeError when the packages of the file are */
  package(): void {
    this.#packages -= 1;
    if (this.#packages < 0) throw new RangeError('a package database lists too many packages');
  }
}

/** Longer paths are in no image: engines cannot unpack them. Characters. */
const MAX_PATH = 4096;
/** Makes a list of clean paths as one text, a line each: a hundredth of the objects of an array. */
export class PathList {
  readonly #paths: string[] = [];
  readonly #limits: ReadingLimits;

  constructor(limits: ReadingLimits) {
    this.#limits = limits;
  }

  /**
   * Names that no list can hold are left out.
   * @param path as written, absolute or relative to the root
   * @throws RangeError when the file that is read lists too much
   */
  add(path: string): void {
    if (path.length > MAX_PATH || path.includes('\n')) return;
    const clean = cleanPath(path.startsWith('/') ? path.slice(1) : path);
    if (clean === '') return;
    this.#limits.path(clean.length + 1);
    // Lists name a directory before what is in it, and directories have no bytes.
    const last = this.#paths.length - 1;
    const previous = this.#paths[last];
    const isInside =
      previous !== undefined &&
      clean.length > previous.length &&
      clean.charCodeAt(previous.length) === 0x2f &&
      clean.startsWith(previous);
    if (isInside) this.#paths[last] = clean;
    else this.#paths.push(clean);
  }

  toString(): string {
    return this.#paths.join('\n');
  }
}

const NEWLINE = 0x0a;

/** Content as text, as `readText` reads the names of a tar: so that they are equal. */
export function decodeText(content: Uint8Array): string {
  const buffer = asBuffer(content);
  if (isAscii(buffer)) return escapeName(buffer.toString('latin1'));
  if (isUtf8(buffer)) return escapeName(buffer.toString('utf8'));
  const lines: string[] = [];
  for (let start = 0; start <= buffer.length; ) {
    const newline = buffer.indexOf(NEWLINE, start);
    const end = newline < 0 ? buffer.length : newline;
    lines.push(readText(buffer, start, end - start));
    start = end + 1;
  }
  return lines.join('\n');
}

/** Visits the lines of a text without their ends, `\n` or `\r\n`. Holds one at a time. */
export function forEachLine(text: string, visit: (line: string) => void): void {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    visit(text.slice(start, end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end));
    start = end + 1;
  }
}
