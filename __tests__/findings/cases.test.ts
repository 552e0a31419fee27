import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findAll } from '../../src/findings/find-all.ts';
import { RULES } from '../../src/findings/rules.ts';
import { fabricate, layerSpec } from '../compare/fabricate.ts';

const CASES = join(import.meta.dirname, 'cases');

/** An image, and what must be found in it: findings as in JSON, of which only what is named is compared. */
const findingCase = z.strictObject({
  why: z.string(),
  baseKnown: z.boolean().optional(),
  /** The same layer so many times on top. */
  copies: z.number().optional(),
  layers: z.array(layerSpec),
  findings: z.array(z.looseObject({ rule: z.string() })),
});

test('every rule has cases, and every folder of cases a rule', () => {
  expect(readdirSync(CASES).sort()).toEqual(RULES.map(rule => rule.id).sort());
});

describe.each(readdirSync(CASES))('%s', rule => {
  test.each(readdirSync(join(CASES, rule)))('%s', name => {
    const text = readFileSync(join(CASES, rule, name), 'utf8');
    const { layers, copies, findings, baseKnown } = findingCase.parse(JSON.parse(text));
    const last = layers.slice(-1);
    const all = [...layers, ...Array.from({ length: copies ?? 0 }, () => last).flat()];
    const found = findAll(fabricate(all, { baseKnown: baseKnown ?? true }));
    expect(found).toMatchObject(findings);
    expect(found).toHaveLength(findings.length);
  });
});
