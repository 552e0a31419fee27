import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActionsServices } from '../support/actions-services/actions-services.ts';
import { pullRequestScopes } from '../support/actions-services/runtime-token.ts';
import { MARK, type StartedRun, startRun } from '../support/e2e/broken-run.ts';
import { cacheEnv } from '../support/e2e/cached-job.ts';
import { checkoutState, processesWith } from '../support/e2e/checkout-state.ts';
import { dockerEnv, STORES } from '../support/e2e/engines.ts';
import { until } from '../support/e2e/gate.ts';
import { GROWTH, type HeldWorld, heldWorld } from '../support/e2e/held-world.ts';
import { outputsOf, pullRequestEvent, type Step, stepProcess } from '../support/e2e/runner.ts';
import { folderOf } from '../support/folder.ts';
import { type GitHubServer, startGitHubServer } from '../support/github-server/server.ts';
import { times } from '../support/long.ts';

interface Job {
  readonly world: HeldWorld;
  readonly server: GitHubServer;
  readonly services: ActionsServices;
}

/** Holds a run somewhere. @returns whether it has come there */
type Hold = (job: Job) => Promise<() => boolean>;

const LOOKUP = 'GetCacheEntryDownloadURL';

const PHASES: Readonly<Record<string, Hold>> = {
  'a smudge filter of the base': async ({ world: { gates } }) => {
    await gates.checkout.shut();
    return () => gates.checkout.isReached();
  },
  'posting the comment': async ({ server }) => {
    let isReached = false;
    server.gate = async ({ method, path }) => {
      if (method === 'GET' || !path.includes('/comments')) return;
      isReached = true;
      await new Promise(() => undefined);
    };
    return () => isReached;
  },
  'the build of the base': async ({ world: { files } }) => {
    files.hold('/base/');
    return () => files.isReached();
  },
  'restoring from the cache': async ({ services }) => {
    services.log.length = 0;
    services.faults.add({ match: LOOKUP, effect: 'hang' });
    return () => services.lines(LOOKUP).length > 0;
  },
};

/** As a runner does when somebody cancels a job. */
async function cancel(run: StartedRun): Promise<void> {
  const isOver = run.ended.then(() => true);
  for (const [signal, patience] of [
    ['SIGINT', 7500],
    ['SIGTERM', 2500],
    ['SIGKILL', 2500],
  ] as const) {
    run.kill(signal);
    if (await Promise.race([isOver, wait(patience, false)])) return;
  }
}

const IS_LONG = times(0, 1) === 1;
const NAMES = Object.keys(PHASES);
const [store, host] = STORES.find(([, found]) => found !== undefined) ?? [];

describe.skipIf(host === undefined)('a step that is broken off', () => {
  let job: Job;
  let before: Readonly<Record<string, string>>;
  let home: string;
  let serial = 0;
  const started: StartedRun[] = [];

  beforeAll(async () => {
    const world = await heldWorld(host ?? '');
    const pullRequests = [{ number: 7, headSha: world.remote.head, baseSha: world.remote.left }];
    const server = await startGitHubServer({ pullRequests });
    job = { world, server, services: await ActionsServices.start() };
    before = await checkoutState(world.workspace);
  });
  // What a test that failed has left is no fault of the next one.
  beforeEach(async () => {
    home = await folderOf();
  });
  afterAll(async () => {
    job?.world.close();
    await job?.server.close();
    await job?.services.stop();
  });
  afterEach(async () => {
    for (const run of started.splice(0)) run.kill('SIGKILL');
    await release();
  });

  async function release(): Promise<void> {
    await job.world.release();
    job.server.gate = null;
    job.services.faults.clear();
  }

  async function start(
    inputs: Step['inputs'] = {},
  ): Promise<StartedRun & { readonly mark: string; readonly output: string }> {
    const { world, server, services } = job;
    serial += 1;
    const mark = `action-${store}-${serial}`;
    const env = {
      ...dockerEnv(world.engine.host),
      ...cacheEnv(services, server, pullRequestScopes(7)),
      [MARK]: mark,
    };
    const step = { workspace: world.workspace, server, event: pullRequestEvent(world.remote), env, inputs };
    const { program, at, ...place } = await stepProcess(step, home);
    const run = startRun(program, [], place);
    started.push(run);
    return { mark, output: at('output'), ...run };
  }

  /** What the job's other steps share stays for them. */
  async function leftBehind(): Promise<readonly string[]> {
    const names = await readdir(join(home, 'temp'));
    return names.filter(name => name !== 'deadweight-scans');
  }

  async function startInto(name: string): Promise<Awaited<ReturnType<typeof start>>> {
    const isReached = (await PHASES[name]?.(job)) ?? (() => false);
    // Its context has what no commit holds: only who asks for it gets a snapshot of another job.
    const run = await start(name === 'restoring from the cache' ? { baseline: 'cache' } : {});
    await run.comesTo(name, isReached);
    return run;
  }

  it.each(IS_LONG ? NAMES : NAMES.slice(0, 2))('in %s by its runner leaves nothing', async name => {
    const run = await startInto(name);
    await cancel(run);
    const ended = await run.ended;
    expect(processesWith(MARK, run.mark)).toEqual([]);
    expect([ended.code, ended.signal], ended.stdout).toEqual([130, null]);
    expect(await leftBehind()).toEqual([]);
    await release();
    expect(await checkoutState(job.world.workspace)).toEqual(before);
  });

  it.each(IS_LONG ? NAMES : NAMES.slice(2, 3))('in %s by SIGKILL hinders no other step', async name => {
    const run = await startInto(name);
    run.kill('SIGKILL');
    expect((await run.ended).signal).toBe('SIGKILL');
    const left = await leftBehind();
    expect(left).toHaveLength(1);
    await release();
    expect(await checkoutState(job.world.workspace)).toEqual(before);
    await until(() => processesWith(MARK, run.mark).length === 0, 'the end of what it started');

    const next = await start();
    const ended = await next.ended;
    expect(ended.code, ended.stdout).toBe(0);
    expect(await outputsOf(next.output)).toMatchObject({ 'size-delta': `${GROWTH}` });
    const present = await leftBehind();
    expect(present.filter(each => left.includes(each))).toEqual([]);
    expect(await checkoutState(job.world.workspace)).toEqual(before);
  });
});
