import { describe, expect, it } from 'vitest';
import { MAX_SUGGESTIONS, publishSuggestions } from '../../../src/github/review/publish-suggestions.ts';
import { refusal, secondaryRateLimit } from '../../support/github-server/answers.ts';
import type { GitHubServer, LoggedRequest } from '../../support/github-server/server.ts';
import { apiOf, BOT, fakeTime, HEAD, NEWER, server } from '../server-fixture.ts';
import { ADDED, added, LINES, suggesting, wanted } from './review-fixture.ts';

const PERSON = { login: 'octocat', type: 'User' } as const;

const shown = (github: GitHubServer) =>
  github
    .reviewComments(7)
    .map(({ original, body }) => `${original.start}-${original.end} ${body.split('\n')[1]}`);
const writes = (requests: readonly LoggedRequest[]) =>
  requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.replace(/\d{5,}/, 'ID')}`);
const isPost = ({ method, path }: LoggedRequest): boolean => method === 'POST' && path.endsWith('/reviews');

/** Publishes once, and forgets what was asked for until then. */
async function published(suggestions = [wanted(3), wanted(5)]) {
  const github = await server(ADDED);
  const api = apiOf(github);
  await publishSuggestions(api, suggesting(suggestions));
  const before = github.requests.length;
  return { github, api, writes: () => writes(github.requests.slice(before)) };
}

describe('new suggestions', () => {
  it('are one review on their lines', async () => {
    const github = await server(ADDED);
    const both = [wanted(3, ['RUN x'], { before: LINES.slice(2, 4) }), wanted(5)];
    const { outcome, standing, notices } = await publishSuggestions(apiOf(github), suggesting(both));
    expect([outcome, notices]).toEqual(['published', []]);
    expect(standing).toEqual(both.map(({ suggestion }) => suggestion));
    expect(github.reviews(7)).toMatchObject([{ commit: HEAD, body: '' }]);
    expect(shown(github)).toEqual(['3-4 Line 3.', '5-5 Line 5.']);
    expect(github.reviewComments(7)[0]?.body).toMatch(
      /^<!-- deadweight suggestion v1 key=app mark=[0-9a-f]{32} head=a{40} run=100-1 -->\nLine 3\.\n\n```suggestion\nRUN x\n```$/,
    );
    expect(writes(github.requests)).toEqual(['POST /repos/octo/app/pulls/7/reviews', 'POST /graphql']);
  });

  it('are only those on lines of the diff, which are as they were built', async () => {
    const github = await server(ADDED);
    const all = [
      wanted(3),
      wanted(4, ['x'], { before: ['RUN other'] }),
      wanted(5, ['x'], { path: 'b/Dockerfile' }),
    ];
    const { standing } = await publishSuggestions(apiOf(github), suggesting(all));
    expect(standing).toEqual([all[0]?.suggestion]);
    expect(shown(github)).toEqual(['3-3 Line 3.']);
  });

  it('are at most twenty, the highest ranked, and the rest is counted', async () => {
    const github = await server(ADDED);
    const all = Array.from({ length: 23 }, (_, index) => wanted(index + 2));
    const { standing, notices } = await publishSuggestions(apiOf(github), suggesting(all));
    expect(standing).toEqual(all.slice(0, MAX_SUGGESTIONS).map(({ suggestion }) => suggestion));
    expect(github.reviewComments(7)).toHaveLength(20);
    expect(notices).toEqual([
      {
        code: 'suggestions-cut',
        message: '3 fixes are annotated, not suggested: a review gets at most 20 suggestions.',
      },
    ]);
  });

  it('cost one request where nothing is to be suggested and nothing was', async () => {
    const github = await server(ADDED);
    expect(await publishSuggestions(apiOf(github), suggesting([]))).toEqual({
      outcome: 'published',
      standing: [],
      notices: [],
    });
    expect(github.requests.map(({ path }) => path)).toEqual([
      '/repos/octo/app/pulls/7/comments',
      '/repos/octo/app/pulls/7',
    ]);
  });
});

describe('suggestions that are there', () => {
  it('stay when they are still wanted, after a push too', async () => {
    const { github, api, writes } = await published();
    const ids = github.reviewComments(7).map(({ id }) => id);
    github.setHead(7, NEWER, [added(['FROM a', '# new', ...LINES.slice(1)])]);
    const moved = [4, 6].map(line =>
      wanted(line, [`RUN better ${line - 1}`], { before: [`RUN ${line - 1}`] }),
    );
    const same = moved.map((one, index) => ({
      ...one,
      suggestion: { ...one.suggestion, text: wanted(3 + 2 * index).suggestion.text },
    }));
    const { standing } = await publishSuggestions(api, suggesting(same, { headSha: NEWER, run: '101-1' }));
    expect(standing).toHaveLength(2);
    expect(github.reviewComments(7).map(({ id }) => id)).toEqual(ids);
    expect(writes()).toEqual(['POST /graphql']);
  });

  it('get another text in place', async () => {
    const { github, api, writes } = await published();
    const proven = wanted(3, undefined, { text: 'Proven.\n\n```suggestion\nRUN better 3\n```' });
    await publishSuggestions(api, suggesting([proven, wanted(5)], { run: '100-2' }));
    expect(shown(github)).toEqual(['3-3 Proven.', '5-5 Line 5.']);
    expect(writes()).toEqual(['POST /graphql', 'PATCH /repos/octo/app/pulls/comments/ID']);
  });

  it('are deleted when their finding is gone, and a review goes with its last one', async () => {
    const { github, api, writes } = await published();
    await publishSuggestions(api, suggesting([wanted(5)], { run: '101-1' }));
    expect(shown(github)).toEqual(['5-5 Line 5.']);
    expect(writes()).toEqual(['POST /graphql', 'DELETE /repos/octo/app/pulls/comments/ID']);
    await publishSuggestions(api, suggesting([], { run: '102-1' }));
    expect(github.reviews(7)).toEqual([]);
  });

  it('are replaced when their lines have changed', async () => {
    const { github, api } = await published([wanted(3)]);
    github.setHead(7, NEWER, [added(LINES.with(2, 'RUN three'))]);
    const next = wanted(3, ['RUN better'], { before: ['RUN three'] });
    await publishSuggestions(api, suggesting([next], { headSha: NEWER, run: '101-1' }));
    expect(github.reviewComments(7)).toMatchObject([{ commit: NEWER, texts: ['RUN three'] }]);
  });

  it('stay when somebody replied', async () => {
    const { github, api } = await published([wanted(3)]);
    github.reply(github.reviewComments(7)[0]?.id ?? 0, PERSON, 'we need that');
    await publishSuggestions(api, suggesting([], { run: '101-1' }));
    expect(github.reviewComments(7).map(({ body }) => body.split('\n').at(-1))).toEqual([
      '```',
      'we need that',
    ]);
  });

  it('are not those of others, whatever they copy', async () => {
    const github = await server({
      ...ADDED,
      tokens: {
        ghs_write: { ...BOT, access: 'write' },
        person: { ...PERSON, access: 'write' },
        other: { login: 'other[bot]', type: 'Bot', access: 'write' },
      },
    });
    for (const token of ['person', 'other'])
      await publishSuggestions(apiOf(github, token), suggesting([wanted(3)]));
    const quoted = github.reviewComments(7).map(({ id }) => id);
    await publishSuggestions(apiOf(github), suggesting([wanted(3)]));
    expect(github.reviewComments(7)).toHaveLength(3);
    await publishSuggestions(apiOf(github), suggesting([], { run: '101-1' }));
    expect(github.reviewComments(7).map(({ id }) => id)).toEqual(quoted);
  });

  it('of another key are let be, and suffice where they say the same', async () => {
    const { github, api } = await published([wanted(3)]);
    const arm = { key: 'app:linux/arm64', run: '100-1' };
    const both = await publishSuggestions(api, suggesting([wanted(3), wanted(5)], arm));
    expect(both.standing).toHaveLength(2);
    expect(shown(github)).toEqual(['3-3 Line 3.', '5-5 Line 5.']);
    await publishSuggestions(api, suggesting([], { ...arm, run: '101-1' }));
    expect(shown(github)).toEqual(['3-3 Line 3.']);
  });

  it('have a key of any length', async () => {
    const github = await server(ADDED);
    const long = { key: `${'app '.repeat(200)}-->` };
    for (const run of ['100-1', '101-1']) {
      await publishSuggestions(apiOf(github), suggesting([wanted(3)], { ...long, run }));
    }
    expect(github.reviewComments(7)).toHaveLength(1);
  });
});

