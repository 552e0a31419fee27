import { describe, expect, it } from 'vitest';
import { publishComment } from '../../src/github/comment.ts';
import { formatMarker, parseMarker } from '../../src/report/marker.ts';
import { badGateway, refusal } from '../support/github-server/answers.ts';
import { apiOf, BASE, BOT, HEAD, NEWER, requestOf, server } from './server-fixture.ts';

const EVE = { login: 'eve', type: 'User' } as const;
const writes = ['POST', 'PATCH', 'DELETE'];

function commentOf(run: string, head: string, key = 'app', text = 'earlier'): string {
  return `${formatMarker({ key, head, base: BASE, run })}\n${text}`;
}

describe('one comment', () => {
  it('is created with the marker at its start, then updated in place', async () => {
    const github = await server();
    const api = apiOf(github);
    const first = await publishComment(api, requestOf());
    expect(first).toMatchObject({ outcome: 'created', notice: null });
    const second = await publishComment(api, requestOf({ run: '101-1', body: 'now' }));
    expect(second).toEqual({ outcome: 'updated', url: first.url, notice: null });
    const [comment, ...others] = github.comments(7);
    expect(others).toEqual([]);
    expect(comment?.body).toBe(`${formatMarker({ key: 'app', head: HEAD, base: BASE, run: '101-1' })}\nnow`);
  });

  it('replaces a marker that the body has already', async () => {
    const github = await server();
    const body = `${formatMarker({ key: 'app', head: '1'.repeat(40), base: null, run: null })}\n\ntext`;
    await publishComment(apiOf(github), requestOf({ body }));
    expect(github.comments(7)[0]?.body.match(/deadweight v1/g)).toHaveLength(1);
    expect(parseMarker(github.comments(7)[0]?.body ?? '')?.head).toBe(HEAD);
  });

  it('is found on the last of many pages', async () => {
    const github = await server();
    for (let index = 0; index < 210; index += 1) github.addComment(7, EVE, `chat ${index}`);
    const own = github.addComment(7, BOT, commentOf('99-1', HEAD));
    github.addComment(7, EVE, 'more chat');
    expect((await publishComment(apiOf(github), requestOf())).outcome).toBe('updated');
    expect(github.comments(7)).toHaveLength(212);
    expect(own.body).toContain('### app: +1 MB');
  });

  it('is told from those of other images', async () => {
    const github = await server();
    const other = github.addComment(7, BOT, commentOf('99-1', HEAD, 'app-arm64'));
    const longer = github.addComment(7, BOT, commentOf('99-1', HEAD, 'ap'));
    expect((await publishComment(apiOf(github), requestOf())).outcome).toBe('created');
    expect([other, longer].every(({ body }) => body.includes('earlier'))).toBe(true);
  });

  it.each(['é '.repeat(1000), '画像'.repeat(300), '\ud800 half', '-->', ''])(
    'is found again under the key %j',
    async key => {
      const github = await server();
      await publishComment(apiOf(github), requestOf({ key }));
      await publishComment(apiOf(github), requestOf({ key, body: 'again' }));
      expect(github.comments(7)).toHaveLength(1);
    },
  );

  it('is not written again with the same text for the same head', async () => {
    const github = await server();
    const api = apiOf(github);
    await publishComment(api, requestOf({ body: 'one\r\ntwo\n' }));
    const before = github.requests.length;
    expect((await publishComment(api, requestOf({ body: 'one\ntwo', run: '101-1' }))).outcome).toBe(
      'unchanged',
    );
    expect(
      github.requests
        .slice(before)
        .filter(({ method, path }) => writes.includes(method) && path !== '/graphql'),
    ).toEqual([]);
  });

  it('is written again with the same text for another head', async () => {
    const github = await server();
    github.addComment(7, BOT, commentOf('99-1', NEWER, 'app', '### app: +1 MB'));
    expect((await publishComment(apiOf(github), requestOf())).outcome).toBe('updated');
  });

  it('stands alone after duplicates were left behind', async () => {
    const github = await server();
    const kept = github.addComment(7, BOT, commentOf('99-1', NEWER));
    github.addComment(7, BOT, commentOf('99-1', NEWER));
    const foreign = github.addComment(7, EVE, commentOf('99-1', NEWER));
    await publishComment(apiOf(github), requestOf());
    expect(github.comments(7).map(({ id }) => id)).toEqual([kept.id, foreign.id]);
  });
});

