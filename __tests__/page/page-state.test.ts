import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COLORS,
  formatState,
  INITIAL_STATE,
  type PageState,
  parseState,
  SHOWN,
  SORTS,
  UNITS,
} from '../../src/page/page-state.ts';
import { times } from '../support/long.ts';

const numbers = fc.uniqueArray(fc.nat({ max: 999 })).map(list => list.toSorted((a, b) => a - b));
const text = fc.string({ unit: 'grapheme' });
const states: fc.Arbitrary<PageState> = fc.record({
  view: text,
  layers: numbers,
  text,
  sort: fc.constantFrom(...SORTS),
  isReversed: fc.boolean(),
  path: text,
  unit: fc.constantFrom(...UNITS),
  color: fc.constantFrom(...COLORS),
  show: fc.constantFrom(...SHOWN),
  fixes: numbers,
});

describe('what is chosen on the page', () => {
  it('is in the address, and read from it', () => {
    fc.assert(
      fc.property(states, state => {
        expect(parseState(formatState(state))).toEqual(state);
      }),
      { numRuns: times(500) },
    );
    expect(formatState(INITIAL_STATE)).toBe('');
  });

  it('is something for any address that somebody wrote', () => {
    const names = ['view', 'layers', 'sort', 'unit', 'color', 'show', 'fixes', 'path', '__proto__'];
    const fields = fc.array(fc.tuple(fc.constantFrom(...names), fc.string({ unit: 'binary' })));
    const address = fc.oneof(
      fc.string({ unit: 'binary' }),
      fields.map(list => list.map(([name, value]) => `${name}=${value}`).join('&')),
    );
    fc.assert(
      fc.property(address, fragment => {
        const state = parseState(fragment);
        expect(parseState(formatState(state))).toEqual(state);
        expect(SORTS).toContain(state.sort);
      }),
      { numRuns: times(500) },
    );
  });
});
