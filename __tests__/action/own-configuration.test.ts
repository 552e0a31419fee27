import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { pullRequestEvent, runStep } from '../support/e2e/runner.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { pullRequest } from '../support/git/pull-request.ts';
import { checkout } from '../support/git/repository.ts';
import { type GitHubServer, startGitHubServer } from '../support/github-server/server.ts';

let server: GitHubServer | null = null;
afterEach(() => server?.close());

const config = (size: string): string => `budgets: { max-size: ${size} }\n`;

it('a pull request that raises its own limit fails by that of the base, and its comment says so', async () => {
  const name = '.deadweight.yml';
  const remote = await pullRequest({ [name]: config('10kB') }, { [name]: config('20kB') });
  server = await startGitHubServer({ pullRequests: [{ number: 7, headSha: remote.head }] });
  const workspace = await checkout(remote.origin, 'refs/pull/7/merge');
  const image = await fabricateImage({
    tags: ['app:1'],
    steps: [{ createdBy: 'COPY . /', layer: { a: file(13_000) } }],
  });
  await writeFile(join(workspace, 'app.tar'), await dockerArchive([image]));
  const inputs = { image: 'docker-archive:app.tar' };
  const ended = await runStep({ workspace, server, event: pullRequestEvent(remote), inputs });
  expect(ended).toMatchObject({ code: 1, outputs: { verdict: 'fail', 'comment-outcome': 'created' } });
  const told =
    /This pull request changes max-size from 10 kB to 20 kB in \.deadweight\.yml; it is judged by the base.s file\./;
  expect(server.comments(7)[0]?.body.replaceAll('\u00a0', ' ').replaceAll('\\', '')).toMatch(told);
  expect(ended.summary.replaceAll('\u00a0', ' ')).toContain('judged by the base');
}, 60_000);
