import { describe, expect, it } from 'vitest';
import { NO_EVIDENCE } from '../../../src/findings/finding.ts';
import type { Fix } from '../../../src/findings/fix/fix.ts';
import { checkRules, type FixAnswer, findUnwanted } from '../../../src/run/fix/chosen-fixes.ts';

function fixOf(...rules: readonly string[]): Fix {
  const findings = rules.map(rule => ({
    ...{ rule, severity: 'warning', args: {}, location: null, related: null },
    ...{ evidence: NO_EVIDENCE, saving: null, edits: [] },
  })) satisfies Fix['findings'];
  return { edits: [], findings, freed: [], bytes: 1, addedBytes: 1 };
}

const [pip, lists, both] = [fixOf('pip-cache'), fixOf('apt-lists'), fixOf('apt-lists', 'deleted-later')];
const all = [pip, lists, both];

describe('checkRules', () => {
  it('takes the names of rules, and names the nearest to one that is none', () => {
    expect(() => checkRules(['pip-cache', 'apt-lists'])).not.toThrow();
    expect(() => checkRules(['pip-cash'])).toThrow('There is no rule pip-cash; is pip-cache meant?');
    expect(() => checkRules(['completely-other'])).toThrow(/^There is no rule completely-other$/);
    for (const name of ['', ' ']) expect(() => checkRules([name])).toThrow('The name of a rule is empty.');
  });
});

describe('findUnwanted', () => {
  it('leaves out fixes that mend nothing of the rules that were named', async () => {
    expect(await findUnwanted(all, ['deleted-later'], null)).toEqual(
      new Map([
        [pip, 'not-chosen'],
        [lists, 'not-chosen'],
      ]),
    );
    expect(await findUnwanted(all, [], null)).toEqual(new Map());
  });

  it.each<[readonly FixAnswer[], readonly Fix[], number]>([
    [['no', 'yes', 'no'], [pip, both], 3],
    [['quit'], all, 1],
    [['all'], [], 1],
    [['no', 'all'], [pip], 2],
    [['yes', 'quit'], [lists, both], 2],
  ])('asks until somebody says all or quit: %j', async (answers, declined, asked) => {
    const left = [...answers];
    const places: number[] = [];
    const ask = async (_fix: Fix, index: number): Promise<FixAnswer> => {
      places.push(index);
      return left.shift() ?? 'yes';
    };
    const unwanted = await findUnwanted(all, [], ask);
    expect([...unwanted.keys()]).toEqual(declined);
    expect(places).toHaveLength(asked);
  });
});
