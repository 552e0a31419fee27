import { describe, expect, it } from 'vitest';
import { changedHunks } from '../../../src/github/review/changed-hunks.ts';
import type { FakeFile } from '../../support/github-server/state.ts';
import { apiOf, server } from '../server-fixture.ts';
import { added } from './review-fixture.ts';

const many = (count: number): FakeFile[] =>
  Array.from({ length: count }, (_, index) => added(['x'], `src/${index}.ts`));

async function found(files: readonly FakeFile[], paths: readonly string[]) {
  const github = await server({ pullRequests: [{ number: 7, files }] });
  const hunks = await changedHunks(apiOf(github), 7, new Set(paths));
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
