import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findAll } from '../../src/findings/find-all.ts';
import { RULES } from '../../src/findings/rules.ts';
import { findingCase, subjectOf } from './finding-case.ts';

const CASES = join(import.meta.dirname, 'cases');

test('every rule has cases, and every folder of cases a rule', () => {
  expect(readdirSync(CASES).sort()).toEqual(RULES.map(rule => rule.id).sort());
});

describe.each(readdirSync(CASES))('%s', rule => {
  test.each(readdirSync(join(CASES, rule)))('%s', name => {
    const text = readFileSync(join(CASES, rule, name), 'utf8');
    const given = findingCase.parse(JSON.parse(text));
    const found = findAll(subjectOf(given));
    expect(found).toMatchObject(given.findings);
    expect(found).toHaveLength(given.findings.length);
  });
});
