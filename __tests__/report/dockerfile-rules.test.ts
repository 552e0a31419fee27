import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/base/phrase.ts';
import { RULES } from '../../src/findings/rules.ts';
import type { ReportFinding } from '../../src/report/report.ts';
import { findingParts, findingSentence } from '../../src/report/sentences/finding-line.ts';
import { hostileText } from '../base/hostile-text.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';
import { failing } from './reports.ts';

const [finding] = failing().findings;
if (!finding) throw new TypeError('the report has findings');
const sample: ReportFinding = {
  ...finding,
  location: instructionAt(4, 'COPY . .'),
  related: instructionAt(5, 'RUN npm ci'),
  evidence: { layers: [], paths: [], fileCount: 0, bytes: 0 },
  saving: null,
};

function told(rule: string, args: ReportFinding['args'], rest: Partial<ReportFinding> = {}): string {
  const one = { ...sample, rule, args, ...rest };
  const { fix } = findingParts(one);
  return `${plainText(findingSentence(one))} — ${fix ? plainText(fix) : ''}`;
}

describe('what the rules about the Dockerfile say', () => {
  it.each<[string, ReportFinding['args'], string]>([
    [
      'manifest-before-sources',
      { tool: 'npm', command: 'npm ci', ms: 38_000, lostMs: 38_000 },
      'npm ci at Dockerfile:5 runs after the sources are copied at Dockerfile:4, so every changed file runs it again: 38 s in this build — copy package.json and package-lock.json first, run npm ci, and then copy the rest',
    ],
    [
      'manifest-before-sources',
      { tool: 'go', command: 'go build', ms: null, lostMs: null },
      'go build at Dockerfile:5 runs after the sources are copied at Dockerfile:4, so every changed file runs it again — copy go.mod and go.sum first, run go mod download, and then copy the rest',
    ],
    [
      'manifest-before-sources',
      { tool: 'cargo', command: 'cargo build', ms: null, lostMs: null },
      'cargo build at Dockerfile:5 runs after the sources are copied at Dockerfile:4, so every changed file runs it again — keep what is downloaded with RUN --mount=type=cache,target=/usr/local/cargo/registry',
    ],
    [
      'copy-before-install',
      { command: 'apt-get install', runs: 3, ms: 12_000, lostMs: null },
      'apt-get install at Dockerfile:5 and 2 more RUNs need none of the sources that are copied before them at Dockerfile:4, and run again whenever one of these changes: 12 s in this build — install first, and then copy the sources',
    ],
    [
      'volatile-before-stable',
      { argument: null, runs: 1, ms: 2_000, lostMs: 2_000 },
      'The copy at Dockerfile:4 missed the cache, so 1 RUN after it that needs nothing of it ran again: 2.0 s in this build — move Dockerfile:5 before the copy',
    ],
    [
      'volatile-before-stable',
      { argument: 'GIT_SHA', runs: 2, ms: 6_000, lostMs: null },
      'ARG GIT_SHA at Dockerfile:4 comes before 2 RUNs that do not use it, and each new value makes all RUNs after it run again: 6.0 s in this build — move the ARG down to the first instruction that uses it',
    ],
    [
      'cache-mount',
      { tool: 'pip', command: 'pip install', ms: 31_000 },
      'pip install at Dockerfile:4 took 31 s, and downloads everything again each time it runs — let the builder keep the downloads: RUN --mount=type=cache,target=/root/.cache/pip (a new builder starts with an empty mount)',
    ],
    [
      'update-apart-from-install',
      { update: 'apt-get update', install: 'apt-get install' },
      'apt-get install at Dockerfile:5 uses the package lists that apt-get update fetched at Dockerfile:4: once cached, they go stale and name packages that are gone — update and install in one RUN',
    ],
    [
      'frozen-command',
      { command: 'git clone', days: 43 },
      'git clone at Dockerfile:4 ran 43 days ago and has come from the cache since: its result is that old — name a version, or build with --no-cache from time to time',
    ],
    [
      'consecutive-runs',
      { runs: 3, others: 1 },
      'in files is written again and again by the 3 RUNs from Dockerfile:4 to Dockerfile:5 (as in 1 other place) — merge them into one RUN',
    ],
    [
      'unpinned-base',
      { image: 'node:latest', isLatest: true },
      'node:latest at Dockerfile:4 means whatever image is latest on the day of the build — name a version, as in debian:bookworm',
    ],
    [
      'unpinned-base',
      { image: 'node', isLatest: false },
      'node at Dockerfile:4 has no tag, and means whatever image is latest on the day of the build — name a version, as in debian:bookworm',
    ],
    [
      'no-user',
      { isSet: false },
      'The image runs as root: neither the stage at Dockerfile:4 nor its base image sets a USER — end the stage with USER and a user that owns no more than the program needs',
    ],
    [
      'no-user',
      { isSet: true },
      'The image runs as root, as Dockerfile:4 says — end the stage with USER and a user that owns no more than the program needs',
    ],
    [
      'volume-before-writes',
      { volume: 'data' },
      "What the RUN at Dockerfile:4 writes below /data comes after the VOLUME at Dockerfile:5: BuildKit keeps it, and Docker's classic builder discards it — declare the VOLUME after the last RUN that writes there",
    ],
  ])('%s', (rule, args, sentence) => {
    expect(told(rule, args)).toBe(sentence);
  });

  it('takes any arguments', () => {
    const value = fc.oneof(
      ...[hostileText, fc.double(), fc.boolean(), fc.constant(null)],
      fc.constantFrom('__proto__', 'constructor', 'npm', 'cargo'),
    );
    const names = [
      'tool',
      'command',
      'ms',
      'lostMs',
      'runs',
      'others',
      'argument',
      'update',
      'install',
      'days',
    ];
    const more = ['image', 'isLatest', 'isSet', 'volume'];
    const args = fc.dictionary(fc.constantFrom(...names, ...more), value);
    const place = fc.constantFrom(null, instructionAt(4, 'COPY . .'));
    fc.assert(
      fc.property(fc.constantFrom(...RULES.map(({ id }) => id)), args, place, (rule, some, location) => {
        const said = told(rule, some, { location, related: location });
        expect(said).not.toMatch(/undefined|\[object|NaN/);
        expect(said.split('\n')).toHaveLength(1);
      }),
    );
  });
});
