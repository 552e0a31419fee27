import { describe, expect, it } from 'vitest';
import { hidesNothing } from '../../src/base/untrusted-text.ts';
import { lineColumns } from '../../src/explore/cells.ts';
import { exploreReport } from '../../src/explore/exploration.ts';
import { drawScreen } from '../../src/explore/screen.ts';
import { diff, failing, failingSpec } from '../report/reports.ts';
import { explorationOf, KEY, Typed } from '../support/explore/exploration.ts';

/** What names of an image may hold: each is one entry, whatever it does to a terminal that shows it as it is. */
const HOSTILE_NAMES: readonly string[] = [
  'clear\u001b[2J\u001b[H',
  'title\u001b]0;pwned\u0007',
  'copy\u001b]52;c;cm0gLXJm\u001b\\',
  'line\nbreak\r\ttab',
  'right\u202egpj.exe\u202c',
  'c1\u009b31mred',
  `zalgo${'\u0301'.repeat(200)}`,
  '漢字'.repeat(60),
  '👩‍👩‍👧‍👦 family 🇩🇪 flag',
  'hidden\u200b\ufeff\u00ad\u2028name',
];

const HOSTILE = {
  layers: [
    {
      text: 'RUN printf "\u001b[31m" > /x',
      line: 2,
      files: Object.fromEntries(HOSTILE_NAMES.map((name, index) => [`odd/${name}`, 1000 * (10 - index)])),
      symlinks: { 'odd/link': '/\u001b[5m/\u202e' },
    },
  ],
  title: 'app\u001b[2J',
};

/** Keys that are typed one after the other, and the names of the screens that they lead to. */
const SCRIPT: readonly (readonly [name: string, keys: string])[] = [
  ['start', ''],
  ['a-layer', 'bgjj'],
  ['all-up-to-it', KEY.control('a')],
  ['unfolded', `${KEY.control('l')}${KEY.tab}${KEY.controlSpace}`],
  ['end-of-tree', KEY.end],
  ['by-name-with-attributes', `g${KEY.control('o')}${KEY.control('b')}`],
  ['changes-alone', KEY.control('u')],
  ['waste', `${KEY.control('u')}w`],
  ['filter', '/lists'],
  ['filtered', KEY.enter],
  ['extract', `${KEY.down.repeat(4)}${KEY.control('e')}`],
  ['findings', `${KEY.escape}${KEY.escape}f`],
  ['finding-gone-to', KEY.enter],
  ['instruction', 'i'],
  ['notices', 'n'],
  ['causes', 'nc'],
  ['packages', 'cp'],
  ['keys', 'p?'],
];

describe.each([
  [80, 24],
  [200, 50],
])('a screen of %i × %i', (columns, rows) => {
  it('is what was typed', async () => {
    const typed = new Typed(explorationOf(failingSpec()), columns, rows);
    const screens: string[] = [];
    for (const [name, keys] of SCRIPT) {
      typed.type(keys);
      screens.push(`==== ${name}\n${typed.screen}\n`);
    }
    await expect(screens.join('')).toMatchFileSnapshot(`../golden/explore-${columns}.txt`);
  });

  it('shows hostile names as what they are', async () => {
    const typed = new Typed(explorationOf(HOSTILE), columns, rows);
    typed.type(`${KEY.tab}${KEY.controlSpace}`);
    const screens = [typed.screen];
    for (let count = 0; count < 4; count += 1) screens.push(typed.type(KEY.down.repeat(3)).screen);
    screens.push(typed.type('i').screen);
    for (const screen of screens)
      for (const line of screen.split('\n')) expect(hidesNothing(line, 'message')).toBe(true);
    await expect(screens.join('\n====\n')).toMatchFileSnapshot(`../golden/explore-hostile-${columns}.txt`);
  });
});

it.each([
  [40, 10],
  [71, 15],
  [72, 12],
  [133, 43],
  [500, 200],
])('every line of %i × %i has its whole width, whatever is typed', (columns, rows) => {
  for (const exploration of [explorationOf(failingSpec()), explorationOf(HOSTILE), exploreReport(diff())]) {
    const typed = new Typed(exploration, columns, rows);
    const all = [...SCRIPT.map(([, keys]) => keys), KEY.tab, 'e', 'y', '/[', KEY.escape];
    for (const keys of all) {
      typed.type(keys);
      const lines = drawScreen(typed.state);
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect(lineColumns(line)).toBe(columns);
    }
  }
});

it('says so where there is too little room', () => {
  const typed = new Typed(explorationOf(failingSpec()), 39, 9);
  expect(typed.screen.split('\n').slice(0, 3)).toEqual(['40×10 is the least,', 'this is 39×9.', 'q quits.']);
  expect(typed.type('q').effects).toEqual([{ kind: 'quit' }]);
});

it('shows a hostile report', () => {
  const report = failing();
  const [first = expect.fail()] = report.wastedFiles;
  const wastedFiles = ['/../../a\u001b[2J', 'b//c/', '', '/', 'd/../e'].map((path, index) => ({
    ...{ ...first, path, bytes: 10 + index, writtenBy: index % 2, hiddenBy: 70_000 },
  }));
  const typed = new Typed(exploreReport({ ...report, wastedFiles }), 100, 30);
  expect(typed.paths.toSorted()).toEqual(['a\u001b[2J', 'b', 'b/c', 'e']);
  for (const line of typed.screen.split('\n')) expect(hidesNothing(line, 'message')).toBe(true);
});

it('shows what a report has, and says what it has not', () => {
  const typed = new Typed(exploreReport(failing()), 100, 40);
  expect(typed.screen).toContain('A report lists no files but the largest wasted ones.');
  expect(typed.screen).toContain('23.2 MB wasted in layers 0 to 4');
  // A later layer may have any of them again.
  const { view } = typed.state;
  const shown = view.rowsFrom(0, 100).map(({ node }) => view.statusOf(node));
  expect(new Set(shown)).toEqual(new Set(['unknown']));
  typed.type(`${KEY.tab}${KEY.end}`);
  expect(typed.screen).toContain('written by layer 2, hidden by layer 3, deleted');
  expect(typed.screen).toContain('now unknown: a report does not tell whether the');
  expect(typed.type('b').screen).toContain('Against the baseline: 371.1 → 410.5 MB, +39.4 MB');
  typed.type(KEY.escape);
  expect(typed.type(KEY.control('e')).screen).toContain('A report has no contents');
});
