import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findAsSet } from '../../../src/findings/decisions/rule-settings.ts';
import { RULES } from '../../../src/findings/rules.ts';
import { contextOf, findingCase } from '../finding-case.ts';

const CASES = join(import.meta.dirname, '../cases');

it.each(RULES.map(({ id }) => id))('what is told of files is not where all paths are left out: %s', id => {
  const rule = RULES.find(each => each.id === id);
  if (rule === undefined) throw new Error(id);
  for (const name of readdirSync(join(CASES, id))) {
    const given = findingCase.parse(JSON.parse(readFileSync(join(CASES, id, name), 'utf8')));
    const { findings } = findAsSet(
      rule,
      { level: null, minBytes: null, ignorePaths: ['**'] },
      contextOf(given),
    );
    expect(
      findings.flatMap(({ evidence }) => evidence.paths.map(({ path }) => path)),
      name,
    ).toEqual([]);
  }
});
