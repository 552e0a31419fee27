import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import { fabricate, type LayerSpec } from '../support/fabricate/analysis.ts';
import { times } from '../support/long.ts';

/** A file of an image, in one of its layers. */
interface Placed {
  readonly path: string;
  readonly size: number;
  readonly content: string;
  readonly layer: number;
}

const LAYERS = 5;

/** No two have a size or a name in common, so that what is told of one can be told apart. */
const files = fc.uniqueArray(fc.nat({ max: 400 }), { minLength: 1, maxLength: 24 });
const choices = fc.infiniteStream(fc.nat({ max: 999 }));

/** What became of a file, and in which layers it lies on both sides. */
const fates = ['kept', 'added', 'removed', 'changed', 'renamed'] as const;

const pathOf = (number: number, folder: string): string =>
  `${folder}${number % 7}/part${number % 3}/f${number}`;

/** The bytes of a file, which are its own alone. */
const sizeOf = (number: number): number => 10_000 + number * 17;

/** The layers with a small file in each that makes it another layer than any of the other image. */
function layersOf(placed: readonly Placed[], image: string): LayerSpec[] {
  return Array.from({ length: LAYERS }, (_, index): LayerSpec => {
    const own = placed.filter(({ layer }) => layer === index);
    return {
      text: `RUN ${image} ${index}`,
      files: Object.fromEntries(own.map(({ path, size, content }) => [path, { size, content }])),
    };
  });
}

test('of files that lie in other layers, only those that were added, removed or changed are told', () => {
  fc.assert(
    fc.property(files, choices, (numbers, stream) => {
      const next = (count: number): number => (stream.next().value ?? 0) % count;
      const before: Placed[] = [];
      const after: Placed[] = [];
      const expected = new Map<string, number>();
      const renamed = new Map<string, string>();
      for (const number of numbers) {
        const fate = fates[next(fates.length)] ?? 'kept';
        const [path, size, content] = [pathOf(number, 'd'), sizeOf(number), `content ${number}`];
        const file = { path, size, content };
        if (fate !== 'added') before.push({ ...file, layer: next(LAYERS) });
        if (fate === 'kept') after.push({ ...file, layer: next(LAYERS) });
        if (fate === 'added') {
          after.push({ ...file, layer: next(LAYERS) });
          expected.set(path, size);
        }
        if (fate === 'removed') expected.set(path, -size);
        if (fate === 'changed') {
          const more = 1 + next(9);
          after.push({ ...file, size: size + more, content: `changed ${number}`, layer: next(LAYERS) });
          expected.set(path, more);
        }
        if (fate === 'renamed') {
          const to = pathOf(number, 'e');
          after.push({ ...file, path: to, layer: next(LAYERS) });
          renamed.set(path, to);
        }
      }
      const comparison = compareSnapshots(
        createSnapshot(fabricate(layersOf(before, 'before')), null),
        createSnapshot(fabricate(layersOf(after, 'after')), null),
      );
      const told = new Map<string, number>();
      // A directory that others lie below has what they leave.
      const rests = Object.groupBy(comparison.causes, ({ files: [path] }) =>
        path?.isRest ? 'last' : 'first',
      );
      const causes = [...(rests.first ?? []), ...(rests.last ?? [])];
      for (const { kind, change, bytes, files: paths, head, baseline } of causes) {
        expect(kind).toBe('files');
        expect(paths).toHaveLength(1);
        const [path] = paths;
        expect(path?.bytes).toBe(bytes);
        // A directory holds what became of the files below it, and no other.
        const prefix = path?.path ?? '';
        const below = [...expected]
          .filter(([name]) => !told.has(name))
          .filter(([name]) => name === prefix || (prefix.endsWith('/') && name.startsWith(prefix)));
        expect(below.length).toBe(path?.count);
        expect(below.reduce((sum, [, size]) => sum + size, 0)).toBe(bytes);
        for (const [name, size] of below) {
          expect(told.has(name)).toBe(false);
          told.set(name, size);
        }
        if (change === 'added') expect(baseline).toEqual([]);
        if (change === 'removed') expect(head).toEqual([]);
        for (const { layer, bytes: part } of head) expect(part).toBe(sumIn(after, layer, below));
      }
      // Groups whose changes cancel are no cause: what is left of them adds up to nothing.
      const untold = [...expected].filter(([name]) => !told.has(name));
      expect(untold.reduce((sum, [, size]) => sum + size, 0)).toBe(0);
      expect(comparison.renamed.reduce((sum, { count }) => sum + count, 0)).toBe(renamed.size);
      for (const { from, to } of comparison.renamed) {
        const [first] = [...renamed].filter(([name]) => name === from || name.startsWith(from));
        expect(first?.[1].startsWith(to)).toBe(true);
      }
    }),
    { numRuns: times(400) },
  );
});

function sumIn(
  placed: readonly Placed[],
  layer: number,
  below: readonly (readonly [string, number])[],
): number {
  const names = new Set(below.map(([name]) => name));
  return placed
    .filter(each => each.layer === layer && names.has(each.path))
    .reduce((sum, { size }) => sum + size, 0);
}
