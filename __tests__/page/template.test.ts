import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { OWN_PROPERTIES, pageTemplate } from '../../script/page-template.ts';

/** Bytes of script and style together: what a page weighs beside its data. */
const MAX_CODE = 80_000;

/** Files that say what a page is told, as JSON. */
const DATA = [
  ...['document', 'details', 'words'].map(name => `report/html/page-${name}`),
  ...['report/html/file-table', 'report/trend-schema', 'base/phrase', 'findings/fix/patch-lines'],
];

function partOf(template: string, pattern: RegExp): string {
  const [, part] = pattern.exec(template) ?? [];
  if (part === undefined) throw new Error(`The template has no ${pattern.source}.`);
  return part;
}

describe('the template of the page', () => {
  it('has little code', async () => {
    const template = await pageTemplate();
    const script = partOf(template, /<script>([\s\S]*)<\/script>/);
    const style = partOf(template, /<style>([\s\S]*)<\/style>/);
    expect(script.length).toBeGreaterThan(10_000);
    expect(style.length).toBeGreaterThan(1000);
    expect(Buffer.byteLength(script) + Buffer.byteLength(style)).toBeLessThanOrEqual(MAX_CODE);
  });

  it('shortens no name that its data have', async () => {
    const texts = await Promise.all(DATA.map(name => readFile(`src/${name}.ts`, 'utf8')));
    // Properties of types, of literals of them, and of schemas.
    const found = texts.join('\n').matchAll(/\breadonly (\w+)\??:|^ +(\w+):/gm);
    const names = Array.from(found, ([, property, key]) => property ?? key ?? '');
    for (const name of ['isCompared', 'startLine', 'pullRequest']) expect(names).toContain(name);
    expect(names.filter(name => OWN_PROPERTIES.test(name))).toEqual([]);
    expect('nameOf').toMatch(OWN_PROPERTIES);
  });
});
