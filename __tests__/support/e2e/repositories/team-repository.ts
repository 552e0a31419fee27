import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Changes, folderOf } from '../../folder.ts';
import { type CommitSteps, openPullRequest, type PullRequestRemote } from '../../git/pull-request.ts';
import { commit, createRepository, git } from '../../git/repository.ts';

/** An image that a pull request of a team changes, and what is right to say of it: known from the fixture alone. */
export interface TeamImage {
  readonly pull: PullRequestRemote;
  /** Where the step runs: the checkout, with what the steps before it left there. */
  readonly workspace: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** What the pull request adds to the image. Bytes. */
  readonly delta: number;
  /** Codes of the notices that belong into the report, and what is in their sentences. */
  readonly notices: Readonly<Record<string, RegExp>>;
  /** The head is in another repository: the token is read-only. */
  readonly fork?: boolean;
  /** Ends what serves the repository. */
  readonly close?: () => void;
}

/** @returns the images that one pull request changes */
export type TeamRepository = () => Promise<Readonly<Record<string, TeamImage>>>;

/** Text of so many bytes, in lines. */
export function textOf(bytes: number, letter = 'x'): string {
  return `${letter.repeat(79)}\n`.repeat(Math.ceil(bytes / 80)).slice(0, bytes);
}

/** Files that no image has. */
const PROJECT: Changes = {
  'README.md': '# app\r\n\r\nWritten on Windows.\r\n',
  LICENSE: textOf(1_000, 'l'),
  '.editorconfig': 'root = true\n',
  '.gitattributes': '* text=auto\n*.cmd text eol=crlf\n*.sh text eol=lf\n',
  '.github/workflows/image.yml': 'on: pull_request\n',
  'scripts/ci.cmd': '@echo off\r\nrem runs on Windows\r\n',
};

/**
 * Makes the repository of a team: a history with tags, a branch of several commits, a main that went on.
 * @param history of main, oldest first
 * @param settings of git, for where the commits are made
 */
export async function teamPullRequest(
  history: readonly CommitSteps[],
  feature: readonly CommitSteps[],
  settings: Readonly<Record<string, string>> = {},
): Promise<PullRequestRemote> {
  const work = await createRepository(join(await folderOf(), 'work'));
  for (const [key, value] of Object.entries(settings)) await git(work, 'config', key, value);
  await commit(work, PROJECT, 'Start');
  await git(work, 'tag', '-a', 'v0.1.0', '-m', 'First release');
  for (const steps of history) {
    if (typeof steps === 'function') await steps(work);
    await commit(work, typeof steps === 'function' ? {} : steps);
  }
  await git(work, 'tag', 'v1.0.0');
  return openPullRequest(work, [...feature, { 'CHANGELOG.md': textOf(2_000, 'c') }], {
    'docs/guide.md': textOf(3_000, 'g'),
    'README.md': null,
  });
}

export interface CheckoutOptions {
  /** Address of the repository, or its folder. */
  readonly origin: string;
  readonly ref: string;
  /** Settings of the clone before anything is checked out. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly submodules?: boolean;
}

/**
 * What actions/checkout leaves of a pull request, by what its log says: one commit, detached, no branch and no tag, the
 * job's token in the settings.
 */
export async function checkoutOfJob({
  origin,
  ref,
  settings = {},
  submodules = false,
}: CheckoutOptions): Promise<string> {
  const folder = await createRepository();
  const url = origin.includes('://') ? origin : `file://${origin}`;
  await git(folder, 'remote', 'add', 'origin', url);
  await git(folder, 'config', '--local', 'gc.auto', '0');
  const token = 'AUTHORIZATION: basic eDphY2Nlc3M=';
  await git(folder, 'config', '--local', 'http.https://github.com/.extraheader', token);
  for (const [key, value] of Object.entries(settings)) await git(folder, 'config', '--local', key, value);
  const remoteRef = ref.replace(/^refs\//, 'refs/remotes/');
  const options = ['--no-tags', '--prune', '--no-recurse-submodules', '--depth=1'];
  await git(folder, 'fetch', '--quiet', ...options, 'origin', `+${ref}:${remoteRef}`);
  await git(folder, 'checkout', '--quiet', '--force', remoteRef);
  if (submodules) {
    await git(folder, 'submodule', 'sync', '--recursive');
    await git(folder, 'submodule', '--quiet', 'update', '--init', '--force', '--depth=1', '--recursive');
  }
  return folder;
}

export const MERGE = 'refs/pull/7/merge';

/** A program in a folder of its own. @returns its path */
export async function writeProgram(name: string, text: string): Promise<string> {
  const path = join(await folderOf(), 'bin', name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}
