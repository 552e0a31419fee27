import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isRunFolderName } from '../../src/base/run-folder-name.ts';
import { VERSION } from '../../src/run/version.ts';
import { BASE, dockerEnv, fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { layersOf, reportIn } from '../support/e2e/report-file.ts';
import { leftovers } from '../support/e2e/repository.ts';
import { forgedCommands, outputNames, pullRequestEvent, runStep, type Step } from '../support/e2e/runner.ts';
import { type PullRequestRemote, pullRequest } from '../support/git/pull-request.ts';
import { checkout, git } from '../support/git/repository.ts';
import {
  type GitHubServer,
  type GitHubServerOptions,
  startGitHubServer,
} from '../support/github-server/server.ts';
import { times } from '../support/long.ts';

const servers: GitHubServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
});

async function serverFor(
  remote: PullRequestRemote,
  options: GitHubServerOptions = {},
): Promise<GitHubServer> {
  const pullRequests = [{ number: 7, headSha: remote.head, baseSha: remote.left }];
  const server = await startGitHubServer({ pullRequests, ...options });
  servers.push(server);
  return server;
}

const fill = (path: string, bytes: number): string => `head -c ${bytes} /dev/urandom > ${path}`;
const dockerfile = (...lines: readonly string[]): string => `FROM ${SMALL_BASE}\n${lines.join('\n')}\n`;
const LOGGED = ['group', 'endgroup', 'warning', 'notice', 'error', 'debug'];

const host = STORES.find(([, found]) => found !== undefined)?.[1];
const onAnyStore = describe.skipIf(host === undefined);

/** A step for the pull request, in a checkout of its merge commit. */
async function stepFor(
  remote: PullRequestRemote,
  server: GitHubServer,
  more: Partial<Step> = {},
): Promise<Step> {
  const workspace = await checkout(remote.origin, 'refs/pull/7/merge');
  return { workspace, server, event: pullRequestEvent(remote), env: dockerEnv(host), ...more };
}

/** Every day on a graph driver; on both in the long run. */
describe.each(STORES.slice(0, times(1, 2)))('the Action on %s', (_store, engine) => {
  it.skipIf(engine === undefined)(
    'leaves one comment of two runs on one pull request: the second',
    async () => {
      const seed = fresh();
      const base = `FROM ${BASE}\nENV SEED=${seed}\nRUN ${fill('/app', 1_000_000)}\n`;
      const first = await pullRequest(
        { Dockerfile: base },
        { Dockerfile: `${base}RUN ${fill('/one', 200_000)}\n` },
      );
      const server = await serverFor(first);
      const env = dockerEnv(engine);
      const inputs = { tags: `deadweight-e2e-action:${seed}`, load: 'true', title: 'app' };
      const before = await runStep(await stepFor(first, server, { env, inputs }));
      expect(before).toMatchObject({ code: 0, outputs: { 'comment-outcome': 'created', verdict: 'pass' } });
      const [posted] = server.comments(7);
      expect(posted?.body).toMatch(/\+200\.0\skB/);

      const second = await first.push({ Dockerfile: `${base}RUN ${fill('/two', 300_000)}\n` });
      server.setHead(7, second.head);
      const step = await stepFor(second, server, { env, inputs });
      const after = await runStep(step);
      expect(after).toMatchObject({ code: 0, stderr: '', outputs: { 'comment-outcome': 'updated' } });
      const comments = server.comments(7);
      expect(comments.map(({ id }) => id)).toEqual([posted?.id]);
      expect(comments[0]?.body).toMatch(/\+300\.0\skB/);
      expect(comments[0]?.body).toContain(`first parent of the merge commit ${second.merge.slice(0, 7)}`);
      expect(comments[0]?.body).toContain(`${server.serverUrl}/octo/app/actions/runs/4711`);

      const { outputs, summary, stdout } = after;
      const mayBeEmpty = ['compressed-size', 'digest', 'html'];
      for (const name of await outputNames()) {
        expect(Object.keys(outputs)).toContain(name);
        if (!mayBeEmpty.includes(name)) expect(outputs[name]).not.toBe('');
      }
      expect(outputs).toMatchObject({ 'size-delta': '300000', 'layers-delta': '1', 'wasted-delta': '0' });
      expect(comments[0]?.body).toContain(outputs['comment-body']?.trim());
      const report = await reportIn(outputs['json'] ?? '');
      expect(report.comparison?.baseline.commit).toBe(second.main);
      expect(layersOf(report).at(-1)).toBe(`own Dockerfile:4 RUN head`);
      expect(Number(outputs['size'])).toBe(report.image.size);
      expect(summary).toMatch(/\+300\.0\skB/);
      expect(forgedCommands(stdout, ...LOGGED)).toEqual([]);
      expect(stdout).toMatch(/^::group::Build$/m);
      expect(stdout).toMatch(/^::group::Build the base/m);
      expect(await leftovers(step.workspace)).toBe('');
      const folder = (await readdir(after.temporary)).find(isRunFolderName) ?? '';
      const kept = await readdir(join(after.temporary, folder));
      expect(kept.filter(name => !name.endsWith('.json') && !name.endsWith('.md'))).toEqual([]);
    },
  );
});

