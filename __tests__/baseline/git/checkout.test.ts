import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findCheckout, findCleanHead, isEdited } from '../../../src/baseline/git/checkout.ts';
import { GitRun } from '../../../src/baseline/git/git-run.ts';
import { changeFiles, folderOf } from '../../support/folder.ts';
import { commit, createRepository, git, gitEnv, realExec } from '../../support/git/repository.ts';

async function nested() {
  const folder = await folderOf();
  const leaf = await createRepository(join(folder, 'leaf'));
  await commit(leaf, { 'leaf.txt': '1' });
  const inner = await createRepository(join(folder, 'inner'));
  await git(inner, 'submodule', '--quiet', 'add', `file://${leaf}`, 'leaf');
  await commit(inner, { 'web/Dockerfile': 'FROM scratch\n' });
  const top = await createRepository(join(folder, 'work/app'));
  await git(top, 'submodule', '--quiet', 'add', `file://${inner}`, 'lib');
  const head = await commit(top, { 'api/Dockerfile': 'FROM scratch\n' });
  await git(top, 'submodule', '--quiet', 'update', '--init', '--recursive');
  return { top, head, work: join(folder, 'work') };
}

async function contextIn(cwd: string) {
  return { exec: realExec(), env: gitEnv, temporaryDir: await folderOf(), gitRun: new GitRun(), cwd };
}

it('is the outermost repository of a context in a submodule, wherever the run works', async () => {
  const { top, head, work } = await nested();
  for (const [cwd, folder] of [
    [top, 'lib/web'],
    [top, 'lib/leaf'],
    [top, 'lib'],
    [join(top, 'api'), '../lib/web'],
    [work, 'app/lib/leaf'],
    ['/', join(top, 'lib/leaf')],
  ] as const) {
    const context = await contextIn(cwd);
    const found = await findCheckout(folder, context);
    expect(found).toEqual({ folder: top, top });
    expect(await findCleanHead({ ...context, cwd: found.folder })).toBe(head);
  }
});

it('is the submodule where the run works in it', async () => {
  const { top } = await nested();
  const lib = join(top, 'lib');
  for (const [cwd, folder] of [
    [lib, 'web'],
    [join(lib, 'web'), '.'],
    [lib, 'leaf'],
  ] as const) {
    expect(await findCheckout(folder, await contextIn(cwd))).toMatchObject({ top: lib });
  }
});

it('is that of the context, else that of the working directory', async () => {
  const { top, work } = await nested();
  expect(await findCheckout('app/api', await contextIn(work))).toEqual({ folder: join(top, 'api'), top });
  expect(await findCheckout(await folderOf(), await contextIn(top))).toEqual({ folder: top, top });
  expect(await findCheckout(null, await contextIn(work))).toEqual({ folder: work, top: null });
});

it('is edited where a tracked file is not as it was committed', async () => {
  const { top } = await nested();
  const context = await contextIn(top);
  await changeFiles(top, { 'untracked.txt': '1' });
  expect(await isEdited(context)).toBe(false);
  await changeFiles(top, { 'api/Dockerfile': 'FROM scratch\n# edited\n' });
  expect(await isEdited(context)).toBe(true);
  await git(top, 'add', '--all');
  expect(await isEdited(context)).toBe(true);
  expect(await isEdited(await contextIn(await folderOf()))).toBe(false);
});
