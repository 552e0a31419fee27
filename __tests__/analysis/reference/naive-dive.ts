import type { DiveNumbers } from '../../../src/analysis/image-analysis.ts';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';

/** What a tar header says of a node; a node that no header named has size 0 and is no directory. */
interface Header {
  readonly size: number;
  readonly isDir: boolean;
}

interface Node {
  header: Header;
  readonly children: Map<string, Node>;
}

const IMPLICIT: Header = { size: 0, isDir: false };

class MissingPath extends Error {}

/** dive as it is: recursive, and all lower layers put together anew for each whiteout. */
export function diveNaively(scans: readonly LayerScan[]): DiveNumbers {
  const trees = scans.map(treeOf);
  const paths = new Map<string, { sizes: number[]; minimum: number }>();
  trees.forEach((tree, index) => {
    try {
      visit(tree, [], (names, node) => {
        if (node.children.size > 0) return;
        const path = trimmed(names).join('/');
        const score = paths.get(path) ?? { sizes: [], minimum: -1 };
        paths.set(path, score);
        const size = isWhiteout(names)
          ? hiddenSize(restack(trees.slice(0, index), trees), trimmed(names))
          : node.header.size;
        score.sizes.push(size);
        score.minimum = score.minimum < 0 ? size : Math.min(score.minimum, size);
      });
    } catch (error) {
      if (!(error instanceof MissingPath)) throw error;
    }
  });
  const scores = [...paths.values()].map(({ sizes, minimum }) => ({
    count: sizes.length,
    minimum,
    all: sum(sizes),
  }));
  const all = sum(scores.map(score => score.all));
  const wastedBytes = sum(scores.filter(score => score.count >= 2).map(score => score.all));
  const sizes = scans.map(scan => scan.headerBytes);
  return {
    efficiency: all === 0 ? 1 : sum(scores.map(score => score.minimum)) / all,
    wastedBytes,
    userWastedPercent: wastedBytes / sum(sizes.slice(1)),
    sizeBytes: sum(sizes),
    userSizeBytes: sum(sizes.slice(1)),
  };
}

function treeOf(scan: LayerScan): Node {
  const tree: Node = { header: IMPLICIT, children: new Map() };
  for (const { path, kind, size, declaredSize } of scan.entries) {
    add(tree, path.split('/'), { size: declaredSize ?? size, isDir: kind === 'directory' });
  }
  const inside = (directory: string, name: string): string[] =>
    directory === '' ? [name] : [...directory.split('/'), name];
  for (const path of scan.whiteouts) {
    const names = path.split('/');
    add(tree, [...names.slice(0, -1), `.wh.${names.at(-1)}`], IMPLICIT);
  }
  for (const path of scan.opaques) add(tree, inside(path, '.wh..wh..opq'), IMPLICIT);
  for (const path of scan.markers) add(tree, path.split('/'), IMPLICIT);
  return tree;
}

function add(tree: Node, names: readonly string[], header: Header): void {
  let node = tree;
  for (const name of names) {
    let child = node.children.get(name);
    if (child === undefined) {
      if (name.startsWith('.wh..wh..')) return;
      child = { header: IMPLICIT, children: new Map() };
      node.children.set(name, child);
    }
    node = child;
  }
  node.header = header;
}

function visit(
  node: Node,
  names: readonly string[],
  visitor: (names: readonly string[], node: Node) => void,
): void {
  const keys = [...node.children.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const key of keys) {
    const child = node.children.get(key);
    if (child !== undefined) visit(child, [...names, key], visitor);
  }
  if (names.length > 0) visitor(names, node);
}

/** dive starts from a copy of the lowest layer, even for the lowest layer itself, and puts that layer on it too. */
function restack(lower: readonly Node[], all: readonly Node[]): Node {
  const stacked = structuredClone(all[0] ?? { header: IMPLICIT, children: new Map() });
  for (const tree of lower) {
    visit(tree, [], (names, node) => {
      if (!isWhiteout(names)) add(stacked, names, node.header);
      else remove(stacked, trimmed(names));
    });
  }
  return stacked;
}

function remove(stacked: Node, path: readonly string[]): void {
  const names = path.filter(name => name !== '');
  find(stacked, names.slice(0, -1))?.children.delete(names.at(-1) ?? '');
}

function hiddenSize(stacked: Node, path: readonly string[]): number {
  const node = find(stacked, path);
  if (node === undefined) throw new MissingPath(path.join('/'));
  return node.header.isDir ? sizeOf(node) : 0;
}

function sizeOf(node: Node): number {
  return node.header.size + sum([...node.children.values()].map(sizeOf));
}

function find(tree: Node, names: readonly string[]): Node | undefined {
  return names
    .filter(name => name !== '')
    .reduce<Node | undefined>((node, name) => node?.children.get(name), tree);
}

function isWhiteout(names: readonly string[]): boolean {
  return names.at(-1)?.startsWith('.wh.') ?? false;
}

/** The path without the whiteout's prefix: its last name is empty for a whiteout of no name, and looked over then. */
function trimmed(names: readonly string[]): string[] {
  const last = names.at(-1) ?? '';
  return [...names.slice(0, -1), last.startsWith('.wh.') ? last.slice(4) : last];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
