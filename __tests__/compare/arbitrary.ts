import fc from 'fast-check';
import type { ImageAnalysis } from '../../src/analysis/image-analysis.ts';
import type { Snapshot } from '../../src/compare/snapshot.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import type { LayerSpec } from '../support/fabricate/analysis.ts';
import { fabricate } from '../support/fabricate/analysis.ts';

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

const version = fc.constantFrom('1.0', '1.1', '2:2.0-1');

/** A dpkg database: packages with the files that they list. */
const debian = fc
  .dictionary(fc.constantFrom('liba', 'libb', 'tool'), fc.tuple(version, fc.subarray(PATHS)), { maxKeys: 3 })
  .map((packages): Record<string, string> => {
    const stanzas = Object.entries(packages).map(
      ([name, [is]]) =>
        `Package: ${name}\nStatus: install ok installed\nVersion: ${is}\nArchitecture: amd64\n`,
    );
    const lists = Object.entries(packages).map(([name, [, paths]]) => [
      `var/lib/dpkg/info/${name}.list`,
      paths.map(path => `/${path}\n`).join(''),
    ]);
    return { 'var/lib/dpkg/status': stanzas.join('\n'), ...Object.fromEntries(lists) };
  });

/** Copies of one package, which an image may have in several versions. */
const node = fc
  .dictionary(fc.constantFrom('app/', 'app/node_modules/x/', 'srv/'), version, { maxKeys: 2 })
  .map((copies): Record<string, string> => {
    const manifests = Object.entries(copies).map(([place, is]) => [
      `${place}node_modules/left-pad/package.json`,
      JSON.stringify({ name: 'left-pad', version: is }),
    ]);
    return Object.fromEntries(manifests);
  });

const optional = <T>(arbitrary: fc.Arbitrary<T>, freq: number) =>
  fc.option(arbitrary, { nil: undefined, freq });

const layer: fc.Arbitrary<LayerSpec> = fc
  .record({
    files,
    text: optional(fc.constantFrom(...TEXTS), 6),
    earlier: optional(files, 1),
    links: optional(fc.dictionary(fc.constantFrom('usr/bin/l', ...PATHS), fc.constantFrom(...PATHS)), 1),
    deletes: optional(fc.subarray(PATHS), 1),
    opaques: optional(fc.subarray(['usr/lib', 'app']), 1),
    texts: optional(fc.oneof(debian, node), 2),
  })
  .map(spec => {
    const { files: written, ...given } = spec;
    const told = Object.entries(given).filter(([, value]) => value !== undefined);
    return { files: written, ...Object.fromEntries(told) };
  });

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

/** Pairs of analyses of images whose base is known. */
export const analysisPairs: fc.Arbitrary<readonly [ImageAnalysis, ImageAnalysis]> = fc
  .tuple(specs, fc.nat({ max: 2 }), fc.nat({ max: 2 }))
  .map(([[base, head], below, above]) => [fabricate(onBase(base, below)), fabricate(onBase(head, above))]);

/** Pairs of snapshots of images whose base is known on both sides, on one, or on none. */
export const snapshotPairs: fc.Arbitrary<readonly [Snapshot, Snapshot]> = fc
  .tuple(specs, fc.nat({ max: 2 }), fc.nat({ max: 2 }), fc.nat({ max: 5 }), fc.nat({ max: 5 }))
  .map(([[base, head], below, above, baseKnown, headKnown]) => [
    createSnapshot(fabricate(onBase(base, below), { baseKnown: baseKnown > 0 }), 'b'),
    createSnapshot(fabricate(onBase(head, above), { baseKnown: headKnown > 0 }), 'h'),
  ]);

function onBase(layers: readonly LayerSpec[], count: number): LayerSpec[] {
  return layers.map((spec, index) => (index < count ? { ...spec, base: true } : spec));
}
