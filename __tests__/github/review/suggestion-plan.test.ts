import { describe, expect, it } from 'vitest';
import { parseHunks } from '../../../src/github/review/diff-hunk.ts';
import { draftSuggestion, isPossible } from '../../../src/github/review/suggestion-plan.ts';
import { wanted } from './review-fixture.ts';

/** Lines 8 to 14 of the file, of which the pull request made 11. */
const HUNKS = parseHunks(
  [
    '@@ -8,6 +8,7 @@',
    ...[8, 9, 10].map(n => ` RUN ${n}`),
    '+RUN 11',
    ...[12, 13, 14].map(n => ` RUN ${n}`),
  ].join('\n'),
);

describe('a suggestion', () => {
  it.each([
    ['on the line that was made', 11, ['RUN 11'], true],
    ['on lines of which one was made', 9, ['RUN 9', 'RUN 10', 'RUN 11'], true],
    ['on lines that are there for context', 9, ['RUN 9'], false],
    ['that begins before the hunk', 7, ['RUN 7', 'RUN 8'], false],
    ['that ends behind it', 14, ['RUN 14', 'RUN 15'], false],
    ['on another part of the file', 30, ['RUN 30'], false],
    ['on lines that were built otherwise', 11, ['RUN eleven'], false],
  ])('%s is possible or not', (_where, startLine, before, possible) => {
    expect(isPossible(wanted(startLine, ['RUN x'], { before }), HUNKS)).toBe(possible);
  });

  it('may change another line of an instruction that the pull request made a line of', () => {
    const { suggestion } = wanted(9);
    const about = { start: 9, end: 11 };
    expect(isPossible(draftSuggestion('Dockerfile', { ...suggestion, about }), HUNKS)).toBe(true);
    expect(
      isPossible(draftSuggestion('Dockerfile', { ...suggestion, about: { start: 9, end: 10 } }), HUNKS),
    ).toBe(false);
  });

  it('is not possible where the file is not in the diff', () => {
    expect(isPossible(wanted(11), [])).toBe(false);
  });

  it('is marked by what it replaces with what, wherever that stands', () => {
    const mark = wanted(11, ['RUN x'], { before: ['RUN 11'] }).mark;
    expect(wanted(12, ['RUN x'], { before: ['RUN 11'], text: 'other' }).mark).toBe(mark);
    const others = [
      wanted(11, ['RUN y'], { before: ['RUN 11'] }),
      wanted(11, ['RUN x'], { before: ['RUN 12'] }),
      wanted(11, ['RUN x'], { before: ['RUN 11'], path: 'other/Dockerfile' }),
      wanted(11, [], { before: ['RUN 11', 'RUN x'] }),
    ];
    expect(new Set([mark, ...others.map(each => each.mark)]).size).toBe(5);
    expect(mark).toMatch(/^[0-9a-f]{32}$/);
  });
});
