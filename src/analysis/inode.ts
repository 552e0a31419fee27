import type { LayerEntry } from '../layer/layer-scan.ts';
import { compareBytes } from './byte-order.ts';
import type { WasteReason } from './image-analysis.ts';

/** What took a name away. */
export interface NameRemoval {
  readonly reason: WasteReason;
  /** Index of the layer. */
  readonly layer: number;
  /** The file that has the name now; null when there is none. */
  readonly replacement: Inode | null;
}

/** The bytes of one regular file in one layer, under all its names: visible while any name is. */
export class Inode {
  readonly entry: LayerEntry;
  /** Index of the layer that holds the bytes. */
  readonly layer: number;
  #names = 0;
  #lastName = '';
  #lastRemoval: NameRemoval | null = null;

  constructor(entry: LayerEntry, layer: number) {
    this.entry = entry;
    this.layer = layer;
  }

  get names(): number {
    return this.#names;
  }

  get isVisible(): boolean {
    return this.#names > 0;
  }

  /** The name that was visible last, where a name was taken away. */
  get lastName(): string {
    return this.#lastName;
  }

  /** What took the last name away; null when nothing did. */
  get lastRemoval(): NameRemoval | null {
    return this.#lastRemoval;
  }

  link(): void {
    this.#names += 1;
  }

  /**
   * Takes the name away. Of the names that one removal takes away, the first in byte order is kept as the last one:
   * they vanish together, and the order of a directory means nothing.
   */
  unlink(name: string, removal: NameRemoval): void {
    this.#names -= 1;
    const together = this.#lastRemoval !== null && this.#lastRemoval === removal;
    if (together && compareBytes(this.#lastName, name) < 0) return;
    this.#lastName = name;
    this.#lastRemoval = removal;
  }
}