describe('a run that is not the newest', () => {
  it.each([
    ['a newer head', (github: GitHubServer) => github.setHead(7, NEWER)],
    [
      'a later run for the same head',
      (github: GitHubServer) =>
        publishSuggestions(apiOf(github), suggesting([wanted(5)], { run: '101-1' })).then(() => undefined),
    ],
  ])('says nothing for %s', async (_what, happens) => {
    const github = await server(ADDED);
    await happens(github);
    const before = shown(github);
    const result = await publishSuggestions(apiOf(github), suggesting([wanted(3)]));
    expect(result).toEqual({ outcome: 'skipped-newer', standing: [], notices: [] });
    expect(shown(github)).toEqual(before);
  });

  it('says nothing on a pull request that is closed', async () => {
    const github = await server({ pullRequests: [{ number: 7, files: [added()], state: 'closed' }] });
    expect(await publishSuggestions(apiOf(github), suggesting([wanted(3)]))).toMatchObject({
      outcome: 'skipped-newer',
    });
    expect(github.reviews(7)).toEqual([]);
  });

  it('takes back what a push made outdated while it was posted', async () => {
    const github = await server(ADDED);
    github.gate = async request => {
      if (isPost(request)) github.setHead(7, NEWER, [added(LINES.with(2, 'RUN three'))]);
    };
    const result = await publishSuggestions(apiOf(github), suggesting([wanted(3), wanted(5)]));
    expect(result).toEqual({ outcome: 'skipped-newer', standing: [], notices: [] });
    // the other is right at the new head too: the run that follows keeps or deletes it
    expect(shown(github)).toEqual(['5-5 Line 5.']);
  });
});

