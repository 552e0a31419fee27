import { expect, it } from 'vitest';
import { hasInlineCache, replaceLayers, squashConfig } from '../../src/squash/squashed-config.ts';
import { diffIdOf } from '../support/fabricate/layer.ts';

const [A, B, C, D, MERGED, OTHER] = ['a', 'b', 'c', 'd', 'merged', 'other'].map(text =>
  diffIdOf(Buffer.from(text)),
);

const CONFIG = {
  architecture: 'arm64',
  created: '2026-01-01T00:00:00Z',
  config: { Env: ['A=b'], Entrypoint: ['/app'], Labels: { a: 'b' } },
  rootfs: { type: 'layers', diff_ids: [A, B, C, D] },
  history: [
    { created_by: 'base' },
    { created_by: 'ENV', empty_layer: true },
    { created_by: 'RUN b', comment: 'buildkit' },
    { created_by: 'RUN c' },
    { created_by: 'USER', empty_layer: true },
    { created_by: 'COPY d' },
  ],
  'another.tool': { kept: true },
};

it('has one diffID for a range, and every step of the history', () => {
  const diffId = MERGED ?? diffIdOf(Buffer.alloc(0));
  expect(squashConfig(CONFIG, [{ first: 1, last: 2, diffId }])).toEqual({
    ...CONFIG,
    rootfs: { type: 'layers', diff_ids: [A, MERGED, D] },
    history: [
      { created_by: 'base' },
      { created_by: 'ENV', empty_layer: true },
      { created_by: 'RUN b', comment: 'buildkit', empty_layer: true },
      { created_by: 'RUN c' },
      { created_by: 'USER', empty_layer: true },
      { created_by: 'COPY d' },
    ],
  });
});

it('takes several ranges, and an image without a history', () => {
  const diffId = MERGED ?? diffIdOf(Buffer.alloc(0));
  const ranges = [
    { first: 0, last: 1, diffId },
    { first: 2, last: 3, diffId: OTHER ?? diffId },
  ];
  const { history: _history, ...plain } = CONFIG;
  expect(squashConfig(plain, ranges)).toEqual({
    ...plain,
    rootfs: { type: 'layers', diff_ids: [MERGED, OTHER] },
  });
  expect(replaceLayers(['a', 'b', 'c', 'd'], ranges, (_range, items) => items.join('+'))).toEqual([
    'a+b',
    'c+d',
  ]);
});

it('leaves a history alone that tells of other layers', () => {
  const range = { first: 1, last: 2, diffId: MERGED ?? diffIdOf(Buffer.alloc(0)) };
  const history = CONFIG.history.slice(0, -1);
  expect(squashConfig({ ...CONFIG, history }, [range])).toMatchObject({
    rootfs: { diff_ids: [A, MERGED, D] },
    history,
  });
});

it('leaves out the record of an inline cache, which tells of layers by their places', () => {
  const cached = { ...CONFIG, 'moby.buildkit.cache.v0': 'bGF5ZXJz' };
  const range = { first: 1, last: 2, diffId: MERGED ?? diffIdOf(Buffer.alloc(0)) };
  expect(hasInlineCache(cached)).toBe(true);
  expect(hasInlineCache(CONFIG)).toBe(false);
  expect(squashConfig(cached, [range])).toEqual(squashConfig(CONFIG, [range]));
});
