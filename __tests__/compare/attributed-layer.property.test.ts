import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import { listDifferingFiles } from '../../src/compare/differing-files.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import { fabricate, type LayerSpec } from '../support/fabricate/analysis.ts';
import { times } from '../support/long.ts';

const BASE: LayerSpec = { base: true, text: 'FROM debian', files: { 'bin/sh': 1000 } };
const EMPTY = createSnapshot(fabricate([BASE]), null);

/** Few names, contents and owners: most files are stored again. */
const layer = fc.record({
  files: fc.dictionary(
    fc.constantFrom('app/a', 'app/b'),
    fc.record({
      size: fc.constantFrom(100, 101),
      content: fc.constantFrom('one', 'two'),
      mode: fc.constantFrom(0o644, 0o755),
    }),
  ),
  deletes: fc.subarray(['app/a']),
});

describe('the layers that files are attributed to', () => {
  it('have all their bytes attributed to them', () => {
    fc.assert(
      fc.property(fc.array(layer, { minLength: 1, maxLength: 6 }), layers => {
        const specs = layers.map((each, index): LayerSpec => ({ text: `RUN ${index}`, ...each }));
        const snapshot = createSnapshot(fabricate([BASE, ...specs]), null);
        const { head } = listDifferingFiles([EMPTY, []], [snapshot, []]);
        const [told, held] = [new Map<number, number>(), new Map<number, number>()];
        for (let file = 0; file < head.length; file += 1) {
          const by = head.attributedLayerOf(file, () => true);
          told.set(by, (told.get(by) ?? 0) + head.sizeOf(file));
          held.set(head.layerOf(file), (held.get(head.layerOf(file)) ?? 0) + head.sizeOf(file));
        }
        expect(new Map([...told].sort())).toEqual(new Map([...held].sort()));
      }),
      { numRuns: times(300) },
    );
  });

  it('are the one that brought a file, and for each copy the one that stored it again', () => {
    const added = { size: 5000, content: 'data' };
    const layers = (files: LayerSpec['files']): LayerSpec[] => [
      BASE,
      { text: 'COPY . .', line: 2, files: { 'app/run': 10, ...files } },
      { text: 'RUN chown -R app /app', line: 3, files: { 'app/run': 10, ...files } },
    ];
    const [before, after] = [{}, { 'app/data.bin': added }].map(files =>
      createSnapshot(fabricate(layers(files)), null),
    );
    if (before === undefined || after === undefined) throw new TypeError('there are two');
    const told = (one: typeof before, other: typeof before) =>
      compareSnapshots(one, other).causes.map(({ kind, bytes, head, baseline, waste }) => ({
        kind,
        bytes,
        layers: [...head, ...baseline].map(each => each.layer),
        hider: waste?.layer ?? null,
      }));
    expect(told(before, after)).toEqual([
      { kind: 'files', bytes: 5000, layers: [1], hider: null },
      { kind: 'waste', bytes: 5000, layers: [2], hider: 2 },
    ]);
    const [grown] = [{ 'app/data.bin': { size: 7000, content: 'more' } }].map(files =>
      createSnapshot(fabricate(layers(files)), null),
    );
    if (grown === undefined) throw new TypeError('there is one');
    expect(told(after, grown).map(({ kind, bytes, layers: [head] }) => [kind, bytes, head])).toEqual([
      ['files', 2000, 1],
      ['waste', 2000, 2],
    ]);
    expect(told(after, before)).toEqual([
      { kind: 'files', bytes: -5000, layers: [1], hider: null },
      { kind: 'waste', bytes: -5000, layers: [2], hider: 2 },
    ]);
  });
});