describe('what GitHub refuses', () => {
  const told = /^Fixes could not be suggested, and are annotated instead\. GitHub did not /;

  it.each([
    ['a token that may only read', 'ghs_read', /status 403 .*pull-requests: write.*read-only/],
    ['a token that is none', 'ghs_none', /status 401 .*token that is valid/],
  ])('%s is a notice with its remedy', async (_what, token, remedy) => {
    const github = await server(ADDED);
    const { outcome, standing, notices } = await publishSuggestions(
      apiOf(github, token),
      suggesting([wanted(3)]),
    );
    expect([outcome, standing, notices.map(({ code }) => code)]).toEqual([
      'failed',
      [],
      ['suggestions-not-posted'],
    ]);
    expect(notices[0]?.message).toMatch(told);
    expect(notices[0]?.message).toMatch(remedy);
    expect(github.reviews(7)).toEqual([]);
  });

  it('is no notice where nothing was to be suggested', async () => {
    const github = await server({ ...ADDED, tokens: { dark: { ...BOT, access: 'none' } } });
    expect(await publishSuggestions(apiOf(github, 'dark'), suggesting([]))).toEqual({
      outcome: 'failed',
      standing: [],
      notices: [],
    });
  });

  it('a pull request that is not there is a notice', async () => {
    const github = await server(ADDED);
    const { notices } = await publishSuggestions(apiOf(github), suggesting([wanted(3)], { pullRequest: 8 }));
    expect(notices[0]?.message).toMatch(/status 404 .*pull request exists/);
  });

  it('lines that are not in the diff after all are a notice, and outdated suggestions go all the same', async () => {
    const { github, api } = await published([wanted(3)]);
    const error = 'Pull request review thread line must be part of the diff';
    github.inject({ matches: isPost, answer: refusal(422, 'Unprocessable Entity', [error]) });
    const result = await publishSuggestions(api, suggesting([wanted(5)], { run: '101-1' }));
    expect(result).toMatchObject({ outcome: 'failed', standing: [] });
    expect(result.notices[0]?.message).toMatch(/must be part of the diff.*Run the job again/);
    expect(shown(github)).toEqual([]);
  });

  it('lines that are not in the diff because the head moved are nothing to tell', async () => {
    const github = await server(ADDED);
    github.inject({ matches: isPost, answer: refusal(422, 'Unprocessable Entity', ['no such commit']) });
    github.gate = async request => {
      if (isPost(request)) github.setHead(7, NEWER);
    };
    expect(await publishSuggestions(apiOf(github), suggesting([wanted(3)]))).toEqual({
      outcome: 'skipped-newer',
      standing: [],
      notices: [],
    });
  });

  it.each([
    [
      'the look that follows',
      ({ method, path }: LoggedRequest) => method === 'GET' && path.endsWith('/pulls/7'),
      1,
    ],
    ['a deletion', ({ method }: LoggedRequest) => method === 'DELETE', 0],
  ])('does not undo what was posted when %s fails', async (_what, matches, skipped) => {
    const { github, api } = await published([wanted(3)]);
    let left = skipped;
    const fails = (request: LoggedRequest): boolean => {
      if (!matches(request)) return false;
      left -= 1;
      return left < 0;
    };
    github.inject({ matches: fails, answer: refusal(403, 'Resource not accessible by integration') });
    const result = await publishSuggestions(api, suggesting([wanted(5)], { run: '101-1' }));
    expect(result).toMatchObject({ outcome: 'failed', standing: [wanted(5).suggestion] });
    expect(result.notices.map(({ code }) => code)).toEqual(['suggestions-not-tidied']);
    expect(result.notices[0]?.message).toMatch(/^Outdated suggestions may remain\. GitHub did not /);
    expect(shown(github)).toEqual(['3-3 Line 3.', '5-5 Line 5.']);
  });

  it('is tried again when it is a limit of requests', async () => {
    const github = await server(ADDED);
    github.inject({ matches: isPost, answer: secondaryRateLimit(403, 30) });
    const time = fakeTime();
    const { standing } = await publishSuggestions(apiOf(github, 'ghs_write', time), suggesting([wanted(3)]));
    expect(time.waits).toEqual([30_000]);
    expect(standing).toHaveLength(1);
  });

  it('leaves each suggestion once when an answer was lost', async () => {
    const github = await server(ADDED);
    github.inject({ matches: isPost, answer: 'drop', after: true });
    const { standing } = await publishSuggestions(apiOf(github), suggesting([wanted(3), wanted(5)]));
    expect(standing).toHaveLength(2);
    expect(shown(github)).toEqual(['3-3 Line 3.', '5-5 Line 5.']);
    expect(github.reviews(7)).toHaveLength(1);
  });

  it('does not post twice when a list lags behind', async () => {
    const github = await server(ADDED);
    const isList = ({ method, path }: LoggedRequest): boolean =>
      method === 'GET' && path.endsWith('/7/comments');
    github.inject({ matches: isList, times: 2, answer: { status: 200, body: [] } });
    const { outcome, standing } = await publishSuggestions(apiOf(github), suggesting([wanted(3)]));
    expect([outcome, standing.length]).toEqual(['published', 1]);
    expect(shown(github)).toEqual(['3-3 Line 3.']);
  });
});
