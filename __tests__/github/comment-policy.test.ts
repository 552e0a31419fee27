import { describe, expect, it } from 'vitest';
import { COMMENT_POLICIES, isBeyond, isPosted } from '../../src/github/comment-policy.ts';

describe('a comment', () => {
  // columns: unchanged; changed; failed; unchanged, but there is one
  it.each([
    ['auto', [false, true, true, true]],
    ['always', [true, true, true, true]],
    ['on-change', [false, true, false, true]],
    ['on-failure', [false, false, true, true]],
    ['never', [false, false, false, false]],
  ] as const)('%s', (policy, expected) => {
    expect([
      isPosted(policy, { changed: false, failed: false }, false),
      isPosted(policy, { changed: true, failed: false }, false),
      isPosted(policy, { changed: false, failed: true }, false),
      isPosted(policy, { changed: false, failed: false }, true),
    ]).toEqual(expected);
    expect(COMMENT_POLICIES).toContain(policy);
  });
});

describe('the threshold', () => {
  it.each([
    [0, 100, null, null, false],
    [-1, 100, null, null, true],
    [100, 1000, 100, null, false],
    [-101, 1000, 100, null, true],
    [10, 1000, null, 1, false],
    [-11, 1000, null, 1, true],
    [11, 1000, 100, 1, true],
    [101, 100_000, 100, 1, true],
    [1, 0, null, 5, true],
    [0, 0, null, 0, false],
  ])('of a change of %i from %i beyond %s bytes or %s percent: %s', (delta, base, bytes, percent, beyond) => {
    expect(isBeyond(delta, base, { bytes, percent })).toBe(beyond);
  });
});
