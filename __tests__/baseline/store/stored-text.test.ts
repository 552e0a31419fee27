import { describe, expect, it } from 'vitest';
import type { SnapshotKey } from '../../../src/baseline/store/snapshot-key.ts';
import { readStoredText, storedText } from '../../../src/baseline/store/stored-text.ts';
import { fakeCommit, fakeSnapshot } from '../../support/actions-services/snapshot-fixture.ts';

const commit = fakeCommit(1);
const key: SnapshotKey = { commit, platform: 'linux/amd64', target: 'app', method: 'build', image: 'web' };
const text = storedText(key, fakeSnapshot(commit));

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
    expect(() => readStoredText(storedText(key, snapshot), key)).toThrow(why);
  });

  it.each(['', '{', text.slice(0, 20), text.slice(0, -20)])('that is damaged is refused', damaged => {
    expect(() => readStoredText(damaged, key)).toThrow(expect.objectContaining({ code: 'snapshot-invalid' }));
  });
});
