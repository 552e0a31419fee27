import { describe, expect, it } from 'vitest';
import { apiOf, BOT, HEAD, NEWER, server } from '../server-fixture.ts';
import { ADDED, added, LINES } from './review-fixture.ts';

/** Lines 1 to 3 and 10 to 12 of a Dockerfile. */
const TWO_HUNKS = {
  filename: 'Dockerfile',
  status: 'modified' as const,
  patch: '@@ -1,2 +1,3 @@\n FROM a\n+RUN 2\n RUN 3\n@@ -9,2 +10,3 @@\n RUN 10\n-old\n+RUN 11\n+RUN 12',
};

const review = (comments: readonly object[], more: object = {}) =>
  JSON.stringify({ event: 'COMMENT', commit_id: HEAD, comments, ...more });
const on = (line: number, more: object = {}) => ({
  path: 'Dockerfile',
  body: 'x',
  line,
  side: 'RIGHT',
  ...more,
});

async function asking(options: Parameters<typeof server>[0]) {
  const github = await server(options);
  const ask = async (path: string, init: RequestInit = {}, token = 'ghs_write') => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${github.url}/repos/octo/app/pulls/${path}`, { ...init, headers });
    const text = await response.text();
    return { status: response.status, json: text === '' ? null : JSON.parse(text) };
  };
  return { github, ask };
}

/** The server stands for GitHub in the tests of suggestions. */
describe('the server that stands for GitHub refuses a review', () => {
  it.each([
    ['on a line outside of the diff', review([on(7)]), 'line must be part of the diff'],
    ['of two hunks', review([on(11, { start_line: 2, start_side: 'RIGHT' })]), 'same hunk'],
    ['whose first line is its last', review([on(2, { start_line: 2 })]), 'start line must precede'],
    ['of a file that is not in the diff', review([{ ...on(2), path: 'x' }]), 'Path could not be resolved'],
    [
      'on a commit of another branch',
      review([on(2)], { commit_id: '0'.repeat(40) }),
      'not part of the pull request',
    ],
    ['that says nothing', review([]), 'cannot be blank'],
    ['with a comment that says nothing', review([on(2, { body: ' ' })]), "can't be blank"],
    ['with a comment that is too long', review([on(2, { body: 'x'.repeat(65_537) })]), 'too long'],
    ['of which one comment is wrong', review([on(2), on(7)]), 'must be part of the diff'],
  ])('%s', async (_what, body, message) => {
    const { github, ask } = await asking({ pullRequests: [{ number: 7, files: [TWO_HUNKS] }] });
    const answer = await ask('7/reviews', { method: 'POST', body });
    expect(answer).toMatchObject({
      status: 422,
      json: { message: 'Unprocessable Entity', errors: [expect.stringContaining(message)], status: '422' },
    });
    expect([github.reviews(7), github.reviewComments(7)]).toEqual([[], []]);
  });

  it('of a token that may only read, and on a conversation that is locked', async () => {
    const body = review([on(2)]);
    const { ask } = await asking({ pullRequests: [{ number: 7, files: [TWO_HUNKS], locked: true }] });
    expect(await ask('7/reviews', { method: 'POST', body }, 'ghs_read')).toMatchObject({
      status: 403,
      json: { message: 'Resource not accessible by integration' },
    });
    expect(await ask('7/reviews', { method: 'POST', body })).toMatchObject({ status: 403 });
    expect(await ask('8/reviews', { method: 'POST', body })).toMatchObject({ status: 404 });
  });
});

describe('the comments of a review', () => {
  it('are made on lines of the diff, context too, and take replies', async () => {
    const { github, ask } = await asking({ pullRequests: [{ number: 7, files: [TWO_HUNKS] }] });
    const range = on(3, { start_line: 1, start_side: 'RIGHT' });
    await ask('7/reviews', { method: 'POST', body: review([range, on(12)]) });
    const list = await ask('7/comments');
    expect(list.json).toMatchObject([
      { line: 3, start_line: 1, side: 'RIGHT', commit_id: HEAD, user: BOT },
      { line: 12, start_line: null, start_side: null, path: 'Dockerfile' },
    ]);
    const id = list.json[0].id;
    const replied = await ask(`7/comments/${id}/replies`, { method: 'POST', body: '{"body":"no"}' });
    expect(replied).toMatchObject({ status: 201, json: { in_reply_to_id: id, body: 'no' } });
    const again = `7/comments/${replied.json.id}/replies`;
    expect((await ask(again, { method: 'POST', body: '{"body":"no"}' })).status).toBe(404);
    expect((await ask(`comments/${id}`, { method: 'DELETE' }, 'ghs_read')).status).toBe(403);
    expect((await ask(`comments/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(`comments/${id}`)).status).toBe(404);
    expect(github.reviews(7)).toHaveLength(1);
  });

  it('move with their lines, and are outdated when these change', async () => {
    const { github, ask } = await asking(ADDED);
    const range = on(4, { start_line: 3, start_side: 'RIGHT' });
    await ask('7/reviews', { method: 'POST', body: review([range, on(6)]) });
    github.setHead(7, NEWER, [added(['FROM a', '# x', ...LINES.slice(1).with(4, 'RUN six')])]);
    expect((await ask('7/comments')).json).toMatchObject([
      { start_line: 4, line: 5, original_start_line: 3, original_line: 4, commit_id: NEWER },
      { start_line: null, line: null, position: null, original_line: 6, commit_id: HEAD },
    ]);
    const late = { method: 'POST', body: review([on(6)]) };
    expect((await ask('7/reviews', late)).status).toBe(200);
    expect((await ask('7/comments')).json.at(-1)).toMatchObject({ line: null, original_commit_id: HEAD });
  });

  it('are paged, and what is gone is fine', async () => {
    const { github } = await asking(ADDED);
    const api = apiOf(github);
    const drafts = Array.from({ length: 30 }, (_, index) => ({
      path: 'Dockerfile',
      startLine: index + 1,
      endLine: index + 1,
      body: `${index}`,
    }));
    for (let round = 0; round < 4; round += 1) await api.reviews.post(7, HEAD, drafts);
    const pages: number[] = [];
    for await (const page of api.reviews.comments(7)) pages.push(page.length);
    expect(pages).toEqual([100, 20]);
    const id = github.reviewComments(7)[0]?.id ?? 0;
    await api.reviews.update(id, 'other');
    expect(github.reviewComments(7)[0]?.body).toBe('other');
    await api.reviews.remove(id);
    await api.reviews.remove(id);
    await api.reviews.update(id, 'x');
    expect(github.reviewComments(7)).toHaveLength(119);
  });
});
