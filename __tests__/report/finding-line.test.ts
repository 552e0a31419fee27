import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ruleExample } from '../../script/documents/rule-example.ts';
import { plainText } from '../../src/base/phrase.ts';
import { predictSaving } from '../../src/findings/finding.ts';
import { RULES } from '../../src/findings/rules.ts';
import type { ReportFinding } from '../../src/report/report.ts';
import { findingParts, findingSentence, fixesSentence } from '../../src/report/sentences/finding-line.ts';
import { hostileText } from '../base/hostile-text.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';
import { failing } from './reports.ts';

const [finding] = failing().findings;
if (!finding) throw new TypeError('the report has findings');
const sample: ReportFinding = finding;

function told(rest: Partial<ReportFinding>): string {
  return plainText(findingSentence({ ...sample, ...rest }));
}

const wheel = { evidence: { ...sample.evidence, paths: [{ path: 'tmp/a.whl', bytes: 20_412_345 }] } };

it.each([
  ['20.4 MB of apt lists written at Dockerfile:2 is deleted at Dockerfile:5', {}],
  [
    '20.4 MB in /var/lib/apt/lists/, mostly apt lists, written at Dockerfile:2 is deleted at Dockerfile:5',
    { args: { ...sample.args, whatBytes: 12_000_000 } },
  ],
  [
    '20.4 MB of archives in /tmp/a.whl written at Dockerfile:2 is deleted at Dockerfile:5',
    { args: { ...sample.args, what: 'archives' }, ...wheel },
  ],
  ['20.4 MB of apt lists written in layer 1 is deleted in layer 3', { location: null, related: null }],
  [
    '20.4 MB of apt lists written at Dockerfile:2 is replaced at Dockerfile:5',
    { args: { ...sample.args, how: 'replaced' } },
  ],
  [
    '20.4 MB in /var/lib/apt/lists/ written at Dockerfile:2 is deleted at Dockerfile:5',
    { args: { ...sample.args, what: 'toString' } },
  ],
  [
    '20.4 MB in /tmp/a.whl of the base image is stored again at Dockerfile:9 to change only mode, owner or times',
    {
      rule: 'metadata-only-copy',
      args: { ...sample.args, what: null, whatBytes: 0, copiedFromBase: true },
      location: instructionAt(9, 'RUN chown'),
      related: instructionAt(9, 'RUN chown'),
      ...wheel,
    },
  ],
  [
    '20.4 MB in /tmp/a.whl written at Dockerfile:2 is in one layer more than once',
    { rule: 'duplicate-entry', args: { ...sample.args, what: null, whatBytes: 0 }, ...wheel },
  ],
  [
    'The image has 126 layers, too many: machines with the overlay2 graph driver pull at most 125, and 127 is the documented limit',
    {
      rule: 'layer-headroom',
      args: { layers: 126, limit: 127, left: 1, pullLimit: 125, pullLeft: -1 },
      evidence: { layers: [], paths: [], fileCount: 0, bytes: 0 },
    },
  ],
])('says: %s', (sentence, rest) => {
  expect(told(rest)).toBe(sentence);
});

it('has a sentence and a fix for every rule', () => {
  for (const { id } of RULES) {
    const { finding } = ruleExample(id);
    expect(plainText(findingSentence(finding))).not.toContain(id);
    expect(findingParts(finding).fix).not.toBeNull();
  }
});

it('says no more than rule and place where the arguments are not those of the rule', () => {
  expect(told({ args: {} })).toBe('deleted-later at Dockerfile:2: 20.4 MB in /var/lib/apt/lists/');
  expect(told({ args: { ...sample.args, how: 'eaten' } })).toBe(told({ args: {} }));
  expect(findingParts({ ...sample, args: {} }).fix).toBeNull();
});

function savingOf(rest: Partial<ReportFinding>): string {
  return plainText(findingParts({ ...sample, ...rest }).saving);
}

it('names a saving only where the sentence does not', () => {
  expect(savingOf({})).toBe('');
  expect(savingOf({ saving: { ...predictSaving(5), basis: 'predicted' } })).toBe('; saves 5 B');
  expect(savingOf({ saving: { ...predictSaving(5), basis: 'proven' } })).toBe('; proven to save 5 B');
});

it('tells what of a saving layers store twice', () => {
  const args = { ...sample.args, copyBytes: 5 };
  const saving = { ...predictSaving(10), basis: 'predicted' as const };
  expect(savingOf({ args, saving })).toBe('; saves 10 B (5 B of it stored twice for mode or owner)');
  for (const copyBytes of [0, -1, 0.5, Number.NaN, '5', null]) {
    expect(savingOf({ args: { ...args, copyBytes }, saving })).toBe('; saves 10 B');
  }
});

it('takes any arguments', () => {
  const value = fc.oneof(
    hostileText,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('__proto__', 'archives'),
  );
  const args = fc.record({
    ...{ what: value, whatBytes: value, how: value, copiedFromBase: value, layers: value },
    ...{
      packages: value,
      packageCount: value,
      isForBuilding: value,
      isCopied: value,
      debugBytes: value,
      copyBytes: value,
    },
  });
  fc.assert(
    fc.property(fc.constantFrom(...RULES.map(({ id }) => id)), args, (rule, some) => {
      expect(told({ rule, args: some })).not.toBe('');
    }),
  );
});

it('tells what all would save together, compressed where that was measured', () => {
  const text = (compressedBytes: number | null) =>
    plainText(fixesSentence({ ...failing(), savings: { bytes: 21_300_000, compressedBytes } }));
  expect(text(8_100_000)).toContain('would save 21.3 MB (8.1 MB compressed)');
  expect(text(null)).toMatch(/would save 21\.3 MB(?! \()/);
});
