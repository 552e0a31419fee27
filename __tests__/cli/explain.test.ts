import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainRule } from '../../src/cli/explain.ts';
import { parseArguments } from '../../src/cli/program.ts';
import { RULE_PAGES_FOLDER, ruleAddress } from '../../src/findings/rule-address.ts';
import { RULES } from '../../src/findings/rules.ts';
import { folderOf } from '../support/folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = join(ROOT, RULE_PAGES_FOLDER);
const OPTIONS = { columns: 80, color: false };

describe('deadweight explain', () => {
  it.each(RULES)('$id prints its page', ({ id, whenToIgnore }) => {
    const text = explainRule(id, OPTIONS, PAGES);
    expect(text).toMatch(new RegExp(`^${id}\n`));
    const words = whenToIgnore.replaceAll('`', '').split(' ').slice(0, 4).join(' ');
    expect(text.replace(/\s+/g, ' ')).toContain(words);
    expect(text).toContain(`    # deadweight ignore=${id} the reason\n`);
    expect(text.endsWith(`\n${ruleAddress(id)}\n`)).toBe(true);
    // Nothing of Markdown is left but in blocks of code.
    for (const line of text.split('\n').filter(each => !each.startsWith('    '))) {
      expect(line).not.toMatch(/\*\*\S|`|^\||^#|\]\(|<!--/);
      if (!line.includes('://')) expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  it('lists all rules, each in a line of its own', () => {
    const text = explainRule(null, OPTIONS, PAGES);
    for (const { id } of RULES) expect(text).toMatch(new RegExp(`^  ${id} +\\S`, 'm'));
  });

  it('prints what it knows where the pages are not there', async () => {
    const text = explainRule('npm-cache', OPTIONS, await folderOf());
    expect(text).toMatch(/^npm-cache\n\nPackages that npm downloads\. [\s\S]*\nAbout two fifths/);
  });

  it.each([
    ['npm-cash', 'Run deadweight explain npm-cache, or deadweight explain to list all rules.'],
    ['../../package', 'Run deadweight explain to list all rules.'],
  ])('%s is no rule', (name, remedy) => {
    expect(() => explainRule(name, OPTIONS, PAGES)).toThrow(
      expect.objectContaining({ code: 'usage', remedy }),
    );
  });

  it('takes a rule, or none', () => {
    expect(parseArguments(['explain'], '')).toMatchObject({ request: { command: 'explain', rule: null } });
    expect(parseArguments(['explain', 'a'], '')).toMatchObject({
      request: { command: 'explain', rule: 'a' },
    });
  });
});

it('addresses are of the repository that package.json and the README name', () => {
  const { repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const name = repository.replace(/^github:/, '');
  expect(ruleAddress('no-user')).toBe(`https://github.com/${name}/blob/main/docs/rules/no-user.md`);
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`uses: ${name}@`);
  expect(ruleAddress('nonsense')).toBeNull();
});
