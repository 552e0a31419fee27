import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DeadweightError, type ErrorCode } from '../../../src/base/errors.ts';
import type { BaselineCommit } from '../../../src/baseline/baseline-commit.ts';
import type { HeadBuild, WeighedBuild } from '../../../src/baseline/baseline-source.ts';
import { rebuildSource } from '../../../src/baseline/sources/rebuild.ts';
import type { BuildInputs } from '../../../src/build/build-inputs.ts';
import { fabricate } from '../../support/fabricate/analysis.ts';
import { folderOf } from '../../support/folder.ts';
import { commit, createRepository, open } from '../../support/git/repository.ts';
import { buildInputs } from '../../support/option-values.ts';
import { headOf } from '../baseline-fixture.ts';

let top: string;
let before: BaselineCommit;
beforeAll(async () => {
  top = await createRepository();
  const sha = await commit(top, { 'image/Dockerfile': 'FROM scratch\n' });
  await commit(top, { 'image/Dockerfile': 'FROM scratch\nCOPY . /\n' });
  before = { repository: await open(top), commit: sha, explanation: 'The base is as chosen.' };
});

const BUILT: WeighedBuild = {
  build: {
    steps: [],
    graph: [],
    stepHashes: [],
    warnings: [],
    dockerfile: null,
    metadata: { imageId: '', digest: '', json: '' },
    images: [],
    pins: {},
    notices: [],
    durationMs: 1,
  },
  analyses: [fabricate([{ base: true, files: { a: 100 } }])],
};

interface Given {
  readonly inputs?: Partial<BuildInputs>;
  /** Below the top of the head's checkout. */
  readonly folder?: string;
  readonly build?: HeadBuild['build'];
}

async function found({ inputs, folder = '', build = async () => BUILT }: Given, platform?: 'linux/arm64') {
  const temporaryDir = await folderOf();
  const head = { inputs: { ...buildInputs(), ...inputs }, build };
  const source = rebuildSource(before, head, { cwd: join(top, folder), temporaryDir });
  const all = await source.find([headOf(platform)]);
  expect(await readdir(temporaryDir)).toEqual([]);
  return { baseline: all.baselines[0], rebuilt: all.rebuilt };
}

describe('the rebuilt baseline', () => {
  it('is built of the files of the commit, where the head is built', async () => {
    let text = '';
    const { baseline, rebuilt } = await found({
      inputs: { context: join(top, 'image'), file: join(top, 'image/Dockerfile') },
      folder: 'image',
      build: async (inputs, cwd, title) => {
        expect(title).toBe(`Build the base ${before.commit.slice(0, 7)}`);
        expect(inputs).toMatchObject({ context: '.', file: 'Dockerfile' });
        text = await readFile(join(cwd, inputs.file), 'utf8');
        return BUILT;
      },
    });
    expect(text).toBe('FROM scratch\n');
    expect(rebuilt).toBe(BUILT);
    expect(baseline).toMatchObject({
      snapshot: { commit: before.commit, size: 100, platform: 'linux/amd64' },
      explanation: 'The base is as chosen. It was built here with the same builder.',
    });
  });

  it('exports nothing, and takes secrets from where the head has them', async () => {
    await found({
      inputs: {
        push: true,
        tags: ['app:1'],
        'secret-files': ['token=.token', 'odd'],
        'secret-specs': ['id=a,src=.secret', 'id=b,env=B'],
      },
      build: async inputs => {
        expect(inputs).toMatchObject({
          push: false,
          tags: [],
          'secret-files': [`token=${join(top, '.token')}`, 'odd'],
          'secret-specs': [`id=a,src=${join(top, '.secret')}`, 'id=b,env=B'],
        });
        return BUILT;
      },
    });
  });

  it.each<[string, Partial<BuildInputs>]>([
    ['a context outside of the repository', { context: '..' }],
    ['a Dockerfile outside of it', { file: '/etc/Dockerfile' }],
    ['a remote context', { context: 'https://github.com/octo/app.git' }],
  ])('is absent for %s, and nothing is built', async (_what, inputs) => {
    const build = (): never => expect.unreachable('nothing is built');
    const { baseline } = await found({ inputs, build });
    expect(baseline).toMatchObject({ absence: { code: 'base-context-elsewhere' } });
  });

  it.each<[ErrorCode, string]>([
    ['dockerfile-missing', 'base-has-no-dockerfile'],
    ['input-missing', 'base-has-no-dockerfile'],
    ['build-failed', 'base-does-not-build'],
    ['disk-full', 'base-unavailable'],
  ])('that ends with %s is absent: %s', async (code, absence) => {
    const error = new DeadweightError(code, { message: 'It went wrong.', remedy: 'Do it again.' });
    const { baseline } = await found({ build: () => Promise.reject(error) });
    expect(baseline).toMatchObject({ absence: { code: absence } });
  });

  it('is absent for a platform that it was not built for', async () => {
    const { baseline } = await found({}, 'linux/arm64');
    expect(baseline).toMatchObject({ absence: { code: 'base-lacks-platform' } });
  });

  it('hides no bug of ours', async () => {
    await expect(found({ build: () => Promise.reject(new TypeError('x')) })).rejects.toThrow(TypeError);
  });
});
