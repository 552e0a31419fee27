import { expect, it } from 'vitest';
import { examineAnalysis } from '../../../src/run/weigh/examine.ts';
import { fabricate } from '../../support/fabricate/analysis.ts';
import { NO_DECISIONS } from '../../support/plain-settings.ts';

it('what the configuration leaves out of a snapshot is counted as that of an image is', () => {
  const analysis = fabricate([
    { base: true, files: { 'bin/sh': 1_000_000 } },
    { line: 2, files: { 'srv/a': 3_000_000 } },
    { line: 3, deletes: ['srv'] },
  ]);
  const rules = new Map([['deleted-later', { level: 'off', minBytes: null, ignorePaths: [] }] as const]);
  const { findings, leftOut, notices } = examineAnalysis(analysis, { ...NO_DECISIONS, rules });
  expect(findings.map(({ rule }) => rule)).not.toContain('deleted-later');
  expect(leftOut).toEqual([{ rule: 'deleted-later', by: 'off' }]);
  expect(notices).toMatchObject([{ code: 'findings-left-out' }]);
});
