import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyParser } from '../../src/explore/key-parser.ts';
import { times } from '../support/long.ts';

/** Names of the keys of a text that comes in these pieces. */
function namesOf(...pieces: readonly string[]): readonly string[] {
  const parser = new KeyParser();
  return [...pieces.flatMap(piece => parser.read(piece)), ...parser.flush()].map(({ name }) => name);
}

const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  up: ['\u001b[A', '\u001bOA', '\u001b[1;2A', '\u001b[1;1:1A', '\u001b[57419u'],
  down: ['\u001b[B', '\u001bOB', '\u001b[1;5B', '\u001b[1;129B'],
  right: ['\u001b[C', '\u001bOC'],
  left: ['\u001b[D', '\u001bOD'],
  home: ['\u001b[H', '\u001bOH', '\u001b[1~', '\u001b[7~', '\u001b[1;3H'],
  end: ['\u001b[F', '\u001bOF', '\u001b[4~', '\u001b[8~'],
  'page-up': ['\u001b[5~', '\u001b[5;2~', '\u001b[57421u'],
  'page-down': ['\u001b[6~', '\u001b[6;1:2~'],
  delete: ['\u001b[3~'],
  'back-tab': ['\u001b[Z', '\u001b[9;2u'],
  tab: ['\t', '\u001b[9u'],
  enter: ['\r', '\n', '\u001b[13u', '\u001bOM'],
  backspace: ['\u007f', '\b', '\u001b[127u'],
  'ctrl-space': ['\0', '\u001b[32;5u', '\u001b[27;5;32~'],
  'ctrl-a': ['\u0001', '\u001b[97;5u', '\u001b[97;133u', '\u001b[27;5;97~'],
  'ctrl-/': ['\u001f', '\u001b[47;5u'],
  escape: ['\u001b', '\u001b[27u'],
  space: [' ', '\u001b[32u'],
  '?': ['?', '\u001b[63u'],
  é: ['é'],
  '😀': ['😀'],
};

describe('a key', () => {
  it.each(Object.entries(VARIANTS))('%s is read as each terminal sends it', (name, variants) => {
    for (const variant of variants) expect(namesOf(variant)).toEqual([name]);
  });

  it('types a character, and nothing else does', () => {
    const parser = new KeyParser();
    expect(parser.read('a \u001b[A\u0001é').map(({ text }) => text)).toEqual(['a', ' ', null, null, 'é']);
  });

  it('that is let go, the mouse, answers and unknown sequences are none', () => {
    expect(namesOf('\u001b[1;1:3A', '\u001b[97;1:3u')).toEqual([]);
    expect(namesOf('\u001b[M !!', '\u001b[<0;1;1M', '\u001b[[A', '\u001b[15~', '\u001b[?1;2c')).toEqual([]);
    expect(namesOf('\u001b]11;rgb:0/0/0\u0007', '\u001bP>|xterm\u001b\\', 'q')).toEqual(['q']);
  });

  it('is the same in whatever pieces it comes', () => {
    const all = Object.values(VARIANTS).flatMap(([first = '']) => (first === '\u001b' ? [] : [first]));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...all)),
        fc.infiniteStream(fc.integer({ min: 1, max: 3 })),
        (keys, sizes) => {
          const units = keys.join('').match(/[\s\S]/gu) ?? [];
          const pieces: string[] = [];
          for (const size of sizes) {
            if (units.length === 0) break;
            pieces.push(units.splice(0, size).join(''));
          }
          expect(namesOf(...pieces)).toEqual(namesOf(keys.join('')));
        },
      ),
      { numRuns: times(200) },
    );
  });

  it('Escape is one when nothing follows for a while, and before what follows that is no sequence', () => {
    const parser = new KeyParser();
    expect(parser.read('\u001b')).toEqual([]);
    expect(parser.isWaiting).toBe(true);
    expect(parser.flush()).toEqual([{ name: 'escape', text: null }]);
    expect(parser.isWaiting).toBe(false);
    expect(namesOf('\u001bq')).toEqual(['escape', 'q']);
    expect(namesOf('\u001b', '\u001b')).toEqual(['escape', 'escape']);
  });

  it('pasted is none, wherever its end is split', () => {
    expect(namesOf('a\u001b[200~rm -rf /\r', 'q\u001b[20', '1~b')).toEqual(['a', 'b']);
    expect(namesOf('\u001b[20', '0~q')).toEqual([]);
  });
});

it('any text is read to its end, and keeps little', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), pieces => {
      const parser = new KeyParser();
      for (const piece of pieces) parser.read(piece);
      parser.flush();
      expect(parser.isWaiting).toBe(false);
    }),
    { numRuns: times(60) },
  );
  const parser = new KeyParser();
  parser.read('\u001b]');
  for (let count = 0; count < 100; count += 1) parser.read('x'.repeat(100));
  expect(parser.read('q').map(({ name }) => name)).toEqual(['q']);
});
