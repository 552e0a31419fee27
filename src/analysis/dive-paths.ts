import { limit, MAX_IMPLIED_DIRECTORIES } from '../layer/image-limits.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { type PathTable, ROOT } from '../layer/path-table.ts';
import type { ImagePaths } from './image-paths.ts';

const WHITEOUT = '.wh.';
const DROPPED = '.wh..wh..';

/** What a name is to dive. */
const PLAIN = 0;
const REMOVING = 1;
const LEFT_OUT = 2;

/** The paths of an image as dive has them: whiteouts and aufs markers are paths too, under their own names. */
export class DivePaths {
  readonly table: PathTable;
  readonly #paths: ImagePaths;
  /** By layer: nodes of whiteouts, opaque directories and markers, in this order. */
  readonly #marks: readonly (readonly number[])[];
  /** By number of a name. */
  readonly #kinds: Uint8Array;
  /** By node, of whiteouts: the node of what it removes; of a whiteout of no name, one that stands for just that. */
  readonly #targets: Uint32Array;
  /** By node: the node itself, or the lowest above it without a name that dive leaves out. */
  readonly #kept: Uint32Array;

  /**
   * @param paths of these scans; what dive has besides is added to their table
   * @throws DeadweightError `limit-exceeded`
   */
  constructor(scans: readonly LayerScan[], paths: ImagePaths) {
    this.#paths = paths;
    this.table = paths.table;
    const { table } = this;
    const before = table.size;
    this.#marks = scans.map(({ whiteouts, opaques, markers }) => [
      ...whiteouts.map(path => {
        const start = path.lastIndexOf('/') + 1;
        return table.add(`${path.slice(0, start)}${WHITEOUT}${path.slice(start)}`);
      }),
      ...opaques.map(path => table.add(path)),
      // A scan does not tell the size and kind of a marker: they are kept for aufs's empty files.
      ...markers.map(path => table.add(path)),
    ]);
    const implied = table.size - before - this.#marks.reduce((sum, { length }) => sum + length, 0);
    limit(implied, MAX_IMPLIED_DIRECTORIES, 'directories that no entry names');
    this.#kinds = kindsOfNames(table);
    const targets: [node: number, target: number][] = [];
    for (let node = table.size - 1; node > 0; node -= 1) {
      if (!this.isWhiteout(node)) continue;
      const name = table.names.textOf(table.nameOf(node));
      const target = table.names.add(name, WHITEOUT.length, name.length);
      targets.push([node, table.addChild(table.parentOf(node), target)]);
    }
    this.#targets = new Uint32Array(table.size);
    for (const [node, target] of targets) this.#targets[node] = target;
    this.#kept = new Uint32Array(table.size);
    for (let node = 1; node < table.size; node += 1) {
      const parent = table.parentOf(node);
      const isKept = this.#kept[parent] === parent;
      if (!isKept) this.#kept[node] = this.#kept[parent] ?? ROOT;
      else this.#kept[node] = this.#kinds[table.nameOf(node)] === LEFT_OUT ? parent : node;
    }
  }

  /** Nodes of the entries of a layer, in their order. */
  entriesOf(layer: number): Uint32Array {
    return this.#paths.ofLayer(layer);
  }

  /** Nodes of all else that the layer has for dive. */
  marksOf(layer: number): readonly number[] {
    return this.#marks[layer] ?? [];
  }

  isWhiteout(node: number): boolean {
    return node !== ROOT && (this.#kinds[this.table.nameOf(node)] ?? PLAIN) !== PLAIN;
  }

  /** The node of what a whiteout removes: it is a child of the same directory. */
  targetOf(whiteout: number): number {
    return this.#targets[whiteout] ?? ROOT;
  }

  /** Whether a whiteout has no name behind its prefix: dive takes it for one of the directory that holds it. */
  isNameless(whiteout: number): boolean {
    return this.table.names.lengthOf(this.table.nameOf(whiteout)) === WHITEOUT.length;
  }

  /** The node itself, or the lowest above it that dive keeps. */
  keptOf(node: number): number {
    return this.#kept[node] ?? ROOT;
  }

  /** The node under which dive counts a leaf. */
  countedAs(leaf: number): number {
    return this.isWhiteout(leaf) ? this.targetOf(leaf) : leaf;
  }
}

function kindsOfNames({ names }: PathTable): Uint8Array {
  const whiteout = new TextEncoder().encode(WHITEOUT);
  const dropped = new TextEncoder().encode(DROPPED);
  const kinds = new Uint8Array(names.size);
  for (let name = 0; name < names.size; name += 1) {
    if (names.startsWith(name, whiteout)) kinds[name] = names.startsWith(name, dropped) ? LEFT_OUT : REMOVING;
  }
  return kinds;
}
