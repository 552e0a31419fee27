import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SnapshotKey } from '../../../src/baseline/store/snapshot-key.ts';
import { nameSnapshot, readStoredText, writeStoredText } from '../../../src/baseline/store/snapshot-store.ts';
import { fakeCommit, fakeSnapshot } from '../../support/fabricate/snapshot.ts';

const commit = fakeCommit(1);
const key: SnapshotKey = { commit, platform: 'linux/amd64', target: 'app', method: 'build', image: 'web' };
const text = writeStoredText(key, fakeSnapshot(commit));

describe('a stored snapshot', () => {
  it('is read for the whole key', () => {
    expect(readStoredText(text, key)).toEqual(fakeSnapshot(commit));
  });

  it.each<[string, Partial<SnapshotKey>]>([
    ['commit', { commit: fakeCommit(2) }],
    ['platform', { platform: 'linux/arm64' }],
    ['target', { target: null }],
    ['method', { method: 'inspect' }],
    ['image', { image: 'worker' }],
  ])('is refused for another %s', (_part, other) => {
    expect(() => readStoredText(text, { ...key, ...other })).toThrow(/it was stored for something else/);
  });

  it.each([
    ['of another platform', fakeSnapshot(commit, 'linux/arm64'), /it is of "linux\/arm64"/],
    ['of another commit', fakeSnapshot(fakeCommit(2)), /it is of another commit/],
  ])('%s under this key is refused', (_what, snapshot, why) => {
    expect(() => readStoredText(writeStoredText(key, snapshot), key)).toThrow(why);
  });

  it.each(['', '{', text.slice(0, 20), text.slice(0, -20)])('that is damaged is refused', damaged => {
    expect(() => readStoredText(damaged, key)).toThrow(expect.objectContaining({ code: 'snapshot-invalid' }));
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
        expect(nameSnapshot(any)).toMatch(/^deadweight-snapshot-v[0-9.]+-[a-z0-9._-]*[0-9a-f]{40}$/);
        expect(nameSnapshot(any).length).toBeLessThan(250);
      }),
    );
  });

  it('differs when a part differs, and none is the start of another', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(nameSnapshot(one).startsWith(nameSnapshot(other))).toBe(isSame);
      }),
    );
  });
});
