import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import { serializeSnapshot } from '../../src/compare/parse-snapshot.ts';
import type { Snapshot } from '../../src/compare/snapshot.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import { ComparedInventory } from '../../src/inventory/compared-inventory.ts';
import { SnapshotInventory } from '../../src/inventory/snapshot-inventory.ts';
import { compareDropped, deltaOf } from '../../src/page/dropped-comparison.ts';
import { type DroppedImage, readDropped } from '../../src/page/dropped-image.ts';
import { renderJson } from '../../src/report/json.ts';
import { snapshotPairs } from '../compare/arbitrary.ts';
import { installed } from '../report/installed-report.ts';
import { failing } from '../report/reports.ts';
import { fabricate, type LayerSpec } from '../support/fabricate/analysis.ts';
import { times } from '../support/long.ts';

function read(text: string): DroppedImage {
  const image = readDropped(text, 'a.json');
  if ('problem' in image) throw new Error(image.problem);
  return image;
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}

function snapshotOf(layers: readonly LayerSpec[]): Snapshot {
  return createSnapshot(fabricate(layers), null);
}

describe('two snapshots', () => {
  it('differ in what the command line tells, path by path', () => {
    fc.assert(
      fc.property(snapshotPairs, ([baseline, head]) => {
        const [before, after] = [read(serializeSnapshot(baseline)), read(serializeSnapshot(head))];
        const { size, paths, layers } = compareDropped(before, after);
        const { delta } = compareSnapshots(baseline, head);
        expect(size.after - size.before).toBe(delta.size);
        const compared = new ComparedInventory({
          head: new SnapshotInventory(head),
          baseline: new SnapshotInventory(baseline),
        });
        const rows = [...compared.rows()].flatMap(({ path, change, baseline: old, head: now }) =>
          change === 'unchanged' ? [] : [{ path, before: old?.size ?? null, after: now?.size ?? null }],
        );
        expect(paths?.list.toSorted(byPath)).toEqual(rows.toSorted(byPath));
        expect(paths?.otherDelta).toBe(compared.unlistedDelta);
        const listed = paths?.list.reduce((sum, path) => sum + deltaOf(path), 0) ?? 0;
        expect(listed + (paths?.otherDelta ?? 0)).toBe(delta.size);
        expect(layers.filter(each => each.after !== null)).toHaveLength(head.layers.length);
        expect(layers.filter(each => each.before !== null)).toHaveLength(baseline.layers.length);
      }),
      { numRuns: times(300) },
    );
  });

  it('have the file of a layer that both share where another one lies over it', () => {
    const shared: LayerSpec = { text: 'COPY a /', files: { a: 10 } };
    const [before, after] = [[shared], [shared, { text: 'RUN make', files: { a: 5 } }]];
    const { paths } = compareDropped(
      read(serializeSnapshot(snapshotOf(before))),
      read(serializeSnapshot(snapshotOf(after))),
    );
    expect(paths?.list).toEqual([{ path: 'a', before: 10, after: 15 }]);
  });

  it('list the files that their own layers do not share', () => {
    const debian: LayerSpec = { base: true, files: { 'etc/issue': 40 } };
    const shared: LayerSpec = { text: 'RUN make', files: { 'usr/bin/a': 700 } };
    const before = [debian, shared, { text: 'COPY a /', files: { a: 20, b: 10, c: 5 } }];
    const after = [
      debian,
      shared,
      { text: 'COPY a /', files: { a: 25, d: 1, c: 5 } },
      { text: 'RUN x', deletes: ['a'] },
    ];
    const { paths, layers } = compareDropped(
      read(serializeSnapshot(snapshotOf(before))),
      read(serializeSnapshot(snapshotOf(after))),
    );
    expect(paths).toEqual({
      list: [
        { path: 'b', before: 10, after: null },
        { path: 'a', before: 20, after: 25 },
        { path: 'd', before: null, after: 1 },
      ],
      otherDelta: 0,
    });
    expect(layers.map(({ change }) => change)).toEqual(['unchanged', 'unchanged', 'changed', 'added']);
  });
});

describe('two reports', () => {
  it('differ in size, layers and packages', () => {
    const [before, after] = [read(renderJson(failing())), read(renderJson(installed()))];
    const { size, packages, paths } = compareDropped(before, after);
    expect(size).toEqual({ before: failing().image.size, after: installed().image.size });
    expect(paths).toBeNull();
    expect(packages?.[0]).toMatchObject({ name: 'vim-runtime', before: null, after: '2:9.0.1378-2' });
  });

  it('say no bytes of packages beside a snapshot, which counts others', () => {
    const snapshot = read(serializeSnapshot(snapshotOf([{ files: { a: 1 } }])));
    const { packages } = compareDropped(snapshot, read(renderJson(installed())));
    expect(packages?.length).toBeGreaterThan(5);
    expect(packages?.every(({ delta }) => delta === null)).toBe(true);
  });
});

describe('a file that is neither', () => {
  const snapshot = serializeSnapshot(snapshotOf([{ text: 'COPY a /', files: { a: 1 } }]));
  it.each([
    ['no JSON', '{', 'is no JSON.'],
    ['no object', '[]', 'is neither a snapshot nor a report of Deadweight.'],
    ['another object', '{"name":"x"}', 'is neither a snapshot nor a report of Deadweight.'],
    [
      'a later snapshot',
      '{"deadweightSnapshot":3}',
      'is a snapshot of version 3, and this page reads 1 and 2.',
    ],
    [
      'a later report',
      '{"tool":{"name":"deadweight"},"schemaVersion":"<b>"}',
      'is a report of version that is no number, and this page reads 1 and 2.',
    ],
    ['a wrong size', snapshot.replace('"size":1', '"size":-1'), 'is damaged at size.'],
    ['a wrong file', snapshot.replace('["a",1]', '["a","1"]'), 'is damaged at layers.0.files.0.1.'],
    ['layers that are none', snapshot.replace('"layers":[', '"layers":[7,'), 'is damaged at layers.0.'],
  ])('says what it is: %s', (_name, text, problem) => {
    expect(readDropped(text, 'a.json')).toEqual({ problem });
  });

  it('has names that mean something to JavaScript as names', () => {
    const text = snapshot.replaceAll('["a",1]', '["__proto__",1]');
    expect(read(text).layers[0]?.files?.[0]?.path).toBe('__proto__');
  });
});
