import type { LayerScan } from '../layer/layer-scan.ts';
import type { HardLinks } from './links.ts';
import type { VisibleValue } from './package-reader.ts';

/** A regular file of the final filesystem: an inode, under its first name. */
export interface PackagedFile {
  readonly path: string;
  readonly bytes: number;
  /** Index of the layer that holds the bytes. */
  readonly layer: number;
}

/** What packages are told from. Every `ImageAnalysis` is one; so is the lower part of a stack with its own files. */
export interface PackagedImage {
  /** Lowest first; made with PACKAGE_COLLECTORS. */
  readonly scans: readonly Pick<LayerScan, 'entries' | 'whiteouts' | 'collected'>[];
  /** Files of the final filesystem. */
  readonly visibleFiles: Iterable<PackagedFile>;
}

interface Candidate extends VisibleValue {
  readonly collector: string;
}

/**
 * What collectors made of the files that are visible, by collector and in the order of the files. A path that one
 * layer writes twice has the later value; what upper layers replaced or deleted has none.
 */
export class VisibleValues {
  readonly #byCollector = new Map<string, VisibleValue[]>();
  readonly #layers = new Map<string, number>();

  constructor(
    scans: readonly Pick<LayerScan, 'collected'>[],
    files: Iterable<PackagedFile>,
    links: HardLinks,
    collectors: ReadonlySet<string>,
  ) {
    const candidates = candidatesOf(scans, collectors);
    if (candidates.size === 0) return;
    for (const { path, layer } of files) {
      this.#add(candidates.get(path), layer);
      for (const name of links.namesOf(path)) if (name !== path) this.#add(candidates.get(name), layer);
    }
  }

  of(collector: string): readonly VisibleValue[] {
    return this.#byCollector.get(collector) ?? [];
  }

  /** Index of the layer of a file that has a value; undefined for others. */
  layerOf(path: string): number | undefined {
    return this.#layers.get(path);
  }

  #add(candidates: readonly Candidate[] | undefined, visibleLayer: number): void {
    const found = candidates?.findLast(candidate => candidate.layer === visibleLayer);
    if (found === undefined) return;
    const { collector, path, layer, value } = found;
    const values = this.#byCollector.get(collector) ?? [];
    values.push({ path, layer, value });
    this.#byCollector.set(collector, values);
    this.#layers.set(path, layer);
  }
}

function candidatesOf(
  scans: readonly Pick<LayerScan, 'collected'>[],
  collectors: ReadonlySet<string>,
): ReadonlyMap<string, readonly Candidate[]> {
  const candidates = new Map<string, Candidate[]>();
  for (const [layer, { collected }] of scans.entries()) {
    for (const collector of collectors) {
      for (const { path, value } of collected[collector] ?? []) {
        const others = candidates.get(path);
        const candidate = { collector, path, layer, value };
        if (others === undefined) candidates.set(path, [candidate]);
        else others.push(candidate);
      }
    }
  }
  return candidates;
}
