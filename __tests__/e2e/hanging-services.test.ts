import { afterEach, expect, it } from 'vitest';
import { ActionsServices } from '../support/actions-services/actions-services.ts';
import { branchScopes, pullRequestScopes } from '../support/actions-services/runtime-token.ts';
import { cacheEnv } from '../support/e2e/cached-job.ts';
import { pullRequestEvent, runStep, type Step, type StepResult } from '../support/e2e/runner.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { ociLayout, writeFiles } from '../support/fabricate/oci-layout.ts';
import { folderOf } from '../support/folder.ts';
import { type PullRequestRemote, pullRequest } from '../support/git/pull-request.ts';
import { checkout } from '../support/git/repository.ts';
import { startGitHubServer } from '../support/github-server/server.ts';
import { times } from '../support/long.ts';

/** What a service that hangs may cost. Milliseconds. */
const MAX_COST = 10_000;
/** A machine may be busy, and all of these steps run at once. Milliseconds. */
const SLACK = 8000;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(each => each.close()));
});

interface Case {
  readonly event: 'pull_request' | 'push';
  /** Requests to the cache that nobody answers. */
  readonly cache?: string;
  /** Whether nobody answers at GitHub's API. */
  readonly api?: true;
  /** What the step says of it. */
  readonly told: RegExp;
}

const WITHOUT = {
  'pull request': { event: 'pull_request', told: /./ },
  push: { event: 'push', told: /./ },
} as const;

const CASES: Readonly<Record<string, Case>> = {
  restore: {
    event: 'pull_request',
    cache: 'GetCacheEntryDownloadURL',
    told: /could not be read from the Actions cache/,
  },
  save: { event: 'push', cache: 'CreateCacheEntry', told: /was not stored in the Actions cache/ },
  comment: { event: 'pull_request', api: true, told: /^::warning::The comment could not be posted/m },
  ...(times(0, 1) === 1 && {
    upload: { event: 'push', cache: 'PUT /blobs/', told: /was not stored in the Actions cache/ },
    finish: { event: 'push', cache: 'FinalizeCacheEntryUpload', told: /was not stored in the Actions cache/ },
  }),
};

async function weigh(remote: PullRequestRemote, layout: string, { event, cache, api }: Case): Promise<Timed> {
  const services = await ActionsServices.start();
  const server = await startGitHubServer({ pullRequests: [{ number: 7, headSha: remote.head }] });
  open.push(server, { close: () => services.stop() });
  if (cache !== undefined) services.faults.add({ match: cache, effect: 'hang' });
  if (api) server.gate = () => new Promise(() => undefined);
  const isPush = event === 'push';
  const push = {
    name: event,
    payload: { before: remote.left, forced: false },
    sha: remote.main,
    ref: 'refs/heads/main',
  };
  const step: Step = {
    workspace: await checkout(remote.origin, isPush ? 'refs/heads/main' : 'refs/pull/7/merge'),
    server,
    event: isPush ? push : pullRequestEvent(remote),
    env: cacheEnv(services, server, isPush ? branchScopes('main') : pullRequestScopes(7)),
    inputs: { image: `oci:${layout}` },
  };
  const startedAt = performance.now();
  const ended = await runStep(step);
  return { ...ended, took: performance.now() - startedAt };
}

interface Timed extends StepResult {
  /** Milliseconds. */
  readonly took: number;
}

it('a service that hangs costs a step ten seconds at most', async () => {
  const remote = await pullRequest({ 'app.txt': '1' }, { 'app.txt': '2' });
  const layout = await folderOf();
  await writeFiles(
    layout,
    ociLayout([await fabricateImage({ steps: [{ createdBy: 'COPY', layer: { a: file(9) } }] })]),
  );
  const all = Object.entries({ ...WITHOUT, ...CASES });
  const ended = new Map(
    await Promise.all(all.map(async ([name, each]) => [name, await weigh(remote, layout, each)] as const)),
  );
  const costs: Record<string, number> = {};
  for (const [name, { event, told }] of all) {
    const [step, without] = [ended.get(name), ended.get(event === 'push' ? 'push' : 'pull request')];
    expect(step?.code, step?.stdout).toBe(0);
    expect(`${step?.stdout}\n${step?.summary}`).toMatch(told);
    costs[name] = (step?.took ?? 0) - (without?.took ?? 0);
  }
  for (const name of Object.keys(CASES)) {
    // It did hang.
    expect(costs[name]).toBeGreaterThan(MAX_COST / 2);
    expect(costs[name], JSON.stringify(costs)).toBeLessThan(MAX_COST + SLACK);
  }
});
