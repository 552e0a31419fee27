import { describe, expect, it } from 'vitest';
import { BOT, server } from './server-fixture.ts';

/** The server stands for GitHub in every other test: what it refuses and what its answers look like. */
describe('the server that stands for GitHub', () => {
  async function ask(url: string, init: RequestInit = {}, token: string | null = 'ghs_write') {
    const headers = { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...init.headers };
    const response = await fetch(url, { ...init, headers });
    const text = await response.text();
    return {
      status: response.status,
      link: response.headers.get('link'),
      json: text === '' ? null : JSON.parse(text),
    };
  }
  const post = (body: string) => ({ method: 'POST', body });

  it.each([
    ['no token', null, {}, 401, 'Requires authentication'],
    ['another token', 'nope', {}, 401, 'Bad credentials'],
    ['JSON that is none', 'ghs_write', post('{'), 400, 'Problems parsing JSON'],
    ['a list', 'ghs_write', post('[]'), 400, 'Body should be a JSON object'],
    ['no body', 'ghs_write', post('{"text":"x"}'), 422, '"body" wasn\'t supplied.'],
    ['a body that is no text', 'ghs_write', post('{"body":7}'), 422, 'is not a string'],
    ['a read-only token', 'ghs_read', post('{"body":"x"}'), 403, 'Resource not accessible by integration'],
    ['XML', 'ghs_write', { headers: { accept: 'text/xml' } }, 415, 'Unsupported'],
    [
      'an old version',
      'ghs_write',
      { headers: { 'x-github-api-version': '2020-01-01' } },
      400,
      'not a supported version',
    ],
    ['another method', 'ghs_write', { method: 'PUT', body: '{}' }, 404, 'Not Found'],
  ] as const)('refuses %s', async (_name, token, init, status, message) => {
    const github = await server();
    const answer = await ask(`${github.url}/repos/octo/app/issues/7/comments`, init, token);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({
      message: expect.stringContaining(message),
      documentation_url: expect.stringContaining('https://docs.github.com'),
      status: String(status),
    });
    expect(github.comments(7)).toEqual([]);
  });

  it.each([
    '/repos/octo/app/issues/99/comments',
    '/repos/octo/other/issues/7/comments',
    '/repos/octo/app/pulls/99',
    '/user',
  ])('has no %s', async path => {
    const github = await server();
    expect((await ask(`${github.url}${path}`)).status).toBe(404);
  });

  it('pages by thirty, by a hundred at most, and links the pages', async () => {
    const github = await server();
    for (let index = 0; index < 205; index += 1) github.addComment(7, BOT, `${index}`);
    const url = `${github.url}/repos/octo/app/issues/7/comments`;
    const first = await ask(url);
    expect(first.json).toHaveLength(30);
    expect(first.link).toContain(`<${url}?page=2>; rel="next"`);
    expect(first.link).toContain(`<${url}?page=7>; rel="last"`);
    const last = await ask(`${url}?per_page=500&page=3`);
    expect(last.json).toHaveLength(5);
    expect(last.link).not.toContain('rel="next"');
    expect((await ask(`${url}?page=99`)).json).toEqual([]);
  });

  it('answers with the shape of a comment', async () => {
    const github = await server();
    const created = await ask(`${github.url}/repos/octo/app/issues/7/comments`, post('{"body":"x"}'));
    expect(created).toMatchObject({
      status: 201,
      json: {
        id: expect.any(Number),
        node_id: expect.any(String),
        user: { login: 'github-actions[bot]', type: 'Bot' },
        created_at: expect.stringMatching(/^2026-01-01T00:00:\d\dZ$/),
        body: 'x',
      },
    });
    const one = `${github.url}/repos/octo/app/issues/comments/${created.json.id}`;
    const updated = await ask(one, { method: 'PATCH', body: '{"body":"y"}' });
    expect(updated.json.updated_at > updated.json.created_at).toBe(true);
    expect(await ask(one, { method: 'DELETE' })).toMatchObject({ status: 204, json: null });
    expect((await ask(one)).status).toBe(404);
  });

  it('serves an Enterprise Server under its prefix only', async () => {
    const github = await server({ enterprise: true });
    expect((await ask(`${github.url}/repos/octo/app/pulls/7`)).status).toBe(200);
    expect((await ask(`${github.serverUrl}/repos/octo/app/pulls/7`)).status).toBe(404);
  });

  it('shows the text of edits to those who may write, and understands no other query', async () => {
    const github = await server();
    const viewer = await ask(`${github.url}/graphql`, post('{"query":"query { viewer { login } }"}'));
    expect(viewer.json).toEqual({ data: { viewer: { login: 'github-actions[bot]' } } });
    const other = await ask(`${github.url}/graphql`, post('{"query":"query { viewer { password } }"}'));
    expect(other).toMatchObject({ status: 200, json: { data: null, errors: [expect.anything()] } });
  });

  it('keeps a log', async () => {
    const github = await server();
    await ask(`${github.url}/repos/octo/app/pulls/7?x=1`);
    expect(github.requests).toEqual([
      {
        method: 'GET',
        path: '/repos/octo/app/pulls/7',
        query: '?x=1',
        token: 'ghs_write',
        body: '',
        status: 200,
      },
    ]);
  });
});
