import { Buffer } from 'node:buffer';
import type { ByteRange, RandomAccess } from '../tar/random-access.ts';
import { CONTENT_CHUNK, copyContent, hashContent } from './content-copy.ts';
import { CONTENT_DIGITS, FileContent, type HashLane } from './file-content.ts';
import type { LayerEntry } from './layer-entry.ts';
import type { LayerScan, PlacedScan } from './layer-scan.ts';

/** A layer whose headers were read by position: contents can be had without reading the headers again. */
export class IndexedLayer {
  readonly #scan: LayerScan;
  readonly #starts: ArrayLike<number>;

  constructor({ scan, starts }: PlacedScan) {
    this.#scan = scan;
    this.#starts = starts;
  }

  /**
   * The scan with the contents of the files at these clean paths.
   * @returns null where a sparse file is among them, whose content has to be put together
   * @throws DeadweightError `input-truncated`
   */
  async withContents(
    source: RandomAccess,
    paths: ReadonlySet<string>,
    hashLane: HashLane,
  ): Promise<LayerScan | null> {
    const wanted = this.#wanted(paths);
    if (wanted.some(({ start }) => Number.isNaN(start))) return null;
    const known = new Map<number, string>();
    const buffer = Buffer.allocUnsafeSlow(wanted.length === 0 ? 0 : CONTENT_CHUNK);
    for (const { entry, index, start } of wanted) {
      const data = { start, length: entry.size };
      const hashed = (content: string): void => {
        known.set(index, content);
      };
      const thread = hashLane.threadFor(entry.size);
      if (thread !== null) {
        await hashContent(source, data, thread, digest => hashed(digest.slice(0, CONTENT_DIGITS)));
        continue;
      }
      const use = { entry, size: entry.size, collectors: [], collected: () => undefined };
      await copyContent(source, data, new FileContent({ ...use, hashed, hashThread: null }), buffer);
    }
    await hashLane.settled();
    if (wanted.length === 0) return this.#scan;
    return { ...this.#scan, entries: this.#scan.entries.withContents(known), contentKnown: 'some' };
  }

  /** Where the contents of regular files that have any lie, in the order of the tar; NaN for one that is packed (sparse). */
  *contents(): Generator<ByteRange> {
    const { entries } = this.#scan;
    let file = 0;
    for (let index = 0; index < entries.length; index += 1) {
      if (!entries.isFile(index)) continue;
      const length = entries.sizeOf(index);
      if (length > 0) yield { start: this.#starts[file] ?? Number.NaN, length };
      file += 1;
    }
  }

  #wanted(paths: ReadonlySet<string>) {
    const wanted: { readonly entry: LayerEntry; readonly index: number; readonly start: number }[] = [];
    const { entries } = this.#scan;
    const { nodes } = entries.columns;
    const wantedNodes = new Set(Iterator.from(paths).map(path => entries.columns.paths.find(path)));
    let file = 0;
    for (let index = 0; index < entries.length; index += 1) {
      if (!entries.isFile(index)) continue;
      if (wantedNodes.has(nodes[index])) {
        wanted.push({ entry: entries.at(index), index, start: this.#starts[file] ?? Number.NaN });
      }
      file += 1;
    }
    return wanted;
  }
}
