import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** Every file of the repository that could be meant, from its top. */
const files = ['src', '__tests__', 'script', 'bench', 'docs', 'examples'].flatMap(folder =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(path => `/${folder}/${path}`),
);

it('CONTRIBUTING names files that are there', () => {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const named = [...text.matchAll(/`([\w./-]+\.(?:ts|mjs|sh|md|png|cjs))`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(50);
  const root = readdirSync(ROOT);
  // Names of examples in the text: how a file is called after its rule.
  const examples = ['kept-archives.ts', 'patched.comment.md'];
  const missing = named.filter(
    path =>
      !examples.includes(path) && !root.includes(path) && !files.some(file => file.endsWith(`/${path}`)),
  );
  expect(missing).toEqual([]);
});
