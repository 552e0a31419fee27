import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { BuildInputs } from '../../src/build/build-inputs.ts';
import { fileDockerfile } from '../../src/run/dockerfile-input.ts';
import { folderOf } from '../support/folder.ts';
import { buildInputs } from '../support/option-values.ts';

async function filed(given: Partial<BuildInputs>, input: string | Buffer, isTTY = false) {
  const folder = await folderOf();
  const stream = Object.assign(Readable.from([Buffer.from(input)]), { isTTY });
  return { folder, ...(await fileDockerfile(buildInputs(given), stream, folder)) };
}

describe('a Dockerfile on standard input', () => {
  it('is a file, with the context that is given', async () => {
    const { inputs, namesFrom, folder } = await filed({ file: '-', context: 'app' }, 'FROM a\n');
    expect(inputs).toEqual(buildInputs({ context: 'app', file: join(folder, 'dockerfile/Dockerfile') }));
    expect(await readFile(inputs.file, 'utf8')).toBe('FROM a\n');
    expect(namesFrom).toBe(join(folder, 'dockerfile'));
  });

  it('alone has an empty context', async () => {
    const { inputs } = await filed({ context: '-' }, 'FROM a\n');
    expect(await readdir(inputs.context)).toEqual([]);
    expect(await readFile(inputs.file, 'utf8')).toBe('FROM a\n');
  });

  it('is not read where nothing names it', async () => {
    const { inputs, namesFrom } = await filed({ file: 'Dockerfile' }, '');
    expect(inputs).toEqual(buildInputs({ file: 'Dockerfile' }));
    expect(namesFrom).toBeNull();
  });

  it.each([
    ['a terminal', { file: '-' }, 'FROM a\n', true, 'usage', /is a terminal/],
    ['two Dockerfiles', { context: '-', file: 'Dockerfile' }, 'FROM a\n', false, 'usage', /names another/],
    ['nothing', { file: '-' }, '', false, 'input-missing', /is empty/],
    ['a tar', { context: '-' }, Buffer.alloc(1024), false, 'usage', /is an archive/],
    ['a gzip', { context: '-' }, Buffer.from('1f8b0800000000000003', 'hex'), false, 'usage', /is an archive/],
    ['too much', { file: '-' }, 'x'.repeat(4 * 1024 * 1024 + 1), false, 'limit-exceeded', /more than 4.2 MB/],
  ])('refuses %s', async (_what, given, input, isTTY, code, message) => {
    await expect(filed(given, input, isTTY)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});
