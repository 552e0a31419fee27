import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseBudgets } from '../../src/budget/parse-budgets.ts';
import { parseArguments } from '../../src/cli/program.ts';
import { parseConfig } from '../../src/run/config/config-file.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = await readFile(join(ROOT, 'README.md'), 'utf8');

/** The fenced blocks of a language. */
function blocks(language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, body = '']) => body,
  );
}

/** `a b # comment` → `a`, `b`. */
function words(line: string): string[] {
  return line.replace(/ #.*$/, '').trim().split(/\s+/);
}

describe('the README', () => {
  const commands = blocks('sh')
    .flatMap(block => block.split('\n'))
    .filter(line => line.trim() !== '');

  it.each(commands.filter(line => line.startsWith('deadweight ')))(
    'shows a command that is understood: %s',
    line => {
      const [, ...args] = words(line);
      expect(parseArguments(args, '0.0.0')).toMatchObject({ request: { command: args[0] } });
    },
  );

  it.each(commands.filter(line => line.startsWith('script/')))(
    'shows a script that is there: %s',
    async line => {
      await expect(access(join(ROOT, words(line)[0] ?? ''))).resolves.toBeUndefined();
    },
  );

  it('shows a configuration that is valid', () => {
    const shown = blocks('yaml').filter(block => block.includes('budgets:'));
    expect(shown).toHaveLength(1);
    const { budgets = {} } = parseConfig(shown[0] ?? '', 'README.md').config;
    expect(Object.keys(budgets)).toHaveLength(5);
    const names = parseBudgets(budgets).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(budgets)));
  });

  it('links to files that are there', async () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(3);
    for (const path of links) await expect(access(join(ROOT, path)), path).resolves.toBeUndefined();
  });
});
