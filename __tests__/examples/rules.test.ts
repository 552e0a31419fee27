import { describe, expect, it } from 'vitest';
import { exampleNames, ruleExample } from '../../script/documents/rule-example.ts';
import { RULE_PAGES } from '../../script/documents/rule-pages.ts';
import { applyEdits } from '../../src/dockerfile/edit/apply-edits.ts';
import { RULES } from '../../src/findings/rules.ts';

describe('the examples of the rules', () => {
  it('are there for every rule, and for no other', () => {
    expect(exampleNames().toSorted()).toEqual(RULES.map(({ id }) => id).toSorted());
  });

  it.each(RULES.map(({ id }) => id))('%s is found in its example, and its fix can be made', rule => {
    const { dockerfile, finding } = ruleExample(rule);
    expect(finding.rule).toBe(rule);
    const text = `${dockerfile.join('\n')}\n`;
    const made = applyEdits({ dockerfile: text, ignore: '' }, finding.edits, 'Dockerfile');
    if (finding.edits.length > 0) expect(made).not.toEqual({ dockerfile: text, ignore: '' });
    expect(made).not.toHaveProperty('reason');
  });

  it('are all shown', () => {
    expect(RULE_PAGES.map(({ path }) => path)).toEqual(RULES.map(({ id }) => `docs/rules/${id}.md`));
  });
});
