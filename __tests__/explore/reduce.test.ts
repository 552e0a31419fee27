import { describe, expect, it } from 'vitest';
import { exploreReport } from '../../src/explore/exploration.ts';
import { type ExploredRow, ExploredTree } from '../../src/explore/explored-tree.ts';
import { reduce, resized, waitsForView } from '../../src/explore/reduce.ts';
import { drawScreen } from '../../src/explore/screen.ts';
import { finished } from '../../src/explore/sliced-work.ts';
import { renewed, startState } from '../../src/explore/state.ts';
import { explorationOf, KEY, Typed } from '../support/explore/exploration.ts';
import { fabricate } from '../support/fabricate/analysis.ts';
import { fabricateReport } from '../support/fabricate/report.ts';

const LAYERS = [
  { createdBy: 'ADD rootfs', files: { 'etc/passwd': 10, 'usr/bin/tool': 500, 'usr/lib/a.so': 300 } },
  {
    text: 'RUN make',
    line: 3,
    files: { 'usr/bin/tool': 700, 'opt/new': 50, 'opt/tmp': 900 },
    links: { 'opt/again': 'opt/new' },
    symlinks: { 'opt/link': 'new' },
  },
  { text: 'RUN rm', line: 5, deletes: ['opt/tmp', 'etc'] },
];

function typed(columns = 80, rows = 24): Typed {
  return new Typed(explorationOf({ layers: LAYERS }), columns, rows);
}

/** The tree, all of it unfolded. */
function unfolded(keys = ''): Typed {
  return typed().type(`${keys}${KEY.tab}${KEY.controlSpace}`);
}

describe('the layers', () => {
  it('are chosen with arrows and letters, within the list', () => {
    const explorer = typed();
    expect(explorer.state.layer).toBe(2);
    expect(explorer.type('k').state.layer).toBe(1);
    expect(explorer.type(`${KEY.up}${KEY.up}`).state.layer).toBe(0);
    expect(explorer.type('jjjj').state.layer).toBe(2);
    expect(explorer.type(KEY.home).state.layer).toBe(0);
    expect(explorer.type('G').state.layer).toBe(2);
  });

  it('show the files after them, and what they changed', () => {
    const explorer = unfolded('k');
    const { view } = explorer.state;
    const statuses = Object.fromEntries(
      view.rowsFrom(0, 99).map(({ node }) => [view.tree.paths.pathOf(node), view.statusOf(node)]),
    );
    expect(statuses).toEqual({
      usr: 'modified',
      'usr/bin': 'modified',
      'usr/bin/tool': 'modified',
      'usr/lib': 'unmodified',
      'usr/lib/a.so': 'unmodified',
      opt: 'added',
      'opt/tmp': 'added',
      'opt/again': 'added',
      'opt/link': 'added',
      'opt/new': 'added',
      etc: 'unmodified',
      'etc/passwd': 'unmodified',
    });
    expect(explorer.state.view.bytesOf()).toBe(10 + 700 + 300 + 50 + 900);
  });

  it('mark the changes since the lowest with Ctrl-A, and their own with Ctrl-L', () => {
    const explorer = typed().type(KEY.control('a'));
    expect(explorer.state.view.state.subject).toEqual({ kind: 'layers', from: 0, to: 2 });
    explorer.type(KEY.control('l'));
    expect(explorer.state.view.state.subject).toEqual({ kind: 'layers', from: 1, to: 2 });
    explorer.type(`g${KEY.control('a')}`);
    expect(explorer.state.view.state.subject).toEqual({ kind: 'layers', from: -1, to: 0 });
  });
});

