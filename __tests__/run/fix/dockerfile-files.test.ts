import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDockerfileFiles } from '../../../src/run/fix/dockerfile-files.ts';
import { type Files, folderOf } from '../../support/folder.ts';
import { buildInputs } from '../../support/option-values.ts';

const FROM = 'FROM scratch\n';

it.each([
  [
    'the one beside the Dockerfile',
    { Dockerfile: FROM, 'Dockerfile.dockerignore': 'a', '.dockerignore': 'b' },
    'a',
  ],
  ['the one of the context', { Dockerfile: FROM, '.dockerignore': 'b' }, 'b'],
  ['the one beside a Dockerfile in lower case', { dockerfile: FROM, 'dockerfile.dockerignore': 'c' }, 'c'],
  ['none', { Dockerfile: FROM }, ''],
] satisfies [string, Files, string][])('the ignore file is %s', async (_name, files, text) => {
  const cwd = await folderOf(files);
  expect((await readDockerfileFiles(buildInputs({}), { cwd })).ignore.text).toBe(text);
});

it('a directory of its name is no ignore file, as for BuildKit', async () => {
  const cwd = await folderOf({ Dockerfile: FROM, '.dockerignore': 'b' });
  await mkdir(join(cwd, 'Dockerfile.dockerignore'));
  const { ignore } = await readDockerfileFiles(buildInputs({}), { cwd });
  expect(ignore).toEqual({ path: '.dockerignore', text: 'b' });
});

it('knows the Dockerfiles that share the ignore file, and not those that have one of their own', async () => {
  const cwd = await folderOf({
    Dockerfile: FROM,
    'Dockerfile.dev': 'FROM dev',
    'Dockerfile.test': FROM,
    'Dockerfile.test.dockerignore': '*',
    'tools.Dockerfile': 'FROM tools',
    'sub/Dockerfile.other': FROM,
  });
  const { others } = await readDockerfileFiles(buildInputs({}), { cwd });
  expect(others).toEqual([
    { path: 'Dockerfile.dev', text: 'FROM dev' },
    { path: 'tools.Dockerfile', text: 'FROM tools' },
  ]);
  const sub = await readDockerfileFiles(buildInputs({ file: 'sub/Dockerfile.other' }), { cwd });
  expect(sub.others?.map(({ path }) => path)).toEqual(['Dockerfile', 'Dockerfile.dev', 'tools.Dockerfile']);
});
