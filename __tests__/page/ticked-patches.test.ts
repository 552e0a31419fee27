import { describe, expect, it } from 'vitest';
import type { Patch } from '../../src/findings/fix/patch-lines.ts';
import { tickedPatches } from '../../src/page/ticked-patches.ts';

type Patched = Parameters<typeof tickedPatches>[0];

function patchAt(startLine: number, after: string, file = 'Dockerfile'): Patch {
  return { file, startLine, before: [`line ${startLine}`], after: [after] };
}

function withPatches(
  patches: readonly (Patch | null)[],
  combinedPatches: Patched['combinedPatches'] = [],
): Patched {
  return { findings: patches.map(patch => ({ patch })), combinedPatches };
}

const all = ({ findings }: Patched): ReadonlySet<number> => new Set(findings.keys());

describe('the patches of what is ticked', () => {
  it('stand in the order of their lines, and one that mends several stands once', () => {
    const report = withPatches([
      patchAt(7, 'b'),
      patchAt(3, 'a'),
      patchAt(7, 'b'),
      patchAt(1, 'c', '.dockerignore'),
    ]);
    expect(tickedPatches(report, all(report))).toEqual({
      patches: [
        { patch: patchAt(1, 'c', '.dockerignore'), findings: [3] },
        { patch: patchAt(3, 'a'), findings: [1] },
        { patch: patchAt(7, 'b'), findings: [0, 2] },
      ],
      clashes: [],
      unpatched: [],
      hiding: [],
    });
  });

  it('are the combined one where all of its findings are ticked', () => {
    const together = patchAt(3, 'ab');
    const report = withPatches([patchAt(3, 'a'), patchAt(3, 'b')], [{ findings: [0, 1], patch: together }]);
    expect(tickedPatches(report, all(report)).patches).toEqual([{ patch: together, findings: [0, 1] }]);
    expect(tickedPatches(report, new Set([1])).patches).toEqual([{ patch: patchAt(3, 'b'), findings: [1] }]);
  });

  it('are none where they change the same lines and nothing has them together', () => {
    const report = withPatches([patchAt(3, 'a'), patchAt(3, 'b'), patchAt(9, 'c'), null]);
    expect(tickedPatches(report, all(report))).toEqual({
      patches: [{ patch: patchAt(9, 'c'), findings: [2] }],
      clashes: [[0, 1]],
      unpatched: [3],
      hiding: [],
    });
    const larger = withPatches(
      [patchAt(3, 'a'), patchAt(3, 'b'), patchAt(3, 'c')],
      [{ findings: [0, 1, 2], patch: patchAt(3, 'abc') }],
    );
    expect(tickedPatches(larger, new Set([0, 2])).clashes).toEqual([[0, 2]]);
  });

  it('are not shown where they have what nobody sees', () => {
    const report = withPatches([patchAt(3, 'a\u202eb'), patchAt(4, 'RUN a\r')]);
    const { patches, hiding } = tickedPatches(report, all(report));
    expect(hiding).toEqual([0]);
    expect(patches).toHaveLength(1);
  });
});
