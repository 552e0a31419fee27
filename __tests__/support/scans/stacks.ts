import fc from 'fast-check';
import type { LayerEntry } from '../../../src/layer/layer-entry.ts';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';
import { directory, fifo, file, hardlink, scan, symlink } from './scan.ts';

/** Few names, so that layers meet. They sort around `/` and `.wh.`, and differently as UTF-8 and as UTF-16. */
const NAMES = ['a', 'b', 'a-b', '-', '.a', '__proto__', 'ﬁ', '\u{1f600}'] as const;

/** Names that only dive reads in a way of its own. */
const ODD_NAMES = [...NAMES, '.wh.a', '.wh.-', '.wh..wh.b'] as const;

function paths(names: readonly string[]): fc.Arbitrary<string> {
  const name = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('a', '-') }, fc.constantFrom(...names));
  return fc.array(name, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/'));
}

function entries(path: fc.Arbitrary<string>): fc.Arbitrary<LayerEntry> {
  const details = fc.record({
    mode: fc.constantFrom(0o644, 0o600),
    uid: fc.constantFrom(0, 1000),
    mtime: fc.constantFrom(1, 2.5),
  });
  const content = fc.option(fc.constantFrom('x', 'y'), { nil: undefined });
  const anyFile = fc
    .tuple(path, fc.nat({ max: 9 }), details, content)
    .map(([at, size, rest, hash]) =>
      file(at, size % 7, hash === undefined ? rest : { ...rest, content: hash }),
    );
  return fc.oneof(
    { weight: 5, arbitrary: anyFile },
    { weight: 3, arbitrary: fc.tuple(path, details).map(([at, rest]) => directory(at, rest)) },
    { weight: 3, arbitrary: fc.tuple(path, path).map(([at, target]) => hardlink(at, target)) },
    { weight: 1, arbitrary: path.map(at => symlink(at, 'anywhere')) },
    { weight: 1, arbitrary: path.map(fifo) },
  );
}

/** Stacks of up to five layers in which every rule of the image specification has something to do. */
export function stacks(): fc.Arbitrary<readonly LayerScan[]> {
  const path = paths(NAMES);
  const layer = fc
    .record({
      entries: fc.array(entries(path), { maxLength: 8 }),
      whiteouts: fc.array(path, { maxLength: 2 }),
      opaques: fc.array(fc.oneof(path, fc.constant('')), { maxLength: 1 }),
    })
    .map(({ entries: all, ...marks }) => scan(all, marks));
  return fc.array(layer, { maxLength: 5 });
}

/** The same with what dive takes its own way: whiteouts inside paths, aufs markers, sizes in headers of links. */
export function oddStacks(): fc.Arbitrary<readonly LayerScan[]> {
  const path = paths(ODD_NAMES).filter(isEntry);
  const declared = fc
    .tuple(entries(path), fc.option(fc.nat({ max: 9 }), { nil: undefined, freq: 5 }))
    .map(([entry, size]) => (size === undefined ? entry : { ...entry, declaredSize: size }));
  const aufs = fc
    .tuple(paths(ODD_NAMES), fc.constantFrom('.wh..wh..plnk', '.wh..wh.aufs', '.wh..wh.a', '.wh..wh..opq/x'))
    .map(parts => parts.join('/'));
  const nameless = fc.tuple(paths(NAMES), fc.constantFrom('.wh.', '.wh..')).map(parts => parts.join('/'));
  const marker = fc.oneof(aufs, nameless, fc.constantFrom('.wh..wh.a', '.wh.'));
  const layer = fc
    .record({
      entries: fc.array(declared, { maxLength: 8 }),
      whiteouts: fc.array(paths(NAMES), { maxLength: 3 }),
      opaques: fc.array(fc.oneof(path, fc.constant('')), { maxLength: 1 }),
      markers: fc.array(marker, { maxLength: 1 }),
      rewritten: fc.nat({ max: 3 }),
    })
    .map(({ entries: all, whiteouts, rewritten, ...marks }) => {
      // dive's outcome turns on whether `a` or `.wh.a` comes last: have both, often.
      const also = all.slice(0, rewritten).map(entry => entry.path);
      return scan(all, { ...marks, whiteouts: [...whiteouts, ...also] });
    });
  return fc.array(layer, { maxLength: 5 });
}

/** A path whose last name is a whiteout is no entry, and a component that starts with `.wh..wh.` makes a marker. */
function isEntry(path: string): boolean {
  const names = path.split('/');
  return !names.at(-1)?.startsWith('.wh.') && !names.some(name => name.startsWith('.wh..wh.'));
}
