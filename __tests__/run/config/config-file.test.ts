import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfigFile, parseConfig } from '../../../src/run/config/config-file.ts';
import { folderOf } from '../../support/folder.ts';

describe('a configuration file', () => {
  it('is read with its budgets, in either form', () => {
    const text = `title: app
budgets:
  max-layers: 100
  max-size: { warn: 400MB, fail: 450MB }
  min-efficiency: 0.95
dive-ci: false
comment: on-change
`;
    const { textOf, budgets } = parseConfig(text, 'c.yml');
    expect(budgets).toEqual({
      'max-layers': 100,
      'max-size': { warn: '400MB', fail: '450MB' },
      'min-efficiency': 0.95,
    });
    expect((['title', 'dive-ci', 'comment'] as const).map(textOf)).toEqual(['app', 'false', 'on-change']);
  });

  it.each(['', '# nothing\n', '---\n', 'budgets: {}\n'])('may say nothing: %j', text => {
    expect(parseConfig(text, 'c.yml').textOf('title')).toBeNull();
  });

  it.each([
    ['an indentation that is none', 'title: a\nbudgets:\n\tmax-size: 1\n', 3, /a tab indents this line/],
    ['a bracket that stays open', 'title: a\nbudgets: { max-size: 4\n', 3, /a bracket above is not closed/],
    ['a key twice', 'title: a\ntitle: b\n', 2, /this key stands twice/],
    ['an alias of nothing', 'title: a\n\ncomment: *none\n', 3, /nothing before this line is named &none/],
    ['an unknown key', 'title: a\n\nbudget:\n  max-size: 1\n', 3, /: budget is unknown/],
    ['a misspelt budget', 'budgets:\n  max-sise:\n    fail: 1MB\n', 2, /budgets\.max-sise is unknown/],
    [
      'a misspelt level',
      'budgets:\n  max-layers: 3\n  max-size:\n    wran: 1MB\n',
      4,
      /max-size\.wran is unknown/,
    ],
    ['a list for a limit', 'budgets:\n  max-size:\n    - 1MB\n', 2, /budgets\.max-size must be a limit/],
    ['an unknown comment policy', 'title: a\ncomment: sometimes\n', 2, /comment must be one of auto, always/],
    ['a title that is no text', 'title: [a]\n', 1, /title must be a text/],
    ['a text in place of keys', 'max-size 4MB\n', 1, /the file must be keys with values/],
    ['a list in place of keys', '\n- title\n', 1, /the file must be keys with values/],
    ['a rule that is none', 'title: a\nrules:\n  npm-cash: off\n', 3, /rules\.npm-cash is unknown/],
    [
      'a level that is none',
      'rules:\n  npm-cache: warn\n',
      2,
      /npm-cache must be off, info, warning or error, or/,
    ],
    [
      'a misspelt key of a rule',
      'rules:\n  npm-cache:\n    minbytes: 1MB\n',
      3,
      /npm-cache\.minbytes is unknown/,
    ],
    [
      'a pattern for a list',
      'rules:\n  npm-cache:\n    ignore-paths: /a\n',
      2,
      /npm-cache must be off, info, warning or error, or keys/,
    ],
  ])('with %s is refused with its line', (_name, text, line, problem) => {
    const reading = (): unknown => parseConfig(text, 'c.yml');
    expect(reading).toThrow(problem);
    expect(reading).toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        message: expect.stringMatching(new RegExp(`^c\\.yml:${line}: [^\n]*[^.]\\.$`)),
        remedy: expect.stringContaining('Correct that line'),
      }),
    );
  });

  it.each([
    ['rules:\n  npm-cash: off\n', /did you mean npm-cache\? The command deadweight explain lists the rules/],
    ['rules:\n  nonsense: off\n', /write the name of a rule; deadweight explain lists the rules/],
    ['rules:\n  npm-cache: { levle: off }\n', /did you mean level\? The keys there are level, min-bytes or/],
    ['budgets:\n  max-siz: 1MB\n', /did you mean max-size\? The keys there are .*\bmin-efficiency\b/],
    ['budgets:\n  huge: 1MB\n', /write one of .*\bmax-size\b/],
    ['budget:\n  max-size: 1MB\n', /did you mean budgets\?.* title/],
    ['budgets:\n  max-size:\n    wran: 1MB\n', /did you mean warn\? The keys there are warn or fail/],
  ])('with %j says what could be meant', (text, remedy) => {
    expect(() => parseConfig(text, 'c.yml')).toThrow(
      expect.objectContaining({ remedy: expect.stringMatching(remedy) }),
    );
  });

  it('cannot blow up', () => {
    const laughs = `a0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`).join('\n')}`;
    const many = `a: &a 1\nb: [${'*a, '.repeat(50_000)}]`;
    for (const text of [laughs, many, '['.repeat(100_000), `title: ${'x'.repeat(300_000)}`]) {
      expect(() => parseConfig(text, 'c.yml')).toThrow(expect.objectContaining({ code: 'config-invalid' }));
    }
  });

  it('names the lines of its keys', () => {
    const { placeOf } = parseConfig('title: a\nbudgets:\n\n  max-size:\n    1MB\n', 'c.yml');
    expect(placeOf(['budgets', 'max-size'])).toBe('c.yml:4');
    expect(placeOf(['budgets', 'max-layers'])).toBe('c.yml:2');
  });

  it('is looked for under two names, or taken from where it is named', async () => {
    const folder = await folderOf({ '.deadweight.yaml': 'title: long', 'ci/dw.yml': 'title: named' });
    expect((await loadConfigFile(null, folder)).textOf('title')).toBe('long');
    const named = await loadConfigFile('ci/dw.yml', folder);
    expect([named.path, named.textOf('title')]).toEqual(['ci/dw.yml', 'named']);
    expect((await loadConfigFile(join(folder, 'ci/dw.yml'), '/')).textOf('title')).toBe('named');
    const none = await loadConfigFile(null, join(folder, 'ci'));
    expect([none.path, none.textOf('title')]).toEqual([null, null]);
  });

  it.each([
    ['is not there', 'nope.yml', /There is no configuration file nope\.yml/],
    ['is a folder', '.', /configuration file \. cannot be read/],
    ['lies below a file', 'plain/c.yml', /plain\/c\.yml/],
  ])('that %s is refused', async (_name, path, message) => {
    const folder = await folderOf({ plain: '' });
    await expect(loadConfigFile(path, folder)).rejects.toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringMatching(message) }),
    );
  });
});
