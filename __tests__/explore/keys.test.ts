import { expect, it } from 'vitest';
import { actionOf, KEY_BINDINGS, keyHints } from '../../src/explore/keys.ts';

it('a key has one meaning in a place', () => {
  for (const place of ['everywhere', 'layers', 'tree', 'lists'] as const) {
    const keys = KEY_BINDINGS.filter(binding => binding.place === place).flatMap(binding => binding.keys);
    expect(keys.filter((key, index) => keys.indexOf(key) < index)).toEqual([]);
  }
});

it("the keys of dive are dive's", () => {
  const tree = {
    space: 'fold',
    'ctrl-space': 'fold-all',
    'ctrl-a': 'added',
    'ctrl-r': 'removed',
    enter: 'modified',
    'ctrl-u': 'unmodified',
    'ctrl-b': 'attributes',
    'ctrl-o': 'order',
    'ctrl-e': 'extract',
  } as const;
  for (const [key, action] of Object.entries(tree)) expect(actionOf(key, 'tree')).toBe(action);
  expect(actionOf('ctrl-a', 'layers')).toBe('all-changes');
  expect(actionOf('ctrl-l', 'layers')).toBe('layer-changes');
  for (const [key, action] of Object.entries({
    'ctrl-c': 'quit',
    tab: 'switch',
    'ctrl-f': 'filter',
    'ctrl-/': 'filter',
    escape: 'leave',
    'page-up': 'page-up',
    u: 'page-up',
    'page-down': 'page-down',
    d: 'page-down',
    k: 'up',
    j: 'down',
  } as const))
    for (const place of ['layers', 'tree'] as const) expect(actionOf(key, place)).toBe(action);
  expect(actionOf('F1', 'tree')).toBeNull();
});

it('the line at the bottom begins with what is of the place', () => {
  expect(keyHints('tree')[0]).toMatchObject({ key: 'Space', hint: 'fold' });
  expect(keyHints('lists').map(({ hint }) => hint)).toEqual(['show', 'keys', 'quit', 'back']);
});
