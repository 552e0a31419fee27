import { describe, expect, it } from 'vitest';
import { formatSizeLimit, parseSize } from '../../../src/base/number-text.ts';
import { DEFAULT_STORE_SIZE } from '../../../src/layer/scan-store.ts';
import { type OptionValues, OWN_OPTIONS } from '../../../src/run/config/options.ts';
import { resolveSettings } from '../../../src/run/config/settings.ts';
import { DEFAULT_KEPT_SIZE } from '../../../src/run/kept-layers.ts';
import { parseBudgets } from '../../support/budgets.ts';
import { type Files, folderOf } from '../../support/folder.ts';
import { optionValues } from '../../support/option-values.ts';

async function resolved(files: Files, given: Partial<OptionValues> = {}) {
  return resolveSettings(optionValues(given), await folderOf(files));
}

const bytes = (value: number) => ({ value, unit: 'bytes' });

describe('settings', () => {
  it('take an option over the file, budget by budget', async () => {
    const { budgets, title } = await resolved(
      { '.deadweight.yml': 'title: file\nbudgets: { max-size: 1MB, max-wasted: 2MB }\n' },
      { budgets: parseBudgets({ 'max-size': { warn: '3MB', fail: '4MB' } }), title: 'option' },
    );
    expect(title).toBe('option');
    expect(budgets).toContainEqual({ name: 'max-size', warn: bytes(3e6), fail: bytes(4e6) });
    expect(budgets).toContainEqual({ name: 'max-wasted', warn: null, fail: bytes(2e6) });
    expect(budgets.filter(({ name }) => name === 'max-size')).toHaveLength(1);
  });

  it('read the levels of a budget as inputs write them, in the file as well', async () => {
    const { budgets } = await resolved({ '.deadweight.yml': 'budgets:\n  max-size: warn 5MB, fail 6MB\n' });
    expect(budgets).toContainEqual({ name: 'max-size', warn: bytes(5e6), fail: bytes(6e6) });
  });

  it('have what is set of rules', async () => {
    const text = 'rules:\n  no-user: error\n  npm-cache: { min-bytes: 5MB, ignore-paths: [/a] }\n';
    const { decisions } = await resolved({ '.deadweight.yml': text });
    expect(Object.fromEntries(decisions.rules)).toEqual({
      'no-user': { level: 'error', minBytes: null, ignorePaths: [] },
      'npm-cache': { level: null, minBytes: 5e6, ignorePaths: ['/a'] },
    });
    expect((await resolved({})).decisions.rules.size).toBe(0);
  });

  it('fail on the level of an option, else of the file, else on none', async () => {
    const files = { '.deadweight.yml': 'fail-on: warning\n' };
    expect((await resolved({})).failOn).toBe('none');
    expect((await resolved(files)).failOn).toBe('warning');
    expect((await resolved(files, { 'fail-on': 'none' })).failOn).toBe('none');
    expect((await resolved({}, { 'fail-on': 'error' })).failOn).toBe('error');
  });

  it('do not read a limit of the file that an option replaces', async () => {
    const files = { '.deadweight.yml': 'budgets: { max-size: lots }\n' };
    const { budgets } = await resolved(files, { budgets: parseBudgets({ 'max-size': '1MB' }) });
    expect(budgets).toEqual([{ name: 'max-size', warn: null, fail: bytes(1e6) }]);
  });

  it.each([
    ['a limit that is no size', 'budgets:\n  max-layers: 3\n  max-size: lots\n', 3, /max-size is "lots"/],
    [
      'a level that is none',
      'budgets:\n  max-size:\n    warn: 1 parsec\n',
      2,
      /max-size\.warn is "1 parsec"/,
    ],
    ['an efficiency above 1', 'budgets: { min-efficiency: 95 }\n', 1, /min-efficiency is "95"/],
    [
      'a rule with a size that is none',
      'rules:\n  npm-cache:\n    min-bytes: lots\n',
      3,
      /min-bytes of npm-cache is "lots"/,
    ],
    ['a budget without a level', '\nbudgets:\n  max-size: {}\n', 3, /max-size has no limit/],
  ])('name file and line of %s', async (_name, text, line, problem) => {
    await expect(resolved({ '.deadweight.yml': text })).rejects.toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        message: expect.stringMatching(new RegExp(`^\\.deadweight\\.yml:${line}: .*${problem.source}`)),
        remedy: expect.stringMatching(/^Write a |must be/),
      }),
    );
  });

  it.each([
    ['warn', '', 'warn'],
    ['warn', 'missing-baseline: fail', 'fail'],
    ['fail', 'missing-baseline: warn', 'fail'],
  ] as const)(
    'missing-baseline %s as an option, beside a file with "%s", is %s',
    async (given, file, result) => {
      const settings = await resolved({ '.deadweight.yml': file }, { 'missing-baseline': given });
      expect(settings.missingBaseline).toBe(result);
    },
  );

  it.each([
    ['auto', '', 'auto'],
    ['auto', 'comment: never', 'never'],
    ['always', 'comment: never', 'always'],
  ] as const)('comment as an option says, and the file where it says %s', async (comment, file, policy) => {
    expect((await resolved({ '.deadweight.yml': file }, { comment })).comment).toBe(policy);
  });

  it('do not hold the store of scans, which is of all checkouts, to a size', async () => {
    await expect(resolved({ '.deadweight.yml': 'scan-cache-size: 0' })).rejects.toMatchObject({
      code: 'config-invalid',
    });
  });

  it.each([
    ['scan-cache-size', DEFAULT_STORE_SIZE],
    ['layer-cache-size', DEFAULT_KEPT_SIZE],
  ] as const)('say what %s is, in the units of every report', (name, bytes) => {
    const [, told = ''] = /default (\d+ [MG]B);/.exec(OWN_OPTIONS[name].description) ?? [];
    expect([parseSize(told), formatSizeLimit(bytes)]).toEqual([bytes, told]);
  });

  describe('of dive', () => {
    const rules = 'rules:\n  highestWastedBytes: 20MB\n  lowestEfficiency: disabled\n';
    const names = async (files: Files, given: Partial<OptionValues> = {}) =>
      (await resolved(files, given)).budgets.map(({ name }) => name);

    it('come from .dive-ci where there is one', async () => {
      expect(await names({})).toEqual([]);
      expect(await names({ '.dive-ci': rules })).toEqual([
        'dive-highest-wasted-bytes',
        'dive-highest-user-wasted-percent',
      ]);
    });

    it('come from another file, or from none', async () => {
      expect(await names({ 'd.yml': rules }, { 'dive-ci': 'd.yml' })).toContain('dive-highest-wasted-bytes');
      expect(await names({ 'd.yml': rules, '.deadweight.yml': 'dive-ci: d.yml' })).toHaveLength(2);
      expect(await names({ '.dive-ci': rules }, { 'dive-ci': false })).toEqual([]);
      expect(await names({ '.dive-ci': rules, '.deadweight.yml': 'dive-ci: false' })).toEqual([]);
      expect(
        await names({ '.dive-ci': rules, '.deadweight.yml': 'dive-ci: false' }, { 'dive-ci': '.dive-ci' }),
      ).toHaveLength(2);
    });

    it('are refused with their line, and where the named file is not there', async () => {
      await expect(resolved({ '.dive-ci': 'rules:\n  lowestEfficiency: much\n' })).rejects.toThrow(
        /^\.dive-ci:2: /,
      );
      await expect(resolved({}, { 'dive-ci': 'nope' })).rejects.toThrow(
        expect.objectContaining({
          code: 'config-invalid',
          message: 'The dive rules nope cannot be read: it does not exist.',
        }),
      );
    });
  });
});
