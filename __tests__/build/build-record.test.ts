import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { findReference } from '../../src/build/build-record.ts';
import { folderOf } from '../support/folder.ts';

it('finds the first build of a context since a time among those of other jobs', async () => {
  const folder = await folderOf();
  const builds = [
    ['__group__/default/all', 50, '{"LocalPath":"/app"}'],
    ['default/default/old', 10, '{"LocalPath":"/app"}'],
    ['default/default/other', 60, '{"LocalPath":"/other"}'],
    ['far/far0/second', 90, '{"LocalPath":"/app"}'],
    ['far/far0/first', 70, '{"LocalPath":"/app"}'],
    ['far/far0/half', 65, '[]'],
  ] as const;
  expect(findReference(folder, 50_000, '/app')).toBeNull();
  for (const [name, seconds, text] of builds) {
    const path = join(folder, 'refs', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    await utimes(path, seconds, seconds);
  }
  expect(findReference(folder, 50_000, '/app')).toBe('far/far0/first');
  expect(findReference(folder, 100_000, '/app')).toBeNull();
});
