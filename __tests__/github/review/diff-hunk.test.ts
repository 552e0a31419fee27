import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffHunks, hunkWith, linesOf } from '../../../src/github/review/diff-hunk.ts';

const PATCH = [
  '@@ -1,4 +1,5 @@ FROM x',
  ' FROM a',
  '-RUN old',
  '+RUN new',
  '+@@ -9,9 +9,9 @@ not a header',
  ' ',
  ' RUN last',
  '@@ -20 +21,2 @@',
  '-gone',
  '+RUN 21',
  '+RUN 22',
  '\\ No newline at end of file',
].join('\n');

describe('the hunks of a patch', () => {
  it('have the lines of the right side with their numbers', () => {
    const [first, second, ...rest] = diffHunks(PATCH);
    expect(rest).toEqual([]);
    expect(first?.startLine).toBe(1);
    expect(first?.lines.map(({ text, isAdded }) => [text, isAdded])).toEqual([
      ['FROM a', false],
      ['RUN new', true],
      ['@@ -9,9 +9,9 @@ not a header', true],
      ['', false],
      ['RUN last', false],
    ]);
    expect(second).toEqual({
      startLine: 21,
      lines: [
        { text: 'RUN 21', isAdded: true },
        { text: 'RUN 22', isAdded: true },
      ],
    });
  });

  it.each([
    [1, 5, 1],
    [2, 2, 1],
    [21, 22, 21],
    [5, 6, undefined],
    [4, 21, undefined],
    [22, 23, undefined],
    [0, 1, undefined],
    [3, 2, undefined],
  ])('have lines %i to %i together, or not', (start, end, found) => {
    expect(hunkWith(diffHunks(PATCH), start, end)?.startLine).toBe(found);
  });

  it('give lines by their numbers', () => {
    const [first] = diffHunks(PATCH);
    const texts = (start: number, end: number) => first && linesOf(first, start, end).map(({ text }) => text);
    expect(texts(2, 2)).toEqual(['RUN new']);
    expect(texts(4, 99)).toEqual(['', 'RUN last']);
    expect(texts(40, 50)).toEqual([]);
  });

  it('are none in what is no patch, and never throw', () => {
    expect(diffHunks('')).toEqual([]);
    expect(diffHunks('+a\n b\n@@ nothing @@\n+c')).toEqual([]);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void diffHunks(text)));
  });
});
