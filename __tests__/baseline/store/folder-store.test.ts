import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notice } from '../../../src/base/notice.ts';
import { FolderStore } from '../../../src/baseline/store/folder-store.ts';
import { type SnapshotKey, snapshotName } from '../../../src/baseline/store/snapshot-key.ts';
import { STORED_TEXT_LIMIT } from '../../../src/baseline/store/stored-text.ts';
import { fakeCommit, fakeSnapshot } from '../../support/actions-services/snapshot-fixture.ts';

const commit = fakeCommit(1);
const key: SnapshotKey = { commit, platform: 'linux/amd64', target: 'app', method: 'build', image: 'web' };

let folder: string;
let notices: Notice[];
let store: FolderStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-store-'));
  notices = [];
  store = new FolderStore(join(folder, 'snapshots'), told => void notices.push(told));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const place = (of: SnapshotKey): string => join(folder, 'snapshots', `${snapshotName(of)}.json`);

describe('a folder of snapshots', () => {
  it('gives back what was put, and only for the whole key', async () => {
    expect(await store.get(key)).toBeNull();
    await store.put(key, fakeSnapshot(commit));
    expect(await store.get(key)).toEqual({ snapshot: fakeSnapshot(commit), match: 'exact', commit });
    expect(await store.get({ ...key, target: null })).toBeNull();
    expect(await store.get({ ...key, platform: 'linux/arm64' })).toBeNull();
    expect(await readdir(join(folder, 'snapshots'))).toHaveLength(1);
    expect(notices).toEqual([]);
  });

  it('keeps what it has', async () => {
    await store.put(key, fakeSnapshot(commit));
    await store.put(key, fakeSnapshot(commit, 'linux/amd64', 500));
    expect((await store.get(key))?.snapshot.size).toBe(130);
    expect(await readdir(join(folder, 'snapshots'))).toHaveLength(1);
    expect(notices).toEqual([]);
  });

  it('falls back to the nearest ancestor that is there', async () => {
    for (const number of [3, 4]) {
      await store.put({ ...key, commit: fakeCommit(number) }, fakeSnapshot(fakeCommit(number)));
    }
    const found = await store.get(key, [2, 3, 4].map(fakeCommit));
    expect(found).toMatchObject({ match: 'ancestor', commit: fakeCommit(3) });
  });

  it('says so when it cannot be written', async () => {
    await writeFile(join(folder, 'snapshots'), 'a file in its place');
    await store.put(key, fakeSnapshot(commit));
    expect(notices.map(({ code }) => code)).toEqual(['snapshot-not-written']);
    expect(await store.get(key)).toBeNull();
  });
});

describe('a file that is no snapshot is a notice', () => {
  beforeEach(() => mkdir(join(folder, 'snapshots')));
  afterEach(() => expect(notices.map(({ code }) => code)).toEqual(['snapshot-refused']));

  it('when it is damaged', async () => {
    await writeFile(place(key), '{');
    expect(await store.get(key)).toBeNull();
  });

  it('when it was renamed', async () => {
    const other = { ...key, target: 'other' };
    await store.put(other, fakeSnapshot(commit));
    await symlink(place(other), place(key));
    expect(await store.get(key)).toBeNull();
  });

  it('when it is too large', async () => {
    await writeFile(place(key), '');
    await truncate(place(key), STORED_TEXT_LIMIT + 1);
    expect(await store.get(key)).toBeNull();
  });

  it('when it is a pipe, without waiting for it', async () => {
    expect(spawnSync('mkfifo', [place(key)]).status).toBe(0);
    expect(await store.get(key)).toBeNull();
  });

  it('when it is a device without end', async () => {
    await symlink('/dev/zero', place(key));
    expect(await store.get(key)).toBeNull();
  });
});

describe('the name of a snapshot', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('', '..', '/', 'a/b', 'a-b'),
  );
  const anyKey = fc.record({
    commit: fc.constantFrom(...[1, 2, 3].map(fakeCommit)),
    platform: text,
    target: fc.option(text),
    method: text,
    image: text,
  });

  it('is a safe file name and cache key, whatever the key holds', () => {
    fc.assert(
      fc.property(anyKey, any => {
        expect(snapshotName(any)).toMatch(/^deadweight-snapshot-v[0-9.]+-[a-z0-9._-]*[0-9a-f]{40}$/);
        expect(snapshotName(any).length).toBeLessThan(250);
      }),
    );
  });

  it('differs when a part differs, and none is the start of another', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(snapshotName(one).startsWith(snapshotName(other))).toBe(isSame);
      }),
    );
  });
});
