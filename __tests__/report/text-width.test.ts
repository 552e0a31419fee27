import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { columnsOf, graphemesOf } from '../../src/report/text-width.ts';
import { times } from '../support/long.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const segmented = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** Characters of scripts, signs and emoji, and some of the rest: all of it in the long run. */
function* characters(): Generator<string> {
  for (let code = 0; code <= 0x10ffff; code += isCommon(code) ? 1 : times(97, 1)) {
    yield String.fromCodePoint(code);
  }
}

function isCommon(code: number): boolean {
  return code < 0x3400 || (code >= 0xf900 && code < 0x10000) || (code >= 0x1f000 && code < 0x1fc00);
}

/** What joins, and what is wide, narrow, invisible or two of these. */
const PARTS = [
  ...[
    'a',
    'é',
    'Ж',
    'Δ',
    '█',
    '▏',
    '…',
    '✓',
    '→',
    '≤',
    '⏎',
    '中',
    'ｱ',
    'ﾞ',
    'Ａ',
    '가',
    'ᄀ',
    'ᅡ',
    'ᆨ',
    'ก',
    'ำ',
  ],
  ...[
    'e\u0301',
    '\u0301',
    '\u20dd',
    'க',
    'ொ',
    '\u200b',
    '\u200d',
    '\ufe0f',
    '\ufe0e',
    '\u00ad',
    '\u202e',
    '\t',
  ],
  ...['😀', '❤', '❤\ufe0f', '⚠', '⚠\ufe0f', '☝', '🏻', '👩', '👩\u200d👧', '🏳\ufe0f\u200d🌈', '🇩', '🇪', '🇩🇪'],
  ...['1', '#', '\u20e3', '1\ufe0f\u20e3', '\u001b[31m', '\u001b[39m', '\ud800', '\r\n', '\u{e0067}'],
];

describe('the columns of a text', () => {
  it('are those that string-width counts, for every character', () => {
    const wrong: string[] = [];
    for (const character of characters()) {
      if (columnsOf(character) !== stringWidth(character)) wrong.push(character);
    }
    expect(wrong.map(character => character.codePointAt(0)?.toString(16))).toEqual([]);
  });

  it('are those that string-width counts, for characters that join', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PARTS), { maxLength: 8 }), parts => {
        const text = parts.join('');
        expect(columnsOf(text)).toBe(stringWidth(text));
        expect(graphemesOf(text)).toEqual(segmented(text));
      }),
      { numRuns: times(5000) },
    );
  });

  it('are one each beside any other of those that are counted without the tables of Unicode', () => {
    const plain = [...characters()].filter(character => graphemesOf(`${character}a`).length === 2);
    const text = plain.filter(character => columnsOf(character) === 1 && character.length === 1).join('a');
    expect(graphemesOf(text)).toEqual(segmented(text));
  });
});
