import { DeadweightError } from '../base/errors.ts';
import { formatCount } from '../base/number-text.ts';
import { Expansion } from '../tar/expansion.ts';
import type { LayerScan } from './layer-scan.ts';

/** Entries of all layers, each layer once: the largest real images have two million. */
export const MAX_ENTRIES = 3_000_000;
/** Entries that are stacked: a layer that an image lists again costs its entries again. */
export const MAX_STACKED_ENTRIES = 6_000_000;
/** Whiteouts, opaque directories and markers of aufs in all layers: real images have thousands. */
export const MAX_MARKS = 1_000_000;
/** Bytes of all names, each once. Real images have some ten million. */
export const MAX_NAME_BYTES = 150_000_000;
/** Characters of all paths and link targets, each as often as it is written. */
export const MAX_PATH_TEXT = 1_000_000_000;
/** No engine unpacks a path of more than 4,096 bytes; deep ones would exhaust whoever makes a tree of them. */
export const MAX_PATH = 16_384;
/** Directories that exist only because something is below them: real images have thousands. */
export const MAX_IMPLIED_DIRECTORIES = 1_000_000;
/** Bytes of content that collectors get to see whole: real package databases have a few million. */
export const MAX_COLLECTED_BYTES = 512 * 1024 * 1024;
/** Files that collectors get to see whole. Large trees of modules have some ten thousand manifests. */
export const MAX_COLLECTED_FILES = 120_000;
/**
 * What collectors may find in parts of files, as characters of JSON: the findings of a few thousand files. Twenty rows in each of
 * a million small files would be some gigabytes.
 */
export const MAX_FOUND_TEXT = 32 * 1024 * 1024;
/** Bytes of holes of sparse files that are read as zeros. */
export const MAX_HOLE_BYTES = 1024 * 1024 * 1024;

/**
 * What the layers of one image may take up, counted while they are scanned: a few hundred kilobytes could otherwise be
 * made into all memory that there is.
 */
export class ImageLimits {
  readonly expansion = new Expansion();
  #entries = 0;
  #marks = 0;
  #text = 0;
  #nameBytes = 0;
  #implied = 0;
  #collected = 0;
  #collectedFiles = 0;
  #holes = 0;
  #found = 0;

  /** What a try takes up, in addition to what was taken up before: another way may follow. */
  copy(): ImageLimits {
    const copy = new ImageLimits();
    copy.#entries = this.#entries;
    copy.#marks = this.#marks;
    copy.#text = this.#text;
    copy.#nameBytes = this.#nameBytes;
    copy.#implied = this.#implied;
    copy.#collected = this.#collected;
    copy.#collectedFiles = this.#collectedFiles;
    copy.#holes = this.#holes;
    copy.#found = this.#found;
    return copy;
  }

  /** Before anything is kept of an entry. @throws DeadweightError `limit-exceeded` */
  addEntry(path: string, linkname: string): void {
    if (path.length > MAX_PATH) throw excessive(`a path has more than ${formatCount(MAX_PATH)} characters`);
    this.#entries += 1;
    this.#text += path.length + linkname.length;
    limit(this.#entries, MAX_ENTRIES, 'entries in its layers');
    limit(this.#text, MAX_PATH_TEXT, 'characters in its paths');
  }

  /** @throws DeadweightError `limit-exceeded` */
  addMark(): void {
    this.#marks += 1;
    limit(this.#marks, MAX_MARKS, 'whiteouts and markers');
  }

  /**
   * What an entry brought along.
   * @param directories that no entry names; fewer than 0 where it names one
   * @param bytes of names that were not there
   * @throws DeadweightError `limit-exceeded`
   */
  addNames(directories: number, bytes: number): void {
    this.#implied += directories;
    this.#nameBytes += bytes;
    limit(this.#nameBytes, MAX_NAME_BYTES, 'bytes of names');
    limit(this.#implied, MAX_IMPLIED_DIRECTORIES, 'directories that no entry names');
  }

  /** What a stored scan brings along, as one that is made. @throws DeadweightError `limit-exceeded` */
  addScan({ entries, whiteouts, opaques, markers, collected }: LayerScan): void {
    const { paths } = entries.columns;
    this.#entries += entries.length;
    this.#marks += whiteouts.length + opaques.length + markers.length;
    // How large they were nobody has written down.
    this.#collectedFiles += Object.values(collected).reduce((sum, files) => sum + files.length, 0);
    limit(this.#entries, MAX_ENTRIES, 'entries in its layers');
    limit(this.#marks, MAX_MARKS, 'whiteouts and markers');
    this.addNames(Math.max(paths.size - entries.length, 0), paths.names.byteLength);
  }

  /** Whether collectors may see one more file of so many bytes, which then counts. */
  collects(bytes: number): boolean {
    if (this.#collectedFiles >= MAX_COLLECTED_FILES || this.#collected + bytes > MAX_COLLECTED_BYTES)
      return false;
    this.#collectedFiles += 1;
    this.#collected += bytes;
    return true;
  }

  /** Whether so many more characters of what was found in parts of files are kept, which then count. */
  keepsFound(characters: number): boolean {
    if (this.#found + characters > MAX_FOUND_TEXT) return false;
    this.#found += characters;
    return true;
  }

  /** Whether so many more bytes of holes may be read, which then count. */
  readsHoles(bytes: number): boolean {
    if (this.#holes + bytes > MAX_HOLE_BYTES) return false;
    this.#holes += bytes;
    return true;
  }
}

/** What is limited in an image, before it is spent. @throws DeadweightError `limit-exceeded` @param what follows the number */
export function limit(count: number, max: number, what: string): void {
  if (count > max) throw excessive(`it has more than ${formatCount(max)} ${what}`);
}

function excessive(why: string): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `The image is refused: ${why}.`,
    remedy: 'Check where the image comes from before you use it: docs/limits.md has what real images need.',
  });
}
