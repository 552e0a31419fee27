import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ImageAnalysis } from '../../src/analysis/image-analysis.ts';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import { parseSnapshot, serializeSnapshot } from '../../src/compare/parse-snapshot.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import { fabricate, type LayerSpec } from '../support/fabricate/analysis.ts';
import { times } from '../support/long.ts';

/** A path of both images: where it lies in each, and what became of it. */
interface SharedFile {
  readonly size: number;
  readonly became: 'equal' | 'changed' | 'resized';
  readonly baselineLayer: number;
  readonly headLayer: number;
  /** Whether its content is known on each side, where not all are. */
  readonly known: readonly [baseline: boolean, head: boolean];
}

const LAYERS = 4;
const layer = fc.nat({ max: LAYERS - 1 });

const sharedFile: fc.Arbitrary<SharedFile> = fc.record({
  size: fc.integer({ min: 1, max: 900 }),
  became: fc.constantFrom('equal', 'equal', 'changed', 'resized'),
  baselineLayer: layer,
  headLayer: layer,
  known: fc.tuple(fc.boolean(), fc.boolean()),
});

/** Files of both images, spread differently over their layers, and how many layers of each are its base. */
const pairs = fc.record({
  files: fc.array(sharedFile, { maxLength: 30 }),
  bases: fc.tuple(layer, layer),
});
type Pair = typeof pairs extends fc.Arbitrary<infer T> ? T : never;
type Knowledge = 'all' | 'some' | 'none';

const pathOf = (index: number): string => `d${index % 5}/f${index}`;

/** The layers of one of the two images. Each has a file of its own, so that no layer is on both sides. */
function layersOf({ files, bases }: Pair, side: 0 | 1, knowledge: Knowledge): LayerSpec[] {
  return Array.from({ length: LAYERS }, (_, index): LayerSpec => {
    const own = files.flatMap(({ size, became, baselineLayer, headLayer, known }, file) => {
      if ((side === 0 ? baselineLayer : headLayer) !== index) return [];
      const isChanged = side === 1 && became !== 'equal';
      const isKnown = knowledge === 'all' || (knowledge === 'some' && known[side]);
      const described = {
        size: side === 1 && became === 'resized' ? size + 1 : size,
        ...(isKnown ? { content: `${isChanged ? 'new' : 'old'} ${file}` } : {}),
      };
      return [[pathOf(file), described] as const];
    });
    return {
      ...(index < bases[side] ? { base: true as const } : {}),
      files: { ...Object.fromEntries(own), [`only${side}/${index}`]: 1 + side },
    };
  });
}

function compare(baseline: ImageAnalysis, head: ImageAnalysis) {
  const scans = { baseline: baseline.scans, head: head.scans };
  const { contents, ...rest } = compareSnapshots(
    createSnapshot(baseline, null),
    createSnapshot(head, null),
    scans,
  );
  if (contents === null) throw new TypeError('a comparison looks at contents');
  return { ...rest, contents };
}

const tell = (files: readonly { readonly size: number }[]) => ({
  count: files.length,
  bytes: files.reduce((sum, { size }) => sum + size, 0),
});

test('exactly the files that changed without their size are told, wherever they lie', () => {
  let told = 0;
  fc.assert(
    fc.property(pairs, pair => {
      const [baseline, head] = [layersOf(pair, 0, 'all'), layersOf(pair, 1, 'all')].map(specs =>
        fabricate(specs),
      );
      if (!baseline || !head) throw new TypeError('there are two');
      const { contents, notices } = compare(baseline, head);
      const changed = pair.files.filter(({ became }) => became === 'changed');
      expect(contents.changed).toMatchObject(tell(changed));
      const paths = pair.files.flatMap(({ became }, file) => (became === 'changed' ? [pathOf(file)] : []));
      expect(paths).toEqual(expect.arrayContaining(contents.changed.files.map(({ path }) => path)));
      expect(contents.changed.files).toHaveLength(Math.min(10, changed.length));
      expect(contents.assumed).toEqual({ count: 0, bytes: 0 });
      expect(notices.map(({ code }) => code)).not.toContain('comparison-approximate');
      told += changed.length;
    }),
    { numRuns: times(200) },
  );
  expect(told).toBeGreaterThan(100);
});

test('what is not known on both sides is taken as equal, and told as approximate once', () => {
  const knowledge = fc.constantFrom<Knowledge>('all', 'some', 'none');
  fc.assert(
    fc.property(pairs, knowledge, knowledge, (pair, before, after) => {
      const [baseline, head] = [fabricate(layersOf(pair, 0, before)), fabricate(layersOf(pair, 1, after))];
      const { contents, notices } = compare(baseline, head);
      const knows = ({ known }: SharedFile, side: 0 | 1): boolean => {
        const knowledgeOfSide = side === 0 ? before : after;
        return knowledgeOfSide === 'all' || (knowledgeOfSide === 'some' && known[side]);
      };
      const sameSize = pair.files.filter(({ became }) => became !== 'resized');
      const [known, unknown] = [true, false].map(is =>
        sameSize.filter(file => (knows(file, 0) && knows(file, 1)) === is),
      );
      expect(contents.assumed).toEqual(tell(unknown ?? []));
      expect(contents.changed).toMatchObject(
        tell((known ?? []).filter(({ became }) => became === 'changed')),
      );
      const approximate = notices.filter(({ code }) => code === 'comparison-approximate');
      expect(approximate).toHaveLength(unknown?.length === 0 ? 0 : 1);
      for (const { message } of approximate) expect(message).toContain(`${unknown?.length} file`);
    }),
    { numRuns: times(200) },
  );
});

test('snapshots tell of own layers what their images do, and leave base layers to their sums', () => {
  fc.assert(
    fc.property(pairs, pair => {
      const images = [fabricate(layersOf(pair, 0, 'some')), fabricate(layersOf(pair, 1, 'some'))] as const;
      const [before, after] = images.map(image =>
        parseSnapshot(serializeSnapshot(createSnapshot(image, null)), 'a.json'),
      );
      if (!before || !after) throw new TypeError('there are two');
      const { contents } = compareSnapshots(before, after);
      const [first, second] = pair.bases;
      if (first === 0 && second === 0) expect(contents).toEqual(compare(...images).contents);
      else expect(contents?.unlistedBytes).toBe(Math.max(before.baseSize ?? 0, after.baseSize ?? 0));
    }),
    { numRuns: times(100) },
  );
});

test('exchanging the two changes neither what changed nor what is assumed', () => {
  const several = fc.array(
    fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.record({ size: fc.constantFrom(1, 2), content: fc.constantFrom('x', 'y', undefined) }),
    ),
    { maxLength: 5 },
  );
  const image = (layers: readonly Record<string, { size: number; content: string | undefined }>[]) =>
    fabricate(
      layers.map(files => ({
        files: Object.fromEntries(
          Object.entries(files).map(([path, { size, content }]) => [
            path,
            content === undefined ? { size } : { size, content },
          ]),
        ),
      })),
    );
  fc.assert(
    fc.property(several, several, (first, second) => {
      const [baseline, head] = [image(first), image(second)];
      // Each names the layers of its own head.
      const contents = ({ contents: found }: ReturnType<typeof compare>) => ({
        ...found,
        changed: { ...found?.changed, files: found?.changed.files.map(({ path, bytes }) => [path, bytes]) },
      });
      expect(contents(compare(head, baseline))).toEqual(contents(compare(baseline, head)));
    }),
    { numRuns: times(200) },
  );
});
