import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readLocalSources, reportedPath } from '../../src/build/dockerfile-source.ts';
import { folderOf } from '../support/folder.ts';

it('reports name a Dockerfile by its path in the repository', async () => {
  const top = await folderOf({ 'app/docker/Dockerfile': 'FROM scratch\n' });
  const elsewhere = await folderOf();
  await symlink(join(top, 'app'), join(elsewhere, 'link'));
  const place = { cwd: elsewhere, namesFrom: top };
  const named = (path: string): string => reportedPath(path, place);
  expect(named('link/docker/Dockerfile')).toBe('app/docker/Dockerfile');
  expect(named(join(top, 'app/docker/Dockerfile'))).toBe('app/docker/Dockerfile');
  expect(named('Dockerfile')).toBe('Dockerfile');
  expect(reportedPath('../app/docker/Dockerfile', { cwd: join(top, 'app') })).toBe(
    '../app/docker/Dockerfile',
  );
  const source = { kind: 'local', path: 'link/docker/Dockerfile', context: 'link' } as const;
  expect((await readLocalSources(source, place))?.dockerfile.file).toBe('app/docker/Dockerfile');
});