describe('comments of others', () => {
  it.each([
    ['a person who copies the whole comment', EVE, commentOf('99-1', HEAD)],
    [
      'a person whose name is like the bot',
      { login: 'github-actions', type: 'User' } as const,
      commentOf('99-1', HEAD),
    ],
    ['another bot', { login: 'evil[bot]', type: 'Bot' } as const, commentOf('999-1', HEAD)],
    ['a quote', BOT, `> ${commentOf('99-1', HEAD)}`],
    ['a marker further down', BOT, `Look:\n${commentOf('99-1', HEAD)}`],
    ['a marker in code', BOT, `\`\`\`\n${commentOf('99-1', HEAD)}\n\`\`\``],
    ['a later version', BOT, commentOf('99-1', HEAD).replace('v1', 'v2')],
  ])('stay as they are: %s', async (_name, author, body) => {
    const github = await server();
    const foreign = github.addComment(7, author, body);
    expect((await publishComment(apiOf(github), requestOf())).outcome).toBe('created');
    expect(foreign.body).toBe(body);
    expect(github.comments(7)).toHaveLength(2);
  });

  it('stay as they are when GitHub does not tell who the token is', async () => {
    const github = await server({ tokens: { dark: { ...BOT, access: 'write', graphql: false } } });
    const foreign = github.addComment(7, EVE, commentOf('99-1', HEAD));
    const api = apiOf(github, 'dark');
    expect((await publishComment(api, requestOf())).outcome).toBe('created');
    expect((await publishComment(api, requestOf({ body: 'again' }))).outcome).toBe('updated');
    expect(foreign.body).toContain('earlier');
    expect(github.comments(7)).toHaveLength(2);
  });

  it("are never a person's own when the token is that person's", async () => {
    const github = await server({ tokens: { pat: { ...EVE, access: 'write' } } });
    const bots = github.addComment(7, BOT, commentOf('99-1', HEAD));
    const own = github.addComment(7, EVE, commentOf('99-1', HEAD));
    expect((await publishComment(apiOf(github, 'pat'), requestOf())).outcome).toBe('updated');
    expect(own.body).toContain('+1 MB');
    expect(bots.body).toContain('earlier');
  });
});

describe('newer runs', () => {
  it('win: nothing is written when the head has moved on', async () => {
    const github = await server();
    github.setHead(7, NEWER);
    const theirs = github.addComment(7, BOT, commentOf('90-1', NEWER));
    expect((await publishComment(apiOf(github), requestOf())).outcome).toBe('skipped-newer');
    expect(theirs.body).toContain('earlier');
    expect(github.requests.some(({ method }) => method === 'PATCH')).toBe(false);
  });

  it.each([
    ['101-1', 'skipped-newer'],
    ['100-2', 'skipped-newer'],
    ['1000-1', 'skipped-newer'],
    ['100-1', 'updated'],
    ['99-9', 'updated'],
    ['nonsense', 'updated'],
  ])('of the same head win by their number: %s → %s', async (run, outcome) => {
    const github = await server();
    github.addComment(7, BOT, commentOf(run, HEAD));
    expect((await publishComment(apiOf(github), requestOf())).outcome).toBe(outcome);
  });

  it('of another head lose, whatever their number: the branch was set back', async () => {
    const github = await server();
    github.addComment(7, BOT, commentOf('500-1', NEWER));
    expect((await publishComment(apiOf(github), requestOf())).outcome).toBe('updated');
  });
});

