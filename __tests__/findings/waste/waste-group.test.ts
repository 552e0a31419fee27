import { describe, expect, it } from 'vitest';
import { analyzeImage } from '../../../src/analysis/analyze-image.ts';
import { WASTE_REASONS } from '../../../src/analysis/waste-reason.ts';
import { FreedBytes } from '../../../src/findings/freed-bytes.ts';
import { RuleContext } from '../../../src/findings/rule-context.ts';
import { wasteGroups } from '../../../src/findings/waste/waste-group.ts';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';
import { file, hardlink, imageOf, scan } from '../../support/scans/scan.ts';

/** What fixes of all that is wasted free, as findings have it. */
function freedOf(...scans: readonly LayerScan[]) {
  const context = new RuleContext(analyzeImage(imageOf(scans), scans, null));
  const groups = wasteGroups(context, { reasons: WASTE_REASONS });
  return groups.flatMap(({ freed }) => freed);
}

describe('two files that one layer wrote, and that were hidden under one path', () => {
  // `ln -f a b` in a later layer hides what was `b`; what was `a` then loses this name, and goes under the name `b`.
  const written = scan([file('a', 10), file('b', 20)]);
  const relinked = scan([hardlink('b', 'a')]);
  const removed = ['a', 'b'].map(name => scan([], { whiteouts: [name] }));

  it('are two copies, of which fixes free both', () => {
    const freed = freedOf(written, relinked, ...removed);
    expect(freed.map(({ layer, path, bytes }) => ({ layer, path, bytes }))).toEqual([
      { layer: 0, path: 'b', bytes: 20 },
      { layer: 0, path: 'b', bytes: 10 },
    ]);
    expect(new Set(freed.map(({ copy = 0 }) => copy)).size).toBe(2);
    expect(new FreedBytes().add(freed)).toBe(30);
  });

  it('count once each where the layer itself wrote the path twice', () => {
    const freed = freedOf(scan([file('b', 20), file('b', 10)]), scan([], { whiteouts: ['b'] }));
    expect(new FreedBytes().add(freed)).toBe(30);
  });

  it('are no copies in different layers', () => {
    const freed = freedOf(scan([file('b', 20)]), scan([file('b', 10)]), scan([], { whiteouts: ['b'] }));
    expect(freed.every(({ copy = 0 }) => copy === 0)).toBe(true);
    expect(new FreedBytes().add(freed)).toBe(30);
  });
});
