import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listSurroundings } from '../../src/baseline/git/surroundings.ts';
import { relocateBuild } from '../../src/baseline/relocated-build.ts';
import { folderOf } from '../support/folder.ts';
import { buildInputs } from '../support/option-values.ts';

it('a Dockerfile that no input names is that in lower case, where there is no other', async () => {
  const top = await folderOf({ 'app/dockerfile': 'FROM scratch\n', '..web/Dockerfile': 'FROM scratch\n' });
  const of = async (context: string) => (await relocateBuild(buildInputs({ context }), top, top))?.dockerfile;
  expect(await of('app')).toBe('app/dockerfile');
  expect(await of('..web')).toBe('..web/Dockerfile');
});

it('a directory named as the ignore file leaves the one of the context', async () => {
  const from = await folderOf({
    Dockerfile: 'FROM scratch\n',
    '.dockerignore': 'out\n',
    'out/a': '1',
    b: '2',
  });
  await mkdir(join(from, 'Dockerfile.dockerignore'));
  const tracked = new Set(['Dockerfile', '.dockerignore']);
  const place = {
    contexts: [''],
    dockerfile: 'Dockerfile',
    tracked,
    leftOut: new Set<string>(),
    gitOf: null,
  };
  const found = await listSurroundings({ from, ...place });
  expect(found.map(({ path }) => path)).toEqual(['b']);
});
