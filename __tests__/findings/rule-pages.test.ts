import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/findings/rules.ts';

describe('what the page of a rule says', () => {
  it.each(RULES)('$id: sentences, about bytes, remedy and exceptions', ({ usual, remedy, whenToIgnore }) => {
    for (const text of [usual, remedy, whenToIgnore]) {
      expect(text).toMatch(/^[A-Z`\d].*[.)]$/);
      expect(text.length).toBeGreaterThan(20);
    }
    // A figure, or what it depends on.
    expect(usual).toMatch(/\d|bytes|megabytes|[Dd]epends|size|None|whatever|takes|tenth|share/);
  });

  it('is not the same for two rules without a cache', () => {
    const own = RULES.filter(({ id }) => !/-(?:cache|store|repository|packages|archives|lists)$/.test(id));
    expect(new Set(own.map(({ whenToIgnore }) => whenToIgnore)).size).toBeGreaterThan(own.length - 3);
  });
});
