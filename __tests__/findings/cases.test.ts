import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Finding, reportedFinding } from '../../src/findings/finding.ts';
import { findFindings, RULES, readFinding } from '../../src/findings/rules.ts';
import { contextOf, findingCase } from './finding-case.ts';

const CASES = join(import.meta.dirname, 'cases');

test('every rule has cases, and every folder of cases a rule', () => {
  expect(readdirSync(CASES).sort()).toEqual(RULES.map(rule => rule.id).sort());
});

test('every file of a rule is in the list of rules', () => {
  const files = readdirSync(join(import.meta.dirname, '../../src/findings/rules'));
  const ids: readonly string[] = RULES.map(({ id }) => id);
  for (const file of files) expect(ids).toContain(file.replace(/\.ts$/, ''));
});

/** Rules that say that they never edit. */
const BY_HAND = new Set(RULES.filter(({ byHand }) => byHand !== null).map(({ id }): string => id));

describe.each(readdirSync(CASES))('%s', rule => {
  test.each(readdirSync(join(CASES, rule)))('%s', name => {
    const text = readFileSync(join(CASES, rule, name), 'utf8');
    const given = findingCase.parse(JSON.parse(text));
    const found = inOrderOfCases(findFindings(contextOf(given)).map(reportedFinding));
    expect(found).toMatchObject(given.findings);
    expect(found).toHaveLength(given.findings.length);
    // What a rule finds, it must know again when it comes back in a report.
    for (const finding of found) {
      expect(readFinding(finding)).toEqual(finding);
      if (BY_HAND.has(finding.rule)) expect(finding.edits).toEqual([]);
    }
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
