import type { FreedFile } from '../savings/layer-files.ts';
import type { FoundFinding } from './finding.ts';

/**
 * Bytes that fixes free, each counted once. Of two that free of the same file, the larger holds the smaller: which part
 * of it each means is not known.
 */
export class FreedBytes {
  /** By layer, and by name there: one string for each layer and path would cost more than all the rest. */
  readonly #names = new Map<number, Map<string, number>>();

  /** @returns those of the bytes that were not counted yet */
  add(freed: readonly FreedFile[]): number {
    return freed.reduce((sum, file) => sum + this.#count(file, 0), 0);
  }

  /** What `add` would return; counts nothing. */
  addedBy(freed: readonly FreedFile[]): number {
    const own = new FreedBytes();
    return freed.reduce((sum, file) => sum + own.#count(file, this.#bytesOf(file)), 0);
  }

  #bytesOf(file: FreedFile): number {
    return this.#names.get(file.layer)?.get(nameOf(file)) ?? 0;
  }

  /**
   * @param before bytes of the file that are counted elsewhere
   * @returns bytes that were not counted yet
   */
  #count(file: FreedFile, before: number): number {
    let names = this.#names.get(file.layer);
    if (names === undefined) {
      names = new Map();
      this.#names.set(file.layer, names);
    }
    const name = nameOf(file);
    const counted = Math.max(names.get(name) ?? 0, before);
    if (file.bytes <= counted) return 0;
    names.set(name, file.bytes);
    return file.bytes - counted;
  }
}

function nameOf({ path, copy }: FreedFile): string {
  return copy ? `${copy}\0${path}` : path;
}

/** What fixes of these findings would save together: no byte is counted twice. Bytes. */
export function unionOfSavings(all: readonly Pick<FoundFinding, 'freed'>[]): number {
  const counted = new FreedBytes();
  return all.reduce((sum, { freed }) => sum + counted.add(freed), 0);
}

/** What fixes of these findings free, each file once: with the most bytes that one of them frees of it. */
export function distinctFreed(all: readonly Pick<FoundFinding, 'freed'>[]): readonly FreedFile[] {
  const distinct = new Map<string, FreedFile>();
  for (const file of all.flatMap(({ freed }) => freed)) {
    const key = `${file.layer} ${file.copy ?? 0} ${file.path}`;
    const known = distinct.get(key);
    if (known === undefined || known.bytes < file.bytes) distinct.set(key, file);
  }
  return [...distinct.values()];
}
