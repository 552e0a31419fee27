import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { parseReport } from '../../../src/report/json.ts';
import type { Report } from '../../../src/report/report.ts';

const SCHEMA = join(import.meta.dirname, '../../../schema/report.schema.json');
const ajv = new Ajv2020({ allowUnionTypes: true, formats: { 'date-time': true }, allErrors: true });

/** A JSON report, held to the published schema. */
export async function reportOf(text: string): Promise<Report> {
  const schema: unknown = JSON.parse(await readFile(SCHEMA, 'utf8'));
  if (typeof schema !== 'object' || schema === null) throw new TypeError('a schema is an object');
  const validate = ajv.compile(schema);
  validate(JSON.parse(text));
  expect(validate.errors).toBeNull();
  return parseReport(text);
}

export async function reportIn(path: string): Promise<Report> {
  return reportOf(await readFile(path, 'utf8'));
}

/** `own Dockerfile:2-4 RUN echo`: origin, lines and the first words of each layer. */
export function layersOf({ layers }: Report): readonly string[] {
  return layers.map(({ origin, instruction }) => {
    if (!instruction) return origin;
    const { file, startLine, endLine, text } = instruction;
    const lines = startLine === endLine ? startLine : `${startLine}-${endLine}`;
    return `${origin} ${file}:${lines} ${text.split(/\s+/).slice(0, 2).join(' ')}`;
  });
}
