import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findFindings } from '../../src/findings/find-findings.ts';
import type { Finding } from '../../src/findings/finding.ts';
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
    const found = inOrderOfCases(findFindings(subjectOf(given)).map(({ finding }) => finding));
    expect(found).toMatchObject(given.findings);
    expect(found).toHaveLength(given.findings.length);
  });
});

/** As they are written down: severest first, then the largest saving, then the most bytes. */
function inOrderOfCases(findings: readonly Finding[]): readonly Finding[] {
  const severities = { error: 0, warning: 1, info: 2 };
  return findings.toSorted(
    (a, b) =>
      severities[a.severity] - severities[b.severity] ||
      (b.saving?.bytes ?? 0) - (a.saving?.bytes ?? 0) ||
      b.evidence.bytes - a.evidence.bytes,
  );
}