describe('refusals are notices', () => {
  it.each([
    ['a read-only token', 'ghs_read', 'pull-requests: write'],
    ['a bad token', 'ghs_none', '401'],
  ])('%s', async (_name, token, reason) => {
    const result = await publishComment(apiOf(await server(), token), requestOf());
    expect(result).toMatchObject({ outcome: 'failed', notice: { code: 'comment-not-posted' } });
    expect(result.notice?.message).toContain(reason);
  });

  it('a read-only token that finds an older comment of the same bot', async () => {
    const github = await server({ pullRequests: [{ headRepository: 'eve/app' }] });
    const own = github.addComment(7, BOT, commentOf('99-1', HEAD));
    expect((await publishComment(apiOf(github, 'ghs_read'), requestOf())).outcome).toBe('failed');
    expect(own.body).toContain('earlier');
  });

  it('a body that is too long', async () => {
    const result = await publishComment(apiOf(await server()), requestOf({ body: 'x'.repeat(66_000) }));
    expect(result.notice?.message).toContain('422');
  });

  it('a locked conversation', async () => {
    const github = await server({ pullRequests: [{ locked: true }] });
    expect((await publishComment(apiOf(github), requestOf())).notice?.message).toContain('locked');
  });

  it('a pull request that does not exist', async () => {
    const result = await publishComment(apiOf(await server()), requestOf({ pullRequest: 8 }));
    expect(result).toMatchObject({ outcome: 'failed', notice: { code: 'comment-not-posted' } });
  });

  it('a GitHub that is down', async () => {
    const github = await server();
    github.inject({ answer: badGateway, times: 1000 });
    expect((await publishComment(apiOf(github), requestOf())).notice?.message).toContain('502');
  });
});

describe('answers that are lost', () => {
  it('leave one comment when it was created, and the retry created another', async () => {
    const github = await server();
    github.inject({
      matches: ({ method, path }) => method === 'POST' && path.endsWith('/comments'),
      answer: badGateway,
      after: true,
      times: 2,
    });
    expect((await publishComment(apiOf(github), requestOf())).outcome).toBe('created');
    expect(github.comments(7)).toHaveLength(1);
    expect(github.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(2);
  });

  it('do not make it write for ever when the list lags behind', async () => {
    const github = await server();
    const stale = github.addComment(7, BOT, commentOf('99-1', NEWER));
    const list = [{ ...listed(stale.id, stale.body) }];
    github.inject({
      matches: ({ method, path }) => method === 'GET' && path.endsWith('/7/comments'),
      answer: { status: 200, body: list },
      times: 100,
    });
    expect((await publishComment(apiOf(github), requestOf())).outcome).toBe('updated');
    expect(github.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });

  it('begin anew when somebody deletes the comment between the list and the update', async () => {
    const github = await server();
    const own = github.addComment(7, BOT, commentOf('99-1', NEWER));
    github.gate = async ({ method }) => {
      if (method === 'PATCH') github.removeComment(own.id);
    };
    expect((await publishComment(apiOf(github), requestOf())).outcome).toBe('created');
    expect(github.comments(7)).toHaveLength(1);
  });

  it('do not turn what was posted into a failure', async () => {
    const github = await server();
    let posted = false;
    github.gate = async ({ method, path }) => {
      if (posted) github.inject({ answer: badGateway, times: 100 });
      posted ||= method === 'POST' && path.endsWith('/comments');
    };
    const result = await publishComment(apiOf(github), requestOf());
    expect(result).toMatchObject({ outcome: 'created', notice: null });
  });

  it('count as refused when the update is', async () => {
    const github = await server();
    github.addComment(7, BOT, commentOf('99-1', NEWER));
    github.inject({
      matches: ({ method }) => method === 'PATCH',
      answer: refusal(403, 'Resource not accessible by integration'),
    });
    expect((await publishComment(apiOf(github), requestOf())).outcome).toBe('failed');
  });
});

describe('the policy', () => {
  const quiet = { changed: false, failed: false };
  it('posts nothing new that nobody needs, and asks GitHub nothing when it is never', async () => {
    const github = await server();
    expect((await publishComment(apiOf(github), requestOf({ policy: 'never' }))).outcome).toBe(
      'skipped-policy',
    );
    expect(github.requests).toEqual([]);
    const result = await publishComment(apiOf(github), requestOf({ policy: 'auto', significance: quiet }));
    expect(result.outcome).toBe('skipped-policy');
    expect(github.comments(7)).toEqual([]);
  });

  it('updates a comment that is there: a stale red one turns green', async () => {
    const github = await server();
    const red = github.addComment(7, BOT, commentOf('99-1', NEWER, 'app', '❌'));
    await publishComment(apiOf(github), requestOf({ policy: 'on-failure', significance: quiet, body: '✅' }));
    expect(red.body).toContain('✅');
  });
});

function listed(id: number, body: string): object {
  const user = { login: BOT.login, type: BOT.type };
  return { id, node_id: 'IC_x', html_url: 'https://github.com/octo/app/pull/7', body, user };
}
