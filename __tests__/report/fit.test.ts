import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { fitDistinct, fitEnd, fitMiddle } from '../../src/report/terminal/fit.ts';

const LONG = 'RUN apt-get update && apt-get install -y --no-install-recommends';

describe('texts of one list', () => {
  it.each([
    ['fit as they are', ['RUN a', 'RUN b'], 24, ['RUN a', 'RUN b']],
    ['differ in what is left of them', ['RUN a b c d', 'COPY a b c'], 8, ['RUN a b…', 'COPY a …']],
    [
      'differ at their ends',
      [`${LONG} vim`, `${LONG} nano`, 'COPY . /app'],
      24,
      ['RUN apt-get update …vim', 'RUN apt-get update …nano', 'COPY . /app'],
    ],
    [
      'differ in that one goes on',
      [LONG, `${LONG} vim`],
      24,
      ['RUN apt-get upd…ends', 'RUN apt-get upd…ends vim'],
    ],
    [
      'differ at two places',
      [`${LONG} a ${LONG} x`, `${LONG} a ${LONG} y`, `${LONG} b ${LONG} x`],
      24,
      ['RUN apt-get update && …x', 'RUN apt-get update && …y', 'RUN ap…b RUN apt-get up…'],
    ],
  ])('%s', (_name, texts, columns, expected) => {
    const shown = fitDistinct(texts, columns, fitEnd);
    expect(shown).toEqual(expected);
  });

  it('differ in their middle', () => {
    const paths = ['one', 'two'].map(
      name => `/srv/monorepo/packages/${name}/node_modules/lodash/fp/index.js`,
    );
    expect(fitDistinct(paths, 32, fitMiddle)).toEqual([
      '/srv/mon…one/node_mo…fp/index.js',
      '/srv/mon…two/node_mo…fp/index.js',
    ]);
    expect(fitDistinct(['linux-6.1.0-28-common', 'linux-6.1.0-29-common'], 9, fitMiddle)).toEqual([
      'li…8-…mon',
      'li…9-…mon',
    ]);
  });

  it.each([16, 20, 24, 40, 60, 80])('tell in %i columns which package each adds', columns => {
    const packages = Array.from({ length: 18 }, (_, index) => `${'abcdefghi'[index % 9]}tool${index}`);
    const texts = packages.map((_, index) => `${LONG} ${packages.slice(0, index + 1).join(' ')}`);
    for (const cut of [fitEnd, fitMiddle]) {
      const shown = fitDistinct(texts, columns, cut);
      expect(new Set(shown).size).toBe(texts.length);
      shown.forEach((text, index) => {
        expect(stringWidth(text)).toBeLessThanOrEqual(columns);
        expect(text).toMatch(/^RUN /);
        expect(text).toContain(packages[index]);
      });
    }
  });

  it('are numbered where no cut tells them apart', () => {
    const texts = Array.from({ length: 400 }, (_, index) => {
      const bits = [...index.toString(2).padStart(9, '0')];
      return `RUN ${bits.map(bit => `${bit}${'-'.repeat(60)}`).join('')}`;
    });
    const shown = fitDistinct(texts, 20, fitEnd);
    expect(new Set(shown).size).toBe(texts.length);
    expect(shown.filter(text => / \(\d+\)$/.test(text)).length).toBeGreaterThan(0);
    for (const text of shown) expect(stringWidth(text)).toBeLessThanOrEqual(20);
  });

  it('differ, whatever they are, and fit', () => {
    const part = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'ab/-. 顧客🚀é'), maxLength: 80 }),
      fc.constant('/srv/monorepo/packages/frontend/node_modules/@babel/plugin-bugfix'),
    );
    fc.assert(
      fc.property(
        part,
        fc.uniqueArray(fc.string({ unit: fc.constantFrom(...'abc顧🚀'), maxLength: 6 }), { maxLength: 10 }),
        part,
        fc.integer({ min: 16, max: 100 }),
        fc.constantFrom(fitEnd, fitMiddle),
        (start, cores, end, columns, cut) => {
          const texts = cores.map(core => `${start}${core}${end}`);
          const shown = fitDistinct(texts, columns, cut);
          for (const text of shown) expect(stringWidth(text)).toBeLessThanOrEqual(columns);
          expect(new Set(shown).size).toBe(new Set(texts).size);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
