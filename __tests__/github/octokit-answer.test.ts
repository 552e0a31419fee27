import { describe, expect, it } from 'vitest';
import type { GitHubApi } from '../../src/github/api.ts';
import { publishComment } from '../../src/github/comment.ts';
import { publishSuggestions } from '../../src/github/review/publish-suggestions.ts';
import type { Answer } from '../support/github-server/answers.ts';
import type { LoggedRequest } from '../support/github-server/server.ts';
import { ADDED, suggesting, wanted } from './review/review-fixture.ts';
import { apiOf, BASE, fakeTime, HEAD, requestOf, server } from './server-fixture.ts';

/** A proxy that asks for a login answers so, whatever was asked. */
const PORTAL: Answer = {
  status: 200,
  body: '<html><title>Sign in</title></html>',
  headers: { 'content-type': 'text/html' },
};

const AUTHOR = { login: 'octocat', type: 'User' };
const COMMENT = { id: 1, node_id: 'IC_1', html_url: 'https://github.com/x', body: 'x', user: AUTHOR };
const PULL = {
  number: 7,
  state: 'open',
  head: { sha: HEAD, repo: { full_name: 'octo/app' } },
  base: { ref: 'main', sha: BASE },
  merge_commit_sha: null,
};
const REVIEW_COMMENT = { id: 1, body: 'x', user: AUTHOR, path: 'Dockerfile', side: 'RIGHT', line: 3 };

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

/** What reads an answer, by what GitHub is asked to do. */
const READERS: Readonly<Record<string, (api: GitHubApi) => Promise<unknown>>> = {
  'show pull request 7': api => api.getPullRequest(7),
  'list the pull requests': api => api.findPullRequests({ owner: 'eve', branch: 'fix', sha: HEAD }),
  'list the comments': api => all(api.listComments(7)),
  'show the comment': api => api.getComment(1),
  'post the comment': api => api.createComment(7, 'x'),
  'update the comment': api => api.updateComment(1, 'x'),
  'list the files of the pull request': api => all(api.reviews.files(7)),
  'show a file of the pull request': api => api.reviews.fileAt(7, 0),
  'list the review comments': api => all(api.reviews.comments(7)),
  'post the suggestions': api =>
    api.reviews.post(7, HEAD, [{ path: 'Dockerfile', startLine: 1, endLine: 1, body: 'x' }]),
  'update a suggestion': api => api.reviews.update(1, 'x'),
};

const JSON_OF_NO_READER: readonly unknown[] = [null, true, 7, { message: 'x' }, [7], [null], [[]], 2n ** 70n];

/** What comes of an answer to the first request, and how often it was made. */
async function readAnswer(answer: Answer, read: (api: GitHubApi) => Promise<unknown>) {
  const github = await server();
  github.inject({ answer, times: 100 });
  const time = fakeTime();
  const outcome = await read(apiOf(github, 'ghs_write', time)).catch((error: unknown) => error);
  return { outcome, requests: github.requests.length, waits: time.waits };
}

