import { describe, expect, it } from 'vitest';
import type { BaselineCommit } from '../../../src/baseline/baseline-commit.ts';
import { cacheSource } from '../../../src/baseline/sources/cache.ts';
import { storeSnapshots } from '../../../src/baseline/store/snapshot-store.ts';
import { fakeSnapshot } from '../../support/fabricate/snapshot.ts';
import { longPullRequest } from '../../support/git/pull-request.ts';
import { checkout, commit, createRepository, open } from '../../support/git/repository.ts';
import { headOf, noticeOf, ofCheckout, ofCommit, storeOf } from '../baseline-fixture.ts';

const explanation = 'The base is as chosen.';
const AS_CHOSEN = { explanation, gitContext: null, notices: [] };

/** A branch of `length` commits, oldest first, and its tip as the base. */
async function history(
  length: number,
): Promise<{ readonly shas: string[]; readonly chosen: BaselineCommit }> {
  const folder = await createRepository();
  const shas: string[] = [];
  for (let index = 0; index < length; index += 1) shas.push(await commit(folder, {}, `${index}`));
  return { shas, chosen: { repository: await open(folder), commit: shas.at(-1) ?? '', ...AS_CHOSEN } };
}

describe('the baseline from the cache', () => {
  it('is the snapshot of the very commit', async () => {
    const { chosen } = await history(1);
    const store = storeOf({ [chosen.commit]: fakeSnapshot(null) });
    const { baselines, rebuilt } = await cacheSource(chosen, store, {
      fallsBack: true,
      surroundings: ofCommit,
    }).find([headOf()]);
    expect(baselines).toEqual([
      {
        snapshot: fakeSnapshot(chosen.commit),
        explanation: `${explanation} Its snapshot is from the Actions cache.`,
        notices: [],
      },
    ]);
    expect(rebuilt).toBeNull();
  });

  it('is that of the nearest ancestor, with its distance', async () => {
    const { shas, chosen } = await history(5);
    const [oldest = '', older = ''] = shas;
    const store = storeOf({ [oldest]: fakeSnapshot(oldest), [older]: fakeSnapshot(older) });
    const { baselines } = await cacheSource(chosen, store, { fallsBack: true, surroundings: ofCommit }).find([
      headOf(),
    ]);
    const short = older.slice(0, 7);
    expect(baselines).toMatchObject([
      {
        snapshot: { commit: older },
        explanation: `${explanation} The Actions cache has no snapshot of it; the snapshot of its ancestor ${short}, 3 commits before it, is used instead.`,
        notices: [
          { code: 'base-is-ancestor', message: expect.stringContaining(`3 commits before the base`) },
        ],
      },
    ]);
  });

  it('is no ancestor where only the commit counts, and none beyond five', async () => {
    const { shas, chosen } = await history(7);
    const [oldest = '', older = ''] = shas;
    const near = storeOf({ [older]: fakeSnapshot(older) });
    const exact = await cacheSource(chosen, near, { fallsBack: false, surroundings: ofCommit }).find([
      headOf(),
    ]);
    expect(exact.baselines).toMatchObject([{ absence: { code: 'base-not-stored' } }]);
    expect(near.asked).toHaveLength(1);
    const far = await cacheSource(chosen, storeOf({ [oldest]: fakeSnapshot(oldest) }), {
      fallsBack: true,
      surroundings: ofCommit,
    }).find([headOf()]);
    expect(far.baselines).toMatchObject([
      {
        absence: {
          message: expect.stringMatching(/^There is no comparison: the Actions cache has no snapshot/),
        },
      },
    ]);
    expect(
      (await cacheSource(chosen, near, { fallsBack: true, surroundings: ofCommit }).find([headOf()]))
        .baselines,
    ).toMatchObject([{ snapshot: { commit: older } }]);
  });

  it('never crosses platforms, and looks up ancestors for the missing one alone', async () => {
    const { shas, chosen } = await history(2);
    const [first = ''] = shas;
    const arm = fakeSnapshot(first, 'linux/arm64');
    const store = storeOf({ [chosen.commit]: fakeSnapshot(chosen.commit), [first]: arm });
    const { baselines } = await cacheSource(chosen, store, { fallsBack: true, surroundings: ofCommit }).find([
      headOf(),
      headOf('linux/arm64'),
    ]);
    expect(baselines).toMatchObject([
      { snapshot: { platform: 'linux/amd64', commit: chosen.commit } },
      { snapshot: { platform: 'linux/arm64', commit: first } },
    ]);
    expect(store.asked.filter(line => line.startsWith('linux/amd64'))).toHaveLength(1);
  });

  it('finds the ancestors of a base that a clone of depth 1 does not have', async () => {
    const remote = await longPullRequest();
    const repository = await open(await checkout(remote.origin, remote.merge));
    const store = storeOf({ [remote.left]: fakeSnapshot(remote.left) });
    const chosen = { repository, commit: remote.main, ...AS_CHOSEN };
    const { baselines } = await cacheSource(chosen, store, { fallsBack: true, surroundings: ofCommit }).find([
      headOf(),
    ]);
    expect(baselines).toMatchObject([{ snapshot: { commit: remote.left } }]);
  });

  it('says so where the head holds what no commit does', async () => {
    const { chosen } = await history(1);
    const store = storeOf({ [chosen.commit]: fakeSnapshot(null) });
    const source = cacheSource(chosen, store, { fallsBack: true, surroundings: ofCheckout });
    expect((await source.find([headOf()])).baselines[0]?.notices).toEqual([noticeOf('uncommitted-files')]);
  });

  it('says so where the image below has moved since', async () => {
    const { chosen } = await history(1);
    const snapshot = fakeSnapshot(chosen.commit);
    const [below, own] = snapshot.layers;
    if (!below || !own) throw new Error('the fixture has two layers');
    const moved = { ...snapshot, layers: [{ ...below, diffId: `sha256:${'9'.repeat(64)}` }, own] };
    const told = async (held: typeof snapshot) =>
      (
        await cacheSource(chosen, storeOf({ [chosen.commit]: held }), {
          fallsBack: true,
          surroundings: ofCommit,
        }).find([headOf()])
      ).baselines[0]?.notices;
    expect(await told(moved)).toMatchObject([{ code: 'base-image-drift' }]);
    expect(await told({ ...moved, baseImageName: 'debian:trixie' })).toEqual([]);
    expect(await told({ ...moved, baseLayerCount: null })).toEqual([]);
  });

  it('asks a service that does not answer no more', async () => {
    const { chosen } = await history(3);
    const store = storeOf({});
    store.notices.push(noticeOf('cache-unavailable'));
    await cacheSource(chosen, store, { fallsBack: true, surroundings: ofCommit }).find([headOf()]);
    expect(store.asked).toHaveLength(1);
  });

  it('is missing, and no error, where the remote cannot be read', async () => {
    const { chosen } = await history(1);
    const gone = { ...chosen, commit: 'f'.repeat(40) };
    const store = storeOf({});
    store.notices.push(noticeOf('cache-unavailable'));
    const { baselines } = await cacheSource(gone, store, { fallsBack: true, surroundings: ofCommit }).find([
      headOf(),
    ]);
    expect(baselines).toMatchObject([
      { absence: { code: 'base-not-stored' }, notices: [{ code: 'cache-unavailable' }] },
    ]);
  });
});

