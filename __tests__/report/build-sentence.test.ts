import { expect, it } from 'vitest';
import { plainText } from '../../src/base/phrase.ts';
import type { Report } from '../../src/report/report.ts';
import { buildSentence, type ReportBuild } from '../../src/report/sentences/build-sentence.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';
import { failing } from './reports.ts';

const [sample] = failing().findings;
const { build } = failing();
if (!build || !sample) throw new TypeError('the report has a build and findings');
const BUILD: ReportBuild = build;

type Break = NonNullable<ReportBuild['cacheBreak']>;

function told(rest: Partial<Break>, findings: Report['findings'] = []): string {
  const cacheBreak: Break = { step: 3, reason: 'unknown', lostMs: 38_717, files: null, ...rest };
  return plainText(buildSentence({ ...BUILD, cacheBreak }, findings));
}

it.each<[string, Partial<Break>]>([
  ['at Dockerfile:4, which cost 39 s', {}],
  ['at Dockerfile:4', { lostMs: 900 }],
  ['at Dockerfile:4 (its text changed), which cost 39 s', { reason: 'text-changed' }],
  [
    'at Dockerfile:4 (its arguments or environment changed), which cost 39 s',
    { reason: 'arguments-changed' },
  ],
  ['at Dockerfile:4 (a step before it changed), which cost 39 s', { reason: 'earlier-step-changed' }],
  ['at Dockerfile:4 (a file it reads changed), which cost 39 s', { reason: 'content-changed' }],
  [
    'at Dockerfile:4 (/app/a.js changed), which cost 39 s',
    { reason: 'content-changed', files: { paths: ['app/a.js'], count: 1 } },
  ],
  [
    'at Dockerfile:4 (/app/a.js and 1,203 more changed), which cost 39 s',
    { reason: 'content-changed', files: { paths: ['app/a.js', 'app/b.js'], count: 1204 } },
  ],
  [
    'at Dockerfile:4 (the mode of /app/run.sh changed), which cost 39 s',
    { reason: 'mode-changed', files: { paths: ['app/run.sh'], count: 1 } },
  ],
  [
    'at Dockerfile:4 (a file changed), which cost 39 s',
    { reason: 'content-changed', files: { paths: [], count: 0 } },
  ],
])('tells where the cache broke, why, and what it cost: %s', (sentence, broken) => {
  expect(told(broken)).toBe(`3 of 6 steps cached; the cache broke ${sentence}; the build took 41 s`);
});

it('says what was to run whether or not a cache held it', () => {
  const sentence = (uncached: NonNullable<ReportBuild['uncached']>) =>
    plainText(buildSentence({ ...BUILD, cacheBreak: null, uncached }, []));
  expect(sentence({ all: true, stages: [] })).toBe('built without the cache (no-cache), 41 s');
  expect(sentence({ all: false, stages: ['builder'] })).toBe(
    '3 of 6 steps cached; no-cache-filters kept the stage builder from the cache; the build took 41 s',
  );
  expect(sentence({ all: false, stages: ['a', 'b'] })).toContain('kept the stages a and b from the cache');
});

it('says nothing of a cache that did not break, and of a step that is not there', () => {
  const whole = '3 of 6 steps cached, 41 s';
  expect(plainText(buildSentence({ ...BUILD, cacheBreak: null }, []))).toBe(whole);
  expect(told({ step: 99 })).toBe(whole);
});

it.each<[string, string, string, Partial<Report['findings'][number]>]>([
  ['manifests', 'the manifests and Dockerfile:6 before it', 'manifest-before-sources', {}],
  ['an install', 'Dockerfile:6 before it', 'copy-before-install', {}],
  ['any step', 'Dockerfile:6 before it', 'volatile-before-stable', {}],
  [
    'an argument',
    'Dockerfile:2 further down',
    'volatile-before-stable',
    { location: instructionAt(2, 'ARG SHA'), related: instructionAt(4, 'RUN b') },
  ],
])('names the order that would have kept it: %s', (_name, order, rule, rest) => {
  const args = { tool: 'npm', command: 'npm ci', argument: null, runs: 1, ms: 12_300, lostMs: 12_300 };
  const finding = {
    ...{ ...sample, rule, args, location: instructionAt(4, 'COPY . .'), related: instructionAt(6, 'RUN b') },
    ...rest,
  };
  expect(told({}, [sample, finding])).toContain(
    `, which cost 39 s; ${order} would have kept 12 s; the build took`,
  );
  expect(told({}, [{ ...finding, rule: 'toString' }])).not.toContain('kept');
  expect(told({}, [{ ...finding, args: { ...args, lostMs: '12300' } }])).not.toContain('kept');
  expect(told({}, [{ ...finding, args: { ...args, lostMs: 12 } }])).not.toContain('kept');
  expect(told({ step: 0 }, [finding])).not.toContain('kept');
});
