import { readdirSync, readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { RULE_PAGES } from '../../script/documents/rule-pages.ts';
import { BASELINES } from '../../src/baseline/baseline-request.ts';
import { parseArguments } from '../../src/cli/program.ts';
import { COMMENT_POLICIES } from '../../src/github/comment-policy.ts';
import { parseConfig } from '../../src/run/config/config-file.ts';
import { parseBudgets } from '../support/budgets.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = ['README.md', 'CONTRIBUTING.md', ...markdownIn('docs')].map(path => ({
  path,
  text: readFileSync(join(ROOT, path), 'utf8'),
}));

/** Markdown files of a folder and of the folders in it, relative to the repository. */
function markdownIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => `${folder}/${name}`);
}

/** The fenced blocks of a language in all pages. */
function blocks(language: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm');
  return PAGES.flatMap(({ text }) => [...text.matchAll(fence)].map(([, body = '']) => body));
}

/** `a b # comment` → `a`, `b`. */
function words(line: string): readonly string[] {
  const parts = line.replace(/ #.*$/, '').match(/(?:'[^']*'|\S)+/g) ?? [];
  return parts.map(part => part.replaceAll("'", ''));
}

/** The names that GitHub gives to the headings of a page. */
function anchors(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the documentation', () => {
  // What is piped into a command is no concern of its arguments.
  const lines = [...new Set(blocks('sh').flatMap(block => block.split('\n')))].map(line =>
    line.replace(/^docker save \S+ \| /, ''),
  );

  it.each(lines.filter(line => line.startsWith('deadweight ')))(
    'shows a command that is understood: %s',
    line => {
      const [, ...args] = words(line);
      const command = args.includes('--shared') ? 'shared' : args[0];
      expect(parseArguments(args, '0.0.0')).toMatchObject({ request: { command } });
    },
  );

  it.each(lines.filter(line => line.startsWith('script/')))(
    'shows a script that is there: %s',
    async line => {
      await expect(access(join(ROOT, words(line)[0] ?? ''))).resolves.toBeUndefined();
    },
  );

  it('shows no other commands', () => {
    const others = lines.filter(line => line !== '' && !/^(?:deadweight |script\/)/.test(line));
    expect(others).toEqual([]);
  });

  const configurations = blocks('yaml').filter(block => block.includes('budgets:'));

  it.each(configurations)('shows a configuration that is valid: %s', text => {
    const { budgets } = parseConfig(text, 'README.md');
    const names = parseBudgets(budgets).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(budgets)));
  });

  it('shows steps with inputs that the Action has', () => {
    const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'));
    const steps = z.array(z.object({ uses: z.string(), with: z.record(z.string(), z.unknown()) }));
    const shown = blocks('yaml').flatMap(block => steps.safeParse(parse(block)).data ?? []);
    expect(shown).not.toEqual([]);
    for (const step of shown)
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with)));
  });

  it.each([
    ['docs/pull-requests.md', COMMENT_POLICIES],
    ['docs/baselines.md', BASELINES],
  ])('%s has a row for each value of its input', (path, values) => {
    const text = PAGES.find(page => page.path === path)?.text ?? '';
    const rows = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, value]) => value);
    expect(rows.toSorted()).toEqual([...values].sort());
  });

  it.each(PAGES)('links to files and headings that are there: $path', async ({ path, text }) => {
    for (const [, target = '', anchor] of text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)) {
      const file = target === '' ? join(ROOT, path) : join(ROOT, dirname(path), target);
      await expect(access(file), target).resolves.toBeUndefined();
      if (anchor !== undefined) expect(anchors(readFileSync(file, 'utf8')), target).toContain(anchor);
    }
  });

  it('is linked from the README, page by page', () => {
    const readme = PAGES[0]?.text ?? '';
    for (const { path } of PAGES.slice(1)) expect(readme).toContain(`](${path})`);
    expect(readme.split('\n').length).toBeLessThan(300);
  });

  it('has a page for each rule, which says what the rule says of its example', () => {
    for (const { path, make } of RULE_PAGES) {
      expect(PAGES.find(page => page.path === path)?.text, 'run npm run generate').toBe(make(''));
    }
  });
});
