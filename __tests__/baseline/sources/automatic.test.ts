import { describe, expect, it } from 'vitest';
import { automaticSource } from '../../../src/baseline/sources/automatic.ts';
import { absentAs, foundAs, headOf, noticeOf, ofCheckout, ofCommit, sourceOf } from '../baseline-fixture.ts';

const heads = [headOf()];
const both = [headOf(), headOf('linux/arm64')];
const missed = absentAs('base-not-stored');

describe('the automatic baseline', () => {
  it('builds nothing where the cache has the very commit', async () => {
    const [exact, rebuild, near] = [sourceOf(foundAs('stored')), sourceOf(), sourceOf()];
    const found = await automaticSource(rebuild, exact, near, ofCommit).find(heads);
    expect(found).toEqual({ baselines: [foundAs('stored')], rebuilt: null });
    expect([exact.asked, rebuild.asked, near.asked]).toEqual([1, 0, 0]);
  });

  it('rebuilds a head that holds what no commit does, whatever the cache has', async () => {
    const [exact, rebuild] = [sourceOf(foundAs('stored')), sourceOf(foundAs('built'))];
    const found = await automaticSource(rebuild, exact, sourceOf(), ofCheckout).find(heads);
    expect(found.baselines).toEqual([foundAs('built')]);
    expect(exact.asked).toBe(0);
  });

  it('rebuilds on a miss, asks for no ancestor, and keeps what the cache told', async () => {
    const exact = sourceOf(absentAs('base-not-stored', 'snapshot-refused'));
    const [rebuild, near] = [sourceOf(foundAs('built', 'base-submodule-missing')), sourceOf()];
    const found = await automaticSource(rebuild, exact, near, ofCommit).find(heads);
    expect(found.baselines).toEqual([foundAs('built', 'snapshot-refused', 'base-submodule-missing')]);
    expect(near.asked).toBe(0);
  });

  it('rebuilds all platforms where the cache misses one', async () => {
    const exact = sourceOf(foundAs('stored'), missed);
    const rebuild = sourceOf(foundAs('built'), foundAs('built'));
    const found = await automaticSource(rebuild, exact, sourceOf(), ofCommit).find(both);
    expect(found.baselines).toEqual([foundAs('built'), foundAs('built')]);
  });

  it('takes a near commit only where the base does not build, and says why', async () => {
    const [rebuild, near] = [
      sourceOf(absentAs('base-does-not-build')),
      sourceOf(foundAs('near', 'base-is-ancestor')),
    ];
    const found = await automaticSource(rebuild, sourceOf(missed), near, ofCommit).find(heads);
    const why = { code: 'base-does-not-build', message: 'The base was not built: base-does-not-build.' };
    expect(found.baselines).toEqual([{ ...foundAs('near'), notices: [why, noticeOf('base-is-ancestor')] }]);
  });

  it('prefers the exact snapshot of one platform to an ancestor of it', async () => {
    const exact = sourceOf(foundAs('stored'), missed);
    const rebuild = sourceOf(absentAs('base-unavailable'), absentAs('base-unavailable'));
    const near = sourceOf(foundAs('near'), foundAs('near'));
    const found = await automaticSource(rebuild, exact, near, ofCommit).find(both);
    expect(found.baselines).toMatchObject([{ explanation: 'stored' }, { explanation: 'near' }]);
  });

  it('has no ancestor stand in for a base that has no image', async () => {
    const first = absentAs('base-has-no-dockerfile');
    const near = sourceOf(foundAs('near'));
    const found = await automaticSource(sourceOf(first), sourceOf(missed), near, ofCommit).find(heads);
    expect(found.baselines).toEqual([first]);
  });

  it('says why nothing was built where nothing is stored either', async () => {
    const rebuild = sourceOf(absentAs('base-does-not-build'));
    const near = sourceOf(absentAs('base-not-stored', 'cache-unavailable'));
    const found = await automaticSource(rebuild, sourceOf(missed), near, ofCommit).find(heads);
    expect(found.baselines).toEqual([absentAs('base-does-not-build', 'cache-unavailable')]);
  });
});