onAnyStore('the Action', () => {
  const waste = (): string[] => [`RUN ${fill('/waste', 400_000)}`, `RUN rm /waste # ${fresh()}`];

  it('reports all the same with a token that may not comment', async () => {
    const remote = await pullRequest({ Dockerfile: dockerfile() }, { Dockerfile: dockerfile(...waste()) });
    const server = await serverFor(remote);
    const event = pullRequestEvent(remote, true);
    const ended = await runStep(await stepFor(remote, server, { event, token: 'ghs_read' }));
    expect(ended).toMatchObject({ code: 0, outputs: { 'comment-outcome': 'failed', verdict: 'pass' } });
    expect(server.comments(7)).toEqual([]);
    expect(ended.summary).toMatch(/\+400\.0\skB/);
    expect(ended.summary).toMatch(/comment could not be posted.*pull-requests: write/s);
    expect(ended.stdout).toMatch(/^::warning::The comment could not be posted/m);
    expect(ended.outputs['comment-body']).toMatch(/\+400\.0\skB/);
  });

  it('fails exactly where a budget does, and comments on it', async () => {
    const remote = await pullRequest({ Dockerfile: dockerfile() }, { Dockerfile: dockerfile(...waste()) });
    const server = await serverFor(remote);
    const inputs = { 'max-wasted': 'warn 100kB, fail 300kB' };
    const ended = await runStep(await stepFor(remote, server, { inputs }));
    expect(ended).toMatchObject({ code: 1, outputs: { verdict: 'fail', 'comment-outcome': 'created' } });
    expect(ended.stdout).toMatch(/^::error::The image is over budget: max-wasted\./m);
    expect(ended.stdout).toMatch(/^::(warning|notice) [^:]*file=Dockerfile,line=2/m);
    expect(server.comments(7)[0]?.body).toContain('exceeded');
    const warned = await runStep(await stepFor(remote, server, { inputs: { 'max-wasted': 'warn 100kB' } }));
    expect(warned).toMatchObject({ code: 0, outputs: { verdict: 'warn', 'comment-outcome': 'updated' } });
  });

  it('suggests the fix on the lines of the pull request, proven by building it', async () => {
    const base = `FROM ${SMALL_BASE}\n`;
    const path = `/waste-${fresh()}`;
    const lines = [`RUN ${fill(path, 400_000)}`, `RUN rm ${path}`];
    const remote = await pullRequest({ Dockerfile: base }, { Dockerfile: `${base}${lines.join('\n')}\n` });
    const patch = ['@@ -1 +1,3 @@', ` FROM ${SMALL_BASE}`, ...lines.map(line => `+${line}`)].join('\n');
    const files = [{ filename: 'Dockerfile', status: 'modified', patch } as const];
    const pullRequests = [{ number: 7, headSha: remote.head, baseSha: remote.left, files }];
    const server = await serverFor(remote, { pullRequests });
    const step = await stepFor(remote, server, { inputs: { fix: 'prove' } });
    const ended = await runStep(step);
    expect(ended, ended.stdout).toMatchObject({ code: 0, outputs: { 'comment-outcome': 'created' } });
    const report = await reportIn(ended.outputs['json'] ?? '');
    expect(report.findings[0]).toMatchObject({
      rule: 'deleted-later',
      saving: { bytes: 400_000, basis: 'proven' },
      edits: [{ kind: 'merge-runs', line: 2, lastLine: 3 }],
    });
    const suggestions = server.reviewComments(7);
    expect(suggestions).toHaveLength(1);
    expect(suggestions[0]).toMatchObject({ path: 'Dockerfile', original: { start: 2, end: 3 } });
    expect(suggestions[0]?.body).toContain('proven by building it');
    expect(suggestions[0]?.body).toMatch(/```suggestion\nRUN head .*\n {4}&& rm \/waste/);
    expect(ended.stdout).not.toMatch(/^::(warning|notice) [^:]*title=deleted-later/m);
    expect(server.comments(7)[0]?.body).toContain('proven to save');
    // The same once more changes nothing.
    await runStep(step);
    expect(server.reviewComments(7).map(({ id }) => id)).toEqual(suggestions.map(({ id }) => id));
  });

  it('fails where the build does, and shows its last lines', async () => {
    const failing = dockerfile(`RUN echo the reason; echo ::error::forged; echo '##[error]forged'; exit 3`);
    const remote = await pullRequest({ Dockerfile: dockerfile() }, { Dockerfile: failing });
    const server = await serverFor(remote);
    const ended = await runStep(await stepFor(remote, server));
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/^::error::The build failed at Dockerfile:2 /m);
    expect(ended.stdout).toMatch(/^ {2}the reason$/m);
    expect(forgedCommands(ended.stdout, ...LOGGED)).toEqual([]);
    expect(ended.stdout).not.toMatch(/^::error::forged/m);
    expect(ended.stdout + ended.stderr).not.toMatch(/\bat .*:\d+:\d+/);
    expect(ended.stdout).toMatch(/^::error title=The build failed,file=Dockerfile,line=2,endLine=2::/m);
    for (const text of [ended.summary, server.comments(7)[0]?.body ?? '']) {
      expect(text).toContain('**the build failed**');
      expect(text).toMatch(/^the reason$/m);
      expect(text).toMatch(/^\\::error::forged$/m);
    }
  });

  it('builds nothing on pull_request_target', async () => {
    const remote = await pullRequest({ Dockerfile: dockerfile() }, { Dockerfile: dockerfile('RUN false') });
    const server = await serverFor(remote);
    const event = { ...pullRequestEvent(remote, true), name: 'pull_request_target', ref: 'refs/heads/main' };
    const ended = await runStep(await stepFor(remote, server, { event }));
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('::error::Deadweight builds no pull request on pull_request_target');
    expect(ended.stdout).not.toContain('::group::');
    expect(await readdir(join(ended.temporary))).toHaveLength(1);
    expect(server.requests).toEqual([]);
    const inputs = { 'allow-privileged-build': 'true' };
    const allowed = await runStep(await stepFor(remote, server, { event, inputs }));
    expect(allowed.stdout).toMatch(/^::error::The build failed at Dockerfile:2 /m);
  });

  it('compares a push with what was there before', async () => {
    const remote = await pullRequest({ Dockerfile: dockerfile() }, { Dockerfile: dockerfile(...waste()) });
    const server = await serverFor(remote);
    const workspace = await checkout(remote.origin, 'refs/heads/feature');
    const event = (before: string): Step['event'] => ({
      ...{ name: 'push', payload: { before, forced: false }, sha: remote.head, ref: 'refs/heads/feature' },
    });
    const inputs = { baseline: 'rebuild' };
    const step = await stepFor(remote, server, { workspace, inputs, event: event(remote.left) });
    const ended = await runStep(step);
    expect(ended).toMatchObject({ code: 0, outputs: { 'size-delta': '400000', 'comment-outcome': '' } });
    expect(ended.summary).toContain('the tip of the branch before this push');
    const first = await runStep(await stepFor(remote, server, { workspace, event: event('0'.repeat(40)) }));
    expect(first).toMatchObject({ code: 0, outputs: { 'size-delta': '' } });
    expect(first.summary).toContain('no comparison: this push made the branch');
    expect(server.requests).toEqual([]);
  });

  it('comments on an Enterprise Server', async () => {
    const remote = await pullRequest({ Dockerfile: dockerfile() }, { Dockerfile: dockerfile(...waste()) });
    const server = await serverFor(remote, { enterprise: true });
    const ended = await runStep(await stepFor(remote, server));
    expect(ended).toMatchObject({ code: 0, outputs: { 'comment-outcome': 'created' } });
    expect(server.url).toMatch(/\/api\/v3$/);
    expect(server.comments(7)[0]?.body).toContain(`${server.serverUrl}/octo/app/actions/runs/4711`);
  });

  it('gives no command to the runner, whatever the Dockerfile and the image say', async () => {
    const hostile = dockerfile(
      `LABEL "::error::label"="##[error]label"`,
      `RUN printf '::error::a\\n  ::set-output name=size::b\\r::error::c\\n##[error]d\\n' # ${fresh()}`,
      `RUN mkdir '/::error::e' && ${fill("'/::error::e/##[error]f|<b>@octocat'", 300_000)}`,
      `RUN rm -r '/::error::e' \\`,
      `   && true '::error::g ##[error]h'`,
    );
    const at = '##[x] ::error::y/Dockerfile';
    const remote = await pullRequest({ [at]: dockerfile() }, { [at]: hostile });
    const server = await serverFor(remote);
    const ended = await runStep(await stepFor(remote, server, { inputs: { file: at } }));
    expect(ended).toMatchObject({ code: 0, outputs: { 'comment-outcome': 'created' } });
    expect(forgedCommands(ended.stdout, ...LOGGED)).toEqual([]);
    for (const line of ended.stdout.split('\n').filter(each => each.startsWith('::'))) {
      expect(line).toMatch(/^::(group|endgroup|debug)::|^::(warning|notice) title=/);
    }
    const body = server.comments(7)[0]?.body ?? '';
    expect(body).not.toMatch(/<b>|@octocat(?!<\/code>)/);
    expect(ended.outputs['size-delta']).toBe('300000');
  });

  it('keeps build arguments, secrets and tokens out of everything it writes', async () => {
    const canary = fresh();
    const text = dockerfile(
      'ARG PASSWORD',
      `RUN --mount=type=secret,id=key test -n "$PASSWORD" && sha256sum /run/secrets/key > /sum`,
      `RUN ${fill('/waste', 1000)}`,
      'WORKDIR /$PASSWORD',
    );
    const remote = await pullRequest(
      { Dockerfile: text.replace(/RUN head.*\nWORKDIR.*\n/, '') },
      { Dockerfile: text },
    );
    const server = await serverFor(remote, {
      tokens: { [`ghs_${canary}`]: { login: 'github-actions[bot]', type: 'Bot', access: 'write' } },
    });
    const inputs = { 'build-args': `PASSWORD=argument-${canary}`, secrets: `key=secret-${canary}` };
    const ended = await runStep(await stepFor(remote, server, { inputs, token: `ghs_${canary}` }));
    expect(ended).toMatchObject({ code: 0, outputs: { 'comment-outcome': 'created' } });
    // The runner is told what to hide, and shows no such command.
    const shown = ended.stdout.replace(/^::add-mask::.*$/gm, '');
    const written = [shown, ended.stderr, ended.summary, JSON.stringify(ended.outputs)];
    written.push(...server.requests.map(({ body }) => body));
    const files = await readdir(ended.temporary, { recursive: true, withFileTypes: true });
    const isOfLayer = ({ name, parentPath }: (typeof files)[number]): boolean =>
      parentPath.includes('/blobs/') || name.endsWith('.scan');
    for (const entry of files.filter(each => each.isFile() && !isOfLayer(each))) {
      written.push(await readFile(join(entry.parentPath, entry.name), 'utf8'));
    }
    expect(written.join('\n')).toContain('RUN --mount=type=secret');
    // The image has a directory of that name, which is in its layers, in what was scanned of them, and nowhere else.
    expect(
      written
        .filter(each => each.includes(canary))
        .map(each => each.slice(Math.max(0, each.indexOf(canary) - 200), each.indexOf(canary) + 40)),
    ).toEqual([]);
  });

  it('weighs an image that is there, also on pull_request_target', async () => {
    const remote = await pullRequest({ Dockerfile: dockerfile() }, { Dockerfile: dockerfile('RUN false') });
    const server = await serverFor(remote);
    const event = { ...pullRequestEvent(remote), name: 'pull_request_target', ref: 'refs/heads/main' };
    const ended = await runStep(await stepFor(remote, server, { event, inputs: { image: SMALL_BASE } }));
    expect(ended).toMatchObject({ code: 0, outputs: { layers: '1', 'size-delta': '' } });
    expect(server.comments(7)[0]?.body).toContain('1 layer');
  });

  it('says what is wrong with its inputs, and of which version it is', async () => {
    const remote = await pullRequest({ Dockerfile: dockerfile() }, { Dockerfile: dockerfile() });
    const server = await serverFor(remote);
    for (const [inputs, message] of [
      [{ push: 'yes' }, /^::error::The input push is "yes"/m],
      [{ comment: 'sometimes' }, /^::error::The input comment is "sometimes"/m],
      [{ 'max-size': 'lots' }, /^::error::The budget max-size is "lots"/m],
      [{ file: 'nope' }, /^::error::There is no Dockerfile at nope/m],
      [{ against: 'nope' }, /^::error::.*nope/m],
    ] as const) {
      const ended = await runStep(await stepFor(remote, server, { inputs }));
      expect(ended.stdout).toMatch(message);
      expect(ended.code).toBe(1);
      expect(ended.stdout).not.toContain(`deadweight ${VERSION} has a bug`);
    }
    expect(await git(remote.origin, 'for-each-ref', '--format=%(refname)')).toContain('refs/pull/7/merge');
  });
});