describe('the tree', () => {
  it('is folded at first, and unfolds', () => {
    const explorer = typed().type(KEY.tab);
    expect(explorer.paths).toEqual(['usr', 'opt', 'etc']);
    expect(explorer.type(' ').paths).toEqual(['usr', 'usr/bin', 'usr/lib', 'opt', 'etc']);
    expect(explorer.type(' ').paths).toEqual(['usr', 'opt', 'etc']);
    // Right unfolds, goes in; left goes out, folds.
    explorer.type(`${KEY.right}${KEY.right}`);
    expect(explorer.state.cursor).toBe(1);
    expect(explorer.type('h').state.cursor).toBe(0);
    expect(explorer.type('h').paths).toEqual(['usr', 'opt', 'etc']);
    expect(explorer.type(KEY.left).state.cursor).toBe(0);
    expect(explorer.type(KEY.controlSpace).paths).toContain('usr/bin/tool');
    expect(explorer.type(KEY.controlSpace).paths).toEqual(['usr', 'opt', 'etc']);
  });

  it('keeps its path when the order, the layer or the filter changes', () => {
    const explorer = unfolded().type(KEY.down.repeat(4));
    const path = () =>
      explorer.state.view.tree.paths.pathOf(explorer.state.view.nodeAt(explorer.state.cursor) ?? 0);
    const chosen = path();
    for (const keys of [KEY.control('o'), KEY.control('r'), KEY.control('r'), KEY.control('o')]) {
      explorer.type(keys);
      expect(path()).toBe(chosen);
    }
  });

  it('hides and shows by what became of paths', () => {
    const explorer = unfolded().type(KEY.control('u'));
    expect(explorer.paths).toEqual(
      ['etc', 'etc/passwd', 'opt', 'opt/tmp'].toSorted(
        (a, b) => explorer.paths.indexOf(a) - explorer.paths.indexOf(b),
      ),
    );
    explorer.type(KEY.control('r'));
    expect(explorer.paths.filter(path => path.startsWith('etc'))).toEqual([]);
    // Ctrl-M is what terminals send for Enter.
    explorer.type(`${KEY.control('r')}${KEY.control('u')}${KEY.enter}`);
    expect(explorer.state.shown.modified).toBe(false);
  });

  it('is ordered by size, or by name', () => {
    expect(unfolded(KEY.up).paths.slice(0, 3)).toEqual(['usr', 'usr/bin', 'usr/bin/tool']);
    expect(unfolded(KEY.up).type(KEY.control('o')).paths.slice(0, 2)).toEqual(['etc', 'etc/passwd']);
  });

  it('is filtered while it is typed; Enter keeps the filter, Escape ends it', () => {
    const explorer = typed().type('/tool');
    expect(explorer.paths).toEqual(['usr', 'usr/bin', 'usr/bin/tool']);
    expect(explorer.type(KEY.backspace.repeat(4)).paths).toEqual(['usr', 'opt', 'etc']);
    explorer.type(`a\\.so$${KEY.enter}`);
    expect(explorer.paths).toEqual(['usr', 'usr/lib', 'usr/lib/a.so']);
    expect(explorer.state.input).toBeNull();
    expect(explorer.type(KEY.escape).paths).toEqual(['usr', 'opt', 'etc']);
    expect(explorer.type(`${KEY.control('f')}(${KEY.escape}`).state.filter).toBe('');
    expect(explorer.type('/[').paths).toEqual([]);
    expect(explorer.screen).toContain('No path has the text of the filter');
    // On the way to a class, and a hyphen in what is no expression.
    expect(explorer.type('a-').paths).toEqual([]);
    expect(explorer.type(`${KEY.escape}/lib-(`).paths).toEqual([]);
  });

  it('of an empty image is told, and takes every key', () => {
    const explorer = new Typed(explorationOf({ layers: [] }));
    expect(explorer.screen).toContain('This image has no layers.');
    expect(explorer.screen).toContain('There are no files up to this layer.');
    for (const keys of [
      'j',
      'k',
      ' ',
      KEY.tab,
      KEY.left,
      KEY.right,
      ' ',
      KEY.control('e'),
      'y',
      'e',
      'w',
      'f',
      KEY.enter,
      'p',
      KEY.enter,
    ])
      explorer.type(keys);
    expect(explorer.effects).toEqual([]);
  });
});

describe('waste', () => {
  it('adds up to the report, of all layers and of one', () => {
    const { efficiency, layers } = fabricate(LAYERS);
    const explorer = typed().type('w');
    expect(explorer.state.view.bytesOf()).toBe(efficiency.wastedBytes);
    explorer.type(`${KEY.control('l')}k`);
    expect(explorer.state.view.bytesOf()).toBe(layers[1]?.wastedBytes);
    expect(explorer.type(KEY.escape).state.subject).toBe('layers');
  });
});

