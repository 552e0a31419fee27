import { DeadweightError } from '../base/errors.ts';
import type { LayerEntries } from '../layer/layer-entries.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { PathTable } from '../layer/path-table.ts';

/** The paths of all layers of an image in one table, so that a path is the same number in each of them. */
export class ImagePaths {
  readonly table = new PathTable();
  readonly #nodes: readonly Uint32Array[];

  /**
   * @param scans lowest first
   * @throws DeadweightError `limit-exceeded`
   */
  constructor(scans: readonly Pick<LayerScan, 'entries'>[]) {
    // A layer that an image has twice is scanned once.
    const known = new Map<LayerEntries['columns']['paths'], Uint32Array>();
    this.#nodes = scans.map(({ entries }) => {
      const { paths, nodes } = entries.columns;
      let translated = known.get(paths);
      if (translated === undefined) {
        const all = this.table.addAll(paths);
        translated = nodes.map(node => all[node] ?? 0);
        known.set(paths, translated);
      }
      return translated;
    });
    this.#limit(scans);
  }

  #limit(scans: readonly Pick<LayerScan, 'entries'>[]): void {
    const named = new Uint8Array(this.table.size);
    let count = 1;
    for (const nodes of new Set(scans.map((_scan, layer) => this.ofLayer(layer)))) {
      for (const node of nodes) {
        if (node === 0 || named[node] === 1) continue;
        named[node] = 1;
        count += 1;
      }
    }
    limitImpliedDirectories(this.table.size - count);
  }

  /** Nodes of `table`, by the index of the entry, of the layer's entries. */
  ofLayer(layer: number): Uint32Array {
    return this.#nodes[layer] ?? NONE;
  }
}

/**
 * Directories that no entry of a tar names, in one image. Real images have thousands; a hostile tar makes ten thousand
 * of them with one long path.
 */
const MAX_IMPLIED_DIRECTORIES = 1_000_000;

/** @throws DeadweightError `limit-exceeded` @param count of directories that exist only because something is below them */
export function limitImpliedDirectories(count: number): void {
  if (count <= MAX_IMPLIED_DIRECTORIES) return;
  throw new DeadweightError('limit-exceeded', {
    message: `The layers' paths imply more than ${MAX_IMPLIED_DIRECTORIES.toLocaleString('en')} directories that no entry names.`,
    remedy: 'Check where this image comes from: no build tool writes such paths.',
  });
}

const NONE = new Uint32Array(0);
