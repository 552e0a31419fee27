import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { CommitRequest } from '../../../src/baseline/baseline-request.ts';
import { findCheckout } from '../../../src/baseline/git/checkout.ts';
import { judgeSettings } from '../../../src/run/config/judged-settings.ts';
import type { OptionValues } from '../../../src/run/config/options.ts';
import { resolveSettings } from '../../../src/run/config/settings.ts';
import { parseBudgets } from '../../support/budgets.ts';
import { type Changes, changeFiles, folderOf } from '../../support/folder.ts';
import { type PullRequestRemote, pullRequest } from '../../support/git/pull-request.ts';
import { checkout, gitEnv, realExec } from '../../support/git/repository.ts';
import { optionValues } from '../../support/option-values.ts';

const limits = (text: string): string => `budgets: { ${text} }\n`;

interface Judging {
  readonly options?: Partial<OptionValues>;
  /** In the checkout, after it was made. */
  readonly written?: Changes;
  readonly folder?: string;
  readonly ref?: string;
  readonly commit?: Partial<Extract<CommitRequest, { readonly kind: 'pull-request' }>>;
  /** What is left of the remote. */
  readonly isOffline?: boolean;
}

/** The settings of a run for the pull request, in a checkout of depth 1. */
async function judged(remote: PullRequestRemote, judging: Judging = {}) {
  const { options = {}, written = {}, folder = '', ref = 'refs/pull/7/merge', commit = {} } = judging;
  const workspace = await checkout(remote.origin, ref);
  if (judging.isOffline) await rm(remote.origin, { recursive: true });
  await changeFiles(workspace, written);
  const cwd = join(workspace, folder);
  const context = { cwd, exec: realExec(), env: gitEnv, temporaryDir: await folderOf() };
  const given = optionValues(options);
  const settings = await judgeSettings(
    {
      options: given,
      settings: await resolveSettings(given, cwd),
      checkout: await findCheckout('.', context),
      commit: {
        kind: 'pull-request',
        number: 7,
        headSha: remote.head,
        baseRef: 'main',
        baseSha: remote.left,
        mergeSha: remote.merge,
        repositoryUrl: 'https://github.com/octo/app',
        ...commit,
      },
    },
    context,
  );
  return {
    ...settings,
    limits: Object.fromEntries(settings.budgets.map(({ name, fail }) => [name, fail?.value])),
    told: settings.notices.map(({ message }) => message),
  };
}

const CONFIG = '.deadweight.yml';

it('a pull request that raises its own limit is held to that of the base, and says so', async () => {
  const remote = await pullRequest(
    { [CONFIG]: limits('max-size: 450MB') },
    { [CONFIG]: `comment: never\ntitle: mine\n${limits('max-size: 600MB')}` },
  );
  for (const ref of ['refs/pull/7/merge', 'refs/pull/7/head']) {
    expect(await judged(remote, { ref })).toMatchObject({
      limits: { 'max-size': 450e6 },
      comment: 'auto',
      title: 'mine',
      told: [
        `This pull request changes max-size from 450 MB to 600 MB and changes comment from auto to never in ${CONFIG}; it is judged by the base's file.`,
      ],
    });
  }
});

it.each([
  ['removes a budget', { [CONFIG]: limits('max-size: off') }, /removes max-layers \(9\) in/],
  ['removes the file', { [CONFIG]: null }, /removes max-layers \(9\) and removes max-size \(off\) in/],
  [
    'empties the file under its other name',
    { [CONFIG]: null, '.deadweight.yaml': '' },
    /removes max-layers \(9\)/,
  ],
  ['loosens a budget', { [CONFIG]: limits('max-size: off, max-layers: 99') }, /max-layers from 9 to 99 in/],
] satisfies [string, Changes, RegExp][])(
  'a pull request that %s is judged by the base',
  async (_name, change, told) => {
    const remote = await pullRequest({ [CONFIG]: limits('max-layers: 9, max-size: off') }, change);
    const { limits: held, told: said } = await judged(remote);
    expect(held).toEqual({ 'max-layers': 9, 'max-size': undefined });
    expect(said).toEqual([expect.stringMatching(told)]);
  },
);

it('what a missing baseline means is judged by the base, too', async () => {
  const remote = await pullRequest({ [CONFIG]: 'missing-baseline: fail' }, { [CONFIG]: '' });
  expect(await judged(remote)).toMatchObject({
    missingBaseline: 'fail',
    told: [expect.stringMatching(/changes missing-baseline from fail to warn in/)],
  });
});

