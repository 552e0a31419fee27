import { afterEach, describe, expect, it } from 'vitest';
import { dockerEnv, STORES } from '../support/e2e/engines.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import { frontEnd, javaJar, protobufs } from '../support/e2e/repositories/built-before.ts';
import { dockerFolder, fork, monorepo } from '../support/e2e/repositories/services.ts';
import { gitContextOnly, largeFiles, submodules, vendored } from '../support/e2e/repositories/sources.ts';
import type { TeamImage } from '../support/e2e/repositories/team-repository.ts';
import { pullRequestEvent, runStep, type StepResult } from '../support/e2e/runner.ts';
import { git } from '../support/git/repository.ts';
import { startGitHubServer } from '../support/github-server/server.ts';
import { times } from '../support/long.ts';

const REPOSITORIES = {
  'a monorepo': monorepo,
  submodules,
  'Git LFS': largeFiles,
  'generated protobufs': protobufs,
  'vendored modules': vendored,
  'a front end that is built before the image': frontEnd,
  'a jar of an earlier step': javaJar,
  'a folder of Dockerfiles': dockerFolder,
  'a git context alone': gitContextOnly,
  'a fork': fork,
};

const isLong = times(0, 1) === 1;
/** Every day, on one store: what neither the tests of checkouts nor those of `prepare` try. */
const DAILY = ['a jar of an earlier step', 'a folder of Dockerfiles'];

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const stores = STORES.slice(0, times(1, STORES.length));
const tried = Object.entries(REPOSITORIES).filter(([name]) => isLong || DAILY.includes(name));

describe.each(stores)('a pull request on %s', (_store, host) => {
  it.skipIf(host === undefined).each(tried)(
    'to %s has the delta that its files have',
    async (_name, make) => {
      const images = Object.entries(await make());
      for (const [, { close }] of images) if (close) closing.push(close);
      for (const [what, image] of images) {
        const before = await stateOf(image);
        const { delta } = image;
        const limits = delta > 0 ? `warn ${delta - 1}, fail ${delta}` : '0';
        const ended = await step(image, host, limits);
        expect(ended, `${what}: ${ended.stdout}`).toMatchObject({
          code: 0,
          outputs: { 'size-delta': `${delta}`, verdict: delta > 0 ? 'warn' : 'pass' },
        });
        await expectReport(ended, image, what);
        expect(await stateOf(image), what).toBe(before);
        if (isLong && delta > 0) {
          const refused = await step(image, host, `${delta - 1}`);
          expect(refused, what).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
        }
      }
    },
  );
});

async function step(image: TeamImage, host: string | undefined, limits: string): Promise<StepResult> {
  const { pull, workspace, fork = false } = image;
  const server = await startGitHubServer({ pullRequests: [{ number: 7, headSha: pull.head }] });
  try {
    return await runStep({
      workspace,
      server,
      token: fork ? 'ghs_read' : 'ghs_write',
      event: pullRequestEvent(pull, fork),
      env: dockerEnv(host),
      inputs: { 'max-size-increase': limits, ...image.inputs },
    });
  } finally {
    await server.close();
  }
}

async function expectReport(ended: StepResult, image: TeamImage, what: string): Promise<void> {
  const { comparison, notices } = await reportIn(ended.outputs['json'] ?? '');
  const causes = comparison?.causes ?? [];
  expect(
    causes.reduce((sum, { bytes }) => sum + bytes, 0),
    what,
  ).toBe(image.delta);
  const told = Object.fromEntries(notices.map(({ code, message }) => [code, message]));
  expect(Object.keys(told).sort(), JSON.stringify(told)).toEqual(Object.keys(image.notices).sort());
  for (const [code, words] of Object.entries(image.notices)) expect(told[code], what).toMatch(words);
}

/** Of a checkout, as far as a run may not change it. */
async function stateOf({ workspace, inputs }: TeamImage): Promise<string> {
  if (inputs['context'] !== undefined || inputs['prepare'] !== undefined) return '';
  const asked = [
    ['status', '--porcelain', '--ignored'],
    ['worktree', 'list'],
    ['for-each-ref'],
    ['config', '--list', '--local'],
  ];
  return (await Promise.all(asked.map(args => git(workspace, ...args)))).join('\n');
}
