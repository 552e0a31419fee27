import { readdir, readFile, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DeadweightError, type ErrorCode } from '../../../src/base/errors.ts';
import type { BaselineCommit } from '../../../src/baseline/baseline-commit.ts';
import type { HeadBuild, WeighedBuild } from '../../../src/baseline/baseline-source.ts';
import { rebuildSource } from '../../../src/baseline/sources/rebuild.ts';
import type { BuildInputs } from '../../../src/build/build-inputs.ts';
import { fabricate } from '../../support/fabricate/analysis.ts';
import { changeFiles, folderOf } from '../../support/folder.ts';
import { commit, createRepository, git, open } from '../../support/git/repository.ts';
import { buildInputs } from '../../support/option-values.ts';
import { headOf } from '../baseline-fixture.ts';

let top: string;
let before: BaselineCommit;
beforeAll(async () => {
  top = await createRepository();
  const sha = await commit(top, { 'image/Dockerfile': 'FROM scratch\n' });
  await commit(top, { 'image/Dockerfile': 'FROM scratch\nCOPY . /\n' });
  before = {
    repository: await open(top),
    commit: sha,
    explanation: 'The base is as chosen.',
    gitContext: null,
    notices: [],
  };
});

const BUILT: WeighedBuild = {
  build: {
    steps: [],
    graph: [],
    stepHashes: [],
    warnings: [],
    dockerfile: null,
    ignoreFile: null,
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
  /** Working directory, seen from the top of the head's checkout. */
  readonly folder?: string;
  readonly prepare?: HeadBuild['prepare'];
  readonly build?: HeadBuild['build'];
}

async function found(
  { inputs, folder = '', prepare = null, build = async () => BUILT }: Given,
  platform?: 'linux/arm64',
) {
  const temporaryDir = await folderOf();
  const head = { inputs: { ...buildInputs(), ...inputs }, prepare, build };
  const source = rebuildSource(before, head, { cwd: resolve(top, folder), temporaryDir });
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
      build: async (inputs, { cwd, top: of }, title) => {
        expect(cwd).toBe(join(of, 'image'));
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

  it('is where the head is to its checkout, whatever folder that is in', async () => {
    const parent = dirname(top);
    const named: string[][] = [];
    const build: HeadBuild['build'] = async (inputs, { cwd, top: of }) => {
      named.push([relative(cwd, of), inputs.context, inputs.file]);
      expect(await readFile(resolve(cwd, inputs.context, 'Dockerfile'), 'utf8')).toBe('FROM scratch\n');
      expect(await readdir(of)).toContain('image');
      return BUILT;
    };
    // `path: app` of actions/checkout
    await found({ folder: '..', inputs: { context: 'app/image', file: 'app/image/Dockerfile' }, build });
    // from elsewhere, and through a link
    const elsewhere = await folderOf();
    await symlink(top, join(elsewhere, 'link'));
    const linked = { context: join(elsewhere, 'link/image'), file: join(elsewhere, 'link/image/Dockerfile') };
    await found({ folder: elsewhere, inputs: linked, build });
    await found({ folder: join(elsewhere, 'link/image'), inputs: { context: '.' }, build });
    expect(basename(top)).toBe('app');
    expect(relative(parent, top)).toBe('app');
    expect(named).toEqual([
      ['app', 'app/image', 'app/image/Dockerfile'],
      ['', 'image', 'image/Dockerfile'],
      ['..', '.', ''],
    ]);
  });

  it('has the named contexts of its own tree, and those from elsewhere as they are', async () => {
    const elsewhere = await folderOf();
    const given = [
      'a=image',
      `b=${join(top, 'image')}`,
      `c=${elsewhere}`,
      'd=docker-image://debian',
      'e=https://x/y.git',
    ];
    await found({
      inputs: {
        context: 'image',
        'build-contexts': given,
        'cache-from': ['type=local,src=cache', '"type=local","src=b"', 'app:cache'],
      },
      build: async inputs => {
        expect(inputs['build-contexts']).toEqual(['a=image', 'b=image', ...given.slice(2)]);
        expect(inputs['cache-from']).toEqual([
          `type=local,src=${join(top, 'cache')}`,
          `type=local,src=${join(top, 'b')}`,
          'app:cache',
        ]);
        return BUILT;
      },
    });
  });

  it('gives a Dockerfile that was renamed what no commit holds, by its own .dockerignore and in its own folder', async () => {
    const repository = await createRepository();
    const text = 'FROM scratch\n# one\n# two\n# three\n';
    const sha = await commit(repository, {
      '.gitignore': 'made\n',
      '.dockerignore': '*\n',
      'docker/Dockerfile.app': text,
      'docker/Dockerfile.app.dockerignore': 'made/left-out\n',
      'old/Dockerfile': `${text}COPY . /\n`,
      'old/.dockerignore': 'made/left-out\n',
    });
    await git(repository, 'mv', 'docker/Dockerfile.app', 'docker/app.Dockerfile');
    await git(repository, 'mv', 'docker/Dockerfile.app.dockerignore', 'docker/app.Dockerfile.dockerignore');
    await git(repository, 'mv', 'old', 'new');
    await commit(repository, {});
    const made = { 'made/in': '1', 'made/left-out': '1' };
    await changeFiles(repository, made);
    await changeFiles(join(repository, 'new'), made);
    for (const given of [{ file: 'docker/app.Dockerfile' }, { context: 'new' }]) {
      const found: unknown[] = [];
      const build: HeadBuild['build'] = async ({ context }, { cwd }) => {
        found.push(context, ...(await readdir(resolve(cwd, context, 'made'))));
        return BUILT;
      };
      const baseline = { ...before, repository: await open(repository), commit: sha };
      const head = { inputs: { ...buildInputs(), ...given }, prepare: null, build };
      const source = rebuildSource(baseline, head, { cwd: repository, temporaryDir: await folderOf() });
      await source.find([headOf()]);
      expect(found).toEqual(['context' in given ? 'old' : '.', 'in']);
    }
  });

  it('follows a Dockerfile that was renamed, and the folder that moved with it', async () => {
    const repository = await createRepository();
    const text = 'FROM scratch\n# one\n# two\n# three\n';
    const sha = await commit(repository, {
      Dockerfile: text,
      'old/app/Dockerfile': `${text}COPY . /\n`,
      'old/app/a': '1',
    });
    await git(repository, 'mv', 'Dockerfile', 'Containerfile.prod');
    await git(repository, 'mv', 'old/app', 'new');
    await commit(repository, { b: '1' });
    await changeFiles(repository, { 'new/node_modules/m': '1' });
    const named: unknown[] = [];
    const build: HeadBuild['build'] = async ({ context, file, 'build-contexts': others }, { cwd }) => {
      expect(await readFile(resolve(cwd, context, 'node_modules/m'), 'utf8').catch(() => null)).toBe(
        context === '.' ? null : '1',
      );
      named.push([context, file, ...others, await readFile(resolve(cwd, file), 'utf8')]);
      return BUILT;
    };
    const others = { 'build-contexts': ['other=new', 'far=docker-image://debian'] };
    for (const given of [{ file: 'Containerfile.prod' }, { context: 'new', ...others }]) {
      const baseline = { ...before, repository: await open(repository), commit: sha };
      const head = { inputs: { ...buildInputs(), ...given }, prepare: null, build };
      const source = rebuildSource(baseline, head, { cwd: repository, temporaryDir: await folderOf() });
      expect((await source.find([headOf()])).rebuilt).toBe(BUILT);
    }
    expect(named).toEqual([
      ['.', 'Dockerfile', text],
      ['old/app', 'old/app/Dockerfile', 'other=old/app', 'far=docker-image://debian', `${text}COPY . /\n`],
    ]);
  });

  it('tells what of it no commit holds', async () => {
    await changeFiles(top, { 'image/target/app.jar': 'x'.repeat(2_000_000), 'image/other': '1' });
    const analysis = fabricate([
      { base: true, files: { 'base/app.jar': 2_000_000 } },
      { createdBy: 'COPY target /srv # buildkit', files: { 'srv/app.jar': 2_000_000, 'srv/b': 1 } },
    ]);
    const { baseline } = await found({ build: async () => ({ ...BUILT, analyses: [analysis] }) });
    await rm(join(top, 'image/target'), { recursive: true });
    await rm(join(top, 'image/other'));
    expect(baseline?.notices).toMatchObject([
      {
        code: 'uncommitted-files',
        message: expect.stringContaining(
          '2.0 MB of the image is from files that no commit holds, as far as names and sizes tell ("image/target/app.jar" 2.0 MB)',
        ),
      },
    ]);
  });

  it('exports nothing, and takes secrets from where the head has them', async () => {
    await found({
      inputs: {
        push: true,
        tags: ['app:1'],
        'secret-files': ['token=.token', 'odd'],
        'secret-specs': ['id=a,src=.secret', 'id=b,env=B', 'type=env,id=c,src=C', 'id=d,"src=d,e"'],
        ssh: ['default', 'deploy=keys/a,/b'],
      },
      build: async inputs => {
        expect(inputs).toMatchObject({
          push: false,
          tags: [],
          'secret-files': [`token=${join(top, '.token')}`, 'odd'],
          'secret-specs': [
            `id=a,src=${join(top, '.secret')}`,
            'id=b,env=B',
            'type=env,id=c,src=C',
            `id=d,"src=${join(top, 'd,e')}"`,
          ],
          ssh: ['default', `deploy=${join(top, 'keys/a')},/b`],
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

  it('is no first image where its Dockerfile is there and cannot be read', async () => {
    const cause = new Error('EACCES: permission denied');
    const said = { message: 'The Dockerfile a cannot be read.', remedy: 'Name a readable file.', cause };
    const error = new DeadweightError('dockerfile-missing', said);
    const { baseline } = await found({ build: () => Promise.reject(error) });
    expect(baseline).toMatchObject({
      absence: { code: 'base-unavailable', message: expect.stringContaining('cannot be read') },
    });
  });

  it('is absent for a platform that it was not built for', async () => {
    const { baseline } = await found({}, 'linux/arm64');
    expect(baseline).toMatchObject({ absence: { code: 'base-lacks-platform' } });
  });

  it('hides no bug of ours', async () => {
    await expect(found({ build: () => Promise.reject(new TypeError('x')) })).rejects.toThrow(TypeError);
  });
});
