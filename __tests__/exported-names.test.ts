import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../src');
const EXPORT = /^export (?:abstract |async )*(?:function\*?|const|class|interface|type|enum) (\w+)/gm;

it('one exported name of the house is one thing', () => {
  const files = new Map<string, Set<string>>();
  for (const file of globSync('**/*.ts', { cwd: SRC })) {
    for (const [, name = ''] of readFileSync(join(SRC, file), 'utf8').matchAll(EXPORT)) {
      files.set(name, (files.get(name) ?? new Set()).add(file));
    }
  }
  expect(files.size).toBeGreaterThan(500);
  const shared = [...files]
    .filter(([, its]) => its.size > 1)
    .map(([name, its]) => `${name}: ${[...its].join(', ')}`);
  expect(shared).toEqual([]);
});
