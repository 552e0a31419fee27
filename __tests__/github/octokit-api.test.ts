import { describe, expect, it } from 'vitest';
import { octokitApi } from '../../src/github/octokit-api.ts';
import {
  badGateway,
  primaryRateLimit,
  refusal,
  secondaryRateLimit,
} from '../support/github-server/answers.ts';
import { apiOf, BASE, BOT, fakeTime, HEAD, server } from './server-fixture.ts';

describe('requests', () => {
  it('reads every page of comments, a hundred at a time', async () => {
    const github = await server();
    for (let index = 0; index < 230; index += 1) github.addComment(7, BOT, `comment ${index}`);
    const pages: number[] = [];
    const bodies: string[] = [];
    for await (const page of apiOf(github).listComments(7)) {
      pages.push(page.length);
      bodies.push(...page.map(({ body }) => body));
    }
    expect(pages).toEqual([100, 100, 30]);
    expect(bodies).toEqual(Array.from({ length: 230 }, (_, index) => `comment ${index}`));
  });

  it('creates, reads, updates and deletes a comment, and tells what is gone', async () => {
    const github = await server();
    const api = apiOf(github);
    const { id, nodeId, author } = await api.createComment(7, 'one');
    expect(author).toEqual({ login: 'github-actions[bot]', isBot: true });
    expect(await api.updateComment(id, 'two')).toMatchObject({ id, body: 'two' });
    expect(await api.commentHistory(nodeId)).toEqual(['two', 'one']);
    await api.deleteComment(id);
    await api.deleteComment(id);
    expect(await api.getComment(id)).toBeNull();
    expect(await api.updateComment(id, 'three')).toBeNull();
    expect(await api.commentHistory(nodeId)).toEqual([]);
    expect(github.comments(7)).toEqual([]);
  });

  it('reads the pull request, and finds those of a fork by their head', async () => {
    const github = await server({
      pullRequests: [
        { number: 7 },
        { number: 8, headRepository: 'eve/app', headRef: 'fix' },
        { number: 9, headRepository: 'eve/app', headRef: 'fix', headSha: 'd'.repeat(40) },
        { number: 10, headRepository: 'eve/app', headRef: 'fix', state: 'closed' },
      ],
    });
    const api = apiOf(github);
    expect(await api.getPullRequest(7)).toEqual({
      number: 7,
      headSha: HEAD,
      headRepository: { owner: 'octo', name: 'app' },
      open: true,
      baseRef: 'main',
      baseSha: BASE,
      mergeSha: null,
    });
    const found = await api.findPullRequests({ owner: 'eve', branch: 'fix', sha: HEAD });
    expect(found.map(({ number }) => number)).toEqual([8]);
  });

  it('says who it is, or that it is not known', async () => {
    const tokens = { ghs_dark: { ...BOT, access: 'write', graphql: false } } as const;
    const github = await server({ tokens });
    expect(await apiOf(github, 'ghs_dark').viewer()).toBeNull();
    expect(await apiOf(await server()).viewer()).toBe('github-actions[bot]');
  });

  it('works on an Enterprise Server', async () => {
    const github = await server({ enterprise: true });
    const api = apiOf(github);
    const { id, nodeId } = await api.createComment(7, 'one');
    await api.updateComment(id, 'two');
    expect(await api.viewer()).toBe('github-actions[bot]');
    expect(await api.commentHistory(nodeId)).toEqual(['two', 'one']);
    expect(github.url).toMatch(/\/api\/v3$/);
  });
});