describe('an answer that is not what GitHub answers', () => {
  it.each(Object.entries(READERS))('%s: the page of a proxy is told of, once', async (what, read) => {
    const { outcome, requests } = await readAnswer(PORTAL, read);
    expect(outcome).toMatchObject({
      name: 'GitHubRequestError',
      code: 'github-request-failed',
      status: null,
      message: `GitHub did not ${what}: its answer cannot be read (it is not JSON).`,
      remedy: expect.stringContaining('whether a proxy answers in place of GitHub'),
    });
    expect(requests).toBe(1);
  });

  it.each(Object.entries(READERS))('%s: JSON of another shape', async (what, read) => {
    for (const value of JSON_OF_NO_READER) {
      const body = typeof value === 'bigint' ? String(value) : JSON.stringify(value);
      const { outcome } = await readAnswer({ status: 200, body }, read);
      expect(outcome).toMatchObject({ code: 'github-request-failed' });
      expect(outcome).toHaveProperty('message', expect.stringContaining(`not ${what}: its answer cannot be`));
    }
  });

  it.each<readonly [string, unknown, string, string]>([
    ['show pull request 7', { ...PULL, head: undefined }, 'head is missing', 'no head'],
    ['show pull request 7', { ...PULL, base: null }, 'base must be keys with values', 'no base'],
    ['show pull request 7', { ...PULL, head: { sha: '--x' } }, 'head.sha is not a commit', 'an option'],
    ['show pull request 7', { ...PULL, head: { sha: HEAD, repo: {} } }, 'full_name is missing', 'no name'],
    ['list the pull requests', [PULL, {}], '[1].number is missing', 'one that is empty'],
    ['list the comments', [COMMENT, { ...COMMENT, id: 'x' }], '[1].id must be a', 'an id that is text'],
    ['list the review comments', [{ ...REVIEW_COMMENT, line: 'x' }], '[0].line must be a', 'no line'],
    ['list the files of the pull request', [{ filename: 5 }], '[0].filename must be a text', 'no name'],
  ])('%s: says where (%#)', async (what, body, where) => {
    const { outcome } = await readAnswer({ status: 200, body }, READERS[what] ?? Promise.reject);
    expect(outcome).toHaveProperty('message', expect.stringContaining(where));
  });

  it('may be an id beyond the numbers of JavaScript, and an error full of them', async () => {
    const body = JSON.stringify(COMMENT).replace('"id":1', '"id":123456789012345678901234567890');
    expect((await readAnswer({ status: 200, body }, api => api.getComment(1))).outcome).toHaveProperty(
      'message',
      'GitHub did not show the comment: its answer cannot be read (id must be a number).',
    );
    const error = { status: 400, body: '{"code":123456789012345678901234567890}' };
    expect((await readAnswer(error, api => api.getComment(1))).outcome).toMatchObject({
      code: 'github-request-failed',
      message: expect.stringContaining('its answer cannot be read (Do not know how to serialize a BigInt).'),
    });
  });

  it('is asked for again where nothing of it came', async () => {
    const github = await server();
    github.inject({ answer: { status: 200, body: '' } });
    const time = fakeTime();
    expect(await apiOf(github, 'ghs_write', time).getPullRequest(7)).toMatchObject({ number: 7 });
    expect(time.waits).toEqual([1000]);
    const { outcome } = await readAnswer({ status: 200, body: '' }, api => api.getPullRequest(7));
    expect(outcome).toHaveProperty(
      'message',
      'GitHub did not show pull request 7: no answer (its answer was empty, or was cut off).',
    );
  });

  it.each([PORTAL, ...['null', '[]', '{"data":7}', '{"errors":7}'].map(body => ({ status: 200, body }))])(
    'leaves unknown what only GraphQL tells: %j',
    async answer => {
      expect((await readAnswer(answer, api => api.viewer())).outcome).toBeNull();
      expect((await readAnswer(answer, api => api.commentHistory('IC_1'))).outcome).toEqual([]);
    },
  );
});

describe('what GitHub leaves out', () => {
  it('is no reason to refuse an answer', async () => {
    const ghost = { ...COMMENT, user: null, body: undefined };
    expect((await readAnswer({ status: 200, body: ghost }, api => api.getComment(1))).outcome).toMatchObject({
      body: '',
      author: null,
    });
    const pull = { ...PULL, head: { sha: HEAD, repo: null }, merge_commit_sha: undefined };
    const { outcome } = await readAnswer({ status: 200, body: pull }, api => api.getPullRequest(7));
    expect(outcome).toMatchObject({ headRepository: null, mergeSha: null });
    const { path, id } = REVIEW_COMMENT;
    const bare = { status: 200, body: [{ id, path, body: 'x', user: null, line: null }] };
    expect((await readAnswer(bare, api => all(api.reviews.comments(7)))).outcome).toEqual([
      { id, path, body: 'x', author: null, lines: null, replyTo: null },
    ]);
  });
});

describe('the comment of a pull request', () => {
  const isOfReviews = ({ path }: LoggedRequest): boolean =>
    /\/(?:files|reviews)$|\/pulls\/7\/comments$/.test(path);

  it('is posted where the answers about its reviews and GraphQL cannot be read', async () => {
    const github = await server(ADDED);
    const isAside = (request: LoggedRequest): boolean => isOfReviews(request) || request.path === '/graphql';
    github.inject({ matches: isAside, answer: PORTAL, times: 100 });
    const api = apiOf(github);
    const { outcome, notices, standing } = await publishSuggestions(api, suggesting([wanted(3)]));
    expect([outcome, standing]).toEqual(['failed', []]);
    expect(notices).toMatchObject([
      {
        code: 'suggestions-not-posted',
        message: expect.stringContaining('list the files of the pull request'),
      },
    ]);
    expect(await publishComment(api, requestOf())).toMatchObject({ outcome: 'created', notice: null });
    expect(github.comments(7)).toHaveLength(1);
    // Where nothing was to be suggested, nobody misses it.
    expect((await publishSuggestions(api, suggesting([]))).notices).toEqual([]);
  });

  it('stays posted where only the look afterwards cannot be read', async () => {
    const github = await server();
    const api = apiOf(github);
    const isAfter = ({ method }: LoggedRequest): boolean => method === 'GET' && github.comments(7).length > 0;
    github.inject({ matches: isAfter, answer: PORTAL, times: 100 });
    expect(await publishComment(api, requestOf())).toMatchObject({ outcome: 'created', notice: null });
  });

  it('is not called posted where a proxy took it', async () => {
    const github = await server();
    github.inject({ matches: ({ method }) => method === 'POST', answer: PORTAL });
    expect(await publishComment(apiOf(github), requestOf())).toMatchObject({
      outcome: 'failed',
      notice: { code: 'comment-not-posted', message: expect.stringContaining('post the comment') },
    });
  });
});
