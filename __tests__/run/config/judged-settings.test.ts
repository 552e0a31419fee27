import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { CommitRequest } from '../../../src/baseline/baseline-request.ts';
import { findCheckout } from '../../../src/baseline/git/checkout.ts';
import { GitRun } from '../../../src/baseline/git/git-run.ts';
import { readCheckedOut } from '../../../src/run/config/config-file.ts';
import { judgeSettings } from '../../../src/run/config/judged-settings.ts';
import type { OptionValues } from '../../../src/run/config/options.ts';
import { resolveSettings } from '../../../src/run/config/settings.ts';
import { parseBudgets } from '../../support/budgets.ts';
import { type Changes, changeFiles, folderOf } from '../../support/folder.ts';
import { type PullRequestRemote, pullRequest } from '../../support/git/pull-request.ts';
import { checkout, commit, createRepository, git, gitEnv, realExec } from '../../support/git/repository.ts';
import { optionValues } from '../../support/option-values.ts';

const limits = (text: string): string => `budgets: { ${text} }\n`;

interface Judging {
  readonly options?: Partial<OptionValues>;
  /** In the checkout, after it was made. */
  readonly written?: Changes;
  readonly folder?: string;
  readonly dockerfile?: string;
  readonly ref?: string;
  readonly commit?: Partial<Extract<CommitRequest, { readonly kind: 'pull-request' }>>;
  /** An absolute path that leads to the checkout. */
  readonly at?: string;
  readonly submodules?: boolean;
  /** What is left of the remote. */
  readonly isOffline?: boolean;
}