describe('refusals', () => {
  const cases = [
    ['ghs_read', 403, 'pull-requests: write'],
    ['ghs_unknown', 401, 'github.token'],
  ] as const;
  it.each(cases)(
    'a token that is %s is refused with status %i and a remedy',
    async (token, status, remedy) => {
      const failing = apiOf(await server(), token).createComment(7, 'one');
      await expect(failing).rejects.toMatchObject({
        code: 'github-request-failed',
        status,
        remedy: expect.stringContaining(remedy),
      });
    },
  );

  it('says which pull request does not exist', async () => {
    const failing = apiOf(await server()).getPullRequest(99);
    await expect(failing).rejects.toMatchObject({
      status: 404,
      message: expect.stringContaining('pull request 99'),
    });
  });

  it('is refused a body that is too long, and one that is blank', async () => {
    const api = apiOf(await server());
    await expect(api.createComment(7, 'x'.repeat(65_537))).rejects.toMatchObject({ status: 422 });
    await expect(api.createComment(7, ' \n')).rejects.toMatchObject({ status: 422 });
    expect((await api.createComment(7, 'x'.repeat(65_536))).body).toHaveLength(65_536);
  });

  it('does not try again what will be refused again', async () => {
    const github = await server();
    const time = fakeTime();
    await expect(apiOf(github, 'ghs_read', time).createComment(7, 'one')).rejects.toThrow(/403/);
    expect(github.requests).toHaveLength(1);
    expect(time.waits).toEqual([]);
  });
});

describe('trying again', () => {
  it('goes on after bad gateways and lost connections, waiting longer each time', async () => {
    const github = await server();
    github.inject({ answer: badGateway });
    github.inject({ answer: 'drop' });
    github.inject({ answer: refusal(503, 'Service unavailable') });
    const time = fakeTime();
    expect((await apiOf(github, 'ghs_write', time).createComment(7, 'one')).body).toBe('one');
    expect(time.waits).toEqual([1000, 2000, 4000]);
    expect(github.comments(7)).toHaveLength(1);
  });

  it('gives up after five attempts', async () => {
    const github = await server();
    github.inject({ answer: badGateway, times: 100 });
    await expect(apiOf(github).getPullRequest(7)).rejects.toMatchObject({ status: 502 });
    expect(github.requests).toHaveLength(5);
  });

  it('says when there was no answer', async () => {
    const github = await server();
    github.inject({ answer: 'drop', times: 100 });
    await expect(apiOf(github).getPullRequest(7)).rejects.toMatchObject({
      status: null,
      message: expect.stringContaining('no answer'),
    });
  });

  it.each([403, 429] as const)('waits as long as a secondary limit (%i) says', async status => {
    const github = await server();
    github.inject({ answer: secondaryRateLimit(status, 42) });
    const time = fakeTime();
    await apiOf(github, 'ghs_write', time).createComment(7, 'one');
    expect(time.waits).toEqual([42_000]);
  });

  it('waits a minute when a secondary limit says nothing', async () => {
    const github = await server();
    github.inject({ answer: secondaryRateLimit(403) });
    const time = fakeTime();
    await apiOf(github, 'ghs_write', time).createComment(7, 'one');
    expect(time.waits).toEqual([60_000]);
  });

  it('waits for the reset of a primary limit when it is near, and gives up when it is not', async () => {
    const near = await server();
    const time = fakeTime();
    near.inject({ answer: primaryRateLimit(time.clock.now() / 1000 + 30) });
    await apiOf(near, 'ghs_write', time).createComment(7, 'one');
    expect(time.waits).toEqual([30_000]);

    const far = await server();
    far.inject({ answer: primaryRateLimit(time.clock.now() / 1000 + 2400) });
    const failing = apiOf(far, 'ghs_write', time).createComment(7, 'one');
    await expect(failing).rejects.toMatchObject({ remedy: expect.stringContaining('later') });
    expect(time.waits).toEqual([30_000]);
  });

  it('never waits longer than its budget in all', async () => {
    const github = await server();
    github.inject({ answer: secondaryRateLimit(429, 70), times: 100 });
    const time = fakeTime();
    await expect(apiOf(github, 'ghs_write', time).createComment(7, 'one')).rejects.toMatchObject({
      status: 429,
    });
    expect(time.waits).toEqual([70_000, 70_000]);
  });

  it('does not wait for a server that never answers', async () => {
    const github = await server();
    let release = () => {};
    github.gate = () => new Promise(resolve => (release = resolve));
    const time = fakeTime();
    const { clock, sleep } = time;
    const repository = { owner: 'octo', name: 'app' };
    const settings = { token: 'ghs_write', apiUrl: github.url, repository, clock, sleep, maxAttempts: 2 };
    await expect(octokitApi({ ...settings, timeout: 50 }).getPullRequest(7)).rejects.toMatchObject({
      status: null,
    });
    release();
  });
});
