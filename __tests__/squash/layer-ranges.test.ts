import { describe, expect, it } from 'vitest';
import {
  chooseRanges,
  fittingRanges,
  formatWantedLayers,
  parseWantedLayers,
} from '../../src/squash/layer-ranges.ts';

const ranges = (...texts: readonly string[]) => chooseRanges({ kind: 'ranges', texts }, 10, 2);

describe('the layers that are to become one', () => {
  it('are the last so many, all above the base, or those of ranges', () => {
    expect(chooseRanges({ kind: 'last', count: 3 }, 10, 2)).toEqual([{ first: 7, last: 9 }]);
    expect(chooseRanges({ kind: 'last', count: 10 }, 10, 2)).toEqual([{ first: 0, last: 9 }]);
    expect(chooseRanges({ kind: 'own' }, 10, 2)).toEqual([{ first: 2, last: 9 }]);
    expect(chooseRanges({ kind: 'own' }, 10, null)).toEqual([{ first: 0, last: 9 }]);
    expect(ranges('6..9', '1..3')).toEqual([
      { first: 1, last: 3 },
      { first: 6, last: 9 },
    ]);
  });

  it('are none where one layer would become one', () => {
    expect(chooseRanges({ kind: 'last', count: 1 }, 10, null)).toEqual([]);
    expect(chooseRanges({ kind: 'own' }, 3, 2)).toEqual([]);
    expect(chooseRanges({ kind: 'own' }, 0, null)).toEqual([]);
    expect(ranges('4..4', '1..2')).toEqual([{ first: 1, last: 2 }]);
  });

  it.each([
    [0, '--last 0 is no number of layers'],
    [-1, '--last -1 is no number of layers'],
    [1.5, '--last 1.5 is no number of layers'],
    [Number.NaN, '--last NaN is no number of layers'],
    [11, '--last 11 is more than the image has: 10 layers'],
  ])('are not the last %s', (count, message) => {
    expect(() => chooseRanges({ kind: 'last', count }, 10, null)).toThrowError(message);
  });

  it.each([
    [['a..b'], 'is no range of layers'],
    [['3'], 'is no range of layers'],
    [['3-7'], 'is no range of layers'],
    [['1..9999999'], 'is no range of layers'],
    [['7..3'], 'ends before it begins'],
    [['3..10'], 'goes beyond the image, whose layers are 0 to 9'],
    [['1..3', '3..4'], '1..3 and 3..4 have a layer in common'],
    [['1..8', '2..3', '4..5'], '1..8 and 2..3 have a layer in common'],
  ])('are not those of %j', (texts, message) => {
    expect(() => ranges(...texts)).toThrowError(expect.objectContaining({ code: 'usage' }));
    expect(() => ranges(...texts)).toThrowError(message);
  });
});

describe('what is wanted of each image that is built', () => {
  it.each([
    ['own', { kind: 'own' }],
    [' last:4 ', { kind: 'last', count: 4 }],
    ['3..7', { kind: 'ranges', texts: ['3..7'] }],
    ['3..7, 9..12\n0..1', { kind: 'ranges', texts: ['3..7', '9..12', '0..1'] }],
  ])('is read of %j', (text, wanted) => {
    const read = parseWantedLayers(text);
    expect(read).toEqual(wanted);
    if (read !== null) expect(parseWantedLayers(formatWantedLayers(read))).toEqual(wanted);
  });

  it.each(['', 'all', 'own,3..4', 'last', 'last:0', 'last:-1', 'last:1.5', '7..3', '3..', '..3', '3-7', '3'])(
    'is none of %j',
    text => {
      expect(parseWantedLayers(text)).toBeNull();
    },
  );

  it('is refused where ranges meet', () => {
    expect(() => parseWantedLayers('1..3 3..5')).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('a layer in common') }),
    );
  });

  it.each([
    ['own', [{ first: 2, last: 7 }], true],

    ['last:3', [{ first: 5, last: 7 }], true],
    ['last:9', [{ first: 0, last: 7 }], false],
    ['5..7', [{ first: 5, last: 7 }], true],
    ['5..8', [{ first: 5, last: 7 }], false],
    ['7..9', [], false],
    ['8..9', [], false],
    ['1..2,20..30', [{ first: 1, last: 2 }], false],
  ])('%s fits an image of 8 layers', (text, ranges, isWhole) => {
    const wanted = parseWantedLayers(text);
    if (wanted === null) throw new TypeError(`${text} is read`);
    expect(fittingRanges(wanted, 8, 2)).toEqual({ ranges, isWhole });
  });

  it('is nothing where nothing tells which layers are the base', () => {
    expect(fittingRanges({ kind: 'own' }, 8, null)).toEqual({ ranges: [], isWhole: false });
    expect(fittingRanges({ kind: 'last', count: 4 }, 0, null)).toEqual({ ranges: [], isWhole: false });
  });
});
