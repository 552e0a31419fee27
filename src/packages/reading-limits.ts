/** Of all lists made of one file: a directory named once and repeated for each name in it must not fill memory. */
const MOST_TEXT = 64 * 1024 * 1024;
/** Debian as a whole has 60,000. */
const MOST_PACKAGES = 100_000;

/** What a single file may say: a few compressed kilobytes can be a database of gigabytes. */
export class ReadingLimits {
  #text = MOST_TEXT;
  #packages = MOST_PACKAGES;

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