it('a pull request that brings the first file is judged as its base is', async () => {
  const remote = await pullRequest({ a: '' }, { [CONFIG]: limits('max-size: { warn: 1MB, fail: 2MB }') });
  expect(await judged(remote)).toMatchObject({
    limits: {},
    told: [
      `This pull request adds max-size (warn 1 MB, fail 2 MB) in ${CONFIG}; it is judged as the base is, which has no such file.`,
    ],
  });
});

it('rules of dive, files in folders and files that are named are judged alike', async () => {
  const rules = (wasted: string): string => `rules:\n  highestWastedBytes: ${wasted}\n`;
  const remote = await pullRequest(
    { 'app/.dive-ci': rules('1MB'), 'ci/dw.yml': limits('max-layers: 5') },
    { 'app/.dive-ci': rules('9MB'), 'ci/dw.yml': limits('max-layers: 6') },
  );
  const { told, limits: held } = await judged(remote, { folder: 'app', options: { config: '../ci/dw.yml' } });
  expect(held).toMatchObject({ 'max-layers': 5 });
  expect(Object.values(held)).toContain(1e6);
  expect(told).toEqual([
    expect.stringMatching(/max-layers from 5 to 6.* from 1 MB to 9 MB in .*dw\.yml and \.dive-ci;/),
  ]);
});

it('an option holds whatever the files say', async () => {
  const remote = await pullRequest({ a: '' }, { [CONFIG]: limits('max-size: 600MB') });
  const options = { budgets: parseBudgets({ 'max-size': '1MB' }) };
  expect(await judged(remote, { options })).toMatchObject({ limits: { 'max-size': 1e6 }, told: [] });
});

it('what no commit of the pull request changes counts as it lies there', async () => {
  const remote = await pullRequest({ [CONFIG]: limits('max-size: 450MB') }, { a: 'x' });
  expect(await judged(remote)).toMatchObject({ limits: { 'max-size': 450e6 }, told: [] });
  // An earlier step of the workflow wrote it.
  const written = { [CONFIG]: limits('max-size: 1MB'), '.dive-ci': 'rules:\n  lowestEfficiency: 0.5\n' };
  const { limits: held, told } = await judged(remote, { written });
  expect(held).toMatchObject({ 'max-size': 1e6 });
  expect(Object.values(held)).toContain(0.5);
  expect(told).toEqual([]);
  const outside = join(await folderOf(), 'dw.yml');
  await writeFile(outside, limits('max-layers: 3'));
  expect((await judged(remote, { options: { config: outside } })).limits).toEqual({ 'max-layers': 3 });
});

it('an edit of words alone is not told', async () => {
  const remote = await pullRequest(
    { [CONFIG]: limits('max-size: 450MB') },
    { [CONFIG]: `# why\n${limits('max-size: 450 MB')}` },
  );
  expect(await judged(remote)).toMatchObject({ limits: { 'max-size': 450e6 }, told: [] });
});

it('where the base cannot be read the file of the pull request counts, and that is told', async () => {
  const change = [{ [CONFIG]: limits('max-size: 450MB') }, { [CONFIG]: limits('max-size: 600MB') }] as const;
  const own = {
    limits: { 'max-size': 600e6 },
    told: [expect.stringMatching(/^The base's \.deadweight\.yml could not be read/)],
  };
  expect(await judged(await pullRequest(...change), { isOffline: true })).toMatchObject(own);
  const unfit = await pullRequest({ [CONFIG]: 'budgets: [' }, { [CONFIG]: limits('max-size: 600MB') });
  expect(await judged(unfit)).toMatchObject(own);
  const none = await pullRequest({ a: '' }, { a: 'x' });
  expect((await judged(none, { isOffline: true })).told).toEqual([]);
});

it('a checkout of the base has the file of the base', async () => {
  const remote = await pullRequest(
    { [CONFIG]: limits('max-size: 450MB') },
    { [CONFIG]: limits('max-size: 600MB') },
  );
  const ofTarget = { ref: 'refs/heads/main', commit: { mergeSha: null } };
  expect(await judged(remote, ofTarget)).toMatchObject({ limits: { 'max-size': 450e6 }, told: [] });
});