describe('ancestors', () => {
  it('are first parents, nearest first', async () => {
    const remote = await longPullRequest();
    const complete = await open(remote.work);
    expect(await complete.ancestors(remote.main, 1)).toEqual([remote.left]);
    const [base, first] = await complete.ancestors(remote.merge, 9);
    expect([base, first]).toEqual([remote.main, remote.left]);
  });

  it('deepen a clone that ends at the commit, and only as far as asked', async () => {
    const remote = await longPullRequest();
    const clone = await open(await checkout(remote.origin, remote.head));
    expect(await clone.ancestors(remote.head, 1)).toHaveLength(1);
    expect(await clone.ancestors(remote.head, 2)).toHaveLength(2);
    expect(await clone.isShallow()).toBe(true);
  });
});

describe('storing', () => {
  it('puts every platform under the commit, and tells what failed', async () => {
    const keys: string[] = [];
    const store = storeOf({});
    const telling = {
      takeNotices: () => [noticeOf('cache-not-written')],
      store: {
        ...store.store,
        put: async (key: { readonly platform: string; readonly commit: string }) =>
          void keys.push(`${key.platform} ${key.commit}`),
      },
    };
    const sha = 'a'.repeat(40);
    const told = await storeSnapshots([headOf(), headOf('linux/arm64')], sha, telling);
    expect(keys).toEqual([`linux/amd64 ${sha}`, `linux/arm64 ${sha}`]);
    expect(told).toEqual([noticeOf('cache-not-written')]);
    expect(await storeSnapshots([headOf()], null, telling)).toEqual([]);
  });
});
