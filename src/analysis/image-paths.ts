import {
  limit,
  MAX_ENTRIES,
  MAX_IMPLIED_DIRECTORIES,
  MAX_MARKS,
  MAX_NAME_BYTES,
  MAX_STACKED_ENTRIES,
} from '../layer/image-limits.ts';
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
  constructor(scans: readonly LayerScan[]) {
    limitStack(scans);
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
    this.#limitImplied(scans);
  }

  #limitImplied(scans: readonly LayerScan[]): void {
    const named = new Uint8Array(this.table.size);
    let count = 1;
    for (const nodes of new Set(scans.map((_scan, layer) => this.ofLayer(layer)))) {
      for (const node of nodes) {
        if (node === 0 || named[node] === 1) continue;
        named[node] = 1;
        count += 1;
      }
    }
    limit(this.table.size - count, MAX_IMPLIED_DIRECTORIES, 'directories that no entry names');
  }

  /** Nodes of `table`, by the index of the entry, of the layer's entries. */
  ofLayer(layer: number): Uint32Array {
    return this.#nodes[layer] ?? NONE;
  }
}

/**
 * Scans of a store were not counted when they were made, and a layer that an image lists again is stacked again.
 * @throws DeadweightError `limit-exceeded`
 */
function limitStack(scans: readonly LayerScan[]): void {
  const distinct = [...new Set(scans)];
  const marks = ({ whiteouts, opaques, markers }: LayerScan) =>
    whiteouts.length + opaques.length + markers.length;
  limit(
    sum(distinct, ({ entries }) => entries.length),
    MAX_ENTRIES,
    'entries in its layers',
  );
  limit(
    sum(distinct, ({ entries }) => entries.columns.paths.names.byteLength),
    MAX_NAME_BYTES,
    'bytes of names',
  );
  limit(sum(distinct, marks), MAX_MARKS, 'whiteouts and markers');
  const stacked = sum(scans, scan => scan.entries.length + marks(scan));
  limit(stacked, MAX_STACKED_ENTRIES, 'entries in its layers, those that it lists again counted again');
}

function sum(scans: readonly LayerScan[], count: (scan: LayerScan) => number): number {
  return scans.reduce((total, scan) => total + count(scan), 0);
}

const NONE = new Uint32Array(0);
