import { describe, expect, it } from 'vitest';
import type { HeadBuild } from '../../src/baseline/baseline-source.ts';
import { headSurroundings } from '../../src/baseline/head-surroundings.ts';
import { fabricate } from '../support/fabricate/analysis.ts';
import { changeFiles } from '../support/folder.ts';
import { commit, createRepository, open } from '../support/git/repository.ts';
import { buildInputs } from '../support/option-values.ts';
import { headOf } from './baseline-fixture.ts';

const COPIED = 'COPY . /app # buildkit';
const prepare: HeadBuild['prepare'] = async () => undefined;

/** What is said of a head with these files, built in a checkout where an earlier step made `dist/app.js`. */
async function told(files: Readonly<Record<string, number>>, more: Partial<HeadBuild> = {}, ignore = '') {
  const cwd = await createRepository();
  await commit(cwd, { Dockerfile: 'FROM scratch\n', 'a.txt': '12345', '.dockerignore': ignore });
  await changeFiles(cwd, { 'dist/app.js': 'x'.repeat(1000) });
  const head = {
    ...headOf(),
    analysis: fabricate([
      { base: true, files: {} },
      { createdBy: COPIED, files },
    ]),
  };
  const build = { inputs: buildInputs(), prepare: null, build: () => expect.unreachable(), ...more };
  const surroundings = headSurroundings({ repository: await open(cwd) }, build, { cwd });
  return (await surroundings([head]))[0];
}

describe('what a head holds that no commit does', () => {
  it('is told as what another job had otherwise', async () => {
    expect(await told({ 'app/dist/app.js': 1000, 'app/a.txt': 5 })).toMatchObject({
      code: 'uncommitted-files',
      message: expect.stringMatching(/^1\.0 kB of the image .*"dist\/app\.js".*measured by another job/),
    });
    expect(await told({ 'app/.git/HEAD': 21 })).toMatchObject({ message: expect.stringContaining('".git') });
  });

  it('is nothing where all of it is of a commit, or left out of the context', async () => {
    expect(await told({ 'app/a.txt': 5 })).toBeNull();
    expect(await told({ 'app/dist/app.js': 1000, 'app/.git/HEAD': 21 }, {}, 'dist\n.git\n')).toBeNull();
  });

  it('is no more than `.git` where a command makes the rest on both sides', async () => {
    expect(await told({ 'app/dist/app.js': 1000 }, { prepare })).toBeNull();
    expect(await told({ 'app/.git/HEAD': 21 }, { prepare })).not.toBeNull();
  });

  it('is not known of an address, and of what was not built', async () => {
    const inputs = { ...buildInputs(), context: 'https://github.com/octo/app.git' };
    expect(await told({ 'app/dist/app.js': 1000 }, { inputs })).toBeNull();
    const cwd = await createRepository();
    await commit(cwd, { a: '1' });
    const surroundings = headSurroundings({ repository: await open(cwd) }, null, { cwd });
    expect(await surroundings([headOf()])).toEqual([null]);
  });
});
