import { parentPath } from '../../base/slash-path.ts';
import type { LayerScan } from '../../layer/layer-scan.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';

/** Of an image. */
export const directoryAges = memoize(({ analysis }: RuleContext) => new DirectoryAges(analysis.scans));

/** Which layer made a directory: the lowest one that has it, or anything in it. */
export class DirectoryAges {
  readonly #layers = new Map<string, number>();

  /** @param scans lowest first */
  constructor(scans: readonly Pick<LayerScan, 'entries'>[]) {
    for (const [layer, { entries }] of scans.entries()) {
      let recent = '';
      for (const { path, kind } of entries) {
        const directory = kind === 'directory' ? path : parentPath(path);
        if (directory === recent) continue;
        recent = directory;
        this.#add(directory, layer);
      }
    }
  }

  wasMadeBy(path: string, layer: number): boolean {
    return this.#layers.get(path) === layer;
  }

  wasThereBelow(path: string, layer: number): boolean {
    const made = this.#layers.get(path);
    return path === '' || (made !== undefined && made < layer);
  }

  #add(directory: string, layer: number): void {
    for (let path = directory; path !== '' && !this.#layers.has(path); ) {
      this.#layers.set(path, layer);
      path = parentPath(path);
    }
  }
}
