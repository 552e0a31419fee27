import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findHunk,
  linesBetween,
  parseHunks,
  readChangedHunks,
} from '../../../src/github/review/diff-hunk.ts';
import type { FakeFile } from '../../support/github-server/state.ts';
import { apiOf, server } from '../server-fixture.ts';
import { added } from './review-fixture.ts';

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
    const [first, second, ...rest] = parseHunks(PATCH);
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
    expect(findHunk(parseHunks(PATCH), start, end)?.startLine).toBe(found);
  });

  it('give lines by their numbers', () => {
    const [first] = parseHunks(PATCH);
    const texts = (start: number, end: number) =>
      first && linesBetween(first, start, end).map(({ text }) => text);
    expect(texts(2, 2)).toEqual(['RUN new']);
    expect(texts(4, 99)).toEqual(['', 'RUN last']);
    expect(texts(40, 50)).toEqual([]);
  });

  it('are none in what is no patch, and never throw', () => {
    expect(parseHunks('')).toEqual([]);
    expect(parseHunks('+a\n b\n@@ nothing @@\n+c')).toEqual([]);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void parseHunks(text)));
  });
});

const many = (count: number): FakeFile[] =>
  Array.from({ length: count }, (_, index) => added(['x'], `src/${index}.ts`));

async function found(files: readonly FakeFile[], paths: readonly string[]) {
  const github = await server({ pullRequests: [{ number: 7, files }] });
  const hunks = await readChangedHunks(apiOf(github), 7, new Set(paths));
  return { hunks, queries: github.requests.map(({ query }) => query) };
}

describe('the hunks of changed files', () => {
  it('are found on any page', async () => {
    const { hunks, queries } = await found([...many(250), added(['FROM a'])], ['Dockerfile', 'nope']);
    expect([...hunks.keys()]).toEqual(['Dockerfile']);
    expect(hunks.get('Dockerfile')?.[0]?.lines).toEqual([{ text: 'FROM a', isAdded: true }]);
    expect(queries).toEqual(['?per_page=100&page=1', '?per_page=100&page=2', '?per_page=100&page=3']);
  });

  it('are asked for no longer than needed', async () => {
    const { queries } = await found([added(['FROM a']), ...many(250)], ['Dockerfile']);
    expect(queries).toEqual(['?per_page=100&page=1']);
  });

  it('are asked for alone where the answer had too many lines', async () => {
    const long = added(
      Array.from({ length: 20_000 }, () => 'x'),
      'long.txt',
    );
    const { hunks, queries } = await found([...many(3), long, added(['FROM a'])], ['Dockerfile']);
    expect(hunks.get('Dockerfile')).toHaveLength(1);
    expect(queries.at(-1)).toBe('?per_page=1&page=5');
  });

  it('are none where GitHub has no patch', async () => {
    const { hunks } = await found(
      [{ filename: 'Dockerfile', status: 'modified', patch: null }],
      ['Dockerfile'],
    );
    expect(hunks.size).toBe(0);
  });
});