/** The settings of a run for the pull request, in a checkout of depth 1. */
async function judged(remote: PullRequestRemote, judging: Judging = {}) {
  const { options = {}, written = {}, folder = '', ref = 'refs/pull/7/merge' } = judging;
  const workspace = await checkout(remote.origin, ref);
  if (judging.isOffline) await rm(remote.origin, { recursive: true });
  if (judging.submodules) await git(workspace, 'submodule', '--quiet', 'update', '--init');
  if (judging.at !== undefined) {
    await rm(judging.at, { force: true });
    await symlink(workspace, judging.at);
  }
  await changeFiles(workspace, written);
  const cwd = join(workspace, folder);
  const context = {
    cwd,
    exec: realExec(),
    env: gitEnv,
    temporaryDir: await folderOf(),
    gitRun: new GitRun(),
  };
  const given = optionValues(options);
  const settings = await judgeSettings(
    {
      options: given,
      dockerfile: judging.dockerfile ?? null,
      settings: await resolveSettings(given, cwd, readCheckedOut(cwd, [cwd, workspace])),
      checkout: await findCheckout('.', context),
      commit: {
        kind: 'pull-request',
        number: 7,
        headSha: remote.head,
        baseRef: 'main',
        baseSha: remote.left,
        mergeSha: remote.merge,
        repositoryUrl: 'https://github.com/octo/app',
        ...judging.commit,
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

it.each(['real.yml', './docs/../real.yml', 'AT/real.yml', 'AT/docs/example.yml'])(
  'a pull request that brings a link to %s is judged by the base',
  async to => {
    const at = join(await folderOf(), 'checkout');
    const example = { 'docs/example.yml': limits('max-layers: 90') };
    const link = { link: to.replace('AT', at) };
    const change = { 'real.yml': limits('max-layers: 99'), [CONFIG]: link };
    // The file of the base has the name that is looked for last.
    const remote = await pullRequest({ ...example, '.deadweight.yaml': limits('max-layers: 9') }, change);
    const { limits: held, told } = await judged(remote, { at });
    expect(held).toEqual({ 'max-layers': 9 });
    expect(told).toEqual([expect.stringMatching(/^This pull request changes max-layers from 9 to 9[09] in/)]);
    const none = await judged(await pullRequest({ ...example, a: '' }, change), { at });
    expect(none.limits).toEqual({});
    expect(none.told).toEqual([expect.stringMatching(/^This pull request adds max-layers/)]);
  },
);

it('a link of the base counts as long as what it leads to is that of the base', async () => {
  const at = join(await folderOf(), 'checkout');
  for (const folder of ['', `${at}/`]) {
    const base = { [CONFIG]: { link: `${folder}ci/dw.yml` }, 'ci/dw.yml': limits('max-layers: 9') };
    const same = await judged(await pullRequest(base, { a: 'x' }), { at });
    expect(same).toMatchObject({ limits: { 'max-layers': 9 }, told: [] });
  }
  const base = { [CONFIG]: { link: 'ci/dw.yml' }, 'ci/dw.yml': limits('max-layers: 9') };
  const other = await pullRequest(base, { 'ci/dw.yml': limits('max-layers: 99') });
  expect(await judged(other, { at })).toMatchObject({
    limits: { 'max-layers': 9 },
    told: [expect.stringMatching(/changes max-layers from 9 to 99/)],
  });
});

it('a named file is judged by the base, too, behind a link and in a folder that begins with two dots', async () => {
  const at = join(await folderOf(), 'checkout');
  const dotted = { '..ci/dw.yml': limits('max-layers: 9') };
  const plain = await pullRequest(dotted, { '..ci/dw.yml': limits('max-layers: 99') });
  const config = '..ci/dw.yml';
  expect(await judged(plain, { options: { config } })).toMatchObject({ limits: { 'max-layers': 9 } });
  const linked = await pullRequest(
    { 'ci/dw.yml': limits('max-layers: 9') },
    { 'ci/dw.yml': null, 'other/dw.yml': limits('max-layers: 99') },
    { ci: { link: `${at}/other` } },
  );
  const behind = await judged(linked, { at, options: { config: 'ci/dw.yml' } });
  expect(behind).toMatchObject({ limits: { 'max-layers': 9 } });
});

it('a file of a submodule counts as it lies there, and that is told', async () => {
  const inner = await createRepository();
  await commit(inner, { 'dw.yml': limits('max-layers: 99') });
  const remote = await pullRequest({ '.deadweight.yaml': '' }, { a: 'x' });
  await git(remote.work, 'checkout', '--quiet', 'feature');
  await git(remote.work, 'submodule', '--quiet', 'add', inner, 'sub');
  const pushed = await remote.push({ b: 'x' });
  const options = { config: 'sub/dw.yml' };
  const own = await judged(pushed, { options, submodules: true });
  expect(own).toMatchObject({
    limits: { 'max-layers': 99 },
    told: [expect.stringMatching(/^The base's sub\/dw\.yml could not be read/)],
  });
});

it('a file outside of the checkout is not read through a link in it', async () => {
  for (const link of ['/proc/self/environ', '/etc/passwd']) {
    const remote = await pullRequest({ a: '' }, { [CONFIG]: { link } });
    await expect(judged(remote)).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(/ cannot be read: it is a link to a file outside of the checkout\.$/),
    });
  }
});

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

it('a pull request that sets rules is held to those of the base, and says so', async () => {
  const remote = await pullRequest(
    { [CONFIG]: 'rules: { no-user: error }\nfail-on: error\n' },
    { [CONFIG]: 'rules: { no-user: off, npm-cache: { min-bytes: 5MB } }\n' },
  );
  const { decisions, failOn, told } = await judged(remote);
  expect([...decisions.rules]).toEqual([['no-user', { level: 'error', minBytes: null, ignorePaths: [] }]]);
  expect(failOn).toBe('error');
  expect(told).toEqual([
    `This pull request changes rules.no-user from error to off, changes fail-on from error to none and adds rules.npm-cache (min-bytes 5.0 MB) in ${CONFIG}; it is judged by the base's file.`,
  ]);
});

it('a pull request is judged by the comments of the Dockerfile that its base has', async () => {
  const plain = 'FROM a\nRUN b\n';
  const ignoring = '# deadweight ignore=no-user fine\nFROM a\nRUN b\n';
  const linesOf = async (before: Changes, after: Changes): Promise<unknown> => {
    const { decisions, told } = await judged(await pullRequest(before, after), { dockerfile: 'Dockerfile' });
    expect(told).toEqual([]);
    return decisions.baselineIgnores?.map(({ line }) => line);
  };
  expect(await linesOf({ Dockerfile: plain }, { Dockerfile: ignoring })).toEqual([]);
  expect(await linesOf({ Dockerfile: ignoring }, { Dockerfile: plain })).toEqual([1]);
  expect(await linesOf({ Dockerfile: ignoring }, { other: 'x' })).toEqual([1]);
  expect(await linesOf({ other: 'x' }, { Dockerfile: ignoring })).toEqual([]);
});

it('all comments count where nothing is judged', async () => {
  const remote = await pullRequest({ Dockerfile: 'FROM a\n' }, { Dockerfile: 'FROM b\n' });
  expect((await judged(remote)).decisions.baselineIgnores).toBeNull();
});
