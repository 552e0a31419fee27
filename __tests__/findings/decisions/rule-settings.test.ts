import { describe, expect, it } from 'vitest';
import { failsOn } from '../../../src/base/fail-on.ts';
import { leftOutNotices } from '../../../src/findings/decisions/left-out.ts';
import type { RuleSetting } from '../../../src/findings/decisions/rule-settings.ts';
import { rankFindings } from '../../../src/findings/ranking.ts';
import { findFindings, findWithLeftOut } from '../../../src/findings/rules.ts';
import { contextOf } from '../finding-case.ts';

const CONTEXT = contextOf({
  dockerfile: [
    'FROM debian:12',
    'RUN curl -O https://x/a.tgz && curl -O https://x/b.tgz && tar xf a.tgz && tar xf b.tgz',
    'RUN fill /srv',
    'RUN rm -r /srv',
  ],
  user: 'app',
  layers: [
    { base: true, files: { 'bin/sh': 1_000_000 } },
    { line: 2, files: { 'a.tgz': 4_000_000, 'b.tgz': 2_000_000 } },
    { line: 3, files: { 'srv/model': 3_000_000, 'srv/data/x': 500_000 } },
    { line: 4, deletes: ['srv'] },
  ],
  findings: [],
});

function found(rule: string, setting: Partial<RuleSetting> = {}) {
  const settings = new Map([[rule, { level: null, minBytes: null, ignorePaths: [], ...setting }]]);
  return rankFindings(findFindings(CONTEXT, settings))
    .filter(each => each.rule === rule)
    .map(({ severity, evidence, saving, edits }) => ({
      severity,
      bytes: evidence.bytes,
      saves: saving?.bytes,
      edits: edits.length,
    }));
}

describe('a rule as it is set', () => {
  const plain = { severity: 'warning', bytes: 6_000_000, saves: 6_000_000, edits: 1 };

  it('finds what it finds', () => {
    expect(found('kept-archives')).toEqual([plain]);
  });

  it.each(['info', 'warning', 'error'] as const)('has the level %s', level => {
    expect(found('kept-archives', { level })).toEqual([{ ...plain, severity: level }]);
  });

  it('is off', () => {
    expect(found('kept-archives', { level: 'off' })).toEqual([]);
  });

  it('tells of that many bytes and more', () => {
    expect(found('kept-archives', { minBytes: 6_000_000 })).toEqual([plain]);
    expect(found('kept-archives', { minBytes: 6_000_001 })).toEqual([]);
    // What is not about bytes is not held to them.
    expect(found('consecutive-runs')).toEqual(found('consecutive-runs', { minBytes: 1e9 }));
  });

  it('is counted where it is left out', () => {
    const setting = { level: null, minBytes: null, ignorePaths: [] };
    const settings = new Map<string, RuleSetting>([
      ['kept-archives', { ...setting, minBytes: 6_000_001 }],
      ['deleted-later', { ...setting, level: 'off' }],
      ['apt-lists', { ...setting, level: 'off' }],
    ]);
    const { findings, leftOut } = findWithLeftOut(CONTEXT, settings);
    expect(findings).toEqual(findFindings(CONTEXT, settings));
    expect(leftOutNotices(leftOut)).toEqual([
      {
        code: 'findings-left-out',
        message:
          'The configuration leaves out 2 findings: deleted-later (off) and kept-archives (below min-bytes).',
      },
    ]);
    expect(leftOutNotices([...leftOut, ...leftOut])[0]?.message).toContain('2 of deleted-later (off)');
    expect(leftOutNotices([])).toEqual([]);
  });

  it.each([
    ['of a finding, all', ['*.tgz'], null, [['kept-archives', 'ignore-paths']]],
    ['of a finding, some', ['b.tgz'], null, []],
    ['of a rule that is off', ['*.tgz'], 'off', [['kept-archives', 'ignore-paths']]],
    ['of a rule that is off, some', ['b.tgz'], 'off', [['kept-archives', 'off']]],
  ] as const)('is counted by the paths that are left out: %s', (_name, ignorePaths, level, counted) => {
    const settings = new Map([['kept-archives', { level, minBytes: null, ignorePaths }]]);
    const { leftOut } = findWithLeftOut(CONTEXT, settings);
    expect(leftOut.map(({ rule, by }) => [rule, by])).toEqual(counted);
    const [notice] = leftOutNotices(leftOut.filter(({ by }) => by === 'ignore-paths'));
    expect(notice?.message ?? null).toBe(
      ignorePaths[0] === '*.tgz'
        ? 'The configuration leaves out 1 finding: kept-archives (in ignore-paths).'
        : null,
    );
  });

  it('leaves out paths, in its bytes and in its fix', () => {
    const some = { ...plain, bytes: 4_000_000, saves: 4_000_000 };
    for (const pattern of ['/b.tgz', 'b.tgz', '**/b.*']) {
      expect(found('kept-archives', { ignorePaths: [pattern] })).toEqual([some]);
    }
    expect(found('kept-archives', { ignorePaths: ['*.tgz', '!a.tgz'] })).toEqual([some]);
    expect(found('kept-archives', { ignorePaths: ['*.tgz'] })).toEqual([]);
    expect(found('kept-archives', { ignorePaths: ['/tgz'] })).toEqual([plain]);
  });

  it('makes no edit that would take away what is left out', () => {
    const [all] = found('deleted-later');
    expect(all).toMatchObject({ bytes: 3_500_000 });
    expect(all?.edits).toBeGreaterThan(0);
    expect(found('deleted-later', { ignorePaths: ['/srv/data'] })).toMatchObject([
      { bytes: 3_000_000, saves: 3_000_000, edits: 0 },
    ]);
  });
});

it.each([
  ['none', []],
  ['error', ['error']],
  ['warning', ['error', 'warning']],
  ['info', ['error', 'warning', 'info']],
] as const)('fail-on: %s', (failOn, failing) => {
  expect((['error', 'warning', 'info'] as const).filter(each => failsOn(failOn, each))).toEqual(failing);
});
