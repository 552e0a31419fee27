import type { LayerScan } from '../layer/layer-scan.ts';
import { findPackages, type InstalledPackages, NO_PACKAGES } from '../packages/installed-packages.ts';
import { diveNumbers } from './dive-numbers.ts';
import { type LayerWeight, weighLayers } from './efficiency.ts';
import type { DiveNumbers, VisibleFiles, WastedFile } from './image-analysis.ts';
import { ImagePaths } from './image-paths.ts';
import { LayerStack } from './layer-stack.ts';
import { listVisibleFiles, listWastedFiles } from './listed-files.ts';

/**
 * What the scans of an image's layers tell together, whatever the image and its build say of them. Each part is made when it
 * is asked for, and once.
 */
export class StackedScans {
  readonly scans: readonly LayerScan[];
  #paths: ImagePaths | null;
  #stack: LayerStack | null = null;
  #weights: readonly LayerWeight[] | null = null;
  #wasted: readonly WastedFile[] | null = null;
  #dive: DiveNumbers | null = null;
  #visible: VisibleFiles | null = null;
  #packages: InstalledPackages | null = null;

  /**
   * @param scans one for each layer, lowest first
   * @param paths of these scans, where they were put together before
   */
  constructor(scans: readonly LayerScan[], paths: ImagePaths | null = null) {
    this.scans = scans;
    this.#paths = paths;
  }

  /** @throws DeadweightError `limit-exceeded` */
  get paths(): ImagePaths {
    this.#paths ??= new ImagePaths(this.scans);
    return this.#paths;
  }

  /** @throws DeadweightError `limit-exceeded` */
  get stack(): LayerStack {
    this.#stack ??= new LayerStack(this.scans, this.paths);
    return this.#stack;
  }

  get weights(): readonly LayerWeight[] {
    this.#weights ??= weighLayers(this.scans.length, this.stack.inodes);
    return this.#weights;
  }

  get wasted(): readonly WastedFile[] {
    this.#wasted ??= listWastedFiles(this.stack.inodes);
    return this.#wasted;
  }

  get dive(): DiveNumbers {
    this.#dive ??= diveNumbers(this.scans, this.paths);
    return this.#dive;
  }

  get visibleFiles(): VisibleFiles {
    this.#visible ??= listVisibleFiles(this.stack.tree, this.stack.inodes);
    return this.#visible;
  }

  get packages(): InstalledPackages {
    const { scans } = this;
    // Scans without collectors tell of none: the walk is saved.
    this.#packages ??= haveCollected(scans)
      ? findPackages({ scans, visibleFiles: this.visibleFiles })
      : NO_PACKAGES;
    return this.#packages;
  }
}

function haveCollected(scans: readonly LayerScan[]): boolean {
  return scans.some(({ collected }) => Object.keys(collected).length > 0);
}