describe('two images', () => {
  const exploration = explorationOf({ layers: LAYERS, baseline: { layers: LAYERS.slice(0, 2) } });

  it('are compared at first, without what they share', () => {
    const explorer = new Typed(exploration);
    expect(explorer.state.subject).toBe('comparison');
    expect(explorer.state.view.bytesOf()).toBe(0);
    expect(explorer.type('b').state.subject).toBe('layers');
    expect(explorer.type('b').state.subject).toBe('comparison');
  });

  it('are none where there is one', () => {
    expect(typed().type('b').screen).toContain('There is no baseline');
  });
});

describe('an effect', () => {
  it('quits, and suspends', () => {
    expect(typed().type('q').effects).toEqual([{ kind: 'quit' }]);
    expect(typed().type(`/x${KEY.control('c')}`).effects).toEqual([{ kind: 'quit' }]);
    expect(typed().type('\u001a').effects).toEqual([{ kind: 'suspend' }]);
  });

  it("opens the instruction's line", () => {
    expect(typed().type('e').effects).toEqual([{ kind: 'edit', file: 'Dockerfile', line: 5 }]);
    const unknown = typed().type('ge');
    expect(unknown.effects).toEqual([]);
    expect(unknown.screen).toContain('No line is known');
  });

  it('copies a path as it is shown', () => {
    const odd = new Typed(explorationOf({ layers: [{ files: { 'a\n; rm -rf ~\u202e': 1 } }] }));
    expect(odd.type('y').effects).toEqual([{ kind: 'copy', text: '/a\\n; rm -rf ~\\u{202e}' }]);
  });

  it('extracts the file, of a hard link too, and asks where to', () => {
    const explorer = unfolded().type('/opt/again');
    explorer.type(`${KEY.enter}${KEY.end}${KEY.control('e')}`);
    expect(explorer.screen).toContain('./again');
    explorer.type(`${KEY.control('u')}out/x${KEY.enter}`);
    expect(explorer.effects).toEqual([
      { kind: 'extract', layer: 1, path: 'opt/new', skip: 0, target: 'out/x' },
    ]);
  });

  it('extracts nothing else, and nothing when that is broken off', () => {
    const explorer = unfolded().type(`/link${KEY.enter}${KEY.end}${KEY.control('e')}`);
    expect(explorer.screen).toContain('This is a link to new');
    explorer.type(`${KEY.home}${KEY.control('e')}`);
    expect(explorer.screen).toContain('Only files can be written.');
    explorer.type(`${KEY.escape}/tool${KEY.enter}${KEY.end}${KEY.control('e')}${KEY.escape}`);
    expect(explorer.screen).toContain('Nothing was written.');
    expect(explorer.effects).toEqual([]);
  });

  it('names the second of two entries of one path', () => {
    const twice = new Typed(explorationOf({ layers: [{ earlier: { a: 5 }, files: { a: 6 } }] }));
    twice.type(`${KEY.tab}${KEY.control('e')}${KEY.enter}`);
    expect(twice.effects).toEqual([{ kind: 'extract', layer: 0, path: 'a', skip: 1, target: './a' }]);
  });

  it.each(['..', '.', '', '/', 'a/b', '\u001b[2J'])('suggests a name for what is called %j', name => {
    const path = name === '' || name === '/' ? 'x' : name;
    const odd = new Typed(explorationOf({ layers: [{ files: { [`d/${path}`]: 5 } }] }));
    odd.type(`${KEY.tab}${KEY.controlSpace}${KEY.end}${KEY.control('e')}`);
    const { input } = odd.state;
    if (input?.kind === 'extract') expect(input.text).toMatch(/^\.\/[^/\p{Cc}]+$/u);
  });
});

it('a terminal that changes its size keeps what is chosen on the screen', () => {
  const explorer = unfolded().type(KEY.end);
  explorer.state = resized(explorer.state, 60, 12);
  const { cursor, top } = explorer.state;
  expect(cursor - top).toBeLessThan(12);
  expect(cursor).toBeGreaterThanOrEqual(top);
});

it('a filter that is no regular expression is said to be taken as plain text, and why', () => {
  const explorer = new Typed(explorationOf({ layers: [{ files: { a: 1 } }] })).type('/[');
  expect(explorer.screen).toContain('As plain text (Unterminated character class): [');
  expect(explorer.screen).toContain('no regular expression. Esc ends it.');
  expect(explorer.type(KEY.enter).screen).toContain('Filter, as plain text: [');
});

