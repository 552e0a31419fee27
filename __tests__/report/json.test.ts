import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportJsonSchema } from '../../script/documents/json-schema.ts';
import { DeadweightError } from '../../src/base/errors.ts';
import { parseReport, renderJson } from '../../src/report/json.ts';
import { hostileText } from '../base/hostile-text.ts';
import { computedMs } from '../support/computed.ts';
import { NESTED_JSON, WIDE_JSON } from '../support/large-json.ts';
import { REPORTS } from './all-reports.ts';
import { failing } from './reports.ts';

function refusal(text: string): DeadweightError {
  try {
    parseReport(text);
  } catch (error) {
    if (error instanceof DeadweightError) return error;
    throw error;
  }
  throw new Error('it was read');
}

const ajv = new Ajv2020({ allowUnionTypes: true, formats: { 'date-time': true }, allErrors: true });
const validate = ajv.compile(reportJsonSchema());

describe.each(Object.entries(REPORTS))('the %s report', (_name, make) => {
  it('comes back from JSON as it was', () => {
    expect(parseReport(renderJson(make()))).toEqual(make());
  });

  it('is what the published schema says', () => {
    validate(JSON.parse(renderJson(make())));
    expect(validate.errors).toBeNull();
  });
});

it('is written safely for any screen and log', () => {
  fc.assert(
    fc.property(hostileText, text => {
      const report = { ...failing(), title: text, notices: [{ code: text, message: text }] };
      const json = renderJson(report);
      expect(json).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|##\[|^\s*::/mu);
      expect(parseReport(json)).toEqual(report);
    }),
  );
});

it('reads a report of the first version', async () => {
  const text = await readFile(new URL('../fixtures/reports/version-1.json', import.meta.url), 'utf8');
  const { comparison, image, schemaVersion } = parseReport(text);
  expect([schemaVersion, image.baseImageName]).toEqual([2, 'debian:bookworm']);
  expect(comparison?.baseline.size).toBe(84_018_000);
  expect(comparison?.causes.map(({ kind, change }) => `${kind} ${change}`)).toEqual([
    'packages changed',
    'base-image changed',
    'packages changed',
  ]);
  expect(comparison?.causes.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(comparison?.delta.size);
  expect(comparison?.layers[0]).toMatchObject({ baselineIndex: 0, headIndex: null });
});

it('publishes the schema that the code has', async () => {
  const published = await readFile(new URL('../../schema/report.schema.json', import.meta.url), 'utf8');
  expect(published, 'run npm run generate').toBe(`${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
});

it('lets later versions add fields', () => {
  const report = { ...JSON.parse(renderJson(failing())), laterField: { anything: 1 } };
  expect(validate(report)).toBe(true);
  expect(parseReport(JSON.stringify(report))).toEqual(failing());
});

it.each([
  ['no JSON', '{', /not JSON/],
  ['a number', '3', /invalid: it must be keys with values/],
  ['another version', JSON.stringify({ ...failing(), schemaVersion: 3 }), /invalid: schemaVersion must be 2/],
  [
    'a negative size',
    JSON.stringify({ ...failing(), savings: { bytes: -1 } }),
    /invalid: savings\.bytes must be /,
  ],
  [
    'a size beyond integers',
    JSON.stringify({ ...failing(), savings: { bytes: 1e300 } }),
    /invalid: savings\.bytes must be /,
  ],
  ['a missing layer list', JSON.stringify({ ...failing(), layers: [null] }), /invalid: layers\[0\] /],
])('refuses %s and names the place', (_what, text, place) => {
  const error = refusal(text);
  expect(error.code).toBe('snapshot-invalid');
  expect(error.message).toMatch(place);
});

it('is not misled by prototypes, depth or length', () => {
  const polluting = renderJson(failing()).replace('"args": {}', '"args": { "__proto__": { "x": 1 } }');
  expect(['read', 'snapshot-invalid']).toContain(outcome(polluting));
  expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  expect(outcome('['.repeat(200_000))).toBe('limit-exceeded');
  expect(outcome(`{"layers":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toBe('limit-exceeded');
  expect(outcome(' '.repeat(64 * 1024 * 1024 + 1))).toBe('limit-exceeded');
});

function outcome(text: string): string {
  try {
    parseReport(text);
    return 'read';
  } catch (error) {
    return error instanceof DeadweightError ? error.code : 'crashed';
  }
}

it('refuses hostile keys without repeating what they hide', () => {
  fc.assert(
    fc.property(hostileText, key => {
      const finding = failing().findings[0];
      const text = JSON.stringify({ ...failing(), findings: [{ ...finding, args: { [key]: [1] } }] });
      if (key === '__proto__') return;
      expect(refusal(text).message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }),
  );
});

it('keeps no fault for each of millions of wrong values', () => {
  const text = JSON.stringify({ ...failing(), layers: 'x' }).replace('"x"', `[${'0,'.repeat(4_000_000)}0]`);
  const start = computedMs();
  expect(refusal(text)).toMatchObject({
    code: 'limit-exceeded',
    message: 'The report has more than 300,000 values.',
  });
  expect(computedMs() - start).toBeLessThan(3000);
});

it('says how deep or large a report is that nobody wrote', () => {
  expect(refusal(NESTED_JSON)).toMatchObject({
    code: 'limit-exceeded',
    message: 'The report nests more than 100 deep.',
    remedy: 'Give a JSON report that deadweight wrote.',
  });
  expect(refusal(WIDE_JSON).message).toBe('The report has more than 300,000 values.');
});
