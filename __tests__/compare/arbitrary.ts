import fc from 'fast-check';
import type { Snapshot } from '../../src/compare/snapshot.ts';
import { snapshotOf } from '../../src/compare/snapshot-of.ts';
import type { LayerSpec } from './fabricate.ts';
import { fabricate } from './fabricate.ts';

/** Few texts and paths, so that images meet. */
const TEXTS = ['RUN make', 'RUN make -j4', 'RUN apt-get install vim', 'COPY a /a', 'COPY b /b', 'WORKDIR /x'];
const PATHS = [
  'usr/bin/a',
  'usr/bin/b',
  'usr/lib/c/d',
  'usr/lib/c/e',
  'opt/x',
  'var/lib/apt/lists/l',
  'a',
  'a/b',
];

const files = fc.dictionary(fc.constantFrom(...PATHS), fc.nat({ max: 5000 }), { maxKeys: 4 });

const layer: fc.Arbitrary<LayerSpec> = fc
  .record({ files, text: fc.option(fc.constantFrom(...TEXTS), { nil: undefined, freq: 6 }) })
  .map(({ text, ...rest }) => (text === undefined ? rest : { ...rest, text }));

const stack = fc.array(layer, { maxLength: 6 });

/** Two images: the head is another one, or the base with layers left out, put in, and changed in files or text. */
const specs = fc
  .tuple(stack, stack, fc.infiniteStream(fc.nat({ max: 5 })))
  .map(([base, other, choices]): readonly [LayerSpec[], LayerSpec[]] => {
    const head = base.flatMap((spec, index) => {
      const spare = other[index] ?? {};
      const choice = choices.next().value;
      if (choice === 0) return [];
      if (choice === 1) return [spare, spec];
      if (choice === 2) return [{ ...spec, ...(spare.files ? { files: spare.files } : {}) }];
      if (choice === 3) return [{ ...spec, ...(spare.text ? { text: spare.text } : {}) }];
      return [spec];
    });
    return [base, choices.next().value === 0 ? other : head];
  });

/** Pairs of snapshots of images whose base is known on both sides, on one, or on none. */
export const snapshotPairs: fc.Arbitrary<readonly [Snapshot, Snapshot]> = fc
  .tuple(specs, fc.nat({ max: 2 }), fc.nat({ max: 2 }), fc.nat({ max: 5 }), fc.nat({ max: 5 }))
  .map(([[base, head], below, above, baseKnown, headKnown]) => [
    snapshotOf(fabricate(onBase(base, below), { baseKnown: baseKnown > 0 }), 'b'),
    snapshotOf(fabricate(onBase(head, above), { baseKnown: headKnown > 0 }), 'h'),
  ]);

function onBase(layers: readonly LayerSpec[], count: number): LayerSpec[] {
  return layers.map((spec, index) => (index < count ? { ...spec, base: true } : spec));
}