it('the line of keys ends with a whole one, and names none that does nothing', () => {
  for (let columns = 40; columns < 160; columns += 1) {
    const { screen } = new Typed(explorationOf({ layers: [{ files: { a: 1 } }] }), columns).type(KEY.tab);
    const last = screen.split('\n').at(-1) ?? '';
    expect(last).toMatch(
      /^(\S+ (fold|order|extract|switch|keys|quit|filter|waste|baseline|packages|findings|back)( {2}|$))+$/,
    );
  }
  const { screen } = new Typed(exploreReport(fabricateReport({ layers: [{ files: { a: 1 } }] })), 160);
  const keys = new Typed(exploreReport(fabricateReport({ layers: [{ files: { a: 1 } }] })), 160)
    .type(KEY.tab)
    .type('k');
  expect(screen).toContain('A report lists no files');
  expect(keys.screen).not.toMatch(/Ctrl-E|w waste/);
});

describe('an expression that takes for ever', () => {
  const slow = () =>
    new Typed(
      explorationOf({
        layers: [{ files: { 'usr/lib/a.so': 5, [`usr/${'a'.repeat(60)}!`]: 7, 'etc/x': 1 } }],
      }),
    ).type(`${KEY.tab}/`);

  it('is given up, is said to be, and leaves the filter before', () => {
    const explorer = slow().type('usr');
    const before = explorer.paths;
    explorer.type(`${KEY.backspace.repeat(3)}`).type('(a+)+$');
    expect(explorer.screen).toContain('Takes too long, not applied: (a+)+$');
    expect(explorer.state.shownFilter).toBe('(a+)+');
    // It may become another.
    explorer.type(`${KEY.backspace.repeat(6)}usr`);
    expect(explorer.paths).toEqual(before);
    explorer.type(`${KEY.backspace.repeat(3)}`).type(`(a+)+$${KEY.enter}`);
    expect(explorer.screen).toContain('This expression takes too long: the filter is the one before.');
    expect(explorer.state.filter).toBe('(a+)+');
  });
});

describe('a large tree', () => {
  const size = 120_000;
  const large = () => {
    const rows = function* (): Generator<ExploredRow> {
      for (let index = 0; index < size; index += 1)
        yield {
          ...{
            path: `d${index % 7}/f${index}`,
            kind: 'file',
            layer: index < size / 2 ? 0 : 1,
            size: index,
            visible: index,
          },
          ...{
            goneIn: null,
            hidden: 0,
            wasted: 0,
            reason: null,
            mode: 0o644,
            uid: 0,
            gid: 0,
            linkname: null,
            package: null,
          },
        };
    };
    const small = explorationOf({ layers: [{ files: { a: 1 } }, { files: { b: 1 } }] });
    return { ...small, tree: new ExploredTree({ rowCount: size, rows }, null) };
  };

  it('is renewed in parts, while keys that do not need it are heeded', () => {
    let state = startState(large(), 80, 24);
    const before = state.view;
    const press = (name: string) => {
      state = reduce(state, { name, text: name.length === 1 ? name : null }).state;
    };
    press('k');
    expect(state.layer).toBe(0);
    expect(state.view).toBe(before);
    expect(drawScreen(state).some(line => line.some(({ text }) => text.includes('Listing …')))).toBe(true);
    const work = renewed(state);
    expect(work.next().done).toBe(false);
    expect(waitsForView(state, { name: 'k', text: 'k' })).toBe(false);
    press('tab');
    expect(waitsForView(state, { name: 'k', text: 'k' })).toBe(true);
    expect(waitsForView(state, { name: 'q', text: 'q' })).toBe(false);
    state = finished(work)(state);
    expect({ pane: state.pane, renewal: state.renewal }).toEqual({ pane: 'tree', renewal: null });
    expect(state.view.state.subject).toEqual({ kind: 'layers', from: -1, to: 0 });
    expect(state.view.rowCount).toBe(7);
    press('/');
    for (const letter of 'f119') press(letter);
    state = finished(renewed(state))(state);
    // Of layer 0 alone, which has the first half; and the directories.
    const shown = Array.from({ length: size / 2 }, (_, index) => `f${index}`).filter(name =>
      name.includes('f119'),
    );
    expect(state.view.rowCount - 7).toBe(shown.length);
  });
});
