import { cleanPath } from '../layer/clean-path.ts';
import type { ReadingLimits } from './reading-limits.ts';

/** Longer paths are in no image: engines cannot unpack them. Characters. */
const LONGEST = 4096;
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
    if (path.length > LONGEST || path.includes('\n')) return;
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
