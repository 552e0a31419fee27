import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deadweight } from '../support/e2e/command-line.ts';
import { dockerEnv, fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { checkout, clone, commit, createRepository, git, gitEnv } from '../support/git/repository.ts';
import { times } from '../support/long.ts';

/** What the file of the second commit has more than that of the first. Bytes. */
const GROWTH = 12_345;
const LARGE = 'x'.repeat(5_000_000);

/** How a head comes to be on a machine, and what is built there. */
interface Kind {
  /** Files of both commits beside those of every repository. */
  readonly files?: Readonly<Record<string, string>>;
  readonly change?: Readonly<Record<string, string | null>>;
  /** @returns working directory of the command; `origin` has two commits on main */
  readonly prepare: (origin: string, base: string) => Promise<string>;
  readonly args?: readonly string[];
}

const app = (lines = ''): string => `FROM ${SMALL_BASE}\nENV SEED=SEED\n${lines}COPY . /app\n`;

const KINDS: Readonly<Record<string, Kind>> = {
  'a clone, with .git in the context': { prepare: origin => clone(origin) },
  'a checkout of depth 1': { prepare: (origin, base) => shallow(origin, base) },
  'ignored and untracked files of earlier steps': {
    files: { '.gitignore': 'dist/\n*.jar\n', Dockerfile: app('COPY target/app.jar /srv/\n') },
    async prepare(origin) {
      const head = await clone(origin);
      await changeFiles(head, { 'dist/bundle.js': LARGE, 'target/app.jar': LARGE, note: 'untracked' });
      return head;
    },
  },
  'a checkout in a subfolder of the working directory': {
    async prepare(origin) {
      const folder = await folderOf();
      await git('/', 'clone', '--quiet', `file://${origin}`, join(folder, 'src'));
      return folder;
    },
    args: ['src'],
  },
  'a context and a Dockerfile through a link': {
    async prepare(origin) {
      const folder = await folderOf();
      await symlink(await clone(origin), join(folder, 'link'));
      return folder;
    },
    args: ['link', '-f', 'link/Dockerfile'],
  },
  'a linked worktree': {
    async prepare(origin) {
      const linked = join(await folderOf(), 'linked');
      await git(await clone(origin), 'worktree', 'add', '--quiet', '--detach', linked);
      return linked;
    },
  },
  'a sparse checkout': {
    files: { 'far/away.txt': LARGE, 'far/else/b.txt': 'b' },
    async prepare(origin) {
      const head = await clone(origin);
      await git(head, 'sparse-checkout', 'set', '--cone', 'data', 'docs');
      return head;
    },
  },
  'a partial clone': { prepare: origin => clone(origin, '--filter=blob:none') },
  submodules: {
    async prepare(origin) {
      const head = await clone(origin);
      await git(head, 'submodule', '--quiet', 'update', '--init', '--recursive');
      return head;
    },
  },
  'pointers of Git LFS': {
    files: {
      '.gitattributes': '*.bin filter=lfs\n',
      'a.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5000000\n`,
    },
    async prepare(origin) {
      const head = await clone(origin);
      await git(head, 'config', 'filter.lfs.clean', 'cat');
      await git(head, 'config', 'filter.lfs.smudge', 'false');
      await git(head, 'config', 'filter.lfs.required', 'true');
      return head;
    },
  },
  'a line end setting that came after the checkout': {
    files: { 'lines.txt': 'line\n'.repeat(100_000) },
    async prepare(origin) {
      const head = await clone(origin);
      await git(head, 'config', 'core.autocrlf', 'true');
      return head;
    },
  },
  'hooks and filters that fail': {
    files: { '.gitattributes': '*.doc filter=broken\n', 'a.doc': 'a' },
    async prepare(origin) {
      const head = await clone(origin);
      await git(head, 'config', 'filter.broken.smudge', 'false');
      for (const name of ['post-checkout', 'reference-transaction', 'post-index-change']) {
        await writeFile(join(head, '.git/hooks', name), '#!/bin/sh\nexit 1\n');
        await chmod(join(head, '.git/hooks', name), 0o755);
      }
      return head;
    },
  },
  'a lock file that two steps copy': {
    files: {
      'package-lock.json': `SEED=SEED\n${LARGE.slice(0, 1_000_000)}`,
      Dockerfile: app('COPY package-lock.json /app/\n'),
    },
    prepare: origin => clone(origin),
  },
  'a Dockerfile that was renamed': {
    change: { Dockerfile: null, Containerfile: app() },
    prepare: origin => clone(origin),
    args: ['.', '-f', 'Containerfile'],
  },
};

/** As actions/checkout leaves it, with the tip of main as all that is there; the base has to be fetched. */
async function shallow(origin: string, base: string): Promise<string> {
  const head = await checkout(origin, 'main');
  await git(origin, 'branch', '--force', 'base', base);
  return head;
}

async function repositoryOf({ files = {}, change = {} }: Kind, seed: string, grows: boolean, inner: string) {
  const seeded = (texts: Readonly<Record<string, string | null>>) =>
    Object.fromEntries(
      Object.entries(texts).map(([path, text]) => [path, text?.replace('SEED=SEED', `SEED=${seed}`) ?? null]),
    );
  const origin = await createRepository();
  await git(origin, 'config', 'uploadpack.allowFilter', 'true');
  await git(origin, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  const usual = {
    Dockerfile: app(),
    '.dockerignore': 'docs\n',
    'data/large': LARGE,
    'data/grows': '1',
  };
  await git(origin, 'submodule', '--quiet', 'add', `file://${inner}`, 'vendor/inner');
  const base = await commit(origin, seeded({ ...usual, ...files }));
  const grown = grows ? { 'data/grows': '1'.repeat(1 + GROWTH) } : {};
  await commit(origin, seeded({ 'docs/a.md': 'words', ...change, ...grown }));
  return { origin, base };
}

const isLong = times(0, 1) === 1;
/** Every day: what is not about the checkout alone is tried on both stores, */
const ON_BOTH = ['a checkout of depth 1', 'ignored and untracked files of earlier steps'];
/** on the one that compares times of files, what is about those, */
const ON_CONTAINERD = ['a lock file that two steps copy'];
/** and of the rest what the unit tests of the tree cannot try as well. */
const ON_ONE = ['a checkout in a subfolder of the working directory', 'a partial clone', 'submodules'];

describe.each(STORES)('a comparison on %s', (store, host) => {
  const real = describe.skipIf(host === undefined);
  const kinds = Object.entries(KINDS).filter(
    ([name]) => isLong || [...ON_BOTH, ...(store === 'overlay2' ? ON_ONE : ON_CONTAINERD)].includes(name),
  );

  real.each(kinds)('in %s', (name, kind) => {
    const grown = ['says by how much a file grew, and nothing of documentation', true, GROWTH] as const;
    const same = ['says nothing of documentation', false, 0] as const;
    const isSameTried = isLong || (store === 'overlay2' && ON_BOTH.includes(name));
    it.each(isSameTried ? [grown, same] : [grown])('%s', async (_what, grows, delta) => {
      const inner = await createRepository();
      await commit(inner, { 'inner.txt': 'inner' });
      const { origin, base } = await repositoryOf(kind, fresh(), grows, inner);
      const cwd = await kind.prepare(origin, base);
      const json = join(await folderOf(), 'report.json');
      const args = [
        'build',
        ...(kind.args ?? ['.']),
        '--against',
        base,
        '--json',
        json,
        '--max-size-increase',
        '1GB',
      ];
      const ended = await deadweight(args, { cwd, env: { ...gitEnv, ...dockerEnv(host) } });
      expect(ended.stderr).not.toMatch(/no comparison/);
      expect(ended.code, ended.stderr + ended.stdout).toBe(0);
      const { comparison, notices } = await reportIn(json);
      expect(notices.map(({ message }) => message).join('\n')).not.toContain('no comparison');
      expect(comparison?.delta.size, JSON.stringify(comparison?.causes)).toBe(delta);
      expect(comparison?.causes.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(delta);
    });
  });
});
