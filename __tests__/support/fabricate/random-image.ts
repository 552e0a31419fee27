import fc from 'fast-check';
import type { LayerDescription } from './layer.ts';
import { device, dir, file, hardlink, type Node, opaque, symlink, whiteout } from './node.ts';

/** Few names, so that layers meet: the same path as a file here and a directory there. */
const NAMES = ['a', 'b', 'c', 'etc', 'lib.so'] as const;

/** A path of one to three names. */
const paths: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 })
  .map(parts => parts.join('/'));

const attributes = fc.record({
  mode: fc.constantFrom(0o644, 0o755, 0o4755),
  uid: fc.constantFrom(0, 1000),
  mtime: fc.constantFrom(0, 1_700_000_000),
});

/** Files are few in size and content, so that equal ones come up. */
const files = fc
  .tuple(fc.constantFrom(0, 1, 511, 512, 513, 2000), fc.integer({ min: 0, max: 2 }), attributes)
  .map(([size, seed, rest]) => file(size, { seed, ...rest }));

const nodes: fc.Arbitrary<Node> = fc.oneof(
  { weight: 8, arbitrary: files },
  { weight: 3, arbitrary: attributes.map(dir) },
  { weight: 2, arbitrary: fc.constant(whiteout()) },
  { weight: 1, arbitrary: fc.constant(opaque()) },
  { weight: 1, arbitrary: paths.map(path => symlink(`/${path}`)) },
  { weight: 1, arbitrary: fc.constantFrom(device('fifo'), device('character')) },
);

/** Files, overwrites, whiteouts, opaque directories, hard links (to a file before it), duplicates, kinds that change. */
export const layerDescriptions: fc.Arbitrary<LayerDescription> = fc
  .array(fc.tuple(paths, nodes, fc.integer({ min: 0, max: 11 })), { maxLength: 12 })
  .map(drawn => {
    const entries: (readonly [string, Node])[] = [];
    for (const [path, node, choice] of drawn) {
      const targets = entries.filter(([, { kind }]) => kind === 'file');
      const target = choice < 3 ? targets[choice % Math.max(targets.length, 1)] : undefined;
      entries.push(target === undefined || target[0] === path ? [path, node] : [path, hardlink(target[0])]);
    }
    return entries;
  });
